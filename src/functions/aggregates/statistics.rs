//! Moments, correlation and regression.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::regr::{
    regr_avgx_udaf, regr_avgy_udaf, regr_count_udaf, regr_intercept_udaf, regr_slope_udaf, regr_sxx_udaf,
    regr_sxy_udaf, regr_syy_udaf,
};
use datafusion::functions_aggregate::stddev::{stddev_pop_udaf, stddev_udaf};
use datafusion::functions_aggregate::variance::{var_pop_udaf, var_samp_udaf};
use datafusion::logical_expr::AggregateUDF;

use super::collect::Collect;
use super::general::numeric;
use super::pairs::{Evaluate, Pairs};
use crate::error::Result;
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{Arguments, Count, exactly};
use crate::functions::scalar::Returns;
use crate::types::SnowType;

const ONE: Count = exactly(1);
const TWO: Count = exactly(2);

/// The family.
pub const FUNCTIONS: &[Aggregate] = &[
    Aggregate::new(
        &["STDDEV", "STDDEV_SAMP"],
        ONE,
        |a| Ok(floats(a, stddev_udaf())?.over_distinct()),
        "stddev",
    ),
    Aggregate::new(
        &["STDDEV_POP"],
        ONE,
        |a| Ok(floats(a, stddev_pop_udaf())?.over_distinct()),
        "stddev_pop",
    ),
    Aggregate::new(
        &["VARIANCE", "VARIANCE_SAMP", "VAR_SAMP"],
        ONE,
        |a| variance(a, var_samp_udaf()),
        "variance",
    ),
    Aggregate::new(
        &["VAR_POP", "VARIANCE_POP"],
        ONE,
        |a| variance(a, var_pop_udaf()),
        "var_pop",
    ),
    Aggregate::new(&["SKEW"], ONE, |a| floats(a, Arc::clone(&SKEW)), "skew"),
    Aggregate::new(&["KURTOSIS"], ONE, kurtosis, "kurtosis"),
    Aggregate::new(&["CORR"], TWO, |a| floats(a, Arc::clone(&CORR)), "corr"),
    Aggregate::new(
        &["COVAR_POP"],
        TWO,
        |a| floats(a, Arc::clone(&COVAR_POP)),
        "covar_pop",
    ),
    Aggregate::new(
        &["COVAR_SAMP"],
        TWO,
        |a| floats(a, Arc::clone(&COVAR_SAMP)),
        "covar_samp",
    ),
    Aggregate::new(
        &["REGR_SLOPE"],
        TWO,
        |a| floats(a, regr_slope_udaf()),
        "regr_slope",
    ),
    Aggregate::new(
        &["REGR_INTERCEPT"],
        TWO,
        |a| floats(a, regr_intercept_udaf()),
        "regr_intercept",
    ),
    Aggregate::new(&["REGR_R2"], TWO, |a| floats(a, Arc::clone(&REGR_R2)), "regr_r2"),
    Aggregate::new(&["REGR_AVGX"], TWO, |a| floats(a, regr_avgx_udaf()), "regr_avgx"),
    Aggregate::new(&["REGR_AVGY"], TWO, |a| floats(a, regr_avgy_udaf()), "regr_avgy"),
    Aggregate::new(&["REGR_SXX"], TWO, |a| floats(a, regr_sxx_udaf()), "regr_sxx"),
    Aggregate::new(&["REGR_SYY"], TWO, |a| floats(a, regr_syy_udaf()), "regr_syy"),
    Aggregate::new(&["REGR_SXY"], TWO, |a| floats(a, regr_sxy_udaf()), "regr_sxy"),
    Aggregate::new(&["REGR_COUNT"], TWO, regr_count, "regr_count")
        .empty(|| ScalarValue::Decimal128(Some(0), 38, 0)),
];

fn floats(arguments: &Arguments, inner: Arc<AggregateUDF>) -> Result<Plan> {
    for index in 0..arguments.len() {
        numeric(arguments, index)?;
    }
    Ok(Plan::new(
        inner,
        vec![SnowType::Float; arguments.len()],
        SnowType::Float,
    ))
}

