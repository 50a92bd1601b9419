//! Avro's object container file: the header, and where the blocks of records are
//! (<https://avro.apache.org/docs/1.12.0/specification/#object-container-files>).

use std::borrow::Cow;
use std::str::FromStr;

use apache_avro::{Codec, Schema};

use super::damaged;
use super::decode::Input;
use super::shape::{self, Shape};
use crate::error::{Error, Result};
use crate::variant::MAX_SIZE;

/// What every file begins with.
const MAGIC: &[u8] = b"Obj\x01";

/// Bytes of the mark that ends the header and every block.
const MARK: usize = 16;

/// A file whose header was read.
pub struct Container<'a> {
    file: &'a str,
    schema: Schema,
    codec: Codec,
    mark: &'a [u8],
    /// What stands behind the header.
    body: Input<'a>,
}

/// A block of records.
pub struct Block<'a> {
    /// How many records it has.
    pub records: u64,
    /// As stored.
    bytes: &'a [u8],
}

impl<'a> Container<'a> {
    /// Reads a file's header.
    ///
    /// # Errors
    /// A file that is not Avro, a schema that is none, a compression of blocks that is not read here.
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self> {
        // A limit of the library for the whole process: no block is larger than the largest VARIANT.
        apache_avro::util::max_allocation_bytes(MAX_SIZE);
        let mut body = Input::new(file, bytes);
        if body.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(damaged(file, "it does not begin as an Avro file does"));
        }
        let (mut schema, mut codec) = (None, None);
        loop {
            let (count, _) = body.count()?;
            if count == 0 {
                break;
            }
            for _ in 0..count {
                let key = body.bytes()?;
                let value = body.bytes()?;
                match key {
                    b"avro.schema" => schema = Some(value),
                    b"avro.codec" => codec = Some(value),
                    _ => {}
                }
            }
        }
        let mark = body.take(MARK)?;
        let json: serde_json::Value = schema
            .and_then(|text| serde_json::from_slice(text).ok())
            .ok_or_else(|| damaged(file, "its header has no schema"))?;
        let schema = Schema::parse(&json).map_err(|error| damaged(file, error))?;
        let codec = match codec {
            None => Codec::Null,
            Some(name) => {
                let name = String::from_utf8_lossy(name);
                Codec::from_str(&name)
                    .map_err(|_| Error::unsupported(format_args!("Avro blocks compressed with {name}")))?
            }
        };
        Ok(Self {
            file,
            schema,
            codec,
            mark,
            body,
        })
    }

    /// The shape of the file's records.
    ///
    /// # Errors
    /// Types that are not read here.
    pub fn shape(&self) -> Result<Shape> {
        shape::of(self.file, &self.schema)
    }

    /// The file's blocks.
    ///
    /// # Errors
    /// A file that is cut off or damaged.
    pub fn blocks(&self) -> Result<Vec<Block<'a>>> {
        let mut body = self.body;
        let mut blocks = Vec::new();
        while !body.is_empty() {
            let records = body.long()?;
            let records = u64::try_from(records)
                .map_err(|_| damaged(self.file, "a block has fewer than no records"))?;
            let bytes = body.bytes()?;
            if body.take(MARK)? != self.mark {
                return Err(damaged(self.file, "a block does not end with the file's mark"));
            }
            if records > 0 {
                blocks.push(Block { records, bytes });
            }
        }
        Ok(blocks)
    }

    /// A block's records, decompressed.
    ///
    /// # Errors
    /// Damaged blocks, and such that inflate to more than the largest VARIANT.
    pub fn content(&self, block: &Block<'a>) -> Result<Cow<'a, [u8]>> {
        if self.codec == Codec::Null {
            return Ok(Cow::Borrowed(block.bytes));
        }
        let mut content = block.bytes.to_vec();
        self.codec
            .decompress(&mut content)
            .map_err(|error| damaged(self.file, error))?;
        Ok(Cow::Owned(content))
    }
}
