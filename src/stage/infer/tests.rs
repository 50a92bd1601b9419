use jiff::Timestamp;

use super::*;
use crate::stage::PropertyValue;

fn columns(text: &str, properties: &[(&str, &str)], limit: Option<usize>) -> Vec<(String, String)> {
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| (name.to_string(), PropertyValue::Text(value.to_string())))
        .collect();
    let format = FileFormat::from_properties(&properties).unwrap();
    let file = StagedFile::new("f", text.as_bytes().to_vec(), Timestamp::UNIX_EPOCH);
    let columns = infer(&file, &format, limit).unwrap();
    let shown = |data_type: Option<SnowType>| data_type.map_or("NULL".to_string(), |found| found.to_string());
    columns
        .into_iter()
        .map(|column| (column.name, shown(column.data_type)))
        .collect()
}

fn types(columns: &[(String, String)]) -> Vec<&str> {
    columns.iter().map(|(_, data_type)| data_type.as_str()).collect()
}

#[test]
fn csv_columns_have_the_narrowest_type_that_holds_their_values() {
    let text = "i,d,f,b,dt,tm,ts,mix,none,s\n\
                1,1.5,1e3,true,2024-01-02,10:11:12,2024-01-02 10:11:12,1,,1x\n\
                -200,12,2,FALSE,2024-02-03,00:00:00,2024-02-03,x,,\n";
    let found = columns(text, &[("PARSE_HEADER", "TRUE")], None);
    assert_eq!(found[0].0, "i");
    assert_eq!(
        types(&found),
        [
            "NUMBER(3,0)",
            "NUMBER(3,1)",
            "FLOAT",
            "BOOLEAN",
            "DATE",
            "TIME(9)",
            "TIMESTAMP_NTZ(9)",
            &SnowType::VARCHAR.to_string(),
            "NULL",
            &SnowType::VARCHAR.to_string(),
        ]
    );
}

#[test]
fn csv_columns_without_a_header_are_numbered() {
    let found = columns("1,a\n2,b\n", &[], None);
    assert_eq!(found[0], ("c1".to_string(), "NUMBER(1,0)".to_string()));
    assert_eq!(found[1].0, "c2");
    assert_eq!(columns("", &[], None), []);
}

#[test]
fn only_so_many_records_count() {
    assert_eq!(types(&columns("1\nx\n", &[], Some(1))), ["NUMBER(1,0)"]);
    assert_eq!(
        types(&columns("{\"a\":1}\n{\"a\":[]}\n", &[("TYPE", "JSON")], Some(1))),
        ["NUMBER(1,0)"]
    );
}

#[test]
fn json_columns_are_the_keys_of_the_objects() {
    let text = r#"{"a": 1, "d": "2024-01-02", "o": {"x": 1}, "l": [1], "n": null, "e": 1e2}
                  {"a": 2.25, "d": "later", "o": [1], "l": [], "t": "2024-01-02T03:04:05", "e": 1}"#;
    let found = columns(text, &[("TYPE", "JSON")], None);
    let of = |name: &str| {
        let found = found.iter().find(|(column, _)| column == name);
        found.map(|(_, data_type)| data_type.as_str()).unwrap()
    };
    assert_eq!(of("a"), "NUMBER(3,2)");
    assert_eq!(of("d"), SnowType::VARCHAR.to_string());
    assert_eq!((of("o"), of("l"), of("n")), ("VARIANT", "ARRAY", "NULL"));
    assert_eq!((of("t"), of("e")), ("TIMESTAMP_NTZ(9)", "FLOAT"));
}

#[test]
fn numbers_without_room_are_reals() {
    let long = "1".repeat(39);
    assert_eq!(types(&columns(&long, &[], None)), ["FLOAT"]);
    assert_eq!(
        types(&columns(&format!("{}\n0.5\n", "1".repeat(38)), &[], None)),
        ["FLOAT"]
    );
}

#[test]
fn a_bad_record_is_told_with_its_place() {
    let file = StagedFile::new("x.json", &b"{\"a\":1}\nnope\n"[..], Timestamp::UNIX_EPOCH);
    let error = infer(&file, &FileFormat::of(FileType::Json), None).unwrap_err();
    assert!(error.message().contains("line 2"), "{}", error.message());
}
