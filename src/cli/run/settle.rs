//! The end of a run: time moves on until the streams are read, as far as anybody reads them.

use std::collections::BTreeMap;

use super::Run;
use crate::catalog::{ObjectId, ObjectKind};
use crate::error::Result;
use crate::pipe;
use crate::sql::quote_if_needed;
use crate::task::Scheduler;

/// More rounds than this are not waited for; a pipeline that is still busy then feeds itself.
const MOST_ROUNDS: usize = 100;

impl Run {
    /// Lets due moments pass until no stream has data, or until nobody reads what is left.
    pub(super) async fn settle(&mut self, scheduler: &mut Scheduler) -> Result<()> {
        for _ in 0..MOST_ROUNDS {
            if !self.streams_have_data().await? {
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

    /// Whether any stream has data.
    pub(super) async fn streams_have_data(&mut self) -> Result<bool> {
        for (_, name) in self.full_names(ObjectKind::Stream) {
            if self.has_data(&name).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// SYSTEM$STREAM_HAS_DATA of a stream.
    pub(super) async fn has_data(&mut self, stream: &str) -> Result<bool> {
        let literal = stream.replace('\\', "\\\\").replace('\'', "''");
        let result = self
            .session
            .execute(&format!("SELECT SYSTEM$STREAM_HAS_DATA('{literal}')"))
            .await?;
        let rows = result.to_text(&self.session.context().types)?;
        let cell = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Option::as_deref);
        Ok(cell.is_some_and(|text| text.eq_ignore_ascii_case("true")))
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
