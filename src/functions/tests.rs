use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, col, lit};

use super::testing::{check, check_types, context, frame, rows, text_of};
use super::{Kind, registry};
use crate::types::SnowType;

#[test]
fn names_are_upper_case_and_documented() {
    for (name, _, page) in registry().names() {
        assert_eq!(name, name.to_ascii_uppercase());
        assert!(page.starts_with("https://docs.snowflake.com/"), "{name}");
    }
    assert!(
        registry()
            .names()
            .any(|(name, kind, _)| name == "COUNT" && kind == Kind::Aggregate)
    );
    assert!(registry().scalar("NO_SUCH").is_none());
    let error = registry()
        .check_arguments("LEFT", 1, || "LEFT('a')".to_string())
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (
            938,
            "SQL compilation error:\nnot enough arguments for function [LEFT('a')], expected 2, got 1"
        )
    );
}

#[test]
fn conditions() {
    check(&[
        ("COALESCE(NULL, 2, 3)", "2"),
        ("COALESCE(NULL, NULL)", "NULL"),
        ("COALESCE(1)", "!938"),
        ("NVL(NULL, 'x')", "x"),
        ("IFNULL(1, 2.5)", "1.0"),
        ("NVL2('a', 1, 2)", "1"),
        ("NVL2(NULL, 1, 2)", "2"),
        ("IFF(TRUE, 'a', 'b')", "a"),
        ("IFF(NULL, 'a', 'b')", "b"),
        ("NULLIF('a', 'a')", "NULL"),
        ("NULLIF('a', 'b')", "a"),
        ("NULLIF(NULL, 'b')", "NULL"),
        ("NULLIF(1.0, 1)", "NULL"),
        ("ZEROIFNULL(NULL)", "0"),
        ("ZEROIFNULL(3.14)", "3.14"),
        ("NULLIFZERO(0)", "NULL"),
        ("NULLIFZERO(3.14)", "3.14"),
        ("DECODE(2, 1, 'one', 2, 'two', 'other')", "two"),
        ("DECODE(9, 1, 'one', 2, 'two', 'other')", "other"),
        ("DECODE(9, 1, 'one')", "NULL"),
        ("DECODE(NULL, 1, 'one', NULL, 'none')", "none"),
        ("GREATEST(1, 3, 0, 4)", "4"),
        ("GREATEST('apple', 'banana')", "banana"),
        ("GREATEST(1, NULL)", "NULL"),
        ("LEAST(1, 3, 0.5)", "0.5"),
        ("GREATEST_IGNORE_NULLS(1, NULL, 3)", "3"),
        ("LEAST_IGNORE_NULLS(NULL, NULL)", "NULL"),
        ("EQUAL_NULL(NULL, NULL)", "true"),
        ("EQUAL_NULL(1, NULL)", "false"),
        ("EQUAL_NULL(1, 1.0)", "true"),
        ("$IS_DISTINCT(1, NULL)", "true"),
        ("BOOLAND(0, NULL)", "false"),
        ("BOOLAND(1, NULL)", "NULL"),
        ("BOOLOR(NULL, 5)", "true"),
        ("BOOLXOR(2, 0)", "true"),
        ("BOOLNOT(10)", "false"),
        ("REGR_VALX(NULL, 10)", "NULL"),
        ("REGR_VALX(1, 10)", "10"),
        (
            "GREATEST('2024-01-01 00:00:00 +0200'::TIMESTAMP_TZ, '2023-12-31 23:30:00 +0000'::TIMESTAMP_TZ)",
            "2023-12-31 23:30:00.000 +0000",
        ),
    ]);
    check_types(&[
        ("COALESCE(1, 2.55)", "NUMBER(3,2)"),
        ("COALESCE('a'::VARCHAR(3), 'b'::VARCHAR(5))", "VARCHAR(5)"),
        ("IFF(TRUE, NULL, 1.5)", "NUMBER(2,1)"),
    ]);
}

#[test]
fn operators() {
    check(&[
        ("$ADD(1.5, 2)", "3.5"),
        ("$SUB(1, 2.25)", "-1.25"),
        ("$MUL(1.5, 1.5)", "2.25"),
        ("$DIV(1, 3)", "0.333333"),
        ("$DIV(1, 0)", "!100051"),
        ("$MOD(7, 3)", "1"),
        ("$NEG(1.5)", "-1.5"),
        ("$ADD('2', 1)", "3.00000"),
        ("$ADD(NULL, 1)", "NULL"),
        ("$ADD(1.5::FLOAT, 1)", "2.5"),
        ("$ADD('2024-02-28'::DATE, 2)", "2024-03-01"),
        ("$ADD(1, '2024-02-28'::DATE)", "2024-02-29"),
        ("$SUB('2024-03-01'::DATE, 1)", "2024-02-29"),
        ("$SUB('2024-03-01'::DATE, '2024-02-01'::DATE)", "29"),
        ("$ADD('2024-03-01'::DATE, '2024-02-01'::DATE)", "!1044"),
        ("$ADD('2024-03-01 00:00:00'::TIMESTAMP_NTZ, 1)", "!1044"),
        ("$CAST('12', 'NUMBER(5,1)')", "12.0"),
        ("$CAST('x', 'NUMBER(5,1)')", "!100038"),
        ("$TRY_CAST('x', 'NUMBER(5,1)')", "NULL"),
        ("$CAST('2024-01-02', 'DATE')", "2024-01-02"),
        ("$CAST(NULL, 'DATE')", "NULL"),
        ("$CAST(TRUE, 'DATE')", "!1007"),
    ]);
    check_types(&[
        ("$DIV(1, 3)", "NUMBER(7,6)"),
        ("$CAST('a', 'VARCHAR(3)')", "VARCHAR(3)"),
        ("$SUB('2024-03-01'::DATE, '2024-02-01'::DATE)", "NUMBER(9,0)"),
    ]);
}

