//! [`RowSet`]: the rows of a result, in memory while they are few, in a temporary file once they are many.
//!
//! A result may be larger than memory, and a client fetches it part by part, when it likes. So the rows of a query are
//! taken from its plan batch by batch; once they come to more than [`IN_MEMORY`], they go to a file in blocks of about
//! [`BLOCK`] bytes, from which any run of rows is read again. The file has no name, and is gone with its last reader or
//! with the process.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::{AddAssign, SubAssign};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{Decimal128Type, SchemaRef};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::record_batch::RecordBatch;
use parking_lot::Mutex;

use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::canonical;

/// Rows of at most so many bytes stay in memory.
const IN_MEMORY: usize = 32 << 20;
/// About so many bytes are read at a time from a file.
const BLOCK: usize = 4 << 20;

/// The bits in which any of a column's numbers differs from its own sign. It is one pass without a branch over the
/// numbers; their least and greatest take four times as long.
type Magnitude = u128;

/// Bytes that rows hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// In memory.
    pub memory: usize,
    /// In files.
    pub files: usize,
}

impl Held {
    /// Whether it is more than `most` of either.
    pub fn exceeds(self, most: Self) -> bool {
        self.memory > most.memory || self.files > most.files
    }
}

impl AddAssign for Held {
    fn add_assign(&mut self, more: Self) {
        self.memory += more.memory;
        self.files += more.files;
    }
}

impl SubAssign for Held {
    fn sub_assign(&mut self, less: Self) {
        self.memory = self.memory.saturating_sub(less.memory);
        self.files = self.files.saturating_sub(less.files);
    }
}

/// The rows of a result.
#[derive(Debug, Clone)]
pub struct RowSet {
    place: Place,
    rows: usize,
    bytes: usize,
}

#[derive(Debug, Clone)]
enum Place {
    Memory(Arc<Vec<RecordBatch>>),
    File(Arc<Spool>),
}

/// Rows in a temporary file.
#[derive(Debug)]
struct Spool {
    file: Mutex<File>,
    blocks: Vec<Block>,
    magnitudes: Vec<Magnitude>,
}

/// Some rows of a file, as one Arrow stream.
#[derive(Debug, Clone, Copy)]
struct Block {
    first: usize,
    rows: usize,
    offset: u64,
    length: usize,
}

impl RowSet {
    /// Rows that are in memory and stay there.
    pub fn in_memory(batches: Vec<RecordBatch>) -> Self {
        Self {
            rows: batches.iter().map(RecordBatch::num_rows).sum(),
            bytes: batches.iter().map(batch_bytes).sum(),
            place: Place::Memory(Arc::new(batches)),
        }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows
    }

    /// Bytes of the rows, wherever they are.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of the rows, by where they are.
    pub fn held(&self) -> Held {
        match &self.place {
            Place::Memory(_) => Held {
                memory: self.bytes,
                files: 0,
            },
            Place::File(_) => Held {
                memory: 0,
                files: self.bytes,
            },
        }
    }

