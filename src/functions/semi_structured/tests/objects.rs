use super::*;

#[test]
fn json_in_and_out() {
    let texts = texts(&[Some("{\"a\":1.0}"), Some(" "), None, Some("null")]);
    assert_eq!(
        shown(&call("PARSE_JSON", &[Arc::clone(&texts)]).unwrap()),
        ["{\"a\":1}", "NULL", "NULL", "null"]
    );
    assert_eq!(
        shown(&call("TRY_PARSE_JSON", &[super::texts(&[Some("{"), Some("1")])]).unwrap()),
        ["NULL", "1"]
    );
    assert_eq!(
        error("PARSE_JSON", &[text("{bad}")]),
        "100069 (22P02): Error parsing JSON: misplaced }, pos 5"
    );
    assert_eq!(
        result("PARSE_JSON", &[text("{\"a\":1,\"a\":2}"), text("d")]),
        "{\"a\":2}"
    );
    assert!(error("PARSE_JSON", &[text("1"), text("x")]).starts_with("100137"));
    assert_eq!(result("CHECK_JSON", &[text("{bad}")]), "misplaced }, pos 5");
    assert_eq!(result("CHECK_JSON", &[text("{}")]), "NULL");
    assert_eq!(result("CHECK_JSON", &[one("\"{bad}\"")]), "misplaced }, pos 5");
    assert_eq!(
        shown(
            &call(
                "TO_JSON",
                &[json(&[Some("{ \"b\": [1] }"), Some("\"x\""), Some("null"), None])]
            )
            .unwrap()
        ),
        ["{\"b\":[1]}", "\"x\"", "null", "NULL"]
    );
}

