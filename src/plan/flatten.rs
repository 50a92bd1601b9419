//! FLATTEN as a scalar function: each input row becomes the list of its flattened rows, ready to be unnested.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{
    ArrayRef, AsArray, LargeBinaryArray, ListArray, StructArray, new_empty_array,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::Error;
use crate::functions::semi_structured::flatten::{
    FlattenColumns, FlattenMode, FlattenOptions, Flattened, Flattener, flatten_types,
};
use crate::functions::semi_structured::follow;
use crate::types::cast::{CastMode, cast};
use crate::types::structured::Definition;
use crate::types::{SnowType, TypeContext};
use crate::variant::Path;

/// `$FLATTEN(input)` with fixed options. Made anew for every use, so that SEQ counts from 1 in each.
#[derive(Debug)]
struct FlattenList {
    options: FlattenOptions,
    next_seq: AtomicU64,
    signature: Signature,
}

/// The arguments of FLATTEN besides INPUT, as given.
#[derive(Debug, Default)]
pub struct FlattenArguments {
    /// PATH.
    pub path: Option<ScalarValue>,
    /// OUTER.
    pub outer: Option<ScalarValue>,
    /// RECURSIVE.
    pub recursive: Option<ScalarValue>,
    /// MODE.
    pub mode: Option<ScalarValue>,
}

/// The function that flattens with these options.
///
/// # Errors
/// For options that FLATTEN does not take.
pub fn function(arguments: FlattenArguments) -> Result<ScalarUDF> {
    let text = |value: Option<ScalarValue>| match value {
        Some(ScalarValue::Utf8(text)) => Ok(text),
        None | Some(ScalarValue::Null) => Ok(None),
        Some(other) => Err(Error::argument_types("FLATTEN", other.data_type())),
    };
    let flag = |value: Option<ScalarValue>| match value {
        Some(ScalarValue::Boolean(flag)) => Ok(flag.unwrap_or(false)),
        None | Some(ScalarValue::Null) => Ok(false),
        Some(other) => Err(Error::argument_types("FLATTEN", other.data_type())),
    };
    let options = FlattenOptions {
        path: text(arguments.path)?
            .map(|path| Path::parse(&path))
            .transpose()?
            .unwrap_or_default(),
        outer: flag(arguments.outer)?,
        recursive: flag(arguments.recursive)?,
        mode: text(arguments.mode)?
            .map(|mode| FlattenMode::parse(&mode))
            .transpose()?
            .unwrap_or_default(),
    };
    Ok(ScalarUDF::from(FlattenList {
        options,
        next_seq: AtomicU64::new(1),
        signature: Signature::any(1, Volatility::Volatile),
    }))
}

impl PartialEq for FlattenList {
    fn eq(&self, other: &Self) -> bool {
        self.options == other.options
    }
}

impl Eq for FlattenList {}

impl Hash for FlattenList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.options.hash(state);
    }
}

/// FLATTEN's columns. What is in a structured ARRAY or a MAP keeps its type, unless RECURSIVE opens it as well.
fn row_fields(options: &FlattenOptions, input: SnowType) -> Result<Fields> {
    let (at, _) = follow("FLATTEN", input, &options.path)?;
    let (key, value) = match at.definition() {
        _ if options.recursive => (SnowType::VARCHAR, SnowType::Variant),
        Some(Definition::Array(element)) => (SnowType::VARCHAR, element.data_type),
        Some(Definition::Map { key, value }) => (*key, value.data_type),
        _ => (SnowType::VARCHAR, SnowType::Variant),
    };
    let typed = flatten_types().into_iter().map(|(name, data_type)| match name {
        "KEY" => key.field_ref(name, true),
        "VALUE" => value.field_ref(name, true),
        _ => data_type.field_ref(name, true),
    });
    Ok(typed.collect())
}

fn row_field(fields: Fields) -> FieldRef {
    Arc::new(Field::new("item", DataType::Struct(fields), true))
}