    /// The rows from `start` on, at most `rows` of them.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn slice(&self, start: usize, rows: usize) -> Result<Vec<RecordBatch>> {
        match &self.place {
            Place::Memory(batches) => Ok(cut(batches.iter(), start, rows)),
            Place::File(spool) => {
                let end = start.saturating_add(rows);
                let mut out = Vec::new();
                for block in spool.between(start, end) {
                    let batches = spool.read(block)?;
                    let skip = start.saturating_sub(block.first);
                    let wanted = end.min(block.first + block.rows) - block.first - skip;
                    out.extend(cut(batches.iter(), skip, wanted));
                }
                Ok(out)
            }
        }
    }

    /// All rows at once, for who needs them so.
    ///
    /// # Errors
    /// Those of [`slice`](Self::slice).
    pub fn all(&self) -> Result<Vec<RecordBatch>> {
        self.slice(0, self.rows)
    }

    /// All rows, a block at a time.
    pub fn batches(&self) -> impl Iterator<Item = Result<RecordBatch>> + Send + 'static {
        let this = self.clone();
        let starts: Vec<(usize, usize)> = match &self.place {
            Place::Memory(_) => vec![(0, self.rows)],
            Place::File(spool) => spool
                .blocks
                .iter()
                .map(|block| (block.first, block.rows))
                .collect(),
        };
        starts
            .into_iter()
            .flat_map(move |(start, rows)| match this.slice(start, rows) {
                Ok(batches) => batches.into_iter().map(Ok).collect::<Vec<_>>(),
                Err(error) => vec![Err(error)],
            })
    }

    /// At least the bytes of some rows as an Arrow stream, but for its schema.
    pub fn bytes_of(&self, start: usize, rows: usize) -> usize {
        match &self.place {
            Place::Memory(batches) => cut(batches.iter(), start, rows).iter().map(batch_bytes).sum(),
            Place::File(spool) => {
                let blocks = spool.between(start, start.saturating_add(rows));
                blocks.map(|block| block.length).sum()
            }
        }
    }

    /// How many bits a signed integer must have to hold every number of a column, unscaled; 1 for none and for zeros.
    ///
    /// # Errors
    /// 000603 when an array is not of the type.
    pub fn number_bits(&self, column: usize, data_type: &SnowType) -> Result<u32> {
        let magnitude = match &self.place {
            Place::Memory(batches) => {
                let mut all = 0;
                for array in batches.iter().filter_map(|batch| batch.columns().get(column)) {
                    all |= magnitude_of(array, data_type)?;
                }
                all
            }
            Place::File(spool) => spool.magnitudes.get(column).copied().unwrap_or_default(),
        };
        Ok(Magnitude::BITS - magnitude.leading_zeros() + 1)
    }
}

/// Takes the rows of a result as they come.
#[derive(Debug)]
pub struct RowSetBuilder {
    types: Vec<Option<SnowType>>,
    pending: Vec<RecordBatch>,
    pending_bytes: usize,
    rows: usize,
    bytes: usize,
    spool: Option<Spool>,
    end: u64,
}

impl RowSetBuilder {
    /// No rows yet. The schema says what the columns' types are.
    pub fn new(schema: &SchemaRef) -> Self {
        let types = schema.fields().iter().map(|field| SnowType::from_field(field));
        Self {
            types: types.collect(),
            pending: Vec::new(),
            pending_bytes: 0,
            rows: 0,
            bytes: 0,
            spool: None,
            end: 0,
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When a temporary file cannot be made or written.
    pub fn push(&mut self, batch: RecordBatch) -> Result<()> {
        let bytes = batch_bytes(&batch);
        self.rows += batch.num_rows();
        self.bytes += bytes;
        self.pending_bytes += bytes;
        self.pending.push(batch);
        let most = if self.spool.is_some() { BLOCK } else { IN_MEMORY };
        if self.pending_bytes > most {
            self.store()?;
        }
        Ok(())
    }

    /// The rows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<RowSet> {
        if self.spool.is_some() && !self.pending.is_empty() {
            self.store()?;
        }
        Ok(RowSet {
            rows: self.rows,
            bytes: self.bytes,
            place: match self.spool {
                Some(spool) => Place::File(Arc::new(spool)),
                None => Place::Memory(Arc::new(self.pending)),
            },
        })
    }

    /// Writes what is pending, in blocks.
    fn store(&mut self) -> Result<()> {
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(Spool {
                file: Mutex::new(tempfile::tempfile().map_err(failed)?),
                blocks: Vec::new(),
                magnitudes: vec![0; self.types.len()],
            }),
        };
        self.pending_bytes = 0;
        let mut block = Vec::new();
        let mut bytes = 0;
        let mut pending = std::mem::take(&mut self.pending).into_iter().peekable();
        while let Some(batch) = pending.next() {
            bytes += batch_bytes(&batch);
            block.push(batch);
            if bytes >= BLOCK || pending.peek().is_none() {
                self.end += spool.write(&block, self.end, &self.types)?;
                block.clear();
                bytes = 0;
            }
        }
        Ok(())
    }
}

