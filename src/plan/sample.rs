//! SAMPLE and TABLESAMPLE: <https://docs.snowflake.com/en/sql-reference/constructs/sample>.
//!
//! Every row gets a number from the seed and from what it is: its row id in a table, its place in any other relation. A
//! fraction of the rows are those whose number is small enough; a fixed number of rows are those with the smallest ones.
//! SYSTEM and BLOCK number blocks of rows instead: neighbours by row id, about a thousand blocks to a table, so that
//! small tables are sampled row by row. Without SEED the seed comes from the account, which is the same in every run.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::{DFSchema, ScalarValue, TableReference};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{
    ColumnarValue, Expr as Planned, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::ident;
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, TableAlias, TableFactor, TableSample, TableSampleKind, TableSampleMethod,
    TableSampleQuantity, TableSampleUnit, TableVersion,
};

use super::environment::{Environment, RelationSource};
use super::execute;
use super::table::{ROW_ID, VersionedTable};
use crate::error::Error;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::context::TypeContext;

/// The most rows that can be asked for.
const MOST_ROWS: i128 = 1_000_000;

/// The greatest seed.
const MOST_SEED: i128 = 2_147_483_647;

/// Into how many blocks a table falls, as long as it has so many rows.
const BLOCKS: u64 = 1_000;

/// The most rows in a block.
const MOST_BLOCK_ROWS: u64 = 100_000;

/// The column that rows are sorted by to get a fixed number of them.
const KEY: &str = "$SAMPLE_KEY";

/// What a clause asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    /// Each row or block with a probability between 0 and 1.
    Fraction(f64),
    Rows(usize),
}

/// A clause, read.
#[derive(Debug, Clone, Copy)]
struct Clause {
    size: Size,
    blocks: bool,
    seed: Option<u64>,
}

/// Whether a clause has a seed, or chooses blocks: then it works on tables only.
pub fn wants_table(kind: &TableSampleKind) -> bool {
    let sample = sample_of(kind);
    sample.seed.is_some() || is_block(sample)
}

/// The refusal of a clause for which [`wants_table`] holds on anything else.
pub fn not_a_table(kind: &TableSampleKind) -> Error {
    match sample_of(kind).seed {
        Some(_) => Error::compilation("Sampling with a seed is not supported on views or subqueries"),
        None => Error::compilation("Block sampling is not supported on views or subqueries"),
    }
}

fn sample_of(kind: &TableSampleKind) -> &TableSample {
    let (TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample)) = kind;
    sample
}

fn is_block(sample: &TableSample) -> bool {
    matches!(
        sample.name,
        Some(TableSampleMethod::System | TableSampleMethod::Block)
    )
}

/// Plans a relation with SAMPLE.
///
/// # Errors
/// For numbers out of range, a seed or blocks where there can be none; whatever is wrong with the relation.
pub fn plan(
    mut factor: TableFactor,
    kind: &TableSampleKind,
    environment: &dyn Environment,
    context: &mut dyn RelationPlannerContext,
) -> DataFusionResult<LogicalPlan> {
    let clause = read(sample_of(kind), context)?;
    let table = match &factor {
        TableFactor::Table {
            name,
            args: None,
            version,
            alias,
            ..
        } => table(name, version.as_ref(), alias.as_ref(), environment)?,
        _ => None,
    };
    if table.is_none() && wants_table(kind) {
        return Err(Error::compilation(
            "Sampling with a seed or by blocks is not supported on views and subqueries, nor here on tables with policies",
        )
        .into());
    }
    let seed = clause.seed.unwrap_or_else(|| environment.random_seed());
    let (rows, key) = match table {
        Some(Identified { plan, rows }) => {
            let per_block = match clause.blocks {
                true => (rows / BLOCKS).clamp(1, MOST_BLOCK_ROWS),
                false => 1,
            };
            (plan, Numbers::of_rows(seed, per_block).call(vec![ident(ROW_ID)]))
        }
        None => {
            if let TableFactor::Table { sample, .. } | TableFactor::Derived { sample, .. } = &mut factor {
                *sample = None;
            }
            (context.plan(factor)?, Numbers::of_places(seed).call(Vec::new()))
        }
    };
    let columns = rows.schema().columns().into_iter();
    let shown: Vec<Planned> = columns
        .filter(|column| column.name != ROW_ID)
        .map(Planned::Column)
        .collect();
    let rows = LogicalPlanBuilder::from(rows);
    match clause.size {
        Size::Fraction(probability) => {
            let chosen = ScalarUDF::from(Chosen::below(probability)).call(vec![key]);
            rows.filter(chosen)?.project(shown)?.build()
        }
        Size::Rows(count) => rows
            .project(shown.iter().cloned().chain([key.alias(KEY)]))?
            .sort([ident(KEY).sort(true, false)])?
            // A limit of its own: DataFusion leaves out sorts of relations, unless one stands above them.
            .limit(0, Some(count))?
            .project(shown)?
            .build(),
    }
}

