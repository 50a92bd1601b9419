use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::stage::PropertyValue;
use crate::stage::record::Category;

fn format(properties: &[(&str, &str)]) -> FileFormat {
    let given: Vec<_> = properties
        .iter()
        .map(|(name, value)| (name.to_string(), PropertyValue::Text(value.to_string())))
        .collect();
    FileFormat::from_properties(&given).unwrap()
}

fn table(columns: &[(&str, &str)]) -> LoadTarget {
    let columns = columns
        .iter()
        .map(|(name, text)| {
            let (text, nullable) = match text.strip_suffix(" NOT NULL") {
                Some(text) => (text, false),
                None => (*text, true),
            };
            LoadColumn {
                name: name.to_string(),
                data_type: SnowType::parse(text).unwrap(),
                nullable,
            }
        })
        .collect();
    LoadTarget {
        table: "T".to_string(),
        columns,
    }
}

fn staged(name: &str, bytes: impl Into<Vec<u8>>) -> StagedFile {
    StagedFile::new(name, bytes.into(), Timestamp::UNIX_EPOCH)
}

fn options(on_error: &str) -> LoadOptions {
    let mut options = LoadOptions::new(TypeContext::default());
    options.on_error = OnError::parse(on_error).unwrap();
    options
}

fn two_columns() -> LoadTarget {
    table(&[("ID", "NUMBER(38,0)"), ("NAME", "VARCHAR")])
}

fn run(text: &str, properties: &[(&str, &str)], target: &LoadTarget, on_error: &str) -> FileLoad {
    load(
        &staged("f.csv", text),
        &format(properties),
        target,
        &options(on_error),
    )
    .unwrap()
}

/// Rows as text, NULL as `-`.
fn rows(load: &FileLoad) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in &load.batches {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = batch
                .columns()
                .iter()
                .map(|array| {
                    if array.is_null(row) {
                        "-".to_string()
                    } else if let Some(text) = array.as_string_opt::<i32>() {
                        text.value(row).to_string()
                    } else if let Some(numbers) = array.as_primitive_opt::<Decimal128Type>() {
                        numbers.value_as_string(row)
                    } else if let Some(days) = array.as_primitive_opt::<Date32Type>() {
                        days.value(row).to_string()
                    } else if let Some(variant) = array.as_binary_opt::<i64>() {
                        let mut text = String::new();
                        crate::variant::to_json(variant.value(row), &mut text);
                        text
                    } else {
                        format!("{:?}", array.slice(row, 1))
                    }
                })
                .collect();
            rows.push(cells.join("/"));
        }
    }
    rows
}

/// The first error as message, line, character and column.
fn first(load: &FileLoad) -> (String, u64, u64, String) {
    let error = load.first_error().unwrap();
    let column = error.column_name.clone().unwrap_or_default();
    (
        error.error.message().to_string(),
        error.line.unwrap(),
        error.character.unwrap(),
        column,
    )
}

#[test]
fn a_clean_file_is_loaded() {
    let load = run(
        "id,name\n1,a\n2,b\n",
        &[("SKIP_HEADER", "1")],
        &two_columns(),
        "ABORT_STATEMENT",
    );
    assert_eq!(
        (load.status, load.rows_parsed, load.rows_loaded, load.error_limit),
        (LoadStatus::Loaded, 2, 2, 1)
    );
    assert_eq!(rows(&load), ["1/a", "2/b"]);
    assert_eq!(load.row_numbers, [[1, 2]]);
    assert!(load.first_error().is_none());
}

#[test]
fn empty_and_header_only_files_are_loaded_without_rows() {
    for (text, skip) in [("", "0"), ("id,name\n", "1"), ("id,name", "1"), ("", "3")] {
        let load = run(text, &[("SKIP_HEADER", skip)], &two_columns(), "SKIP_FILE");
        assert_eq!(
            (load.status, load.rows_parsed),
            (LoadStatus::Loaded, 0),
            "{text:?}"
        );
    }
}

