//! Rows as Parquet: numbers as decimals, TIMESTAMP_NTZ in microseconds, semi-structured values as JSON text.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Time64MicrosecondArray, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, Time64NanosecondType, TimeUnit};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;

use super::{Rows, UnloadColumn};
use crate::error::{Error, Result};
use crate::stage::format::ParquetFormat;
use crate::types::cast::{CastMode, cast};
use crate::types::temporal::decode;
use crate::types::{SnowType, TypeContext};

/// Rows of Parquet.
pub(super) struct ParquetRows {
    types: Vec<SnowType>,
    schema: SchemaRef,
    properties: WriterProperties,
    context: TypeContext,
    writer: Option<ArrowWriter<Vec<u8>>>,
}

impl ParquetRows {
    pub(super) fn new(
        columns: &[UnloadColumn],
        format: &ParquetFormat,
        header: bool,
        context: &TypeContext,
    ) -> Result<Self> {
        let mut fields = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let data_type = match column.data_type {
                SnowType::TimestampNtz { .. } => DataType::Timestamp(TimeUnit::Microsecond, None),
                other @ (SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. }) => {
                    return Err(Error::unsupported(format_args!("unloading {other} to PARQUET")));
                }
                SnowType::Time { .. } => DataType::Time64(TimeUnit::Microsecond),
                other if other.is_encoded() => DataType::Utf8,
                other => other.arrow(),
            };
            let name = if header {
                column.name.clone()
            } else {
                format!("_COL_{index}")
            };
            fields.push(Field::new(name, data_type, true));
        }
        if format.gzip {
            return Err(Error::unsupported("unloading to PARQUET with COMPRESSION = GZIP"));
        }
        let compression = if format.snappy {
            Compression::SNAPPY
        } else {
            Compression::UNCOMPRESSED
        };
        Ok(Self {
            types: columns.iter().map(|column| column.data_type).collect(),
            schema: Arc::new(Schema::new(fields)),
            properties: WriterProperties::builder()
                .set_compression(compression)
                .set_created_by("snowglobe".to_string())
                .build(),
            context: context.clone(),
            writer: None,
        })
    }

    fn column(&self, array: &ArrayRef, data_type: &SnowType) -> Result<ArrayRef> {
        Ok(match data_type {
            SnowType::TimestampNtz { .. } => {
                let micros = array.as_fixed_size_binary().iter().map(|bytes| {
                    bytes.map(|bytes| i64::try_from(decode(bytes).div_euclid(1_000)).unwrap_or(i64::MAX))
                });
                Arc::new(micros.collect::<TimestampMicrosecondArray>())
            }
            SnowType::Time { .. } => {
                let nanos = array.as_primitive::<Time64NanosecondType>().iter();
                Arc::new(
                    nanos
                        .map(|nanos| nanos.map(|nanos| nanos / 1_000))
                        .collect::<Time64MicrosecondArray>(),
                )
            }
            other if other.is_encoded() => {
                let text = SnowType::Varchar {
                    length: crate::variant::MAX_SIZE as u32,
                };
                let mut values = Arc::clone(array);
                let mut from = *data_type;
                if from.is_structured() {
                    values = cast(
                        &values,
                        &from,
                        &SnowType::Variant,
                        CastMode::Strict,
                        &self.context,
                    )?;
                    from = SnowType::Variant;
                }
                cast(&values, &from, &text, CastMode::Strict, &self.context)?
            }
            _ => Arc::clone(array),
        })
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format_args!("writing Parquet: {error}"))
}

impl Rows for ParquetRows {
    fn append(&mut self, batch: &RecordBatch) -> Result<u64> {
        let arrays: Result<Vec<ArrayRef>> = batch
            .columns()
            .iter()
            .zip(&self.types)
            .map(|(array, data_type)| self.column(array, data_type))
            .collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays?)?;
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => ArrowWriter::try_new(
                Vec::new(),
                Arc::clone(&self.schema),
                Some(self.properties.clone()),
            )
            .map_err(failed)?,
        };
        writer.write(&batch).map_err(failed)?;
        let size = writer.bytes_written() + writer.in_progress_size();
        self.writer = Some(writer);
        Ok(size as u64)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        match self.writer.take() {
            Some(writer) => writer.into_inner().map_err(failed),
            None => Ok(Vec::new()),
        }
    }
}