#[test]
fn intervals() {
    use datafusion::arrow::datatypes::{DataType, Field, IntervalMonthDayNano, IntervalUnit};
    use datafusion::config::ConfigOptions;
    use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs};

    let add = |operator: &str, interval: IntervalMonthDayNano| {
        let date = ScalarValue::Date32(Some(19_753)); // 2024-01-31
        let interval = ScalarValue::IntervalMonthDayNano(Some(interval));
        let fields = vec![
            Arc::new(SnowType::Date.field("d", false)),
            Arc::new(Field::new(
                "i",
                DataType::Interval(IntervalUnit::MonthDayNano),
                false,
            )),
        ];
        let udf = registry().scalar(operator).unwrap();
        let return_field = udf
            .return_field_from_args(ReturnFieldArgs {
                arg_fields: &fields,
                scalar_arguments: &[Some(&date), Some(&interval)],
            })
            .unwrap();
        let data_type = SnowType::from_field(&return_field).unwrap();
        let result = udf
            .invoke_with_args(ScalarFunctionArgs {
                args: vec![ColumnarValue::Scalar(date), ColumnarValue::Scalar(interval)],
                arg_fields: fields,
                number_rows: 1,
                return_field,
                config_options: Arc::new(ConfigOptions::new()),
            })
            .unwrap();
        let ColumnarValue::Scalar(value) = result else {
            panic!("no constant")
        };
        text_of(&value, &data_type, &context(&[]))
    };
    assert_eq!(add("$ADD", IntervalMonthDayNano::new(1, 0, 0)), "2024-02-29");
    assert_eq!(add("$SUB", IntervalMonthDayNano::new(0, 31, 0)), "2023-12-31");
    assert_eq!(
        add("$ADD", IntervalMonthDayNano::new(0, 0, 3_600_000_000_000)),
        "2024-01-31 01:00:00.000"
    );
}

#[test]
fn regular_expressions() {
    check(&[
        ("REGEXP_LIKE('San Francisco', 'San.*')", "true"),
        ("RLIKE('San Francisco', 'San')", "false"),
        ("RLIKE('', '')", "true"),
        ("RLIKE('SAN', 'san', 'i')", "true"),
        ("RLIKE('SAN', 'san', 'ic')", "false"),
        ("REGEXP_LIKE('a', '(')", "!100048"),
        ("REGEXP_LIKE('a', 'a', 'z')", "!100137"),
        ("REGEXP_LIKE(NULL, 'a')", "NULL"),
        (
            "REGEXP_COUNT('It was the best of times, it was the worst of times', '\\bwas\\b', 1)",
            "2",
        ),
        ("REGEXP_COUNT('abab', 'ab', 2)", "1"),
        ("REGEXP_COUNT('abc', '')", "0"),
        (
            "REGEXP_REPLACE('Customers - (NY)', '\\(|\\)', '')",
            "Customers - NY",
        ),
        (
            "REGEXP_REPLACE('firstname middlename lastname', '(.*) (.*) (.*)', '\\3, \\1 \\2')",
            "lastname, firstname middlename",
        ),
        (
            "REGEXP_REPLACE('times, times', 'times', 'days', 1, 2)",
            "times, days",
        ),
        ("REGEXP_REPLACE('Hello', '()', '*')", "*H*e*l*l*o*"),
        (
            "REGEXP_REPLACE('How are you doing today?', '\\b(\\S*)o(\\S*)\\b', '\\2@@\\1', 3)",
            "How are u@@y ing@@d day@@t?",
        ),
        (
            "REGEXP_REPLACE('PACK MY BOX', '[aeiou]', '', 1, 0, 'i')",
            "PCK MY BX",
        ),
        ("REGEXP_REPLACE('a', 'a', NULL)", "NULL"),
        (
            "REGEXP_SUBSTR('It was the best of times, it was the worst of times.', 'the\\W+\\w+')",
            "the best",
        ),
        (
            "REGEXP_SUBSTR('It was the best of times, it was the worst of times.', 'the\\W+(\\w+)', 1, 2, 'e', 1)",
            "worst",
        ),
        (
            "REGEXP_SUBSTR('A MAN A PLAN', 'A\\W+(\\w)(\\w)', 1, 2, 'e', 2)",
            "L",
        ),
        (
            "REGEXP_SUBSTR('How are you doing today?', '\\b\\S*o\\S*\\b', 3)",
            "you",
        ),
        ("REGEXP_SUBSTR('Hellooo World', '\\b\\S*o\\S*\\b', 3)", "llooo"),
        (
            "REGEXP_SUBSTR(',abc,def,ghi,jkl,', '[[:punct:]][[:alnum:]]+[[:punct:]]', 1, 2)",
            ",ghi,",
        ),
        ("REGEXP_SUBSTR('abc', 'x')", "NULL"),
        ("REGEXP_SUBSTR('abc', 'b', 0)", "!100137"),
        (
            "REGEXP_INSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 5)",
            "13",
        ),
        (
            "REGEXP_INSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 1, 3, 1)",
            "35",
        ),
        (
            "REGEXP_INSTR('é the best', 'the\\W+(\\w+)', 1, 1, 0, 'e', 1)",
            "7",
        ),
        ("REGEXP_INSTR('abc', 'x')", "0"),
        ("REGEXP_COUNT('a[b]-c', '[][-]')", "3"),
    ]);
}

