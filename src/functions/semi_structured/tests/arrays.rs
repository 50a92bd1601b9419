use super::*;

#[test]
fn construct() {
    assert_eq!(
        result("ARRAY_CONSTRUCT", &[number(1), null(), one("null"), text("x")]),
        r#"[1,undefined,null,"x"]"#
    );
    assert_eq!(
        result("ARRAY_CONSTRUCT_COMPACT", &[number(1), null(), one("null")]),
        "[1,null]"
    );
    assert_eq!(result("ARRAY_CONSTRUCT", &[]), "[]");
    assert_eq!(
        result("ARRAY_CONSTRUCT", &[float(1.5)]),
        "[1.500000000000000e+00]"
    );
}

#[test]
fn grow() {
    assert_eq!(result("ARRAY_APPEND", &[one("[1]"), text("a")]), r#"[1,"a"]"#);
    assert_eq!(result("ARRAY_PREPEND", &[one("[1]"), null()]), "[undefined,1]");
    assert_eq!(result("ARRAY_CAT", &[one("[1]"), one("[2,3]")]), "[1,2,3]");
    assert_eq!(result("ARRAY_CAT", &[one("[1]"), null()]), "NULL");
    assert_eq!(
        result("ARRAY_INSERT", &[one("[0,1,2,3]"), number(2), text("hello")]),
        r#"[0,1,"hello",2,3]"#
    );
    let beyond = result("ARRAY_INSERT", &[one("[0,1,2,3]"), number(5), text("hello")]);
    assert_eq!(beyond, r#"[0,1,2,3,undefined,"hello"]"#);
    assert_eq!(
        result("ARRAY_INSERT", &[one("[0,1,2,3]"), number(-1), text("hello")]),
        r#"[0,1,2,"hello",3]"#
    );
    assert_eq!(
        result("ARRAY_INSERT", &[one("[0]"), number(-3), number(9)]),
        "[9,undefined,undefined,0]"
    );
    assert!(error("ARRAY_INSERT", &[one("[]"), number(10i128.pow(30)), number(9)]).contains("too large"));
}

#[test]
fn ranges_and_splits() {
    let range = |start, stop, step| {
        result(
            "ARRAY_GENERATE_RANGE",
            &[number(start), number(stop), number(step)],
        )
    };
    assert_eq!(result("ARRAY_GENERATE_RANGE", &[number(2), number(5)]), "[2,3,4]");
    assert_eq!(range(0, -16, -5), "[0,-5,-10,-15]");
    assert_eq!(range(8, 2, 2), "[]");
    assert!(error("ARRAY_GENERATE_RANGE", &[number(1), number(2), number(0)]).starts_with("100137"));
    assert_eq!(
        result("SPLIT", &[text("127.0.0.1"), text(".")]),
        r#"["127","0","0","1"]"#
    );
    assert_eq!(result("SPLIT", &[text("|a||"), text("|")]), r#"["","a","",""]"#);
    assert_eq!(result("SPLIT", &[text("ab"), text("")]), r#"["ab"]"#);
    assert_eq!(
        result("STRTOK_TO_ARRAY", &[text("user@snow.com"), text(".@")]),
        r#"["user","snow","com"]"#
    );
}

#[test]
fn zipped() {
    let zipped = result(
        "ARRAYS_ZIP",
        &[one("[1,,3]"), one("[\"one\"]"), one("[\"I\",\"II\"]")],
    );
    let expected =
        r#"[{"$1":1,"$2":"one","$3":"I"},{"$1":null,"$2":null,"$3":"II"},{"$1":3,"$2":null,"$3":null}]"#;
    assert_eq!(zipped, expected);
    assert_eq!(result("ARRAYS_ZIP", &[one("[]"), one("[]")]), "[{}]");
    assert_eq!(result("ARRAYS_ZIP", &[one("[1]"), null()]), "NULL");
}

#[test]
fn subsets() {
    assert_eq!(result("ARRAY_COMPACT", &[one("[1,,null,2]")]), "[1,2]");
    assert_eq!(
        result("ARRAY_DISTINCT", &[one("[1,1.0,1e0,\"1\",,null,,null]")]),
        r#"[1,"1",undefined,null]"#
    );
    assert_eq!(
        result("ARRAY_REMOVE", &[one("[1,5,5.00,5e0,\"5\",5,,]"), number(5)]),
        r#"[1,"5",undefined,undefined]"#
    );
    assert_eq!(result("ARRAY_REMOVE", &[one("[5]"), null()]), "NULL");
    assert_eq!(result("ARRAY_REMOVE_AT", &[one("[2,5,7]"), number(-1)]), "[2,5]");
    assert_eq!(
        result("ARRAY_REMOVE_AT", &[one("[2,5,7]"), number(10)]),
        "[2,5,7]"
    );
    assert_eq!(
        result("ARRAY_REMOVE_AT", &[one("[2,5,7]"), number(-4)]),
        "[2,5,7]"
    );
    assert_eq!(
        result(
            "ARRAY_EXCEPT",
            &[one("[\"A\",\"B\",\"B\",\"B\",\"C\"]"), one("[\"B\"]")]
        ),
        r#"["A","B","B","C"]"#
    );
    assert_eq!(
        result("ARRAY_EXCEPT", &[one("[\"A\",,,1]"), one("[\"B\",,2]")]),
        r#"["A",undefined,1]"#
    );
    assert_eq!(
        result(
            "ARRAY_INTERSECTION",
            &[one("[\"A\",\"B\",\"B\",\"B\"]"), one("[\"B\",\"B\"]")]
        ),
        r#"["B","B"]"#
    );
    assert_eq!(
        result(
            "ARRAY_INTERSECTION",
            &[one("[{\"a\":1,\"b\":2}]"), one("[{\"b\":2e0,\"a\":1}]")]
        ),
        r#"[{"a":1,"b":2}]"#
    );
    let slice = |from, to| result("ARRAY_SLICE", &[one("[0,1,2,3,4,5,6]"), number(from), number(to)]);
    assert_eq!(slice(0, 2), "[0,1]");
    assert_eq!(slice(0, -2), "[0,1,2,3,4]");
    assert_eq!(slice(-5, -3), "[2,3]");
    assert_eq!(slice(10, 12), "[]");
    assert_eq!(slice(-10, -12), "[]");
    assert_eq!(slice(5, 2), "[]");
}

#[test]
fn flattened_arrays() {
    assert_eq!(
        result("ARRAY_FLATTEN", &[one("[[[1,2],[3]],[[4],[5]]]")]),
        "[[1,2],[3],[4],[5]]"
    );
    assert_eq!(result("ARRAY_FLATTEN", &[one("[[1],,[2]]")]), "NULL");
    let message = "100107 (22000): Not an array: 'Input argument to ARRAY_FLATTEN is not an array of arrays'";
    assert_eq!(error("ARRAY_FLATTEN", &[one("[[1],4]")]), message);
}

#[test]
fn sorted() {
    let array = || one("[20,null,0,,10]");
    assert_eq!(result("ARRAY_SORT", &[array()]), "[0,10,20,null,undefined]");
    assert_eq!(
        result("ARRAY_SORT", &[array(), boolean(false)]),
        "[undefined,null,20,10,0]"
    );
    assert_eq!(
        result("ARRAY_SORT", &[array(), boolean(true), boolean(true)]),
        "[undefined,0,10,20,null]"
    );
    assert_eq!(
        result("ARRAY_SORT", &[array(), boolean(false), boolean(false)]),
        "[null,20,10,0,undefined]"
    );
    assert_eq!(result("ARRAY_REVERSE", &[array()]), "[10,undefined,0,null,20]");
    assert_eq!(result("ARRAY_MIN", &[array()]), "0");
    assert_eq!(result("ARRAY_MAX", &[array()]), "null");
    assert_eq!(result("ARRAY_MAX", &[one("[,]")]), "NULL");
}

#[test]
fn searched() {
    assert_eq!(
        shown(&call("ARRAY_SIZE", &[json(&[Some("[1,,3]"), Some("{}"), None])]).unwrap()),
        ["3", "NULL", "NULL"]
    );
    let contains = |value, array| result("ARRAY_CONTAINS", &[value, one(array)]);
    assert_eq!(contains(one("\"hello\""), "[\"hello\",\"hi\"]"), "true");
    assert_eq!(contains(one("\"hello\""), "[\"hola\"]"), "false");
    assert_eq!(contains(null(), "[\"hola\"]"), "NULL");
    assert_eq!(contains(null(), "[\"hola\",,]"), "true");
    assert_eq!(contains(one("null"), "[\"hola\",null]"), "true");
    assert_eq!(contains(one("null"), "[\"hola\",,]"), "false");
    assert_eq!(contains(number(5), "[5e0]"), "true");
    assert!(error("ARRAY_CONTAINS", &[text("a"), one("[]")]).starts_with("001044"));
    assert_eq!(
        result("ARRAY_POSITION", &[one("\"hi\""), one("[\"hello\",\"hi\"]")]),
        "1"
    );
    assert_eq!(
        result("ARRAY_POSITION", &[one("\"ho\""), one("[\"hello\",\"hi\"]")]),
        "NULL"
    );
    assert_eq!(result("ARRAYS_OVERLAP", &[one("[1,2]"), one("[3,2.0]")]), "true");
    assert_eq!(result("ARRAYS_OVERLAP", &[one("[1,,]"), one("[,]")]), "true");
    assert_eq!(result("ARRAYS_OVERLAP", &[one("[1]"), one("[3]")]), "false");
}

#[test]
fn joined() {
    let join = |array| result("ARRAY_TO_STRING", &[one(array), text(", ")]);
    assert_eq!(
        join("[true, 1, -1.2e-3, \"Abc\", [\"x\",\"y\"], {\"a\":1}]"),
        r#"true, 1, -0.0012, Abc, ["x","y"], {"a":1}"#
    );
    assert_eq!(join("[1, , ,2]"), "1, , , 2");
    assert_eq!(join("[]"), "");
    assert_eq!(result("ARRAY_TO_STRING", &[one("[1]"), null()]), "NULL");
}

#[test]
fn wrong_types_are_refused() {
    for name in [
        "ARRAY_SIZE",
        "ARRAY_SORT",
        "TYPEOF",
        "TO_JSON",
        "OBJECT_KEYS",
        "IS_ARRAY",
    ] {
        assert!(error(name, &[text("[1]")]).starts_with("001044"), "{name}");
    }
}