#[test]
fn a_bad_value_costs_its_record_and_is_described() {
    let text = "id,name\n1,a\n2,b\n3,c\nBADX,d\n5,e\n";
    let load = run(text, &[("SKIP_HEADER", "1")], &two_columns(), "CONTINUE");
    assert_eq!(
        (load.status, load.rows_parsed, load.rows_loaded),
        (LoadStatus::PartiallyLoaded, 5, 4)
    );
    assert_eq!((load.errors_seen, load.error_limit), (1, 5));
    let error = load.first_error().unwrap();
    assert_eq!(
        (error.error.code(), error.error.sqlstate(), error.category),
        (100_038, "22018", Category::Conversion)
    );
    assert_eq!(
        first(&load),
        (
            "Numeric value 'BADX' is not recognized".into(),
            5,
            1,
            "\"T\"[\"ID\":1]".into()
        )
    );
    assert_eq!(
        (error.row_number, error.row_start_line, error.byte_offset),
        (4, 5, Some(20))
    );
    assert_eq!(error.rejected_record.as_deref(), Some("BADX,d\n"));
    assert_eq!(load.row_numbers, [[1, 2, 3, 5]]);
}

#[test]
fn characters_count_in_the_raw_line() {
    let target = table(&[("ID", "NUMBER"), ("NAME", "VARCHAR"), ("AGE", "NUMBER")]);
    let quoted = [("FIELD_OPTIONALLY_ENCLOSED_BY", "\"")];
    let load = run(
        "1,\"al,ice\",30\n2,\"b,ob\",BADAGE\n",
        &quoted,
        &target,
        "CONTINUE",
    );
    assert_eq!(
        first(&load),
        (
            "Numeric value 'BADAGE' is not recognized".into(),
            2,
            10,
            "\"T\"[\"AGE\":3]".into()
        )
    );
    assert_eq!(
        load.first_error().unwrap().rejected_record.as_deref(),
        Some("2,\"b,ob\",BADAGE")
    );
}

#[test]
fn on_error_decides_about_the_file() {
    let text = "1,x\nNOPE,y\n3,z\n";
    let skip = run(text, &[], &two_columns(), "SKIP_FILE");
    assert_eq!(
        (skip.status, skip.rows_parsed, skip.rows_loaded, skip.error_limit),
        (LoadStatus::LoadFailed, 3, 0, 1)
    );
    assert!(skip.batches.is_empty());
    let wider = run(text, &[], &two_columns(), "skip_file_2");
    assert_eq!(
        (wider.status, wider.rows_loaded, wider.error_limit),
        (LoadStatus::PartiallyLoaded, 2, 2)
    );
    assert_eq!(
        run(text, &[], &two_columns(), "SKIP_FILE_40%").status,
        LoadStatus::PartiallyLoaded
    );
    assert_eq!(
        run(text, &[], &two_columns(), "SKIP_FILE_33%").status,
        LoadStatus::LoadFailed
    );
    assert_eq!(
        run("1,x\n", &[], &two_columns(), "SKIP_FILE_0").status,
        LoadStatus::LoadFailed
    );
    let error = load(
        &staged("bad.csv", text),
        &format(&[]),
        &two_columns(),
        &options("ABORT_STATEMENT"),
    )
    .unwrap_err();
    assert_eq!(error.code(), 100_038);
    assert_eq!(
        error.message(),
        "Numeric value 'NOPE' is not recognized\n  File 'bad.csv', line 2, character 1\n  Row 2, column \
         \"T\"[\"ID\":1]\n  If you would like to continue loading when an error is encountered, use other values such \
         as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option. For more information on loading options, please run \
         'info loading_data' in a SQL client."
    );
    assert!(OnError::parse("SKIP_FILE_101%").is_err() && OnError::parse("IGNORE").is_err());
}

