use super::*;

#[test]
fn wordings_and_positions() {
    for (json, expected) in [
        ("cdefg", "unknown keyword \"cdefg\", pos 6"),
        ("  cdefg", "unknown keyword \"cdefg\", pos 8"),
        ("nul", "unknown keyword \"nul\", pos 4"),
        ("a:1", "unknown keyword \"a\", pos 2"),
        ("-a", "unknown keyword \"-a\", pos 3"),
        ("-nan", "unknown keyword \"-nan\", pos 5"),
        ("{\"a\":[1,{\"b\":x}]}", "unknown keyword \"x\", pos 15"),
        ("{a:b:1}", "unknown keyword \"b\", pos 5"),
        ("}", "misplaced }, pos 1"),
        ("]", "misplaced ], pos 1"),
        ("{bad}", "misplaced }, pos 5"),
        ("{\"a\"}", "misplaced }, pos 5"),
        ("{\"a\":}", "misplaced }, pos 6"),
        ("{\"Malformed -- Missing value\": }", "misplaced }, pos 32"),
        ("[1}", "misplaced }, pos 3"),
        ("{\"a\":1]", "misplaced ], pos 7"),
        ("{\"a\":1,\"b\"}", "misplaced }, pos 11"),
        ("{a[b:1}", "misplaced [, pos 3"),
        ("{\"a\":1,,}", "misplaced comma, pos 8"),
        ("{\"a\":,\"b\":1}", "misplaced comma, pos 6"),
        ("{a,b:1}", "misplaced comma, pos 3"),
        ("{", "incomplete object value, pos 2"),
        ("[", "incomplete array value, pos 2"),
        ("{\"a\":1", "incomplete object value, pos 7"),
        ("{\"a\":[1,2", "incomplete array value, pos 10"),
        ("\"abc", "unfinished string, pos 5"),
        ("\"ab\nc\"", "unterminated string, line 2, pos 0"),
        ("\"ab\\\rc\"", "bad escape sequence in the string, pos 6"),
        ("[1,\n 2 3]", "missing comma, line 2, pos 4"),
        ("[1 2]", "missing comma, pos 4"),
        ("{\"a\":1 \"b\":2}", "missing comma, pos 8"),
        ("{\"a\" 1}", "missing colon, pos 6"),
        ("{a-b:1}", "missing colon, pos 3"),
        ("{a b:1}", "missing colon, pos 4"),
        ("{1a:1}", "object attribute name cannot be a number, pos 2"),
        ("{\"a\":1,\"a\":2}", "duplicate object attribute \"a\", pos 10"),
        (
            "{\"a\":1,\"a\":2,\"a\":3}",
            "duplicate object attribute \"a\", pos 10",
        ),
        (
            "{ \"a\" : \"123\", \"b\" : \"456\", \"a\": \"789\"} ",
            "duplicate object attribute \"a\", pos 31",
        ),
        ("{\"a\":1,\"a\":[x]}", "duplicate object attribute \"a\", pos 10"),
        ("#", "invalid character outside of a string: '#', pos 1"),
        ("[@]", "invalid character outside of a string: '@', pos 2"),
        ("{a$b:1}", "invalid character outside of a string: '$', pos 3"),
        ("{ä:1}", "invalid character outside of a string: U+00E4, pos 3"),
        ("{ab€:1}", "invalid character outside of a string: U+20AC, pos 6"),
        ("{a\\b:1}", "invalid character outside of a string: '\\\\', pos 3"),
        ("-", "no number after a sign, pos 2"),
        ("--1", "stray minus sign, pos 2"),
        ("1e", "missing decimal exponent digits: '1e', pos 3"),
        ("1e+", "missing decimal exponent digits: '1e+', pos 4"),
        ("1a", "garbage in the numeric literal: 1a , pos 3"),
        ("[1-2]", "garbage in the numeric literal: 1-2], pos 5"),
        ("0x", "hexadecimal integer number conversion error: 0x, pos 3"),
        ("{} {}", "more than one document in the input"),
        ("\"a\" \"b\"", "more than one document in the input"),
        ("1 2", "garbage after valid input document"),
        ("\"a\"x", "garbage after valid input document"),
        (",1", "garbage after valid input document"),
    ] {
        assert_eq!(check_json(json).as_deref(), Some(expected), "{json}");
    }
    let error = parse_json("{bad}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "100069 (22P02): Error parsing JSON: misplaced }, pos 5"
    );
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(text(&value(&nested(MAX_DEPTH))), nested(MAX_DEPTH));
    assert!(
        check_json(&nested(MAX_DEPTH + 1))
            .unwrap()
            .starts_with("document is nested too deeply")
    );
}

#[test]
fn text_must_be_utf8() {
    let mut builder = VariantBuilder::new();
    let error = builder.append_json(b"{\"a\":\"\xFF\"}").unwrap_err();
    assert_eq!(
        error.message(),
        "Error parsing JSON: invalid UTF-8 sequence, pos 7"
    );
    assert!(builder.is_empty());
}