/// The type of INPUT; VARIANT for what FLATTEN reads as such.
fn input_type(field: Option<&FieldRef>) -> SnowType {
    let known = field.and_then(|field| SnowType::from_field(field));
    known.filter(SnowType::is_structured).unwrap_or(SnowType::Variant)
}

impl ScalarUDFImpl for FlattenList {
    fn name(&self) -> &str {
        "$FLATTEN"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        let fields = row_fields(&self.options, SnowType::Variant)?;
        Ok(DataType::List(row_field(fields)))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let fields = row_fields(&self.options, input_type(args.arg_fields.first()))?;
        Ok(Arc::new(Field::new(
            self.name(),
            DataType::List(row_field(fields)),
            false,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let Some(input) = args.args.first() else {
            return Err(Error::internal("FLATTEN without INPUT").into());
        };
        let input = input.to_array(rows)?;
        let input: ArrayRef = match input.data_type() {
            DataType::LargeBinary => input,
            other => {
                let from = SnowType::from_arrow(other).unwrap_or(SnowType::VARCHAR);
                let context = TypeContext::of(&args.config_options);
                cast(&input, &from, &SnowType::Variant, CastMode::Strict, context)?
            }
        };
        let from = input_type(args.arg_fields.first());
        let fields = row_fields(&self.options, from)?;
        let (_, path) = follow("FLATTEN", from, &self.options.path)?;
        let options = FlattenOptions {
            path,
            ..self.options.clone()
        };
        let context = TypeContext::of(&args.config_options);
        let first_seq = self.next_seq.fetch_add(rows as u64, Ordering::Relaxed);
        Ok(ColumnarValue::Array(Arc::new(lists(
            input.as_binary::<i64>(),
            &options,
            first_seq,
            fields,
            context,
        )?)))
    }
}

fn lists(
    input: &LargeBinaryArray,
    options: &FlattenOptions,
    first_seq: u64,
    fields: Fields,
    context: &TypeContext,
) -> Result<ListArray> {
    use datafusion::arrow::array::Array;
    let mut flattener = Flattener::new(input, options, FlattenColumns::ALL, first_seq);
    let mut batches: Vec<Flattened> = Vec::new();
    while let Some(batch) = flattener.next(usize::MAX)? {
        batches.push(batch);
    }
    let mut lengths = vec![0_i32; input.len()];
    for parent in batches.iter().flat_map(|batch| batch.parents.values()) {
        if let Some(length) = lengths.get_mut(*parent as usize) {
            *length += 1;
        }
    }
    let mut end = 0_i32;
    let mut offsets = Vec::with_capacity(lengths.len() + 1);
    offsets.push(0);
    for length in lengths {
        end = end
            .checked_add(length)
            .ok_or_else(|| Error::internal("FLATTEN of too many rows in one batch"))?;
        offsets.push(end);
    }
    let columns = (0..fields.len())
        .map(|at| {
            let pieces: Vec<&dyn Array> = batches
                .iter()
                .filter_map(|b| Some(b.columns.get(at)?.as_ref()))
                .collect();
            match (pieces.as_slice(), fields.get(at)) {
                ([], Some(field)) => Ok(new_empty_array(field.data_type())),
                (pieces, Some(field)) => typed(concat(pieces)?, field, context),
                (pieces, None) => Ok(concat(pieces)?),
            }
        })
        .collect::<Result<Vec<_>>>()?;
    let rows = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(ListArray::try_new(
        row_field(fields),
        offsets,
        Arc::new(rows),
        None,
    )?)
}
/// A column of FLATTEN in the type that a structured input gives it.
fn typed(column: ArrayRef, field: &Field, context: &TypeContext) -> Result<ArrayRef> {
    use datafusion::arrow::array::Array;
    if column.data_type() == field.data_type() {
        return Ok(column);
    }
    let held = SnowType::from_arrow(column.data_type()).unwrap_or(SnowType::Variant);
    let to = SnowType::from_field(field).unwrap_or(held);
    Ok(cast(&column, &held, &to, CastMode::Strict, context)?)
}
