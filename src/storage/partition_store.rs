//! Micro-partitions on disk: one Arrow IPC file each, written whole before the commit that names it.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt64Type};
use datafusion::arrow::ipc::reader::FileReader;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::arrow::record_batch::RecordBatch;

use super::partition::{Content, MicroPartition, RowIdentity};
use crate::error::{Error, Result};

/// The folder of an account's micro-partition files.
#[derive(Debug)]
pub struct PartitionStore {
    folder: PathBuf,
}

impl PartitionStore {
    /// Opens the folder, making it if need be.
    pub fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).map_err(|e| Error::io(format!("{}: {e}", folder.display())))?;
        Ok(Self { folder })
    }

    /// Writes a partition durably: after this returns, its file survives a crash.
    pub fn write(&self, partition: &MicroPartition) -> Result<()> {
        let path = self.path(partition.id());
        let fail = |e: &dyn std::fmt::Display| Error::io(format!("{}: {e}", path.display()));
        let content = partition.content()?;
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = content.batch.columns().to_vec();
        for (id, column) in partition.columns().iter().zip(&columns) {
            fields.push(Field::new(format!("c{id}"), column.data_type().clone(), true));
        }
        if let Some(identity) = &content.identity {
            for (name, values) in [("row_id", &identity.ids), ("row_version", &identity.versions)] {
                fields.push(Field::new(name, DataType::UInt64, false));
                columns.push(Arc::new(values.clone()));
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let options = datafusion::arrow::record_batch::RecordBatchOptions::new()
            .with_row_count(Some(content.batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)?;
        let temporary = path.with_extension("part");
        let file = File::create(&temporary).map_err(|e| fail(&e))?;
        let mut writer = FileWriter::try_new(BufWriter::new(file), &schema).map_err(|e| fail(&e))?;
        writer
            .write(&batch)
            .and_then(|()| writer.finish())
            .map_err(|e| fail(&e))?;
        let mut buffer = writer.into_inner().map_err(|e| fail(&e))?;
        buffer.flush().map_err(|e| fail(&e))?;
        buffer.get_ref().sync_all().map_err(|e| fail(&e))?;
        fs::rename(&temporary, &path).map_err(|e| fail(&e))?;
        Ok(())
    }

    /// Makes the folder's entries durable; call once after the writes of a commit.
    pub fn sync(&self) -> Result<()> {
        sync_folder(&self.folder)
    }

    pub(super) fn read(&self, id: u64, carries_identity: bool) -> Result<Content> {
        let path = self.path(id);
        let fail = |e: &dyn std::fmt::Display| Error::io(format!("{}: {e}", path.display()));
        let file = File::open(&path).map_err(|e| fail(&e))?;
        let mut reader = FileReader::try_new(BufReader::new(file), None).map_err(|e| fail(&e))?;
        let batch = reader
            .next()
            .ok_or_else(|| fail(&"the file is empty"))?
            .map_err(|e| fail(&e))?;
        if !carries_identity {
            return Ok(Content {
                batch,
                identity: None,
            });
        }
        let count = batch
            .num_columns()
            .checked_sub(2)
            .ok_or_else(|| fail(&"columns are missing"))?;
        let numbers = |at: usize| {
            batch
                .columns()
                .get(at)
                .and_then(|c| c.as_primitive_opt::<UInt64Type>())
                .cloned()
        };
        let (Some(ids), Some(versions)) = (numbers(count), numbers(count + 1)) else {
            return Err(fail(&"row identities are missing"));
        };
        let batch = batch.project(&(0..count).collect::<Vec<_>>())?;
        Ok(Content {
            batch,
            identity: Some(RowIdentity { ids, versions }),
        })
    }

    /// Removes every file whose partition is not in `keep`: leftovers of commits that never happened, and partitions
    /// that no version refers to any more.
    pub fn retain(&self, keep: &std::collections::HashSet<u64>) -> Result<()> {
        let entries = fs::read_dir(&self.folder).map_err(Error::io)?;
        for entry in entries.flatten() {
            let path = entry.path();
            let id = path
                .file_stem()
                .and_then(|s| s.to_str())
                .and_then(|s| s.parse::<u64>().ok());
            let complete = path.extension().is_some_and(|e| e == "arrow");
            if !complete || id.is_none_or(|id| !keep.contains(&id)) {
                fs::remove_file(&path).map_err(|e| Error::io(format!("{}: {e}", path.display())))?;
            }
        }
        Ok(())
    }

    fn path(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{id}.arrow"))
    }
}

/// Makes renames and new files in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|handle| handle.sync_all())
        .map_err(|e| Error::io(format!("{}: {e}", folder.display())))
}
