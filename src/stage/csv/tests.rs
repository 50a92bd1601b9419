//! The scanner and the values of fields, without any target table.

use super::dialect::Dialect;
use super::scanner::{Field, Flaw};
use crate::stage::format::{FileFormat, PropertyValue};

pub(crate) fn dialect(properties: &[(&str, &str)]) -> Dialect {
    let given: Vec<_> = properties
        .iter()
        .map(|(name, value)| (name.to_string(), PropertyValue::Text(value.to_string())))
        .collect();
    Dialect::new(&FileFormat::from_properties(&given).unwrap().csv().unwrap())
}

type Row = (Vec<Option<String>>, Option<Flaw>);

fn rows(dialect: &Dialect, text: &str) -> Vec<Row> {
    let data = text.as_bytes();
    let (mut fields, mut position, mut found) = (Vec::<Field>::new(), 0, Vec::new());
    while position < data.len() {
        let record = dialect.record(data, position, &mut fields);
        let mut scratch = Vec::new();
        let values = fields
            .iter()
            .map(|field| {
                let value = dialect.value(data, *field, &mut scratch)?;
                Some(String::from_utf8_lossy(value).into_owned())
            })
            .collect();
        found.push((values, record.flaw));
        assert!(record.end > position, "the scanner moves on");
        position = record.end;
    }
    found
}

fn values(dialect: &Dialect, text: &str) -> Vec<Vec<Option<String>>> {
    rows(dialect, text)
        .into_iter()
        .map(|(values, flaw)| {
            assert_eq!(flaw, None);
            values
        })
        .collect()
}

fn texts(expected: &[&[&str]]) -> Vec<Vec<Option<String>>> {
    expected
        .iter()
        .map(|row| row.iter().map(|text| Some(text.to_string())).collect())
        .collect()
}

#[test]
fn newlines_are_logical() {
    let plain = dialect(&[]);
    assert_eq!(
        values(&plain, "a,b\r\nc,d\n e,f"),
        texts(&[&["a", "b"], &["c", "d"], &[" e", "f"]])
    );
    assert_eq!(values(&plain, "a\rb,c"), texts(&[&["a\rb", "c"]]));
    assert_eq!(
        values(&plain, "a,b\n\n"),
        [vec![Some("a".into()), Some("b".into())], vec![None]]
    );
}

#[test]
fn the_unenclosed_escape_takes_delimiters_literally_and_keeps_the_rest() {
    let plain = dialect(&[]);
    assert_eq!(
        values(&plain, "x\\,y,1\n1\\\n2,3\n"),
        texts(&[&["x,y", "1"], &["1\n2", "3"]])
    );
    assert_eq!(values(&plain, "x\\\\,\\1\n"), texts(&[&["x\\", "\\1"]]));
    assert_eq!(values(&plain, "\\N,\\\\N"), [vec![None, Some("\\N".into())]]);
    let none = dialect(&[("ESCAPE_UNENCLOSED_FIELD", "NONE")]);
    assert_eq!(values(&none, "x\\,y"), texts(&[&["x\\", "y"]]));
}

#[test]
fn enclosed_fields_hold_anything() {
    let quoted = dialect(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\"")]);
    assert_eq!(
        values(&quoted, "1,\"x\ny\"\n\"a,\"\"b\"\"\",\"\""),
        texts(&[&["1", "x\ny"], &["a,\"b\"", ""]])
    );
    assert_eq!(
        values(&quoted, "\"x\" ,1\n x\"y\",2\n"),
        texts(&[&["x", "1"], &[" x\"y\"", "2"]])
    );
    assert_eq!(values(&quoted, ",\"\"\n"), [vec![None, Some(String::new())]]);
    let escaped = dialect(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\""), ("ESCAPE", "\\\\")]);
    assert_eq!(
        values(&escaped, "\"x\\\"y\",\"\\\\\"\n"),
        texts(&[&["x\"y", "\\"]])
    );
}

#[test]
fn trim_space_trims_outside_the_quotes() {
    let trim = dialect(&[
        ("FIELD_DELIMITER", "|"),
        ("FIELD_OPTIONALLY_ENCLOSED_BY", "\""),
        ("TRIM_SPACE", "TRUE"),
    ]);
    assert_eq!(
        values(&trim, "\"Hello world\"|\" Hello world \"| \"Hello world\" | a b "),
        texts(&[&["Hello world", " Hello world ", "Hello world", "a b",]])
    );
}

#[test]
fn delimiters_may_be_longer_or_absent() {
    let long = dialect(&[("FIELD_DELIMITER", "||"), ("RECORD_DELIMITER", "<>\n")]);
    assert_eq!(
        values(&long, "a|b||c<>\nd||e"),
        texts(&[&["a|b", "c"], &["d", "e"]])
    );
    let cent = dialect(&[("FIELD_DELIMITER", "\\xC2\\xA2"), ("RECORD_DELIMITER", "0x5e")]);
    assert_eq!(values(&cent, "a¢b^c¢é"), texts(&[&["a", "b"], &["c", "é"]]));
    let lines = dialect(&[("FIELD_DELIMITER", "NONE")]);
    assert_eq!(values(&lines, "a,b\nc"), texts(&[&["a,b"], &["c"]]));
    let whole = dialect(&[("FIELD_DELIMITER", "NONE"), ("RECORD_DELIMITER", "NONE")]);
    assert_eq!(values(&whole, "a,b\nc\n"), texts(&[&["a,b\nc\n"]]));
}

#[test]
fn faults_of_form_are_told_with_their_place() {
    let quoted = dialect(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\"")]);
    let found = rows(&quoted, "\"x\"y,1\n2,3\n");
    assert_eq!(found[0].1, Some(Flaw::AfterEnclosure { field: 0, at: 3 }));
    assert_eq!(found[0].0.len(), 2);
    assert_eq!(found[1].1, None);
    assert_eq!(
        rows(&quoted, "1,\"x\n2,3\n")[0].1,
        Some(Flaw::Unclosed { field: 1, at: 2 })
    );
    let one_line = dialect(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\""), ("MULTI_LINE", "FALSE")]);
    let found = rows(&one_line, "1,\"x\ny\"\n2,3\n");
    assert_eq!(found[0].1, Some(Flaw::DelimiterInside { field: 1, at: 2 }));
    assert_eq!(found.last().unwrap().1, None);
}

#[test]
fn empty_fields_and_null_texts() {
    let kept = dialect(&[("EMPTY_FIELD_AS_NULL", "FALSE"), ("NULL_IF", "NULL")]);
    assert_eq!(
        values(&kept, ",NULL,\\N"),
        [vec![Some(String::new()), None, Some("\\N".into())]]
    );
    let quoted = dialect(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\""), ("NULL_IF", "")]);
    assert_eq!(values(&quoted, "\"\",a"), [vec![None, Some("a".into())]]);
}
