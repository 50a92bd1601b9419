use proptest::prelude::*;

use super::*;
use crate::variant::to_json;

fn parsed(text: &str, options: XmlOptions) -> Vec<u8> {
    parse_xml(text, options).unwrap().unwrap()
}

fn json(text: &str) -> String {
    let mut out = String::new();
    to_json(&parsed(text, XmlOptions::default()), &mut out);
    out
}

fn shown(text: &str, pretty: bool) -> String {
    let mut out = String::new();
    write_xml(&parsed(text, XmlOptions::default()), pretty, &mut out);
    out
}

#[test]
fn elements_are_objects() {
    for (text, expected) in [
        ("<a/>", r#"{"$":"","@":"a"}"#),
        ("<a attr=\"123\">text</a>", r#"{"$":"text","@":"a","@attr":123}"#),
        ("<a><b>X</b></a>", r#"{"$":{"$":"X","@":"b"},"@":"a","b":0}"#),
        (
            "<a> 1 <b>X</b> <c/><b>Y</b></a>",
            r#"{"$":[1,{"$":"X","@":"b"},{"$":"","@":"c"},{"$":"Y","@":"b"}],"@":"a","b":[1,3],"c":2}"#,
        ),
        (
            "<?xml version=\"1.0\"?><!DOCTYPE p SYSTEM \"p.dtd\"><!-- x --><p>a &lt;&#65;<![CDATA[ <b> ]]></p>",
            r#"{"$":"a <A <b>","@":"p"}"#,
        ),
        (
            "<n:a n:x='&quot;'>true</n:a>",
            r#"{"$":true,"@":"n:a","@n:x":"\""}"#,
        ),
    ] {
        assert_eq!(json(text), expected, "{text}");
    }
}

#[test]
fn plain_numbers_are_numbers() {
    for (text, expected) in [
        ("27.00", "27"),
        ("-3.10", "-3.1"),
        ("007", "\"007\""),
        ("+1", "\"+1\""),
        (".5", "\".5\""),
        ("1.", "\"1.\""),
        ("22257e111", "2.225700000000000e+115"),
        ("1e999", "\"1e999\""),
        ("0", "0"),
        ("True", "\"True\""),
        ("1 2", "\"1 2\""),
    ] {
        assert_eq!(
            json(&format!("<a>{text}</a>")),
            format!("{{\"$\":{expected},\"@\":\"a\"}}")
        );
    }
    let kept = XmlOptions {
        disable_auto_convert: true,
        preserve_space: true,
        ..XmlOptions::default()
    };
    let mut out = String::new();
    to_json(&parsed("<a b='1'> 2 </a>", kept), &mut out);
    assert_eq!(out, r#"{"$":" 2 ","@":"a","@b":"1"}"#);
}

#[test]
fn elements_are_shown_as_xml() {
    let text =
        "<level1> 1 <level2 b='2' a='1'> 2 <level3> 3A </level3> <level3>3B</level3> </level2> </level1>";
    assert_eq!(
        shown(text, true),
        "<level1>\n  1\n  <level2 a=\"1\" b=\"2\">\n    2\n    <level3>3A</level3>\n    <level3>3B</level3>\n  \
         </level2>\n</level1>"
    );
    assert_eq!(
        shown("<a><b>X&amp;</b><c/></a>", false),
        "<a><b>X&amp;</b><c></c></a>"
    );
    assert_eq!(shown("<a/>", true), "<a></a>");
}

#[test]
fn faults_are_told_with_their_place() {
    for (text, expected) in [
        (
            "<name> Invalid </WRONG_CLOSING_TAG>",
            "no opening tag for </WRONG_CLOSING_TAG>, pos 35",
        ),
        ("<a><b></a>", "no opening tag for </a>, pos 10"),
        ("<a>", "prematurely terminated XML document, pos 3"),
        ("a", "text outside of the outermost element, pos 1"),
        ("<a/><b/>", "more than one outermost element, pos 8"),
        ("<a>&what;</a>", "unknown entity &what;, pos 9"),
        ("</a>", "no opening tag for </a>, pos 4"),
    ] {
        assert_eq!(
            check_xml(text, XmlOptions::default()).as_deref(),
            Some(expected),
            "{text}"
        );
    }
    assert_eq!(check_xml("<name> Valid </name>", XmlOptions::default()), None);
    let deep = format!("{}{}", "<a>".repeat(2_000), "</a>".repeat(2_000));
    assert!(check_xml(&deep, XmlOptions::default()).is_some());
    let error = parse_xml("<a", XmlOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.sqlstate()), (100_100, "22P02"));
}

#[test]
fn the_outer_element_may_be_stripped() {
    let options = XmlOptions {
        strip_outer_element: true,
        ..XmlOptions::default()
    };
    let mut reader = XmlReader::new("<r>\n<a>1</a>\n<b/></r><r/><r><c/></r>", options);
    let mut names = Vec::new();
    while let Some(element) = reader.next_element().unwrap() {
        let mut text = String::new();
        write_xml(&element, false, &mut text);
        names.push(text);
    }
    assert_eq!(names, ["<a>1</a>", "<b></b>", "<c></c>"]);
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(words in proptest::collection::vec("[a-z<&> \"0-9.]{0,6}", 1..6), nest in 0usize..5) {
        let mut text = String::new();
        for word in &words {
            let word = word.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            text = format!("<e w=\"{word}\">{word}{}</e>", text.repeat(1 + nest % 2));
        }
        let first = parsed(&text, XmlOptions::default());
        for pretty in [false, true] {
            let mut again = String::new();
            write_xml(&first, pretty, &mut again);
            prop_assert_eq!(&parsed(&again, XmlOptions::default()), &first);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[<>/a-c!\\[\\]&;#?\"'= -]{0,40}") {
        let _ = check_xml(&text, XmlOptions::default());
    }
}