#[test]
fn the_first_record_tells_the_width_and_later_ones_where_they_differ() {
    let wide = "Number of columns in file (3) does not match that of the corresponding table (2), use file format \
                option error_on_column_count_mismatch=false to ignore this error";
    let narrow = wide.replace("(3)", "(1)");
    let extra = "Field delimiter '|' found while expecting record delimiter '\\n'";
    let early = "End of record reached while expected to parse column '\"T\"[\"NAME\":2]'";
    for (text, message, line, character, column, loaded) in [
        ("1|a|extra\n2|b\n", wide, 2, 1, "\"T\"[3]", vec!["2/b"]),
        ("1\n2|b\n", narrow.as_str(), 2, 1, "\"T\"[\"ID\":1]", vec!["2/b"]),
        ("1|a|extra", wide, 1, 10, "\"T\"[3]", vec![]),
        ("1\n", narrow.as_str(), 1, 2, "\"T\"[\"ID\":1]", vec![]),
        ("1|a\n2|b|extra\n", extra, 2, 4, "\"T\"[\"NAME\":2]", vec!["1/a"]),
        ("1|a\n2\n", early, 2, 2, "\"T\"[\"NAME\":2]", vec!["1/a"]),
        (
            "1|a\n\n2|b\n",
            early,
            2,
            1,
            "\"T\"[\"NAME\":2]",
            vec!["1/a", "2/b"],
        ),
    ] {
        let load = run(text, &[("FIELD_DELIMITER", "|")], &two_columns(), "CONTINUE");
        assert_eq!(
            first(&load),
            (message.to_string(), line, character, column.to_string()),
            "{text}"
        );
        assert_eq!(rows(&load), loaded, "{text}");
        assert_eq!(load.first_error().unwrap().category, Category::Parsing);
        let lenient = [
            ("FIELD_DELIMITER", "|"),
            ("ERROR_ON_COLUMN_COUNT_MISMATCH", "FALSE"),
        ];
        assert_eq!(
            run(text, &lenient, &two_columns(), "CONTINUE").errors_seen,
            0,
            "{text}"
        );
    }
    let lenient = run(
        "1\n2,b,x\n",
        &[("ERROR_ON_COLUMN_COUNT_MISMATCH", "FALSE")],
        &two_columns(),
        "CONTINUE",
    );
    assert_eq!(rows(&lenient), ["1/-", "2/b"]);
    let mut listed = options("CONTINUE");
    listed.explicit_columns = true;
    let load = load(&staged("f", "1\n2,b,x\n"), &format(&[]), &two_columns(), &listed).unwrap();
    assert_eq!(load.rows_loaded, 2);
}

#[test]
fn blank_lines_are_records_unless_skipped() {
    let load = run(
        "1,a\n\n2,b\n",
        &[("SKIP_BLANK_LINES", "TRUE")],
        &two_columns(),
        "CONTINUE",
    );
    assert_eq!(
        (load.status, load.rows_parsed, load.rows_loaded),
        (LoadStatus::Loaded, 3, 2)
    );
    let one = run("1\n\n2\n", &[], &table(&[("V", "VARCHAR")]), "CONTINUE");
    assert_eq!(rows(&one), ["1", "-", "2"]);
}

#[test]
fn faults_of_enclosure_are_worded_as_snowflakes() {
    let quoted = [("FIELD_OPTIONALLY_ENCLOSED_BY", "\"")];
    for (text, message, line, character) in [
        (
            "1,a\n\"x\"y,1\n",
            "Found character 'y' instead of field delimiter ','",
            2,
            4,
        ),
        (
            "1,a\n1,\"x\ny\"z\n",
            "Found character 'z' instead of record delimiter '\\n'",
            3,
            3,
        ),
        (
            "1,a\n3,\"x\n",
            "matching enclosing character '\"' not found before end of file",
            2,
            3,
        ),
    ] {
        let load = run(text, &quoted, &two_columns(), "CONTINUE");
        let error = first(&load);
        assert_eq!((error.0.as_str(), error.1, error.2), (message, line, character));
        assert_eq!(rows(&load), ["1/a"]);
    }
}

#[test]
fn lengths_and_nulls_are_checked() {
    let target = table(&[("ID", "NUMBER NOT NULL"), ("NAME", "VARCHAR(3) NOT NULL")]);
    let load = run("1,ab\n2,abcdefgh\n30,\n,x\n5,äöü\n", &[], &target, "CONTINUE");
    let errors: Vec<_> = load
        .errors
        .iter()
        .map(|e| (e.error.code(), e.line.unwrap(), e.column_index.unwrap()))
        .collect();
    assert_eq!(errors, [(100_074, 2, 2), (100_072, 3, 2), (100_072, 4, 1)]);
    assert_eq!(
        load.errors[0].error.message(),
        "User character length limit (3) exceeded by string 'abcdefgh'"
    );
    assert_eq!(
        load.errors[1].error.message(),
        "NULL result in a non-nullable column"
    );
    assert_eq!(rows(&load), ["1/ab", "5/äöü"]);
    let mut truncate = options("CONTINUE");
    truncate.truncate_columns = true;
    let cut = super::load(&staged("f", "1,äöüß\n"), &format(&[]), &target, &truncate).unwrap();
    assert_eq!(rows(&cut), ["1/äöü"]);
    let huge = format!("1,{}\n2,b\n", "x".repeat((16 << 20) + 1));
    let load = run(&huge, &[], &two_columns(), "CONTINUE");
    assert_eq!(load.errors[0].error.code(), 100_082);
    assert_eq!(rows(&load), ["2/b"]);
}