impl Spool {
    /// Appends a block at `offset`. Answers its length.
    fn write(&mut self, batches: &[RecordBatch], offset: u64, types: &[Option<SnowType>]) -> Result<u64> {
        let Some(first) = batches.first() else {
            return Ok(0);
        };
        let mut writer = StreamWriter::try_new(Vec::new(), &first.schema()).map_err(Error::from)?;
        for batch in batches {
            writer.write(batch).map_err(Error::from)?;
            let magnitudes = &mut self.magnitudes;
            for ((array, data_type), magnitude) in batch.columns().iter().zip(types).zip(magnitudes) {
                if let Some(data_type @ SnowType::Number { .. }) = data_type {
                    *magnitude |= magnitude_of(array, data_type)?;
                }
            }
        }
        let bytes = writer.into_inner().map_err(Error::from)?;
        self.file.get_mut().write_all(&bytes).map_err(failed)?;
        self.blocks.push(Block {
            first: self.blocks.last().map_or(0, |last| last.first + last.rows),
            rows: batches.iter().map(RecordBatch::num_rows).sum(),
            offset,
            length: bytes.len(),
        });
        Ok(bytes.len() as u64)
    }

    /// The blocks that hold rows from `start` to before `end`.
    fn between(&self, start: usize, end: usize) -> impl Iterator<Item = Block> {
        let from = self
            .blocks
            .partition_point(|block| block.first + block.rows <= start);
        let blocks = self.blocks.iter().skip(from).copied();
        blocks.take_while(move |block| block.first < end)
    }