/// A table with its row ids as last column.
struct Identified {
    plan: LogicalPlan,
    rows: u64,
}

/// The scan of a table's version, under its alias; `None` for a relation that is no table.
fn table(
    name: &ObjectName,
    version: Option<&TableVersion>,
    alias: Option<&TableAlias>,
    environment: &dyn Environment,
) -> DataFusionResult<Option<Identified>> {
    // A subquery then gives the columns their names.
    if alias.is_some_and(|alias| !alias.columns.is_empty()) {
        return Ok(None);
    }
    let parts: Option<Vec<String>> = name
        .0
        .iter()
        .map(|part| Some(part.as_ident()?.value.clone()))
        .collect();
    let Some(parts) = parts else { return Ok(None) };
    let source = environment.relation(RelationSource {
        name: &parts,
        version,
        arguments: &[],
    })?;
    let Ok(provider) = source_as_provider(&source) else {
        return Ok(None);
    };
    let Some(table) = provider.downcast_ref::<VersionedTable>() else {
        return Ok(None);
    };
    let mut identified = table.with_identities();
    if let Some(origin) = table.origin() {
        identified = identified.with_origin(origin.clone());
    }
    let shown = alias.map_or_else(
        || parts.last().map_or("", String::as_str),
        |alias| &alias.name.value,
    );
    let rows = table.rows() as u64;
    let source = provider_as_source(Arc::new(identified));
    let plan = LogicalPlanBuilder::scan(TableReference::bare(shown), source, None)?.build()?;
    Ok(Some(Identified { plan, rows }))
}

fn read(sample: &TableSample, context: &mut dyn RelationPlannerContext) -> DataFusionResult<Clause> {
    let quantity = match &sample.quantity {
        Some(quantity) if quantity.parenthesized => quantity,
        _ => return Err(Error::syntax(1, 0, "unexpected 'SAMPLE'").into()),
    };
    if sample.bucket.is_some() || sample.offset.is_some() || quantity.unit == Some(TableSampleUnit::Percent) {
        return Err(Error::unsupported(format!("{sample}")).into());
    }
    let blocks = is_block(sample);
    let size = size(quantity, context)?;
    if matches!(size, Size::Rows(_)) && (blocks || sample.seed.is_some()) {
        let message = "SYSTEM, BLOCK and SEED are not supported for a sample of a fixed number of rows";
        return Err(Error::compilation(message).into());
    }
    let seed = match &sample.seed {
        None => None,
        Some(seed) => {
            let value = number(Expr::Value(seed.value.clone()), &SnowType::INTEGER, context)?;
            match value {
                ScalarValue::Decimal128(Some(seed @ 0..=MOST_SEED), ..) => Some(seed as u64),
                other => return Err(out_of_range("seed", &other, MOST_SEED).into()),
            }
        }
    };
    Ok(Clause { size, blocks, seed })
}

fn size(quantity: &TableSampleQuantity, context: &mut dyn RelationPlannerContext) -> DataFusionResult<Size> {
    if quantity.unit == Some(TableSampleUnit::Rows) {
        return match number(quantity.value.clone(), &SnowType::INTEGER, context)? {
            ScalarValue::Decimal128(Some(rows @ 0..=MOST_ROWS), ..) => Ok(Size::Rows(rows as usize)),
            other => Err(out_of_range("number of rows", &other, MOST_ROWS).into()),
        };
    }
    match number(quantity.value.clone(), &SnowType::Float, context)? {
        ScalarValue::Float64(Some(percent)) if (0.0..=100.0).contains(&percent) => {
            Ok(Size::Fraction(percent / 100.0))
        }
        other => Err(out_of_range("probability", &other, 100).into()),
    }
}

fn out_of_range(what: &str, value: &ScalarValue, most: i128) -> Error {
    Error::compilation(format!(
        "the {what} of SAMPLE is {value}, which is not between 0 and {most}"
    ))
}