/// The variance of a NUMBER is one, with the scale that dividing its square would give.
fn variance(arguments: &Arguments, inner: Arc<AggregateUDF>) -> Result<Plan> {
    let mut plan = Plan::new(inner, vec![SnowType::Float], SnowType::Float).over_distinct();
    if let SnowType::Number { scale, .. } = numeric(arguments, 0)? {
        let square = scale.saturating_mul(2).min(37);
        let data_type = SnowType::Number {
            precision: 38,
            scale: square.max((square + 6).min(12)),
        };
        plan.returns = Returns {
            data_type,
            nullable: true,
        };
    }
    Ok(plan)
}

/// The kurtosis of a NUMBER is one, with twelve digits of scale.
fn kurtosis(arguments: &Arguments) -> Result<Plan> {
    let mut plan = floats(arguments, Arc::clone(&KURTOSIS))?;
    if let SnowType::Number { .. } = numeric(arguments, 0)? {
        let data_type = SnowType::Number {
            precision: 38,
            scale: 12,
        };
        plan.returns = Returns {
            data_type,
            nullable: true,
        };
    }
    Ok(plan)
}

fn pairs(name: &'static str, evaluate: Evaluate) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Pairs::new(name, evaluate)))
}

static COVAR_POP: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| pairs("covar_pop", |sums| Some(sums.co_deviation() / sums.count)));

static COVAR_SAMP: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    pairs("covar_samp", |sums| {
        (sums.count > 1.0).then(|| sums.co_deviation() / (sums.count - 1.0))
    })
});

static CORR: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    pairs("corr", |sums| {
        let spread = (sums.deviation_of_x() * sums.deviation_of_y()).sqrt();
        (sums.count > 1.0 && spread > 0.0).then(|| sums.co_deviation() / spread)
    })
});

static REGR_R2: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    pairs("regr_r2", |sums| {
        let (of_x, of_y) = (sums.deviation_of_x(), sums.deviation_of_y());
        match (of_x > 0.0, of_y > 0.0) {
            (false, _) => None,
            (true, false) => Some(1.0),
            (true, true) => Some(sums.co_deviation() * sums.co_deviation() / (of_x * of_y)),
        }
    })
});

fn regr_count(arguments: &Arguments) -> Result<Plan> {
    let mut plan = floats(arguments, regr_count_udaf())?;
    plan.inner_type = DataType::UInt64;
    plan.returns = Returns {
        data_type: SnowType::INTEGER,
        nullable: false,
    };
    Ok(plan)
}

/// The number of values, and the sums of the second to fourth powers of their distances from the mean.
fn moments(values: &[ArrayRef]) -> Option<(f64, [f64; 3])> {
    let values = values.first()?.as_primitive_opt::<Float64Type>()?;
    let count = values.len() as f64;
    let mean = values.values().iter().sum::<f64>() / count;
    let mut sums = [0.0; 3];
    for value in values.values() {
        let distance = value - mean;
        let square = distance * distance;
        for (sum, power) in sums.iter_mut().zip([square, square * distance, square * square]) {
            *sum += power;
        }
    }
    Some((count, sums))
}

static SKEW: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    // Sample skewness, adjusted for bias; NULL below three values or without variance.
    let collect = Collect::new("skew", |values, _| {
        let value = moments(values)
            .filter(|(n, [second, ..])| *n > 2.0 && *second > 0.0)
            .map(|(n, [second, third, _])| {
                let deviation = (second / (n - 1.0)).sqrt();
                n / ((n - 1.0) * (n - 2.0)) * third / deviation.powi(3)
            });
        Ok(ScalarValue::Float64(value))
    });
    collect.udaf()
});

static KURTOSIS: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    // Sample excess kurtosis; NULL below four values or without variance.
    let collect = Collect::new("kurtosis", |values, _| {
        let value = moments(values)
            .filter(|(n, [second, ..])| *n > 3.0 && *second > 0.0)
            .map(|(n, [second, _, fourth])| {
                let variance = second / (n - 1.0);
                let first =
                    n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * fourth / (variance * variance);
                first - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
            });
        Ok(ScalarValue::Float64(value))
    });
    collect.udaf()
});
