use proptest::prelude::*;

use super::*;
use crate::stage::format::{FileFormat, PropertyValue};
use crate::variant::to_json;
use datafusion::arrow::array::{Array, AsArray};

fn reader(properties: &[(&str, &str)]) -> JsonReader {
    let mut given = vec![("TYPE".to_string(), PropertyValue::Text("JSON".to_string()))];
    given.extend(
        properties
            .iter()
            .map(|(name, value)| (name.to_string(), PropertyValue::Text(value.to_string()))),
    );
    JsonReader::new(&FileFormat::from_properties(&given).unwrap().json().unwrap())
}

/// The documents as text, and the lines of the errors' starts as byte offsets.
fn read(reader: &JsonReader, text: &str, piece_bytes: usize) -> (Vec<String>, Vec<(u64, usize, String)>) {
    let (mut documents, mut errors, mut parsed) = (Vec::new(), Vec::new(), 0u64);
    for piece in reader.read(text.as_bytes(), piece_bytes) {
        let piece = piece.unwrap();
        let values = piece.batch.column(0).as_binary::<i64>();
        for (row, number) in piece.rows.iter().enumerate() {
            let mut shown = String::new();
            if values.is_valid(row) {
                to_json(values.value(row), &mut shown);
            }
            documents.push(format!("{}:{shown}", parsed + u64::from(*number)));
        }
        for fault in piece.faults {
            errors.push((
                parsed + u64::from(fault.row),
                fault.at,
                fault.error.message().to_string(),
            ));
        }
        parsed += u64::from(piece.parsed);
    }
    (documents, errors)
}

fn documents(properties: &[(&str, &str)], text: &str) -> Vec<String> {
    let (documents, errors) = read(&reader(properties), text, 1 << 20);
    assert_eq!(errors, []);
    documents
        .iter()
        .map(|document| document.split_once(':').unwrap().1.to_string())
        .collect()
}

#[test]
fn documents_stand_one_after_the_other() {
    let expected = ["{\"a\":1}", "{\"b\":[1,2]}", "3"];
    for text in [
        "{\"a\":1}\n{\"b\":[1,2]}\n3\n",
        "{\"a\":1}{\"b\":[1,2]}3",
        "{\"a\":1},\r\n\n{\"b\":\n [1,\n2]\n},3",
        "{\n\"a\":1\n}\n\n{\"b\":[1,2]} 3",
    ] {
        assert_eq!(documents(&[], text), expected, "{text}");
    }
    assert_eq!(documents(&[], ""), [""; 0]);
    assert_eq!(documents(&[], " \n\n"), [""; 0]);
}

#[test]
fn an_outer_array_can_be_stripped() {
    let strip = [("STRIP_OUTER_ARRAY", "TRUE")];
    let expected = ["{\"a\":1}", "[2]", "3"];
    for text in [
        "[{\"a\":1},[2],3]",
        "[\n{\"a\":1},\n[2],\n3\n]\n",
        "[{\"a\":1}]\n[[2],3]",
    ] {
        assert_eq!(documents(&strip, text), expected, "{text}");
    }
    assert_eq!(documents(&[], "[1,[2]]"), ["[1,[2]]"]);
    assert_eq!(documents(&strip, "[]"), [""; 0]);
}

#[test]
fn a_bad_line_costs_only_itself() {
    let text = "{\"a\":1}\nnot json\n{\"a\":\n{\"a\":2}\n";
    let (documents, errors) = read(&reader(&[]), text, 1 << 20);
    assert_eq!(documents, ["0:{\"a\":1}", "3:{\"a\":2}"]);
    assert_eq!(
        errors.iter().map(|error| (error.0, error.1)).collect::<Vec<_>>(),
        [(1, 8), (2, 17)]
    );
    assert!(errors[0].2.starts_with("Error parsing JSON: "), "{}", errors[0].2);
}

#[test]
fn options_reach_the_parser() {
    assert_eq!(
        documents(&[("STRIP_NULL_VALUES", "TRUE")], "{\"a\":null,\"c\":123}"),
        ["{\"c\":123}"]
    );
    assert_eq!(
        documents(&[("ALLOW_DUPLICATE", "TRUE")], "{\"a\":1,\"a\":2}"),
        ["{\"a\":2}"]
    );
    assert_eq!(read(&reader(&[]), "{\"a\":1,\"a\":2}", 100).1.len(), 1);
    let (documents, errors) = read(&reader(&[("MULTI_LINE", "FALSE")]), "{\"a\":\n1}\n2\n", 100);
    // `{"a":` is no document; `1}` is one and a stray bracket.
    assert_eq!((documents.len(), errors.len()), (2, 2));
}

proptest! {
    #[test]
    fn pieces_give_what_one_pass_gives(
        lines in proptest::collection::vec("(\\{\"a\":[0-9]{1,3}\\}|\\[|\\]|\\[1,|\\]\\n\\[|bad|\"x|y\"| |,|\\{\"b\":)", 0..40),
        strip in any::<bool>(),
        piece_bytes in 1usize..60,
    ) {
        let text = lines.join("\n");
        let reader = reader(&[("STRIP_OUTER_ARRAY", if strip { "TRUE" } else { "FALSE" })]);
        prop_assert_eq!(read(&reader, &text, piece_bytes), read(&reader, &text, 1 << 20));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), piece_bytes in 1usize..60) {
        for piece in reader(&[("STRIP_OUTER_ARRAY", "TRUE")]).read(&bytes, piece_bytes) {
            prop_assert!(piece.is_ok());
        }
    }
}
