use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, StringArray};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::stage::StagedFile;
use crate::stage::load::{LoadColumn, LoadOptions, LoadTarget, MatchByColumnName, load};

fn format(properties: &[(&str, &str)]) -> FileFormat {
    let given: Vec<_> = properties
        .iter()
        .map(|(name, value)| (name.to_string(), PropertyValue::Text(value.to_string())))
        .collect();
    FileFormat::from_properties(&given).unwrap()
}

fn column(name: &str, data_type: SnowType) -> UnloadColumn {
    UnloadColumn {
        name: name.to_string(),
        data_type,
    }
}

fn batch(numbers: Vec<Option<i128>>, texts: Vec<Option<&str>>) -> RecordBatch {
    let numbers = Decimal128Array::from(numbers)
        .with_precision_and_scale(38, 0)
        .unwrap();
    let arrays: Vec<(&str, ArrayRef)> = vec![
        ("ID", Arc::new(numbers)),
        ("NAME", Arc::new(StringArray::from(texts))),
    ];
    RecordBatch::try_from_iter(arrays).unwrap()
}

fn columns() -> Vec<UnloadColumn> {
    vec![column("ID", SnowType::INTEGER), column("NAME", SnowType::VARCHAR)]
}

fn unload(format: &FileFormat, options: UnloadOptions, batch: &RecordBatch) -> Vec<UnloadedFile> {
    let mut unloader = Unloader::new(&columns(), format, options).unwrap();
    let mut files = unloader.write(batch).unwrap();
    files.extend(unloader.finish().unwrap());
    files
}

fn options(path: &str) -> UnloadOptions {
    UnloadOptions::new(path, TypeContext::default())
}

fn text(file: &UnloadedFile) -> String {
    let plain = Compression::Auto
        .decompress(&file.name, &file.bytes, 1 << 20)
        .unwrap();
    String::from_utf8(plain.to_vec()).unwrap()
}

#[test]
fn csv_has_snowflakes_forms() {
    let rows = batch(
        vec![Some(1), None, Some(3)],
        vec![Some("a,\"b\""), Some(""), None],
    );
    let plain = unload(&format(&[]), options("out/"), &rows);
    assert_eq!(plain[0].name, "out/data_0_0_0.csv.gz");
    assert_eq!(plain[0].rows, 3);
    assert_eq!(text(&plain[0]), "1,a\\,\"b\"\n\\N,\"\"\n3,\\N\n");
    let quoted = format(&[
        ("FIELD_OPTIONALLY_ENCLOSED_BY", "\""),
        ("COMPRESSION", "NONE"),
        ("NULL_IF", "NULL"),
    ]);
    let mut with_header = options("out/part");
    with_header.header = true;
    let files = unload(&quoted, with_header, &rows);
    assert_eq!(files[0].name, "out/part_0_0_0.csv");
    assert_eq!(
        text(&files[0]),
        "\"ID\",\"NAME\"\n1,\"a,\"\"b\"\"\"\nNULL,\"\"\n3,NULL\n"
    );
}

#[test]
fn names_sizes_and_extensions() {
    let rows = batch(vec![Some(1); 10_000], vec![Some("x"); 10_000]);
    let mut small = options("");
    small.max_file_size = 1_000;
    let files = unload(&format(&[("COMPRESSION", "ZSTD")]), small, &rows);
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        ["data_0_0_0.csv.zst", "data_0_0_1.csv.zst", "data_0_0_2.csv.zst"]
    );
    assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), 10_000);
    let mut single = options("a/b.csv");
    single.single = true;
    single.max_file_size = 1;
    let files = unload(&format(&[("COMPRESSION", "NONE")]), single, &rows);
    assert_eq!((files.len(), files[0].name.as_str()), (1, "a/b.csv"));
    let mut named = options("d1");
    named.query_id = Some("01ab".to_string());
    let files = unload(&format(&[("FILE_EXTENSION", "txt")]), named, &rows);
    assert_eq!(files[0].name, "d1_01ab_0_0_0.txt");
    let none = unload(&format(&[]), options(""), &batch(vec![], vec![]));
    assert!(none.is_empty());
    assert!(UnloadOptions::parse_max_file_size(&PropertyValue::Number(0)).is_err());
}

#[test]
fn json_is_one_document_a_line() {
    let mut builder = crate::variant::VariantBuilder::new();
    builder.append_json(b"{\"b\": [1, 2], \"a\": \"x\\ny\"}").unwrap();
    builder.append_null();
    let rows = RecordBatch::try_from_iter([("V", Arc::new(builder.finish()) as ArrayRef)]).unwrap();
    let json = format(&[("TYPE", "JSON")]);
    let mut unloader = Unloader::new(&[column("V", SnowType::Variant)], &json, options("x/")).unwrap();
    assert!(unloader.write(&rows).unwrap().is_empty());
    let file = unloader.finish().unwrap().unwrap();
    assert_eq!(file.name, "x/data_0_0_0.json.gz");
    assert_eq!(text(&file), "{\"a\":\"x\\ny\",\"b\":[1,2]}\nnull\n");
    assert!(Unloader::new(&columns(), &json, options("x/")).is_err());
}

