//! The table function FLATTEN (<https://docs.snowflake.com/en/sql-reference/functions/flatten>).
//!
//! [`Flattener`] turns a column of values into rows, a bounded batch at a time, because THIS repeats the container in
//! every row: a batch ends when it has enough rows or enough bytes, and columns that nobody reads are not built.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Decimal128Array, Decimal128Builder, LargeBinaryArray, StringBuilder, UInt32Array,
    new_null_array,
};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::variant::{self, ArrayView, ObjectView, Path, Step, Value, VariantBuilder, encoding};

/// A batch ends after so many bytes of VALUE, THIS and PATH.
const BATCH_BYTES: usize = 16 << 20;

/// Which containers FLATTEN opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FlattenMode {
    /// Objects only.
    Object,
    /// Arrays only.
    Array,
    /// Both.
    #[default]
    Both,
}

impl FlattenMode {
    /// Reads the argument MODE, in any letter case.
    ///
    /// # Errors
    /// 100137 for another text.
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_ascii_uppercase().as_str() {
            "OBJECT" => Ok(Self::Object),
            "ARRAY" => Ok(Self::Array),
            "BOTH" => Ok(Self::Both),
            _ => Err(Error::invalid_argument(
                "FLATTEN",
                text,
                "MODE must be 'OBJECT', 'ARRAY' or 'BOTH'",
            )),
        }
    }
}

/// FLATTEN's arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FlattenOptions {
    /// PATH: where in the value the container to open is.
    pub path: Path,
    /// OUTER: a value without rows gives one row all the same.
    pub outer: bool,
    /// RECURSIVE: containers inside are opened too.
    pub recursive: bool,
    /// MODE: which containers are opened.
    pub mode: FlattenMode,
}

/// Which of FLATTEN's columns are wanted; the others come as NULLs. SEQ and the parent rows always come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlattenColumns {
    /// KEY
    pub key: bool,
    /// PATH
    pub path: bool,
    /// INDEX
    pub index: bool,
    /// VALUE
    pub value: bool,
    /// THIS
    pub this: bool,
}

impl FlattenColumns {
    /// All of them.
    pub const ALL: Self = Self {
        key: true,
        path: true,
        index: true,
        value: true,
        this: true,
    };
}

/// A batch of FLATTEN's rows.
#[derive(Debug, Clone)]
pub struct Flattened {
    /// For each row, the row of the input column that it comes from.
    pub parents: UInt32Array,
    /// SEQ, KEY, PATH, INDEX, VALUE, THIS, of the types in [`flatten_types`].
    pub columns: [ArrayRef; 6],
}

/// Names and types of FLATTEN's columns, in order.
pub fn flatten_types() -> [(&'static str, SnowType); 6] {
    [
        ("SEQ", SnowType::INTEGER),
        ("KEY", SnowType::VARCHAR),
        ("PATH", SnowType::VARCHAR),
        ("INDEX", SnowType::INTEGER),
        ("VALUE", SnowType::Variant),
        ("THIS", SnowType::Variant),
    ]
}

/// All rows of a column at once, for small inputs; see [`Flattener`]. SEQ counts from 1.
///
/// # Errors
/// As [`Flattener::next`].
pub fn flatten(input: &LargeBinaryArray, options: &FlattenOptions) -> Result<Vec<Flattened>> {
    let mut flattener = Flattener::new(input, options, FlattenColumns::ALL, 1);
    std::iter::from_fn(|| flattener.next(usize::MAX).transpose()).collect()
}

/// A container being gone through.
enum Container<'a> {
    Array(ArrayView<'a>),
    Object(ObjectView<'a>),
}

struct Level<'a> {
    container: Container<'a>,
    /// The next entry.
    next: usize,
    /// Length of the path that leads to the container.
    path: usize,
}

impl<'a> Container<'a> {
    fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Array(array) => array.bytes(),
            Self::Object(object) => object.bytes(),
        }
    }
}

/// Goes through a column of values, batch by batch.
pub struct Flattener<'a> {
    input: &'a LargeBinaryArray,
    options: &'a FlattenOptions,
    columns: FlattenColumns,
    first_seq: u64,
    /// The text of the argument PATH.
    prefix: String,
    row: usize,
    /// Whether the current row has given a row yet.
    fruitful: bool,
    levels: Vec<Level<'a>>,
    /// The path to the innermost open container's current entry.
    path: String,
}

impl<'a> Flattener<'a> {
    /// Over a column whose first row has the sequence number `first_seq`.
    pub fn new(
        input: &'a LargeBinaryArray,
        options: &'a FlattenOptions,
        columns: FlattenColumns,
        first_seq: u64,
    ) -> Self {
        Self {
            input,
            options,
            columns,
            first_seq,
            prefix: options.path.to_string(),
            row: 0,
            fruitful: false,
            levels: Vec::new(),
            path: String::new(),
        }
    }

    /// The next batch, of about `rows` rows at most; `None` when there are no more.
    ///
    /// # Errors
    /// 000603 for a column of more than 2^32 rows.
    pub fn next(&mut self, rows: usize) -> Result<Option<Flattened>> {
        let mut batch = Batch::default();
        while batch.parents.len() < rows && batch.bytes < BATCH_BYTES {
            if self.levels.is_empty() && !self.start_row(&mut batch)? {
                break;
            }
            self.advance(&mut batch)?;
        }
        if batch.parents.is_empty() {
            return Ok(None);
        }
        batch.finish(self.first_seq, self.columns).map(Some)
    }