#[test]
fn extraction() {
    let value = || one(r#"{"a":{"b":[10,{"C":true},,null]}}"#);
    assert_eq!(result("GET_PATH", &[value(), text("a.b[1].C")]), "true");
    assert_eq!(result("GET_PATH", &[value(), text("a.b[3]")]), "null");
    assert_eq!(result("GET_PATH", &[value(), text("a.b[2]")]), "NULL");
    assert_eq!(
        result("GET_PATH", &[value(), text("")]),
        r#"{"a":{"b":[10,{"C":true},undefined,null]}}"#
    );
    assert!(error("GET_PATH", &[value(), text("a..b")]).contains("a..b"));
    let paths = texts(&[Some("a"), Some("b"), None]);
    let values = json(&[Some("{\"a\":1}"), Some("{\"b\":2}"), Some("{}")]);
    assert_eq!(
        shown(&call("GET_PATH", &[values, paths]).unwrap()),
        ["1", "2", "NULL"]
    );
    assert_eq!(result("GET", &[one("[2.71,3.14]"), number(0)]), "2.71");
    assert_eq!(result("GET", &[one("[2.71,3.14]"), number(-1)]), "NULL");
    assert_eq!(
        result("GET", &[one("{\"Ukraine\":\"Kyiv\"}"), text("Ukraine")]),
        "\"Kyiv\""
    );
    assert_eq!(result("GET", &[one("{\"0\":1}"), number(0)]), "NULL");
    assert_eq!(result("GET", &[one("{\"a\":1}"), text("A")]), "NULL");
    assert_eq!(result("GET_IGNORE_CASE", &[one("{\"aB\":1}"), text("Ab")]), "1");
    assert_eq!(
        result("OBJECT_KEYS", &[one("{\"b\":1,\"a\":{\"c\":1}}")]),
        r#"["a","b"]"#
    );
    assert_eq!(result("STRIP_NULL_VALUE", &[one("null")]), "NULL");
}

#[test]
fn construction() {
    let object = |name| {
        result(
            name,
            &[
                text("b"),
                text("BBBB"),
                text("a"),
                number(1),
                text("c"),
                null(),
                null(),
                number(2),
            ],
        )
    };
    assert_eq!(object("OBJECT_CONSTRUCT"), r#"{"a":1,"b":"BBBB"}"#);
    assert_eq!(
        object("OBJECT_CONSTRUCT_KEEP_NULL"),
        r#"{"a":1,"b":"BBBB","c":null}"#
    );
    assert_eq!(result("OBJECT_CONSTRUCT", &[]), "{}");
    assert_eq!(
        result("OBJECT_CONSTRUCT", &[text("k"), one("null")]),
        r#"{"k":null}"#
    );
    assert!(error("OBJECT_CONSTRUCT", &[text("k")]).starts_with("000938"));
    assert!(
        error("OBJECT_CONSTRUCT", &[text("k"), number(1), text("k"), number(2)])
            .contains("Duplicate field key 'k'")
    );
    let arrays = |keys, values| [one(keys), one(values)];
    assert_eq!(
        result("ARRAYS_TO_OBJECT", &arrays("[\"k1\",,\"k3\"]", "[1,2,]")),
        "{\"k1\":1,\"k3\":null}"
    );
    assert!(error("ARRAYS_TO_OBJECT", &arrays("[1]", "[1]")).starts_with("215002 (22000)"));
    assert!(error("ARRAYS_TO_OBJECT", &arrays("[]", "[1]")).starts_with("215001 (22000)"));
}

#[test]
fn changes() {
    let object = || one(r#"{"a":"value1","b":"value2"}"#);
    assert_eq!(
        result("OBJECT_INSERT", &[object(), text("c"), number(3)]),
        r#"{"a":"value1","b":"value2","c":3}"#
    );
    assert_eq!(
        result("OBJECT_INSERT", &[object(), text("d"), one("null")]),
        r#"{"a":"value1","b":"value2","d":null}"#
    );
    assert_eq!(
        result("OBJECT_INSERT", &[object(), text("e"), null()]),
        r#"{"a":"value1","b":"value2"}"#
    );
    assert_eq!(
        result("OBJECT_INSERT", &[object(), text("b"), text("x"), boolean(true)]),
        r#"{"a":"value1","b":"x"}"#
    );
    assert!(error("OBJECT_INSERT", &[object(), text("b"), text("x")]).contains("Duplicate field key 'b'"));
    assert_eq!(
        result("OBJECT_DELETE", &[object(), text("b"), text("z")]),
        r#"{"a":"value1"}"#
    );
    assert_eq!(
        result("OBJECT_PICK", &[object(), text("b"), text("z")]),
        r#"{"b":"value2"}"#
    );
    assert_eq!(
        result("OBJECT_PICK", &[object(), one("[\"a\",\"b\"]")]),
        r#"{"a":"value1","b":"value2"}"#
    );
    assert!(error("OBJECT_DELETE", &[one("[1]"), text("b")]).starts_with("100071"));
}

#[test]
fn predicates_and_getters() {
    let rows = json(&[
        Some("null"),
        None,
        Some("true"),
        Some("-17"),
        Some("123.12"),
        Some("1.912e2"),
        Some("\"x\""),
        Some("[1]"),
        Some("{}"),
    ]);
    let all = |name: &str| shown(&call(name, &[Arc::clone(&rows)]).unwrap()).join(" ");
    assert_eq!(
        all("TYPEOF"),
        "NULL_VALUE NULL BOOLEAN INTEGER DECIMAL DOUBLE VARCHAR ARRAY OBJECT"
    );
    assert_eq!(
        all("IS_DOUBLE"),
        "false NULL false true true true false false false"
    );
    assert_eq!(
        all("IS_DECIMAL"),
        "false NULL false true true false false false false"
    );
    assert_eq!(
        all("IS_INTEGER"),
        "false NULL false true false false false false false"
    );
    assert_eq!(
        all("IS_NULL_VALUE"),
        "true NULL false false false false false false false"
    );
    assert_eq!(all("AS_INTEGER"), "NULL NULL NULL -17 NULL NULL NULL NULL NULL");
    assert_eq!(all("AS_NUMBER"), "NULL NULL NULL -17 123 NULL NULL NULL NULL");
    assert_eq!(all("AS_VARCHAR"), "NULL NULL NULL NULL NULL NULL x NULL NULL");
    assert_eq!(all("AS_ARRAY"), "NULL NULL NULL NULL NULL NULL NULL [1] NULL");
    assert_eq!(all("AS_OBJECT"), "NULL NULL NULL NULL NULL NULL NULL NULL {}");
    assert_eq!(all("AS_BOOLEAN"), "NULL NULL true NULL NULL NULL NULL NULL NULL");
    assert_eq!(result("AS_NUMBER", &[one("2.345"), number(6), number(2)]), "2.35");
    assert!(error("AS_NUMBER", &[one("12345"), number(3)]).starts_with("100046"));
    let date = call(
        "TO_VARIANT",
        &[Arc::new(datafusion::arrow::array::Date32Array::from(vec![1]))],
    )
    .unwrap();
    assert_eq!(result("TYPEOF", &[Arc::clone(&date)]), "DATE");
    assert_eq!(result("IS_DATE", &[Arc::clone(&date)]), "true");
    assert_eq!(result("TO_JSON", &[date]), "\"1970-01-02\"");
}

#[test]
fn conversions() {
    assert_eq!(result("TO_VARIANT", &[text("[1]")]), "\"[1]\"");
    assert_eq!(result("TO_ARRAY", &[text("a,b")]), "[\"a,b\"]");
    assert_eq!(result("TO_ARRAY", &[one("[1]")]), "[1]");
    assert_eq!(result("TO_ARRAY", &[one("null")]), "NULL");
    assert_eq!(result("TO_OBJECT", &[one("{\"a\":1}")]), "{\"a\":1}");
    assert!(error("TO_OBJECT", &[one("1")]).starts_with("100071"));
    assert_eq!(values(&one("1")).len(), 1);
}

#[test]
fn keys_for_the_planner() {
    let values = json(&[Some("1"), Some("1.0"), Some("1e0"), Some("\"1\""), None]);
    let keys = shown(&call("$EQUALITY_KEY", &[Arc::clone(&values)]).unwrap());
    assert_eq!(keys, ["1", "1", "1", "\"1\"", "NULL"]);
    let keys = call("$ORDER_KEY", &[values]).unwrap();
    let keys = keys.as_binary::<i32>();
    assert!(keys.value(0) == keys.value(2) && keys.value(2) < keys.value(3) && keys.is_null(4));
}