#[test]
fn hashes_and_encodings() {
    check(&[
        ("MD5('Snowflake')", "edf1439075a83a447fb8b630ddc9c8de"),
        ("MD5_BINARY('')", "D41D8CD98F00B204E9800998ECF8427E"),
        ("MD5_NUMBER_UPPER64('')", "15284527576400310788"),
        ("SHA1('Snowflake')", "fda76b0bcc1e87cf259b1d1e3271d76f590fb5dd"),
        (
            "SHA2('abc', 224)",
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        ),
        (
            "SHA2('abc')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        ("SHA2('abc', 100)", "!100137"),
        ("MD5(NULL)", "NULL"),
        (
            "UUID_STRING('fe971b24-9572-4005-b22f-351e9c09274d', 'foo')",
            "dc0b6f65-fca6-5b4b-9d37-ccc3fde1f3e2",
        ),
        ("UUID_STRING()", "!938"),
        ("HEX_ENCODE('HELLO')", "48454C4C4F"),
        ("HEX_ENCODE('jk', 0)", "6a6b"),
        ("HEX_DECODE_STRING('48454C4C4F')", "HELLO"),
        ("HEX_DECODE_STRING('4')", "!100137"),
        ("TRY_HEX_DECODE_STRING('4')", "NULL"),
        ("HEX_DECODE_BINARY('4845')", "4845"),
        ("BASE64_ENCODE('Snowflake')", "U25vd2ZsYWtl"),
        ("BASE64_ENCODE('a?>', 0, '-_*')", "YT8-"),
        ("BASE64_ENCODE('Snowflake', 4)", "U25v\nd2Zs\nYWtl"),
        ("BASE64_DECODE_STRING('U25vd2ZsYWtl')", "Snowflake"),
        ("TRY_BASE64_DECODE_BINARY('!')", "NULL"),
    ]);
    let hash = |call| super::testing::evaluate(call, &context(&[])).unwrap().1;
    assert_eq!(hash("HASH(1)"), hash("HASH(1.00)"));
    assert_eq!(hash("HASH(1)"), hash("HASH(1::FLOAT)"));
    assert_ne!(hash("HASH(1)"), hash("HASH('1')"));
    assert_ne!(hash("HASH('a', 'b')"), hash("HASH('ab', NULL)"));
    assert_eq!(hash("HASH(NULL)"), hash("HASH(NULL)"));
}

/// A branch that is not taken may fail.
#[tokio::test]
async fn branches_not_taken_are_not_evaluated() {
    let call = |name: &str, args: Vec<Expr>| registry().scalar(name).unwrap().call(args);
    let quotient = call("$DIV", vec![lit(1_i64), call("$SUB", vec![col("f"), col("f")])]);
    let expressions = vec![
        call("IFF", vec![col("f").gt(lit(100.0)), quotient.clone(), lit(0_i64)]).alias("i"),
        call(
            "COALESCE",
            vec![col("k"), call("TO_CHAR", vec![quotient.clone()])],
        )
        .alias("c"),
        call("DECODE", vec![col("k"), lit("z"), quotient.clone(), lit(7_i64)]).alias("d"),
    ];
    let frame = frame().select(expressions).unwrap().limit(0, Some(1)).unwrap();
    assert_eq!(rows(frame).await.unwrap(), ["0|a|7"]);
    let taken = call("IFF", vec![col("f").lt(lit(100.0)), quotient, lit(0_i64)]);
    let error = rows(self::frame().select(vec![taken]).unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.code(), 100_051);
}

#[test]
fn the_pipeline_has_its_functions() {
    for name in [
        "COALESCE",
        "INITCAP",
        "TRIM",
        "REPLACE",
        "IFF",
        "NVL",
        "MD5",
        "TO_TIMESTAMP",
        "DATEADD",
        "DATEDIFF",
        "CURRENT_TIMESTAMP",
        "PARSE_JSON",
        "$CAST",
        "$TRY_CAST",
        "$CONCAT",
    ] {
        assert!(registry().scalar(name).is_some(), "{name}");
    }
    assert!(registry().window("ROW_NUMBER").is_some() && registry().window("LAG").is_some());
}
