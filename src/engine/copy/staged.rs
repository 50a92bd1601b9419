//! Stages as tables of queries: `SELECT $1, METADATA$FILENAME FROM @stage (FILE_FORMAT => 'f', PATTERN => '.*')`.
//! <https://docs.snowflake.com/en/user-guide/querying-stage>
//!
//! Planning is not asynchronous and storage is: the stages that a query names are read before it is planned.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::provider_as_source;
use datafusion::sql::sqlparser::ast::Visit;

use super::format;
use super::infer;
use super::listing;
use super::place::Place;
use super::reference::{self, StageReference};
use super::transform::{StagedTable, staged_input, widen};
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::sql::Properties;
use crate::stage::location::FileSelection;
use crate::stage::pieces::on_all_cores;
use crate::stage::{ScanOptions, scan};

/// Reads the stages that a query or a part of one names, so that planning can see their columns.
///
/// # Errors
/// A stage or format that is not there, and the first record that cannot be read.
pub(in crate::engine) async fn fetch(environment: &StatementEnvironment, query: &impl Visit) -> Result<()> {
    let found = reference::find(query)?;
    for call in &found.inferences {
        infer::fetch(environment, call).await?;
    }
    for (text, reference) in found.references {
        let table = table(environment, &reference, found.columns).await?;
        environment.provide_staged(text, provider_as_source(Arc::new(table)));
    }
    Ok(())
}

async fn table(
    environment: &StatementEnvironment,
    reference: &StageReference,
    columns: usize,
) -> Result<StagedTable> {
    let names = environment.names();
    let place = Place::find(&names, &reference.location)?;
    let format = match &reference.file_format {
        Some(name) => format::named(&names, name)?,
        None => format::resolve(&names, &Properties::default(), &place.file_format, None)?,
    };
    let selection = FileSelection::new(&place.path, None, reference.pattern.as_deref())?;
    let storage = environment.account.storage();
    let selected = listing::select(storage, &place, &selection).await?;
    let input = staged_input(&format, columns);
    let options = ScanOptions::new(columns, environment.context.types.now);
    let mut batches: Vec<RecordBatch> = Vec::new();
    for group in listing::groups(selected.files) {
        let mut files = Vec::with_capacity(group.len());
        for fetched in listing::fetch(storage, &place, group).await {
            files.push(fetched.content?);
        }
        let (format, options) = (format.clone(), options.clone());
        let read = tokio::task::spawn_blocking(move || {
            on_all_cores(files.len(), |index| {
                let file = files.get(index)?;
                let scanned =
                    scan(file, &format, &options).and_then(|scanned| match scanned.errors.first() {
                        Some(error) => Err(error.query(&file.name)),
                        None => widen(&format, options.columns, scanned.batches),
                    });
                Some(scanned)
            })
        });
        for scanned in read
            .await
            .map_err(|_| Error::internal("reading a file did not end well"))?
        {
            batches.extend(scanned.ok_or_else(|| Error::internal("a file was not read"))??);
        }
    }
    input.put(batches);
    Ok(StagedTable::new(input))
}