    fn read(&self, block: Block) -> Result<Vec<RecordBatch>> {
        let mut bytes = vec![0; block.length];
        {
            let mut file = self.file.lock();
            file.seek(SeekFrom::Start(block.offset)).map_err(failed)?;
            file.read_exact(&mut bytes).map_err(failed)?;
        }
        let reader = StreamReader::try_new(bytes.as_slice(), None).map_err(Error::from)?;
        reader.collect::<std::result::Result<_, _>>().map_err(Error::from)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::outside(format!("a large result in a temporary file: {error}"))
}

fn magnitude_of(array: &Arc<dyn Array>, data_type: &SnowType) -> Result<Magnitude> {
    let array = canonical(array, data_type)?;
    let numbers = array.as_primitive::<Decimal128Type>();
    let of = |numbers: &[i128]| {
        let bits = numbers.iter().map(|number| (number ^ (number >> 127)) as u128);
        bits.fold(0, |all, bits| all | bits)
    };
    Ok(match numbers.nulls() {
        None => of(numbers.values()),
        // Under a NULL there may be anything.
        Some(nulls) => {
            let runs = nulls.valid_slices();
            runs.fold(0, |all, (from, to)| all | of(&numbers.values()[from..to]))
        }
    })
}

/// Bytes of a batch's own rows: those of a slice, whatever it is a slice of.
fn batch_bytes(batch: &RecordBatch) -> usize {
    let size = |array: &Arc<dyn Array>| array.to_data().get_slice_memory_size();
    let columns = batch.columns().iter();
    columns
        .map(|array| size(array).unwrap_or_else(|_| array.get_array_memory_size()))
        .sum()
}

/// Rows of a list of batches, without copying them.
fn cut<'a>(batches: impl Iterator<Item = &'a RecordBatch>, start: usize, rows: usize) -> Vec<RecordBatch> {
    let mut skip = start;
    let mut left = rows;
    let mut out = Vec::new();
    for batch in batches {
        if left == 0 {
            break;
        }
        let here = batch.num_rows();
        if skip >= here {
            skip -= here;
            continue;
        }
        let take = left.min(here - skip);
        out.push(batch.slice(skip, take));
        left -= take;
        skip = 0;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Decimal128Array, StringArray};
    use datafusion::arrow::compute::concat_batches;
    use datafusion::arrow::datatypes::Schema;

    fn batch(first: i128, rows: i128) -> RecordBatch {
        let number = SnowType::Number {
            precision: 38,
            scale: 0,
        };
        let fields = vec![number.field("N", false), SnowType::VARCHAR.field("S", true)];
        let numbers = Decimal128Array::from_iter_values(first..first + rows);
        let numbers = numbers.with_precision_and_scale(38, 0).unwrap();
        let texts = (first..first + rows).map(|n| (n % 7 > 0).then(|| format!("{n:>90}")));
        let texts = StringArray::from_iter(texts);
        let schema = Arc::new(Schema::new(fields));
        RecordBatch::try_new(schema, vec![Arc::new(numbers), Arc::new(texts)]).unwrap()
    }

    fn build(batches: &[RecordBatch]) -> RowSet {
        let mut builder = RowSetBuilder::new(&batches[0].schema());
        for batch in batches {
            builder.push(batch.clone()).unwrap();
        }
        builder.finish().unwrap()
    }

    #[test]
    fn any_run_of_rows_comes_back_from_memory_and_from_a_file() {
        let number = SnowType::Number {
            precision: 38,
            scale: 0,
        };
        for (count, stored) in [(3, false), (60, true)] {
            let batches: Vec<_> = (0..count).map(|at| batch(at * 8192, 8192)).collect();
            let whole = concat_batches(&batches[0].schema(), &batches).unwrap();
            let set = build(&batches);
            assert_eq!((set.count(), set.held().files > 0), (whole.num_rows(), stored));
            let runs = [
                (0, 10),
                (8190, 5),
                (whole.num_rows() - 3, 100),
                (12_345, 23_456),
                (whole.num_rows(), 1),
            ];
            for (start, rows) in runs {
                let pieces = set.slice(start, rows).unwrap();
                let found = concat_batches(&whole.schema(), &pieces).unwrap();
                let rows = rows.min(whole.num_rows() - start);
                assert_eq!(found, whole.slice(start, rows), "{rows} from {start}");
                assert!(set.bytes_of(start, rows) >= pieces.iter().map(batch_bytes).sum());
            }
            let each: Vec<_> = set.batches().map(Result::unwrap).collect();
            assert_eq!(concat_batches(&whole.schema(), &each).unwrap(), whole);
            assert_eq!(
                set.all()
                    .unwrap()
                    .iter()
                    .map(RecordBatch::num_rows)
                    .sum::<usize>(),
                set.count()
            );
            let last = whole.num_rows() as u32 - 1;
            let bits = u32::BITS - last.leading_zeros() + 1;
            assert_eq!(set.number_bits(0, &number).unwrap(), bits);
        }
    }

    #[test]
    fn bits_are_the_fewest_that_hold_every_number() {
        let number = SnowType::Number {
            precision: 38,
            scale: 0,
        };
        for (numbers, bits) in [
            (vec![None], 1),
            (vec![Some(0)], 1),
            (vec![Some(-1)], 1),
            (vec![Some(127), Some(-128)], 8),
            (vec![Some(128)], 9),
            (vec![Some(-129), None], 9),
            (vec![Some(i64::MAX.into()), Some(i64::MIN.into())], 64),
            (vec![Some(i128::from(i64::MIN) - 1)], 65),
        ] {
            // What stands under a NULL must not count.
            let (mut values, mut valid) = (vec![1_i128 << 100], vec![false]);
            values.extend(numbers.iter().map(|number| number.unwrap_or(-(1 << 90))));
            valid.extend(numbers.iter().map(Option::is_some));
            let array = Decimal128Array::new(values.into(), Some(valid.into()));
            let array: Arc<dyn Array> = Arc::new(array.with_precision_and_scale(38, 0).unwrap());
            let batch = RecordBatch::try_from_iter([("N", array)]).unwrap();
            let set = RowSet::in_memory(vec![batch]);
            assert_eq!(set.number_bits(0, &number).unwrap(), bits, "{numbers:?}");
        }
    }

    #[test]
    fn no_rows_are_a_set_too() {
        let set = RowSet::in_memory(Vec::new());
        assert_eq!((set.count(), set.bytes(), set.all().unwrap().len()), (0, 0, 0));
        let empty = build(&[batch(0, 0)]);
        assert_eq!((empty.count(), empty.held().files), (0, 0));
    }
}