#[test]
fn uncommon_spellings_go_through_the_casts() {
    let target = table(&[("N", "NUMBER(10,2)"), ("D", "DATE"), ("V", "VARIANT")]);
    let text = "1.005;2024-01-31;{\"a\": 1}\n1e2;31-Jan-2024;[]\n.5;nonsense;3\n 7 ;1970-01-02;oops oops\n";
    let load = run(text, &[("FIELD_DELIMITER", ";")], &target, "CONTINUE");
    assert_eq!(rows(&load), ["1.01/19753/{\"a\":1}", "100.00/19753/[]"]);
    let codes: Vec<_> = load.errors.iter().map(|error| error.error.code()).collect();
    assert_eq!(codes, [100_040, 100_069]);
    let german = [("DATE_FORMAT", "DD.MM.YYYY"), ("FIELD_DELIMITER", ";")];
    let load = run("1;02.01.1970;1\n1;1970-01-02;1\n", &german, &target, "CONTINUE");
    assert_eq!(rows(&load), ["1.00/1/1"]);
    assert_eq!(load.errors_seen, 1);
}

#[test]
fn bytes_that_are_not_text_cost_their_record() {
    let text = [b"1,a\n2,Ltd.\xa0\n3,c\n".as_slice()].concat();
    let bad = load(
        &staged("f", text.clone()),
        &format(&[]),
        &two_columns(),
        &options("CONTINUE"),
    )
    .unwrap();
    assert_eq!(first(&bad).0, "Invalid UTF8 detected in string 'Ltd.0xA0'");
    assert_eq!(rows(&bad), ["1/a", "3/c"]);
    let replace = format(&[("REPLACE_INVALID_CHARACTERS", "TRUE")]);
    let replaced = load(
        &staged("f", text.clone()),
        &replace,
        &two_columns(),
        &options("CONTINUE"),
    )
    .unwrap();
    assert_eq!(rows(&replaced), ["1/a", "2/Ltd.\u{fffd}", "3/c"]);
    let latin = format(&[("ENCODING", "iso-8859-1")]);
    let decoded = load(&staged("f", text), &latin, &two_columns(), &options("CONTINUE")).unwrap();
    assert_eq!(rows(&decoded), ["1/a", "2/Ltd.\u{a0}", "3/c"]);
    let nul = run("1,a\0b\n", &[], &two_columns(), "CONTINUE");
    assert_eq!(rows(&nul), ["1/a\0b"]);
}

#[test]
fn a_byte_order_mark_is_skipped_or_part_of_the_data() {
    assert_eq!(
        rows(&run("\u{feff}1,a\n", &[], &two_columns(), "CONTINUE")),
        ["1/a"]
    );
    let kept = run(
        "\u{feff}1,a\n",
        &[("SKIP_BYTE_ORDER_MARK", "FALSE")],
        &two_columns(),
        "CONTINUE",
    );
    assert_eq!(kept.errors_seen, 1);
}

#[test]
fn compressed_files_are_inflated_and_damage_is_an_error_of_the_file() {
    let packed = Compression::Gzip.compress(b"1,a\n").unwrap();
    let good = load(
        &staged("f.csv.gz", packed.clone()),
        &format(&[]),
        &two_columns(),
        &options("CONTINUE"),
    )
    .unwrap();
    assert_eq!(rows(&good), ["1/a"]);
    let cut = staged("f.csv.gz", &packed[..packed.len() - 4]);
    let bad = load(&cut, &format(&[]), &two_columns(), &options("CONTINUE")).unwrap();
    assert_eq!(
        (bad.status, bad.rows_parsed, bad.errors_seen),
        (LoadStatus::LoadFailed, 0, 1)
    );
    assert!(
        bad.first_error()
            .unwrap()
            .error
            .message()
            .contains("decompression for file: 'f.csv.gz'")
    );
    let error = load(&cut, &format(&[]), &two_columns(), &options("ABORT_STATEMENT")).unwrap_err();
    assert!(error.message().contains("File 'f.csv.gz'\n"), "{error}");
}

#[test]
fn headers_match_columns_by_name() {
    let header = [("PARSE_HEADER", "TRUE")];
    let mut by_name = options("CONTINUE");
    by_name.match_by_column_name = MatchByColumnName::CaseInsensitive;
    let file = staged("f", "name,other,Id\nhey,x,9\nbad,x\n");
    let load = super::load(&file, &format(&header), &two_columns(), &by_name).unwrap();
    assert_eq!(rows(&load), ["9/hey"]);
    assert_eq!(load.errors_seen, 1);
    by_name.match_by_column_name = MatchByColumnName::CaseSensitive;
    let load = super::load(
        &staged("f", "NAME,Id\nhey,9\n"),
        &format(&header),
        &two_columns(),
        &by_name,
    )
    .unwrap();
    assert_eq!(rows(&load), ["-/hey"]);
    assert!(super::load(&file, &format(&[]), &two_columns(), &by_name).is_err());
    assert!(super::load(&file, &format(&header), &two_columns(), &options("CONTINUE")).is_err());
}

