use crate::functions::testing::{check, check_in, check_types, context};

#[test]
fn numbers() {
    check(&[
        ("TO_NUMBER('12.3456')", "12"),
        ("TO_NUMBER('98.76546', 10, 1)", "98.8"),
        ("TO_NUMBER('12.3456', 10, 8)", "12.34560000"),
        ("TO_NUMBER('12.3456', 10, 9)", "!100039"),
        ("TO_DECIMAL('3,741.72', '9,999.99', 6, 2)", "3741.72"),
        ("TO_DECIMAL('$3,741.72', '$9,999.99', 6, 2)", "3741.72"),
        ("TO_DECIMAL('ae5', 'XXX')", "2789"),
        ("TO_DECIMAL('ae5', 'XX')", "!100140"),
        ("TO_NUMBER('x')", "!100038"),
        ("TO_NUMBER(NULL)", "NULL"),
        ("TO_NUMBER(TRUE)", "1"),
        ("TO_NUMBER('2024-01-01'::DATE)", "!1007"),
        ("TRY_TO_NUMBER(1.5)", "!1065"),
        ("TRY_TO_NUMBER('2024-01-01'::DATE)", "!1007"),
        ("TRY_TO_NUMBER('x')", "NULL"),
        ("TRY_TO_NUMBER('7.5', 5, 1)", "7.5"),
        ("TRY_TO_NUMBER('1e99')", "NULL"),
        ("TRY_TO_NUMBER('ae5', 'XX')", "NULL"),
        ("TO_DOUBLE('1.5e3')", "1500"),
        ("TRY_TO_DOUBLE('abc')", "NULL"),
        ("TO_NUMBER('1', 2, 3)", "!1044"),
        ("TO_NUMBER('1', '9', 2, 1, 5)", "!939"),
        ("TO_NUMBER()", "!938"),
    ]);
    check_types(&[
        ("TO_NUMBER('1')", "NUMBER(38,0)"),
        ("TO_NUMBER('1', 10, 2)", "NUMBER(10,2)"),
    ]);
}

#[test]
fn dates_and_times() {
    check(&[
        ("TO_DATE('2024-05-10')", "2024-05-10"),
        ("DATE('05/10/2024', 'MM/DD/YYYY')", "2024-05-10"),
        ("TO_DATE('2024.05.10', 'YYYY.MM.DD')", "2024-05-10"),
        ("TO_DATE('x')", "!100040"),
        ("TRY_TO_DATE('x')", "NULL"),
        ("TRY_TO_DATE('10.05.2024', 'DD.MM.YYYY')", "2024-05-10"),
        ("TO_DATE('31536000000')", "1971-01-01"),
        ("TO_DATE('2024-05-10 23:00:00'::TIMESTAMP_NTZ)", "2024-05-10"),
        ("TO_TIME('13:30:00')", "13:30:00"),
        ("TO_TIME('1:30 PM', 'HH12:MI AM')", "13:30:00"),
        ("TRY_TO_TIME('25:00:00')", "NULL"),
        ("TO_TIMESTAMP('2024-04-05 01:02:03')", "2024-04-05 01:02:03.000"),
        (
            "TO_TIMESTAMP_NTZ('04/05/2024 01:02:03', 'mm/dd/yyyy hh24:mi:ss')",
            "2024-04-05 01:02:03.000",
        ),
        (
            "TO_TIMESTAMP_NTZ('04/05/2024 01:02:03', 'dd/mm/yyyy hh24:mi:ss')",
            "2024-05-04 01:02:03.000",
        ),
        ("TO_TIMESTAMP('31536000000000000')", "1971-01-01 00:00:00.000"),
        ("TO_TIMESTAMP(1000000000, 3)", "1970-01-12 13:46:40.000"),
        ("TO_TIMESTAMP(1000000000)", "2001-09-09 01:46:40.000"),
        ("TO_TIMESTAMP(-1500, 3)", "1969-12-31 23:59:58.500"),
        ("TO_TIMESTAMP_NTZ(1.5)", "1970-01-01 00:00:01.500"),
        (
            "TO_TIMESTAMP_LTZ('2024-04-05 01:02:03 +0200')",
            "2024-04-04 23:02:03.000 +0000",
        ),
        (
            "TO_TIMESTAMP_TZ('2024-04-05 01:02:03 +0200')",
            "2024-04-05 01:02:03.000 +0200",
        ),
        ("TRY_TO_TIMESTAMP('yesterday')", "NULL"),
        ("TO_TIMESTAMP(NULL)", "NULL"),
        ("TO_DATE('2024-05-10', NULL)", "NULL"),
        ("TO_TIMESTAMP(5, 10)", "!1044"),
        ("TO_DATE(5)", "!1007"),
        ("TRY_TO_TIMESTAMP(5, 3)", "!1065"),
    ]);
    let context = context(&["TIMEZONE=America/Los_Angeles"]);
    check_in(
        &context,
        &[
            (
                "TO_TIMESTAMP_TZ('2024-04-05 01:02:03')",
                "2024-04-05 01:02:03.000 -0700",
            ),
            ("TO_TIMESTAMP_LTZ(0, 0)", "1969-12-31 16:00:00.000 -0800"),
            ("TO_TIMESTAMP_NTZ(0, 0)", "1970-01-01 00:00:00.000"),
        ],
    );
}

#[test]
fn texts() {
    check(&[
        ("TO_CHAR(12.50)", "12.50"),
        ("TO_VARCHAR(-12.391, '\">\"$99.0\"<\"')", ">-$12.4<"),
        ("TO_CHAR(3987, '\">\"B9,999.0\"<\"')", "> 3,987.0<"),
        ("TO_CHAR(255, 'XXX')", " FF"),
        (
            "TO_CHAR('2024-04-05 01:02:03'::TIMESTAMP, 'mm/dd/yyyy, hh24:mi hours')",
            "04/05/2024, 01:02 hours",
        ),
        ("TO_VARCHAR('2024-04-03'::DATE, 'yyyy.mm.dd')", "2024.04.03"),
        ("TO_CHAR('01:02:03'::TIME, 'HH24MISS')", "010203"),
        ("TO_CHAR('48454C50'::BINARY, 'UTF-8')", "HELP"),
        ("TO_CHAR('48454C50'::BINARY)", "48454C50"),
        ("TO_CHAR(TRUE)", "true"),
        ("TO_CHAR(NULL, 'YYYY')", "NULL"),
        ("TO_CHAR('abc', 'YYYY')", "!1044"),
        ("TO_BOOLEAN('yes')", "true"),
        ("TO_BOOLEAN(0)", "false"),
        ("TO_BOOLEAN('maybe')", "!100037"),
        ("TRY_TO_BOOLEAN('maybe')", "NULL"),
        ("TO_BINARY('SNOW', 'utf-8')", "534E4F57"),
        ("TO_BINARY('534E')", "534E"),
        ("TRY_TO_BINARY('xyz')", "NULL"),
        ("TO_BINARY('a', 'octal')", "!100137"),
    ]);
}
