//! Binds that a client left as files in a stage: what drivers do with an array bind of more values than the session's
//! CLIENT_STAGE_ARRAY_BINDING_THRESHOLD. The files are CSV in the stage's own file format, one column for each bind and
//! every value in its text form.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;

use super::binds::Binds;
use super::session::Session;
use super::statement;
use super::work::Work;
use crate::error::{Error, Result};
use crate::sql::quote_text;

/// The most bytes of text that an array bind may have: what it weighs in memory while its statement runs.
const MOST_BYTES: u64 = 1 << 30;

impl Session {
    /// The binds of the statement `text` from the files at `location` (`@SYSTEM$BIND/…`), without a trace among the
    /// session's statements.
    ///
    /// # Errors
    /// Those of parsing the statement and of querying the stage; more than a GiB of values.
    pub async fn staged_binds(&mut self, text: &str, location: &str) -> Result<Binds> {
        let count = self.parse(text, &Binds::new())?.binds;
        if count == 0 {
            return Ok(Binds::new());
        }
        let mut query = String::from("SELECT ");
        for number in 1..=count {
            let comma = if number == 1 { "" } else { ", " };
            // Writing to a text cannot fail.
            let _ = write!(query, "{comma}${number}");
        }
        let _ = write!(query, " FROM {}", quote_text(location));
        let parsed = self.parse(&query, &Binds::new())?;
        let (before, held) = self.open_transaction();
        let (account, context) = self.parts();
        let mut work = Work::begin(account, context, before, held)?;
        let result = statement::run(&mut work, parsed.statement).await?;
        let mut batches = Vec::new();
        let mut bytes = 0;
        for batch in result.rows.batches() {
            let batch = batch?;
            bytes += batch.get_array_memory_size() as u64;
            if bytes > MOST_BYTES {
                return Err(Error::unsupported("an array bind of more than a GiB"));
            }
            batches.push(batch);
        }
        Binds::of_rows(&concat_batches(&Arc::clone(&result.schema), &batches)?)
    }
}