#[test]
fn parquet_comes_back_as_it_went() {
    let rows = batch(vec![Some(1), None], vec![Some("a"), None]);
    let parquet = format(&[("TYPE", "PARQUET"), ("COMPRESSION", "NONE")]);
    let mut with_header = options("x/");
    with_header.header = true;
    let files = unload(&parquet, with_header, &rows);
    assert_eq!(files[0].name, "x/data_0_0_0.parquet");
    let staged = StagedFile::new("f", files[0].bytes.clone(), Timestamp::UNIX_EPOCH);
    let mut by_name = LoadOptions::new(TypeContext::default());
    by_name.match_by_column_name = MatchByColumnName::CaseInsensitive;
    let target = target();
    let loaded = load(&staged, &parquet, &target, &by_name).unwrap();
    assert_eq!(loaded.batches[0].columns(), rows.columns());
    let variant = LoadTarget {
        table: "T".to_string(),
        columns: vec![LoadColumn {
            name: "V".to_string(),
            data_type: SnowType::Variant,
            nullable: true,
        }],
    };
    let objects = load(
        &staged,
        &parquet,
        &variant,
        &LoadOptions::new(TypeContext::default()),
    )
    .unwrap();
    let mut shown = String::new();
    crate::variant::to_json(
        objects.batches[0].column(0).as_binary::<i64>().value(0),
        &mut shown,
    );
    assert_eq!(shown, "{\"ID\":1,\"NAME\":\"a\"}");
    let instants = [column("T", SnowType::TIMESTAMP_LTZ)];
    assert_eq!(
        Unloader::new(&instants, &parquet, options(""))
            .err()
            .unwrap()
            .code(),
        2
    );
}

#[test]
fn a_file_that_is_not_parquet_is_one_error() {
    let staged = StagedFile::new("x.parquet", &b"PAR1 no"[..], Timestamp::UNIX_EPOCH);
    let mut lenient = LoadOptions::new(TypeContext::default());
    lenient.on_error = crate::stage::OnError::Continue;
    lenient.match_by_column_name = MatchByColumnName::CaseSensitive;
    let loaded = load(&staged, &format(&[("TYPE", "PARQUET")]), &target(), &lenient).unwrap();
    assert_eq!((loaded.rows_parsed, loaded.errors_seen), (0, 1));
    assert!(loaded.errors[0].error.message().contains("x.parquet"));
}

fn target() -> LoadTarget {
    let column = |name: &str, data_type| LoadColumn {
        name: name.to_string(),
        data_type,
        nullable: true,
    };
    LoadTarget {
        table: "T".to_string(),
        columns: vec![column("ID", SnowType::INTEGER), column("NAME", SnowType::VARCHAR)],
    }
}

fn round_trip(properties: &[(&str, &str)], cells: &[Option<String>]) {
    let plain = [properties, &[("COMPRESSION", "NONE")]].concat();
    let format = format(&plain);
    let rows = batch(
        (0..cells.len()).map(|row| Some(row as i128)).collect(),
        cells.iter().map(|cell| cell.as_deref()).collect(),
    );
    let file = unload(&format, options(""), &rows).pop().unwrap();
    let staged = StagedFile::new(file.name, file.bytes, Timestamp::UNIX_EPOCH);
    let loaded = load(
        &staged,
        &format,
        &target(),
        &LoadOptions::new(TypeContext::default()),
    )
    .unwrap();
    let read: Vec<Option<String>> = loaded
        .batches
        .iter()
        .flat_map(|batch| {
            batch
                .column(1)
                .as_string::<i32>()
                .iter()
                .map(|cell| cell.map(str::to_string))
        })
        .collect();
    assert_eq!(read, cells);
}

proptest! {
    #[test]
    fn csv_reads_what_it_wrote(cells in proptest::collection::vec(proptest::option::of("[a\"'\\\\,|\n\r é\0]{0,8}|\\PC{0,6}"), 1..20)) {
        let not_null = |cell: &Option<String>| cell.as_deref() != Some("\\N");
        let enclosed: Vec<_> = cells.iter().filter(|cell| not_null(cell)).cloned().collect();
        if !enclosed.is_empty() {
            round_trip(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "\"")], &enclosed);
            round_trip(&[("FIELD_OPTIONALLY_ENCLOSED_BY", "'"), ("ESCAPE", "\\\\"), ("FIELD_DELIMITER", "|")], &enclosed);
        }
        // Without quotes an empty text and NULL can be told apart only by a text for NULL, and a carriage return
        // at a record's end is part of the newline.
        let bare: Vec<_> = cells
            .iter()
            .filter(|cell| !cell.as_deref().is_some_and(|text| text.is_empty() || text.ends_with('\r')))
            .cloned()
            .collect();
        if !bare.is_empty() {
            round_trip(&[], &bare);
            round_trip(&[("FIELD_DELIMITER", "||"), ("RECORD_DELIMITER", "<>\\n")], &bare);
        }
    }
}