/// A constant as a number of a type.
fn number(
    expr: Expr,
    to: &SnowType,
    context: &mut dyn RelationPlannerContext,
) -> DataFusionResult<ScalarValue> {
    let planned = context.sql_to_expr(expr, &DFSchema::empty())?;
    let options = context.context_provider().options();
    let value = execute::constant(super::operator::exact_literal(planned), options)?;
    let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
    Ok(cast_scalar(
        &value,
        &from,
        to,
        CastMode::Strict,
        TypeContext::of(options),
    )?)
}

/// Spreads the bits of a number over 64: the last steps of splitmix64.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// `$SAMPLE_NUMBER(id)`, or without an argument: a number for every row. Made anew for every use.
#[derive(Debug)]
struct Numbers {
    seed: u64,
    per_block: u64,
    next_place: AtomicU64,
    signature: Signature,
}

impl Numbers {
    fn of_rows(seed: u64, per_block: u64) -> ScalarUDF {
        Self::with(seed, per_block, Signature::any(1, Volatility::Volatile))
    }

    fn of_places(seed: u64) -> ScalarUDF {
        Self::with(seed, 1, Signature::nullary(Volatility::Volatile))
    }

    fn with(seed: u64, per_block: u64, signature: Signature) -> ScalarUDF {
        ScalarUDF::from(Self {
            seed: mixed(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)),
            per_block,
            next_place: AtomicU64::new(0),
            signature,
        })
    }

    fn number(&self, of: u64) -> u64 {
        mixed(self.seed ^ mixed(of.wrapping_add(1)))
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        (self.seed, self.per_block) == (other.seed, other.per_block)
    }
}

impl Eq for Numbers {}

impl Hash for Numbers {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.seed, self.per_block).hash(state);
    }
}

impl ScalarUDFImpl for Numbers {
    fn name(&self) -> &str {
        "$SAMPLE_NUMBER"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::UInt64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        use datafusion::arrow::array::AsArray;
        let rows = args.number_rows;
        let numbers: UInt64Array = match args.args.first() {
            Some(ids) => {
                let ids = ids.to_array(rows)?;
                let ids = ids.as_primitive_opt::<UInt64Type>();
                let ids = ids.ok_or_else(|| Error::internal("a sample of rows without ids"))?;
                ids.values()
                    .iter()
                    .map(|id| self.number(id / self.per_block))
                    .collect::<Vec<_>>()
                    .into()
            }
            None => {
                let first = self.next_place.fetch_add(rows as u64, Ordering::Relaxed);
                let places = (0..rows as u64).map(|place| self.number(first.wrapping_add(place)));
                places.collect::<Vec<_>>().into()
            }
        };
        Ok(ColumnarValue::Array(Arc::new(numbers) as ArrayRef))
    }
}

/// `$SAMPLE_CHOSEN(number)`: whether a number is among the given share of all numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Chosen {
    /// Numbers below are chosen; `None` for all.
    below: Option<u64>,
    signature: Signature,
}

impl Chosen {
    fn below(probability: f64) -> Self {
        // 2^64 as a float; the product is below it, so the cast cannot saturate but for 1.
        let bound = probability * 18_446_744_073_709_551_616.0;
        Self {
            below: (probability < 1.0).then_some(bound as u64),
            signature: Signature::any(1, Volatility::Volatile),
        }
    }
}

impl ScalarUDFImpl for Chosen {
    fn name(&self) -> &str {
        "$SAMPLE_CHOSEN"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        use datafusion::arrow::array::AsArray;
        let numbers = args
            .args
            .first()
            .map(|numbers| numbers.to_array(args.number_rows))
            .transpose()?;
        let numbers = numbers
            .as_ref()
            .and_then(|numbers| numbers.as_primitive_opt::<UInt64Type>());
        let numbers = numbers.ok_or_else(|| Error::internal("a sample without numbers"))?;
        let chosen = numbers
            .values()
            .iter()
            .map(|number| self.below.is_none_or(|below| *number < below));
        let chosen = BooleanArray::from(chosen.collect::<Vec<bool>>());
        Ok(ColumnarValue::Array(Arc::new(chosen) as ArrayRef))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_numbers_is_chosen() {
        let numbers = Numbers {
            seed: mixed(7),
            per_block: 1,
            next_place: AtomicU64::new(0),
            signature: Signature::nullary(Volatility::Volatile),
        };
        let chosen = |probability: f64| {
            let below = Chosen::below(probability).below;
            let all = (0..10_000_u64).map(|place| numbers.number(place));
            all.filter(|number| below.is_none_or(|below| *number < below))
                .count()
        };
        assert_eq!(chosen(0.0), 0);
        assert_eq!(chosen(1.0), 10_000);
        assert!((2_300..2_700).contains(&chosen(0.25)), "{}", chosen(0.25));
    }
}
