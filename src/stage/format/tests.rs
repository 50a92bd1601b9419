use proptest::prelude::*;

use super::*;

fn text(value: &str) -> PropertyValue {
    PropertyValue::Text(value.to_string())
}

fn format(properties: &[(&str, PropertyValue)]) -> Result<FileFormat> {
    let owned: Vec<_> = properties
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    FileFormat::from_properties(&owned)
}

#[test]
fn describe_lists_the_documented_defaults() {
    let rows = FileFormat::default().describe();
    let row = |name: &str| rows.iter().find(|row| row.property == name).unwrap();
    assert_eq!(rows[0].property_value, "CSV");
    assert_eq!(row("RECORD_DELIMITER").property_value, "\\n");
    assert_eq!(row("ESCAPE_UNENCLOSED_FIELD").property_value, "\\\\");
    assert_eq!(row("NULL_IF").property_value, "[\\\\N]");
    assert_eq!(row("FILE_EXTENSION").property_value, "");
    assert_eq!(row("FIELD_OPTIONALLY_ENCLOSED_BY").property_value, "NONE");
    assert_eq!(row("SKIP_HEADER").property_type, "Integer");
    let json = FileFormat::of(FileType::Json).describe();
    let null_if = json.iter().find(|row| row.property == "NULL_IF").unwrap();
    assert_eq!(
        (null_if.property_value.as_str(), null_if.property_default.as_str()),
        ("[]", "[\\\\N]")
    );
}

#[test]
fn values_are_checked_and_normalised() {
    let csv = format(&[
        ("type", text("csv")),
        ("field_delimiter", text("0x7c")),
        ("RECORD_DELIMITER", text("\\136")),
        ("SKIP_HEADER", PropertyValue::Number(2)),
        ("FIELD_OPTIONALLY_ENCLOSED_BY", text("\"")),
        ("COMPRESSION", text("gzip")),
    ])
    .unwrap()
    .csv()
    .unwrap();
    assert_eq!(csv.field_delimiter.as_deref(), Some(&b"|"[..]));
    assert_eq!(csv.record_delimiter.as_deref(), Some(&b"^"[..]));
    assert_eq!(csv.skip_header, 2);
    assert_eq!(csv.enclosed_by, Some(b'"'));

    for (name, value) in [
        ("COMPRESSION", text("RAR")),
        ("SKIP_HEADER", PropertyValue::Number(-1)),
        ("TRIM_SPACE", text("maybe")),
        ("ESCAPE", text("ab")),
        ("FIELD_DELIMITER", text("")),
        ("ENCODING", text("KLINGON")),
        ("NULL_IF", PropertyValue::Boolean(true)),
    ] {
        let error = format(&[(name, value)]).unwrap_err();
        assert!(
            error.message().contains(&format!("for property '{name}'")),
            "{error}"
        );
    }
}

#[test]
fn contradictions_and_absent_features_are_refused() {
    assert_eq!(format(&[("TYPE", text("CUSTOM"))]).unwrap_err().code(), 2);
    assert_eq!(
        format(&[("TYPE", text("JSON")), ("ENABLE_OCTAL", text("true"))])
            .unwrap_err()
            .code(),
        2
    );
    assert!(format(&[("TYPE", text("JSON")), ("SKIP_HEADER", PropertyValue::Number(1))]).is_err());
    assert!(
        format(&[
            ("FIELD_DELIMITER", text("aa")),
            ("RECORD_DELIMITER", text("aabb"))
        ])
        .is_err()
    );
    assert!(format(&[("TRIM_SPACE", text("TRUE")), ("TRIM_SPACE", text("FALSE"))]).is_err());
    assert!(
        format(&[
            ("PARSE_HEADER", text("TRUE")),
            ("SKIP_HEADER", PropertyValue::Number(1))
        ])
        .is_err()
    );
    assert!(format(&[("ENCODING", text("BIG5"))]).is_err());
}

#[test]
fn a_format_survives_the_catalog() {
    let csv = format(&[
        ("FIELD_DELIMITER", text("\t")),
        ("NULL_IF", PropertyValue::List(vec![])),
    ])
    .unwrap();
    let stored = serde_json::to_string(&csv).unwrap();
    assert_eq!(serde_json::from_str::<FileFormat>(&stored).unwrap(), csv);
    assert_eq!(
        csv.given().collect::<Vec<_>>(),
        [
            ("FIELD_DELIMITER", "\\t".to_string()),
            ("NULL_IF", "[]".to_string())
        ]
    );
}

proptest! {
    #[test]
    fn any_text_decodes_or_is_refused(value in ".*") {
        let _ = decode_delimiter(&value);
        let _ = show_text(&value);
    }
}
