use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, ExprFunctionExt, ExprSchemable, col, lit};

use crate::error::Error;
use crate::functions::registry;
use crate::functions::testing::{frame, rows};
use crate::types::SnowType;

/// The rows of some expressions per key, in text, each row's values joined by `|`.
async fn aggregated(expressions: Vec<Expr>) -> Result<Vec<String>, Error> {
    let frame = frame()
        .aggregate(vec![col("k")], expressions)?
        .sort(vec![col("k").sort(true, false)])?;
    rows(frame).await
}

fn aggregate(name: &str, args: Vec<Expr>) -> Expr {
    registry().aggregate(name).unwrap().call(args)
}

#[tokio::test]
async fn sums_and_averages() {
    let expressions = vec![
        aggregate("SUM", vec![col("n")]).alias("s"),
        aggregate("AVG", vec![col("n")]).alias("a"),
        aggregate("SUM", vec![col("f")]).alias("f"),
        aggregate("COUNT", vec![col("f")]).alias("c"),
        aggregate("MIN", vec![col("t")]).alias("m"),
        aggregate("COUNT_IF", vec![col("f").gt(lit(1.5))]).alias("i"),
        aggregate("APPROX_COUNT_DISTINCT", vec![col("f")]).alias("h"),
    ];
    let rows = aggregated(expressions).await.unwrap();
    assert_eq!(
        rows,
        ["a|70.00|35.00000000|10|2|x|1|2", "b|75.00|25.00000000|8|3|1|3|2"]
    );
    let field = aggregate("SUM", vec![col("n")])
        .to_field(frame().schema())
        .unwrap()
        .1;
    assert_eq!(SnowType::from_field(&field).unwrap().to_string(), "NUMBER(38,2)");
    let error = aggregated(vec![aggregate("SUM", vec![col("t")])])
        .await
        .unwrap_err();
    assert_eq!(error.code(), 100_038);
}

#[tokio::test]
async fn distinct_and_overflow() {
    let sum = registry().aggregate("SUM").unwrap();
    let distinct = sum.call(vec![col("f")]).distinct().build().unwrap().alias("d");
    let average = registry()
        .aggregate("AVG")
        .unwrap()
        .call(vec![col("n")])
        .distinct()
        .build()
        .unwrap()
        .alias("e");
    assert_eq!(
        aggregated(vec![distinct, average]).await.unwrap(),
        ["a|10|35.00000000", "b|6|25.00000000"]
    );
    let huge = lit(ScalarValue::Decimal128(Some(10_i128.pow(38) - 1), 38, 0));
    let error = aggregated(vec![sum.call(vec![huge])]).await.unwrap_err();
    assert_eq!(error.code(), 100_046);
}

#[tokio::test]
async fn order_and_position() {
    let list = registry()
        .aggregate("LISTAGG")
        .unwrap()
        .call(vec![col("t"), lit("-")]);
    let expressions = vec![
        list.order_by(vec![col("t").sort(true, false)])
            .build()
            .unwrap()
            .alias("l"),
        aggregate("MEDIAN", vec![col("n")]).alias("m"),
        aggregate("PERCENTILE_CONT", vec![col("n"), lit(0.25)]).alias("p"),
        aggregate("PERCENTILE_DISC", vec![col("n"), lit(0.5)]).alias("d"),
        aggregate("MODE", vec![col("f")]).alias("o"),
        aggregate("MIN_BY", vec![col("t"), col("n")]).alias("i"),
        aggregate("MAX_BY", vec![col("t"), col("n")]).alias("x"),
        aggregate("BITOR_AGG", vec![col("n")]).alias("b"),
    ];
    let rows = aggregated(expressions).await.unwrap();
    assert_eq!(
        rows,
        [
            "a|x-y|35.00000|22.50000|10.00|1|x|y|62",
            "b|1-2-3|25.00000|22.50000|25.00|2|3|2|31"
        ]
    );
}

#[tokio::test]
async fn moments() {
    let expressions = vec![
        aggregate("VAR_SAMP", vec![col("n")]).alias("v"),
        aggregate("STDDEV", vec![col("f")]).alias("s"),
        aggregate("BOOLAND_AGG", vec![col("f").gt(lit(1.5))]).alias("a"),
        aggregate("SKEW", vec![col("f")]).alias("w"),
    ];
    let rows = aggregated(expressions).await.unwrap();
    assert_eq!(
        rows,
        [
            "a|1250.0000000000|5.656854249|false|NULL",
            "b|25.0000000000|1.154700538|true|1.732050808"
        ]
    );
}

#[tokio::test]
async fn nothing_aggregates_to_nothing() {
    let expressions = vec![
        aggregate("SUM", vec![col("n")]).alias("s"),
        aggregate("COUNT_IF", vec![lit(true)]).alias("c"),
        aggregate("LISTAGG", vec![col("t")]).alias("l"),
        aggregate("MEDIAN", vec![col("f")]).alias("m"),
    ];
    let frame = frame()
        .filter(lit(false))
        .unwrap()
        .aggregate(vec![], expressions)
        .unwrap();
    assert_eq!(rows(frame).await.unwrap(), ["NULL|0||NULL"]);
}

#[tokio::test]
async fn windows() {
    let window = |name: &str, args: Vec<Expr>| {
        let udwf = registry().window(name).unwrap();
        udwf.call(args)
            .partition_by(vec![col("k")])
            .order_by(vec![col("n").sort(true, false)])
            .build()
            .unwrap()
    };
    let number = |value: i128| lit(ScalarValue::Decimal128(Some(value), 2, 0));
    let expressions = vec![
        col("k"),
        window("ROW_NUMBER", vec![]).alias("r"),
        window("LAG", vec![col("n"), number(1), number(0)]).alias("g"),
        window("LEAD", vec![col("t"), number(2)]).alias("e"),
        window("NTILE", vec![number(2)]).alias("t"),
        window("RATIO_TO_REPORT", vec![col("n")]).alias("o"),
        window("CONDITIONAL_CHANGE_EVENT", vec![col("f")]).alias("c"),
    ];
    let frame = frame()
        .select(expressions)
        .unwrap()
        .sort(vec![col("k").sort(true, false), col("r").sort(true, false)]);
    let rows = rows(frame.unwrap()).await.unwrap();
    assert_eq!(
        rows,
        [
            "a|1|0.00|NULL|1|0.14285714|0",
            "a|2|10.00|NULL|2|0.85714286|1",
            "b|1|0.00|2|1|0.26666667|0",
            "b|2|20.00|NULL|1|0.33333333|0",
            "b|3|25.00|NULL|2|0.40000000|1",
            "b|4|30.00|NULL|2|NULL|2",
        ]
    );
}