    /// Opens the next row's container; false at the end of the column. A row without one may give its outer row.
    fn start_row(&mut self, batch: &mut Batch) -> Result<bool> {
        if self.row >= self.input.len() {
            return Ok(false);
        }
        let target = self
            .input
            .is_valid(self.row)
            .then(|| self.input.value(self.row))
            .and_then(|bytes| self.options.path.get(bytes));
        match target.and_then(|bytes| self.container(bytes)) {
            Some(container) => {
                self.path.clear();
                self.path.push_str(&self.prefix);
                let path = self.path.len();
                self.levels.push(Level {
                    container,
                    next: 0,
                    path,
                });
                self.fruitful = false;
            }
            None => {
                if self.options.outer {
                    batch.push(self.row, Row::default(), self.columns)?;
                }
                self.row += 1;
            }
        }
        Ok(true)
    }

    /// The container that the value is, if the mode opens it.
    fn container(&self, bytes: &'a [u8]) -> Option<Container<'a>> {
        match variant::view(bytes) {
            Value::Array(array) if self.options.mode != FlattenMode::Object => Some(Container::Array(array)),
            Value::Object(object) if self.options.mode != FlattenMode::Array => {
                Some(Container::Object(object))
            }
            _ => None,
        }
    }

    /// Gives the innermost container's next entry, or closes it.
    fn advance(&mut self, batch: &mut Batch) -> Result<()> {
        let Some(level) = self.levels.last_mut() else {
            return Ok(());
        };
        let this = level.container.bytes();
        self.path.truncate(level.path);
        let at = level.next;
        level.next += 1;
        let entry = match &level.container {
            Container::Array(array) => array.get(at).map(|value| (None, value)),
            Container::Object(object) => object.entry(at).map(|(key, value)| (Some(key), value)),
        };
        let Some((key, value)) = entry else {
            self.levels.pop();
            if self.levels.is_empty() {
                if self.options.outer && !self.fruitful {
                    let row = Row {
                        path: Some(&self.prefix),
                        this: Some(this),
                        ..Row::default()
                    };
                    batch.push(self.row, row, self.columns)?;
                }
                self.row += 1;
            }
            return Ok(());
        };
        if encoding::is_undefined(value) {
            return Ok(());
        }
        self.fruitful = true;
        match key {
            Some(key) => Step::append_key(key, &mut self.path),
            None => Step::append_index(at, &mut self.path),
        }
        let row = Row {
            key,
            path: Some(&self.path),
            index: key.is_none().then_some(at),
            value: Some(value),
            this: Some(this),
        };
        batch.push(self.row, row, self.columns)?;
        if self.options.recursive
            && let Some(container) = self.container(value)
        {
            let path = self.path.len();
            self.levels.push(Level {
                container,
                next: 0,
                path,
            });
        }
        Ok(())
    }
}

/// One row to give.
#[derive(Default)]
struct Row<'a> {
    key: Option<&'a str>,
    path: Option<&'a str>,
    index: Option<usize>,
    value: Option<&'a [u8]>,
    this: Option<&'a [u8]>,
}

/// Columns being built.
#[derive(Default)]
struct Batch {
    parents: Vec<u32>,
    keys: StringBuilder,
    paths: StringBuilder,
    indexes: Decimal128Builder,
    values: VariantBuilder,
    these: VariantBuilder,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, parent: usize, row: Row<'_>, columns: FlattenColumns) -> Result<()> {
        let parent = u32::try_from(parent).map_err(|_| Error::internal("FLATTEN over too many rows"))?;
        self.parents.push(parent);
        if columns.key {
            self.keys.append_option(row.key);
            self.bytes += row.key.map_or(0, str::len);
        }
        if columns.path {
            self.paths.append_option(row.path);
            self.bytes += row.path.map_or(0, str::len);
        }
        if columns.index {
            self.indexes.append_option(row.index.map(|index| index as i128));
        }
        if columns.value {
            self.values.append_option(row.value);
            self.bytes += row.value.map_or(0, <[u8]>::len);
        }
        if columns.this {
            self.these.append_option(row.this);
            self.bytes += row.this.map_or(0, <[u8]>::len);
        }
        Ok(())
    }

    fn finish(mut self, first_seq: u64, columns: FlattenColumns) -> Result<Flattened> {
        let rows = self.parents.len();
        let seqs: Decimal128Array = self
            .parents
            .iter()
            .map(|parent| Some(i128::from(first_seq) + i128::from(*parent)))
            .collect();
        let integers = |array: Decimal128Array| array.with_precision_and_scale(38, 0);
        let or_null = |wanted: bool, array: ArrayRef, data_type: &DataType| {
            if wanted {
                array
            } else {
                new_null_array(data_type, rows)
            }
        };
        let values: ArrayRef = Arc::new(self.values.finish());
        let these: ArrayRef = Arc::new(self.these.finish());
        Ok(Flattened {
            columns: [
                Arc::new(integers(seqs)?),
                or_null(columns.key, Arc::new(self.keys.finish()), &DataType::Utf8),
                or_null(columns.path, Arc::new(self.paths.finish()), &DataType::Utf8),
                or_null(
                    columns.index,
                    Arc::new(integers(self.indexes.finish())?),
                    &SnowType::INTEGER.arrow(),
                ),
                or_null(columns.value, values, &DataType::LargeBinary),
                or_null(columns.this, these, &DataType::LargeBinary),
            ],
            parents: UInt32Array::from(self.parents),
        })
    }
}
