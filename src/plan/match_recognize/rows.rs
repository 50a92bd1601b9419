//! `$MATCH`: the window function that finds the matches of a partition. For each row it gives the list of its parts in
//! matches: none where it is not in the output, several where matches overlap.
//!
//! The function's name holds what it needs to know ([`Matching`]), since the planner asks for functions by name.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Array, ListArray, StringBuilder, StructArray,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::pattern::Pattern;
use super::search::{self, Skip};
use crate::error::{Error, Result};
use crate::types::SnowType;

/// What the function's name begins with.
const NAME: &str = "$MATCH:";

/// Separates what the name says.
const PART: char = '\u{1f}';

/// The columns of a row's part in a match.
pub const MATCH_COLUMNS: [&str; 6] = [
    "$MATCH_NUMBER",
    "$SEQUENCE",
    "$SYMBOL",
    "$KIND",
    "$EXCLUDED",
    "$LAST",
];

/// A row that is in a match.
pub const MATCHED: &str = "M";
/// A row at which an empty match was found.
pub const EMPTY: &str = "E";
/// A row that is in no match.
pub const UNMATCHED: &str = "U";

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Matching {
    /// The text of the pattern.
    pub pattern: String,
    /// `PAST`, `NEXT`, or `FIRST` or `LAST` with a symbol.
    pub skip: (String, String),
    /// The symbols that are defined, in the order of the function's arguments.
    pub defined: Vec<String>,
}

impl Matching {
    /// The name of the function that looks for it.
    pub fn function_name(&self) -> String {
        let parts = [self.pattern.clone(), self.skip.0.clone(), self.skip.1.clone()];
        let parts: Vec<String> = parts.into_iter().chain(self.defined.iter().cloned()).collect();
        format!("{NAME}{}", parts.join(&PART.to_string()))
    }

    /// The function of a name, if it is one of these.
    pub fn function(name: &str) -> Option<Arc<WindowUDF>> {
        let mut parts = name.strip_prefix(NAME)?.split(PART).map(str::to_string);
        let matching = Self {
            pattern: parts.next()?,
            skip: (parts.next()?, parts.next()?),
            defined: parts.collect(),
        };
        let compiled = Compiled::of(&matching).ok()?;
        Some(Arc::new(WindowUDF::from(Matches {
            name: name.to_string(),
            compiled: Arc::new(compiled),
            signature: Signature::variadic_any(Volatility::Immutable),
        })))
    }
}

/// What to look for, read.
#[derive(Debug)]
pub struct Compiled {
    /// The pattern.
    pub pattern: Pattern,
    /// Where to go on.
    skip: Skip,
    /// For each symbol of the pattern the argument that tells of it; one without is assigned to every row.
    arguments: Vec<Option<usize>>,
}

impl Compiled {
    /// Reads the pattern and finds the symbols in it.
    ///
    /// # Errors
    /// When the pattern is none, or has not the symbol to skip to.
    pub fn of(matching: &Matching) -> Result<Self> {
        let pattern = Pattern::parse(&matching.pattern)?;
        let (kind, symbol) = &matching.skip;
        let place = || {
            let place = pattern.symbols.iter().position(|known| known == symbol);
            place.ok_or_else(|| Error::invalid_identifier(symbol))
        };
        let skip = match kind.as_str() {
            "NEXT" => Skip::ToNext,
            "FIRST" => Skip::ToFirst(place()?),
            "LAST" => Skip::ToLast(place()?),
            _ => Skip::PastLast,
        };
        let argument = |symbol: &String| matching.defined.iter().position(|defined| defined == symbol);
        let arguments = pattern.symbols.iter().map(argument).collect();
        Ok(Self {
            pattern,
            skip,
            arguments,
        })
    }
}

#[derive(Debug)]
struct Matches {
    name: String,
    compiled: Arc<Compiled>,
    signature: Signature,
}

