//! The end of a run: time moves on until the streams are read, as far as anybody reads them.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;

use super::Run;
use crate::catalog::{ObjectId, ObjectKind};
use crate::cli::sql::user;
use crate::error::{Error, Result};
use crate::pipe;
use crate::sql::{quote_if_needed, quote_text};
use crate::task::Scheduler;

/// More rounds than this are not waited for; a pipeline that is still busy then feeds itself.
const MOST_ROUNDS: usize = 100;

impl Run {
    /// Lets due moments pass until no stream has data, or until nobody reads what is left.
    pub(super) async fn settle(&mut self, scheduler: &mut Scheduler) -> Result<()> {
        for _ in 0..MOST_ROUNDS {
            if !self.streams_have_data() {
                return Ok(());
            }
            let before = self.stream_offsets();
            let Some(due) = scheduler.next_due() else {
                return Ok(());
            };
            scheduler.advance(due).await?;
            self.tally.pipes(pipe::drain(&self.account).await);
            if self.stream_offsets() == before {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether any stream has data; one that cannot be asked, because it is stale for instance, has none for anybody.
    pub(super) fn streams_have_data(&self) -> bool {
        self.full_names(ObjectKind::Stream)
            .iter()
            .any(|(_, name)| self.has_data(name).unwrap_or(false))
    }

    /// SYSTEM$STREAM_HAS_DATA of a stream.
    pub(super) fn has_data(&self, stream: &str) -> Result<bool> {
        let literal = quote_text(stream);
        let mut session = self.account.session(&user());
        match session.evaluate(&format!("SYSTEM$STREAM_HAS_DATA({literal})"))? {
            ScalarValue::Boolean(value) => Ok(value.unwrap_or(false)),
            other => Err(Error::internal(format!(
                "SYSTEM$STREAM_HAS_DATA gave a {}",
                other.data_type()
            ))),
        }
    }

    /// Every object of a kind with its full name as SQL takes it, in the order of the names.
    pub(super) fn full_names(&self, kind: ObjectKind) -> Vec<(ObjectId, String)> {
        let snapshot = self.account.catalog().snapshot();
        let mut names: Vec<(ObjectId, String)> = snapshot
            .all(kind)
            .map(|object| {
                let path: Vec<String> = snapshot
                    .path(object)
                    .iter()
                    .map(|name| quote_if_needed(name))
                    .collect();
                (object.id, path.join("."))
            })
            .collect();
        names.sort_by(|a, b| a.1.cmp(&b.1));
        names
    }

    fn stream_offsets(&self) -> BTreeMap<ObjectId, u64> {
        let snapshot = self.account.catalog().snapshot();
        let offset = |object: &std::sync::Arc<crate::catalog::Object>| {
            object.as_stream().map(|stream| (object.id, stream.offset))
        };
        snapshot.all(ObjectKind::Stream).filter_map(offset).collect()
    }
}
