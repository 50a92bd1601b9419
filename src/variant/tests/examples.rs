use std::cmp::Ordering;

use datafusion::arrow::array::Array;

use super::*;

#[track_caller]
fn reads(json: &str, expected: &str) {
    assert_eq!(text(&value(json)), expected, "{json}");
}

#[test]
fn documented_examples() {
    for (json, shown, kind) in [
        ("null", "null", "NULL_VALUE"),
        ("true", "true", "BOOLEAN"),
        ("-17", "-17", "INTEGER"),
        ("123.12", "123.12", "DECIMAL"),
        ("1.912e2", "1.912000000000000e+02", "DOUBLE"),
        (
            "\"Om ara pa ca na dhih\"  ",
            "\"Om ara pa ca na dhih\"",
            "VARCHAR",
        ),
        (
            "[-1, 12, 289, 2188, false,]",
            "[-1,12,289,2188,false,undefined]",
            "ARRAY",
        ),
        (
            "{ \"x\" : \"abc\", \"y\" : false, \"z\": 10} ",
            "{\"x\":\"abc\",\"y\":false,\"z\":10}",
            "OBJECT",
        ),
    ] {
        reads(json, shown);
        assert_eq!(type_name(&value(json)), kind);
    }
    assert_eq!(parse_json("  ").unwrap(), None);
    assert_eq!(parse_json("undefined").unwrap(), None);
}

#[test]
fn exact_numbers_keep_38_digits_and_lose_trailing_zeros() {
    reads("1.0", "1");
    reads("1.50", "1.5");
    reads("0.00001", "0.00001");
    reads("-0", "0");
    reads(
        "99999999999999999999999999999999999999",
        "99999999999999999999999999999999999999",
    );
    reads("12345678901234567890.5", "12345678901234567890.5");
    reads("1234567890123456789000.500", "1234567890123456789000.5");
    reads("100000000000000000000000000000000000000", "1.000000000000000e+38");
    reads(
        "0.00000000000000000000000000000000000001",
        "1.000000000000000e-38",
    );
    for same in ["1", "1.0", "01", "+1", "1.", "1.00000000000000000000000000"] {
        assert_eq!(value(same), value("1"), "{same}");
    }
    assert_eq!(type_name(&value("12345678901234567890")), "INTEGER");
}

#[test]
fn exponents_make_doubles() {
    for (json, shown) in [
        ("1e2", "1.000000000000000e+02"),
        ("0e0", "0.000000000000000e+00"),
        ("-0e0", "-0.000000000000000e+00"),
        ("1.0E-1", "1.000000000000000e-01"),
        ("1e300", "1.000000000000000e+300"),
        ("1e999", "Infinity"),
        ("nan", "NaN"),
        ("-inf", "-Infinity"),
        ("+Infinity", "Infinity"),
    ] {
        reads(json, shown);
        assert_eq!(type_name(&value(json)), "DOUBLE");
    }
    reads("[1.5e0, 2, 2.5]", "[1.500000000000000e+00,2,2.5]");
}