#[test]
fn json_goes_into_one_column_or_by_name() {
    let json = [("TYPE", "JSON")];
    let text = "{\"id\":1,\"NAME\":\"a\"}\nnope\n{\"ID\":\"x\",\"name\":\"b\"}\n{\"id\":null,\"name\":\"much too long\"}\n";
    let one = table(&[("V", "VARIANT")]);
    let load = run(text, &json, &one, "CONTINUE");
    assert_eq!(
        (load.status, load.rows_parsed, load.rows_loaded),
        (LoadStatus::PartiallyLoaded, 4, 3)
    );
    assert_eq!(rows(&load)[0], "{\"NAME\":\"a\",\"id\":1}");
    assert_eq!(first(&load).1, 2);
    assert_eq!(
        load.first_error().unwrap().rejected_record.as_deref(),
        Some("nope\n")
    );
    let object = run("{\"a\":1}\n[1]\n", &json, &table(&[("V", "OBJECT")]), "CONTINUE");
    assert_eq!((object.rows_loaded, object.errors_seen), (1, 1));
    let refused = super::load(
        &staged("f", text),
        &format(&json),
        &two_columns(),
        &options("CONTINUE"),
    )
    .unwrap_err();
    assert_eq!(refused.code(), 2019);

    let mut by_name = options("CONTINUE");
    by_name.match_by_column_name = MatchByColumnName::CaseInsensitive;
    let target = table(&[("ID", "NUMBER"), ("NAME", "VARCHAR(5)"), ("MORE", "DATE")]);
    let load = super::load(&staged("f", text), &format(&json), &target, &by_name).unwrap();
    assert_eq!(rows(&load), ["1/a/-"]);
    assert_eq!((load.rows_parsed, load.errors_seen), (4, 3));
    let codes: Vec<_> = load.errors.iter().map(|error| error.error.code()).collect();
    assert!(codes.contains(&100_069) && codes.contains(&100_074), "{codes:?}");
}

fn any_options() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(quote, trim, blank, multi, long)| {
            let mut given = vec![
                ("TRIM_SPACE", if trim { "TRUE" } else { "FALSE" }),
                ("SKIP_BLANK_LINES", if blank { "TRUE" } else { "FALSE" }),
                ("MULTI_LINE", if multi { "TRUE" } else { "FALSE" }),
            ];
            if quote {
                given.push(("FIELD_OPTIONALLY_ENCLOSED_BY", "\""));
            }
            if long {
                given.push(("FIELD_DELIMITER", ",,"));
            }
            given
        })
}

/// Everything that COPY would show, with the batches as one.
fn outcome(
    text: &[u8],
    properties: &[(&str, &str)],
    piece_bytes: usize,
) -> (Vec<String>, u64, u64, Vec<RecordError>, Vec<u64>) {
    let mut options = options("CONTINUE");
    options.piece_bytes = piece_bytes;
    let target = table(&[("ID", "NUMBER(5,0)"), ("NAME", "VARCHAR(6)")]);
    let mut load = load(&staged("f", text), &format(properties), &target, &options).unwrap();
    if !load.batches.is_empty() {
        load.batches = vec![concat_batches(&target.schema(), &load.batches).unwrap()];
    }
    (
        rows(&load),
        load.rows_parsed,
        load.errors_seen,
        load.errors,
        load.row_numbers.concat(),
    )
}

proptest! {
    #[test]
    fn pieces_load_what_one_pass_loads(
        text in "([0-9]{1,3},[a-z]{0,4}\n|\"|\\\\|,|\n|\r\n| |\"a\nb\"|é){0,40}",
        properties in any_options(),
        piece_bytes in 1usize..50,
    ) {
        prop_assert_eq!(outcome(text.as_bytes(), &properties, piece_bytes), outcome(text.as_bytes(), &properties, 1 << 20));
    }

    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        properties in any_options(),
        piece_bytes in 1usize..50,
    ) {
        let seen = outcome(&bytes, &properties, piece_bytes);
        prop_assert!(seen.0.len() as u64 + seen.2 <= seen.1.max(1));
    }
}