impl PartialEq for Matches {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Matches {}

impl Hash for Matches {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn part_fields() -> Fields {
    let types = [
        SnowType::INTEGER,
        SnowType::INTEGER,
        SnowType::VARCHAR,
        SnowType::VARCHAR,
        SnowType::Boolean,
        SnowType::Boolean,
    ];
    let named = MATCH_COLUMNS.into_iter().zip(types);
    named
        .map(|(name, data_type)| data_type.field_ref(name, true))
        .collect()
}

fn part_field() -> FieldRef {
    Arc::new(Field::new("item", DataType::Struct(part_fields()), true))
}

impl WindowUDFImpl for Matches {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs,
    ) -> DataFusionResult<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator {
            compiled: Arc::clone(&self.compiled),
        }))
    }

    fn field(&self, args: WindowUDFFieldArgs) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(Field::new(
            args.name(),
            DataType::List(part_field()),
            false,
        )))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

#[derive(Debug)]
struct Evaluator {
    compiled: Arc<Compiled>,
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> DataFusionResult<ArrayRef> {
        Ok(self.parts(values, rows)?)
    }
}

/// A row's part in a match.
struct Part {
    number: Option<i128>,
    sequence: Option<i128>,
    symbol: Option<usize>,
    kind: &'static str,
    excluded: bool,
    last: bool,
}

impl Evaluator {
    fn parts(&self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let Compiled {
            pattern,
            skip,
            arguments,
        } = self.compiled.as_ref();
        let conditions: Vec<_> = values.iter().map(|value| value.as_boolean_opt()).collect();
        let assigned = |symbol: usize, row: usize| match arguments.get(symbol) {
            Some(Some(argument)) => match conditions.get(*argument) {
                Some(Some(condition)) => condition.is_valid(row) && condition.value(row),
                _ => false,
            },
            _ => true,
        };
        let found = search::all(pattern, skip, rows, assigned)?;
        let mut parts: Vec<Vec<Part>> = Vec::new();
        parts.resize_with(rows, Vec::new);
        for (number, found) in found.iter().enumerate() {
            let number = Some(number as i128 + 1);
            if found.rows.is_empty()
                && let Some(row) = parts.get_mut(found.start)
            {
                row.push(Part {
                    number,
                    sequence: Some(1),
                    symbol: None,
                    kind: EMPTY,
                    excluded: false,
                    last: true,
                });
            }
            for (place, matched) in found.rows.iter().enumerate() {
                if let Some(row) = parts.get_mut(matched.row) {
                    row.push(Part {
                        number,
                        sequence: Some(place as i128 + 1),
                        symbol: Some(matched.symbol),
                        kind: MATCHED,
                        excluded: matched.excluded,
                        last: place + 1 == found.rows.len(),
                    });
                }
            }
        }
        for row in parts.iter_mut().filter(|row| row.is_empty()) {
            row.push(Part {
                number: None,
                sequence: None,
                symbol: None,
                kind: UNMATCHED,
                excluded: false,
                last: false,
            });
        }
        list(&parts, &pattern.symbols)
    }
}

fn list(parts: &[Vec<Part>], symbols: &[String]) -> Result<ArrayRef> {
    let all = || parts.iter().flatten();
    let integers = |values: Vec<Option<i128>>| -> Result<ArrayRef> {
        Ok(Arc::new(
            Decimal128Array::from(values).with_precision_and_scale(38, 0)?,
        ))
    };
    let (mut names, mut kinds) = (StringBuilder::new(), StringBuilder::new());
    let (mut excluded, mut last) = (BooleanBuilder::new(), BooleanBuilder::new());
    for part in all() {
        names.append_option(part.symbol.and_then(|symbol| symbols.get(symbol)));
        kinds.append_value(part.kind);
        excluded.append_value(part.excluded);
        last.append_value(part.last);
    }
    let columns: Vec<ArrayRef> = vec![
        integers(all().map(|part| part.number).collect())?,
        integers(all().map(|part| part.sequence).collect())?,
        Arc::new(names.finish()),
        Arc::new(kinds.finish()),
        Arc::new(excluded.finish()),
        Arc::new(last.finish()),
    ];
    let mut end = 0_i32;
    let mut offsets = Vec::with_capacity(parts.len() + 1);
    offsets.push(0);
    for row in parts {
        let more = i32::try_from(row.len()).ok();
        end = more
            .and_then(|more| end.checked_add(more))
            .ok_or_else(|| Error::unsupported("MATCH_RECOGNIZE with so many overlapping matches"))?;
        offsets.push(end);
    }
    let rows = StructArray::try_new(part_fields(), columns, None)?;
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(ListArray::try_new(
        part_field(),
        offsets,
        Arc::new(rows),
        None,
    )?))
}