#[test]
fn lenient_forms_read() {
    reads("{a:1}", "{\"a\":1}");
    reads(
        "{_1 : TRUE, 'b' : 'it''s'}".replace("''", "\\'").as_str(),
        "{\"_1\":true,\"b\":\"it's\"}",
    );
    reads("{\"a\":1,}", "{\"a\":1}");
    reads("{\"a\":undefined}", "{\"a\":null}");
    reads("[1,,2]", "[1,undefined,2]");
    reads("[1,2,]", "[1,2,undefined]");
    reads("[,]", "[undefined]");
    reads("[,1]", "[undefined,1]");
    reads(".5", "0.5");
    reads(".", "0");
    reads("0x1F", "31");
    reads("0x1.8p1", "3.000000000000000e+00");
    reads(r#""\d\/\u00e9\ud83d\ude00\ud800x""#, "\"d/é😀\u{FFFD}x\"");
    reads("\"a\tb\u{1}\"", "\"a\\tb\\u0001\"");
}

#[test]
fn indented_text() {
    let mut out = String::new();
    to_json_pretty(&value(r#"{"b":[1,{}],"a":{"c":[]}}"#), &mut out);
    assert_eq!(
        out,
        "{\n  \"a\": {\n    \"c\": []\n  },\n  \"b\": [\n    1,\n    {}\n  ]\n}"
    );
}

#[test]
fn typed_scalars_survive() {
    let day = 86_400 * crate::types::temporal::NANOS;
    for (scalar, kind, shown) in [
        (Value::Date(-1), "DATE", "\"1969-12-31\""),
        (Value::Time(3_600_000_000_000), "TIME", "\"01:00:00\""),
        (
            Value::TimestampNtz(day),
            "TIMESTAMP_NTZ",
            "\"1970-01-02 00:00:00.000\"",
        ),
        (
            Value::TimestampLtz(0),
            "TIMESTAMP_LTZ",
            "\"1970-01-01 00:00:00.000 +0000\"",
        ),
        (
            Value::TimestampTz(0, -90),
            "TIMESTAMP_TZ",
            "\"1969-12-31 22:30:00.000 -0130\"",
        ),
        (Value::Binary(&[0xAB, 1]), "BINARY", "\"AB01\""),
        (
            Value::Decimal {
                unscaled: -5,
                scale: 3,
            },
            "DECIMAL",
            "-0.005",
        ),
    ] {
        let bytes = encoded(&scalar);
        assert_eq!(view(&bytes), scalar);
        assert_eq!((type_name(&bytes), text(&bytes).as_str()), (kind, shown));
    }
    assert_eq!(
        encoded(&Value::Decimal {
            unscaled: 100,
            scale: 2
        }),
        encoded(&Value::Integer(1))
    );
}

#[test]
fn paths() {
    let bytes = value(r#"{"a":{"b":[10,{"c d":{"Q":true}},,null]},"é1":2,"":3}"#);
    for (path, expected) in [
        ("a.b[0]", Some("10")),
        ("a:b[0]", Some("10")),
        ("a.b[1]['c d'].\"Q\"", Some("true")),
        ("['a'][\"b\"][1].\"c d\"", Some("{\"Q\":true}")),
        ("é1", Some("2")),
        ("a.b[2]", None),
        ("a.b[3]", Some("null")),
        ("a.b[4]", None),
        ("A", None),
        ("a[0]", None),
    ] {
        let found = Path::parse(path).unwrap().get(&bytes).map(text);
        assert_eq!(found.as_deref(), expected, "{path}");
    }
    for wrong in ["a..b", "a[", "a[x]", "a]", ".", "a.'b'", "a b", "a[-1]"] {
        assert!(Path::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        Path::parse("\"a\".\"b c\"[3]['it\\'s']").unwrap().to_string(),
        "a['b c'][3]['it\\'s']"
    );
}

#[test]
fn wide_objects_and_many_keys() {
    let entries: Vec<String> = (0..2000)
        .rev()
        .map(|key| format!("\"k{key}\":{{\"v\":{key}}}"))
        .collect();
    let bytes = value(&format!("{{{}}}", entries.join(",")));
    let Value::Object(object) = view(&bytes) else {
        panic!()
    };
    assert_eq!(object.len(), 2000);
    for key in [0, 7, 1999] {
        assert_eq!(
            object.get(&format!("k{key}")).map(text),
            Some(format!("{{\"v\":{key}}}"))
        );
    }
    assert_eq!(object.get("k2000"), None);
    assert_eq!(
        object.get_ignore_case("K7").map(text).as_deref(),
        Some("{\"v\":7}")
    );
}

#[test]
fn order_of_kinds_and_values() {
    let ordered = [
        "false",
        "true",
        "-Infinity",
        "-1e300",
        "-1.5",
        "0",
        "1e-1",
        "8",
        "9",
        "10",
        "1e2",
        "1e300",
        "Infinity",
        "NaN",
        "\"\"",
        "\"10\"",
        "\"9\"",
        "\"A\"",
        "\"a\"",
        "\"ab\"",
        "\"é\"",
        "{}",
        "{\"c\":0}",
        "{\"b\":0}",
        "{\"b\":0,\"c\":0}",
        "{\"aa\":0}",
        "{\"a\":true}",
        "{\"a\":0}",
        "{\"a\":0,\"c\":0}",
        "{\"a\":0,\"b\":0}",
        "{\"a\":1}",
        "{\"a\":1,\"b\":2}",
        "[]",
        "[0,5]",
        "[1]",
        "[1,2]",
        "[1,\"a\"]",
        "[\"a\"]",
        "[[1]]",
        "[null]",
        "null",
    ];
    for (left_at, left) in ordered.iter().enumerate() {
        for (right_at, right) in ordered.iter().enumerate() {
            let found = compare(&value(left), &value(right));
            assert_eq!(found, left_at.cmp(&right_at), "{left} {right}");
        }
    }
    for (left, right) in [
        ("1", "1e0"),
        ("0.1", "1e-1"),
        ("0", "-0e0"),
        ("[{\"a\":1}]", "[{\"a\":10e-1}]"),
    ] {
        assert_eq!(
            compare(&value(left), &value(right)),
            Ordering::Equal,
            "{left} {right}"
        );
        assert!(encoding::holds_double(&value(right)) && !encoding::holds_double(&value(left)));
    }
}

#[test]
fn columns_are_built_row_by_row() {
    let mut builder = VariantBuilder::new();
    builder.append_json(b"{\"a\":[1,2]}").unwrap();
    builder.append_json(b" ").unwrap();
    assert!(builder.append_json(b"{\"a\":[1,2}").is_err());
    builder.append_value(&Value::Date(1));
    builder.append_bytes(encoding::UNDEFINED_ELEMENT);
    let column = builder.finish();
    assert_eq!((column.len(), column.null_count()), (4, 2));
    assert_eq!(text(column.value(0)), "{\"a\":[1,2]}");
    assert_eq!(view(column.value(2)), Value::Date(1));
    assert!(builder.is_empty());
}

#[test]
fn one_text_may_hold_many_documents() {
    let feed = b"{\"a\":1}\n{\"a\":\n2} 3 \"x\"[4]  \n".as_slice();
    let mut builder = VariantBuilder::new();
    let mut at = 0;
    while let Some(end) = builder.append_next_json(&feed[at..]).unwrap() {
        at += end;
    }
    let texts: Vec<String> = builder.finish().iter().flatten().map(text).collect();
    assert_eq!(texts, ["{\"a\":1}", "{\"a\":2}", "3", "\"x\"", "[4]"]);
}

#[test]
fn file_format_options() {
    let strip = JsonOptions {
        strip_null_values: true,
        ..JsonOptions::default()
    };
    let bytes = parse_json_with(r#"{"a":null,"b":[1,null,{"c":null}],"d":2}"#, strip)
        .unwrap()
        .unwrap();
    assert_eq!(text(&bytes), r#"{"b":[1,{}],"d":2}"#);
    let last = JsonOptions {
        allow_duplicate: true,
        ..JsonOptions::default()
    };
    let bytes = parse_json_with(r#"{ "a" : "123", "b" : "456", "a": "789"} "#, last)
        .unwrap()
        .unwrap();
    assert_eq!(bytes, value(r#"{"a":"789","b":"456"}"#));
}
