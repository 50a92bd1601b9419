use serde_json::json;

use super::*;
use crate::types::text::column_to_text;

fn one(column: serde_json::Value, cell: &str) -> Result<String> {
    let column: ColumnData = serde_json::from_value(column).unwrap();
    let decoder = Decoder::new(&[column])?;
    let batch = decoder.batch(&[vec![Some(cell.to_owned())], vec![None]])?;
    let data_type = SnowType::from_field(decoder.schema().field(0)).unwrap();
    let texts = column_to_text(batch.column(0), &data_type, &TypeContext::default())?;
    assert_eq!(texts[1], None);
    Ok(texts[0].clone().unwrap())
}

fn timed(name: &str, scale: u8) -> serde_json::Value {
    json!({"name": "C", "type": name, "nullable": true, "precision": 0, "scale": scale})
}

#[test]
fn cells_read_as_drivers_read_them() {
    let fixed = json!({"name": "C", "type": "fixed", "nullable": true, "precision": 10, "scale": 2});
    let plain = |name: &str| json!({"name": "C", "type": name, "nullable": true});
    for (column, cell, text) in [
        (fixed, "-0.50", "-0.50"),
        (plain("real"), "1e+100", "1e+100"),
        (plain("real"), "NaN", "NaN"),
        (plain("real"), "-inf", "-inf"),
        (plain("boolean"), "1", "TRUE"),
        (plain("boolean"), "false", "FALSE"),
        (plain("date"), "-1", "1969-12-31"),
        (timed("time", 9), "15329.123456000", "04:15:29"),
        (timed("time", 0), "15329", "04:15:29"),
        (
            timed("timestamp_ntz", 9),
            "-1.500000000",
            "1969-12-31 23:59:58.500",
        ),
        (
            timed("timestamp_ntz", 3),
            "253402300799.999",
            "9999-12-31 23:59:59.999",
        ),
        (
            timed("timestamp_ltz", 3),
            "1365123723.123",
            "2013-04-04 18:02:03.123 -0700",
        ),
        (
            timed("timestamp_tz", 9),
            "1365123723.123456000 1500",
            "2013-04-05 02:02:03.123 +0100",
        ),
        (plain("binary"), "00FF", "00FF"),
        (plain("variant"), "\"a\"", "\"a\""),
        (
            plain("array"),
            "[\n  undefined,\n  1\n]",
            "[\n  undefined,\n  1\n]",
        ),
        (plain("object"), "{}", "{}"),
    ] {
        assert_eq!(one(column, cell).unwrap(), text);
    }
}

#[test]
fn garbage_is_refused_with_its_column() {
    let plain = |name: &str| json!({"name": "C", "type": name, "nullable": true});
    let fixed = json!({"name": "C", "type": "fixed", "nullable": true, "precision": 38, "scale": 0});
    for (column, cell) in [
        (fixed.clone(), "E"),
        (fixed.clone(), ""),
        (fixed, "1x"),
        (plain("real"), "x"),
        (plain("boolean"), "yes"),
        (plain("date"), "2020-01-01"),
        (timed("timestamp_ntz", 9), "soon"),
        (timed("timestamp_tz", 9), "1.5"),
        (timed("timestamp_tz", 9), "1.5 9999"),
        (plain("binary"), "0"),
        (plain("variant"), "{"),
    ] {
        let error = one(column, cell).unwrap_err();
        assert!(error.message().contains("column C"), "{cell}: {error}");
    }
}

#[test]
fn types_that_are_not_known_here_are_named() {
    let column = |fields: serde_json::Value| one(fields, "").unwrap_err().message().to_owned();
    assert!(column(json!({"name": "C", "type": "vector"})).contains("VECTOR"));
    assert!(column(json!({"name": "C", "type": "object", "extTypeName": "GEOGRAPHY"})).contains("GEOGRAPHY"));
    let structured = json!({"name": "C", "type": "array", "fields": [{"type": "fixed"}]});
    assert!(column(structured).contains("structured ARRAY"));
    assert!(column(json!({"name": "C", "type": "fixed"})).contains("FIXED"));
}

#[test]
fn rows_of_another_width_and_nulls_where_none_may_be_are_refused() {
    let column: ColumnData =
        serde_json::from_value(json!({"name": "C", "type": "text", "nullable": false})).unwrap();
    let decoder = Decoder::new(&[column]).unwrap();
    assert!(decoder.batch(&[vec![]]).is_err());
    assert!(decoder.batch(&[vec![None]]).is_err());
    assert_eq!(decoder.batch(&[]).unwrap().num_rows(), 0);
}

#[test]
fn lengths_are_what_the_account_says() {
    let shown = |length: Option<u64>| {
        let column = json!({"name": "C", "type": "text", "length": length});
        let column: ColumnData = serde_json::from_value(column).unwrap();
        let decoder = Decoder::new(&[column]).unwrap();
        SnowType::from_field(decoder.schema().field(0))
            .unwrap()
            .to_string()
    };
    assert_eq!(shown(Some(0)), "VARCHAR(0)");
    assert_eq!(shown(Some(134_217_728)), "VARCHAR(134217728)");
    assert_eq!(shown(None), "VARCHAR(16777216)");
}

#[test]
fn what_the_account_shows_otherwise_is_told() {
    let columns = json!([
        {"name": "F", "type": "real", "nullable": true},
        {"name": "V", "type": "variant", "nullable": true},
    ]);
    let columns: Vec<ColumnData> = serde_json::from_value(columns).unwrap();
    let decoder = Decoder::new(&columns).unwrap();
    let row = |float: &str, variant: &str| vec![Some(float.to_owned()), Some(variant.to_owned())];
    decoder
        .batch(&[row("0.5", "{\n  \"a\": 1\n}"), vec![None, None]])
        .unwrap();
    assert_eq!(decoder.otherwise(), None);
    decoder
        .batch(&[row("0.5", "{\"a\":1}"), row("0.50", "1")])
        .unwrap();
    let told = decoder.otherwise().unwrap();
    assert_eq!(
        (told.column.as_str(), told.there.as_str(), told.here.as_str()),
        ("F", "0.50", "0.5")
    );
}

#[test]
fn a_columns_table_is_kept() {
    let column =
        json!({"name": "C", "type": "text", "nullable": true, "database": "D", "schema": "S", "table": "T"});
    let column: ColumnData = serde_json::from_value(column).unwrap();
    let schema = Arc::clone(Decoder::new(&[column]).unwrap().schema());
    let result = crate::engine::StatementResult::of_batches(schema, Vec::new());
    let origin = result.columns().remove(0).origin;
    assert_eq!(origin, Some(["D", "S", "T"].map(str::to_owned)));
}
