use super::*;
use datafusion::arrow::datatypes::Schema;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;

/// One group's result, gathered from the rows in two halves.
fn aggregate(name: &str, columns: &[ArrayRef]) -> Result<String> {
    let udaf = registry().aggregate(name).unwrap();
    let fields: Vec<_> = columns
        .iter()
        .map(|array| {
            SnowType::from_arrow(array.data_type())
                .unwrap()
                .field_ref("C", true)
        })
        .collect();
    let schema = Schema::new(fields.clone());
    let exprs: Vec<Arc<dyn PhysicalExpr>> = (0..columns.len())
        .map(|index| Arc::new(Column::new("C", index)) as _)
        .collect();
    let args = || {
        Ok::<_, crate::error::Error>(AccumulatorArgs {
            return_field: udaf.return_field(&fields)?,
            schema: &schema,
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name,
            is_distinct: false,
            exprs: &exprs,
            expr_fields: &fields,
        })
    };
    let half = columns[0].len() / 2;
    let (mut first, mut second) = (udaf.accumulator(args()?)?, udaf.accumulator(args()?)?);
    let slice = |from: usize, len: usize| {
        columns
            .iter()
            .map(|array| array.slice(from, len))
            .collect::<Vec<_>>()
    };
    first.update_batch(&slice(0, half))?;
    second.update_batch(&slice(half, columns[0].len() - half))?;
    let state: Vec<ArrayRef> = second
        .state()?
        .iter()
        .map(|value| value.to_array().unwrap())
        .collect();
    first.merge_batch(&state)?;
    Ok(shown(&first.evaluate()?.to_array()?).remove(0))
}

#[test]
fn arrays() {
    let names = texts(&[Some("a"), None, Some("b"), Some("a")]);
    assert_eq!(
        aggregate("ARRAY_AGG", &[Arc::clone(&names)]).unwrap(),
        r#"["a","b","a"]"#
    );
    assert_eq!(aggregate("ARRAY_UNIQUE_AGG", &[names]).unwrap(), r#"["a","b"]"#);
    assert_eq!(aggregate("ARRAY_AGG", &[texts(&[])]).unwrap(), "[]");
    let arrays = json(&[Some("[1,2]"), Some("[2e0,3]"), None]);
    assert_eq!(aggregate("ARRAY_UNION_AGG", &[arrays]).unwrap(), "[1,2,3]");
    // As often as in the array that has it most often, not as often as in all of them together.
    let arrays = json(&[Some("[7,8,7]"), Some("[7.0]"), Some("[8,8]")]);
    assert_eq!(aggregate("ARRAY_UNION_AGG", &[arrays]).unwrap(), "[7,8,7,8]");
    let default = registry()
        .aggregate("ARRAY_AGG")
        .unwrap()
        .default_value(&DataType::LargeBinary)
        .unwrap();
    assert_eq!(shown(&default.to_array().unwrap()), ["[]"]);
}

#[test]
fn objects() {
    let keys = texts(&[Some("name"), Some("age"), None, Some("x")]);
    let values = json(&[Some("\"Joe\""), Some("21"), Some("1"), None]);
    assert_eq!(
        aggregate("OBJECT_AGG", &[keys, values]).unwrap(),
        r#"{"age":21,"name":"Joe"}"#
    );
    let error = aggregate(
        "OBJECT_AGG",
        &[texts(&[Some("k"), Some("k")]), json(&[Some("1"), Some("2")])],
    )
    .unwrap_err();
    assert!(error.message().contains("Duplicate field key 'k'"));
}
