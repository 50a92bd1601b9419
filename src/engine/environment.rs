//! [`StatementEnvironment`]: what a statement's queries may ask of the session and the account.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{ScalarUDF, TableSource};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use super::account::Account;
use super::context::Context;
use super::names::Names;
use super::procedure::flow;
use super::work::Work;
use super::{information_schema, masking, query_functions, routine, sequence, view};
use crate::catalog::external::PSEUDO_COLUMNS;
use crate::catalog::{Fact, Object, ObjectBody, ObjectId, ObjectKind, Snapshot};
use crate::error::{Error, Result};
use crate::functions::generation::Random;
use crate::plan::{Bound, Environment, NamedArgument, RelationSource, UserFunction, VersionedTable};
use crate::sql::{Ident, QualifiedName};
use crate::stream;

/// What one statement's queries see and leave behind.
#[derive(Debug)]
pub struct StatementEnvironment {
    /// The account.
    pub account: Arc<Account>,
    /// The state that the statement sees.
    pub snapshot: Arc<Snapshot>,
    /// The session's state when the statement began.
    pub context: Context,
    /// Tables are read as they were after this commit, for a stream on a view.
    as_of: Option<u64>,
    /// Whether plans are only looked at, so that dynamic tables without rows yet may be read.
    looking: bool,
    /// The functions whose bodies are open around what is planned.
    functions: Vec<ObjectId>,
    notes: Arc<Mutex<Notes>>,
}

/// What planning a query leaves behind.
#[derive(Default)]
struct Notes {
    /// The streams that were read, and up to which commit.
    streams: Vec<(ObjectId, u64)>,
    /// What sequences gave.
    counters: HashMap<ObjectId, Arc<Mutex<i64>>>,
    /// The content of stages that the statement reads, by the text of the reference.
    staged: HashMap<String, Arc<dyn TableSource>>,
    /// Tables that have no name in the catalog, such as the target of a DML with row addresses.
    local: HashMap<String, Arc<dyn TableSource>>,
    /// The tables that were read.
    tables: Vec<ObjectId>,
    /// The tasks whose graphs are to be resumed once the statement has run.
    resumed: Vec<ObjectId>,
    /// The statements that are to be cancelled once the statement has run.
    cancelled: Vec<Arc<str>>,
    /// How long the statement waits before it runs; `None` where it cannot wait.
    wait: Option<SignedDuration>,
    /// How many views are open around the one being planned.
    depth: usize,
    /// How many calls of RANDOM were planned.
    randoms: u64,
}

impl Debug for Notes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notes")
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}

/// How deep views may nest.
const MAX_VIEW_DEPTH: usize = 32;

impl StatementEnvironment {
    pub(super) fn new(account: Arc<Account>, snapshot: Arc<Snapshot>, context: Context) -> Self {
        Self {
            account,
            snapshot,
            context,
            as_of: None,
            looking: false,
            functions: Vec::new(),
            notes: Arc::default(),
        }
    }

    /// The snapshot through the session's eyes.
    pub fn names(&self) -> Names<'_> {
        Names {
            snapshot: &self.snapshot,
            context: &self.context,
        }
    }

    /// The commit up to which streams show changes: the newest when the transaction, or this statement, began.
    pub fn horizon(&self) -> u64 {
        self.context
            .horizon
            .unwrap_or_else(|| self.account.catalog().snapshot().seq.min(self.snapshot.seq))
    }

    /// The streams that planned queries read, with the commits up to which they were read.
    pub fn streams_read(&self) -> Vec<(ObjectId, u64)> {
        self.notes.lock().streams.clone()
    }

    /// Notes that a stream is read.
    pub fn note_stream(&self, stream: ObjectId, up_to: u64) {
        let mut notes = self.notes.lock();
        if !notes.streams.iter().any(|(known, _)| *known == stream) {
            notes.streams.push((stream, up_to));
        }
    }

    /// Provides the content of a stage reference, so that queries can read it.
    pub fn provide_staged(&self, reference: String, content: Arc<dyn TableSource>) {
        self.notes.lock().staged.insert(reference, content);
    }

    /// The content of a stage reference, if it was provided.
    pub fn staged(&self, reference: &str) -> Option<Arc<dyn TableSource>> {
        self.notes.lock().staged.get(reference).cloned()
    }

    /// Provides a table under a name of its own.
    pub fn provide_local(&self, name: String, table: Arc<dyn TableSource>) {
        self.notes.lock().local.insert(name, table);
    }

    /// The counter of a sequence for this statement.
    pub fn counter(&self, sequence: ObjectId, start: i64) -> Arc<Mutex<i64>> {
        let next = self.snapshot.counter(sequence, 0).unwrap_or(start);
        Arc::clone(
            self.notes
                .lock()
                .counters
                .entry(sequence)
                .or_insert_with(|| Arc::new(Mutex::new(next))),
        )
    }

    /// The number of the next call of RANDOM.
    pub fn next_random(&self) -> u64 {
        let mut notes = self.notes.lock();
        notes.randoms += 1;
        notes.randoms
    }

    /// Notes that a task and those after it are to be resumed.
    pub fn note_resumed(&self, task: ObjectId) {
        self.notes.lock().resumed.push(task);
    }

    /// Notes that a running statement is to be cancelled.
    pub fn note_cancelled(&self, query_id: Arc<str>) {
        self.notes.lock().cancelled.push(query_id);
    }

    /// Lets functions make the statement wait. Who calls this calls [`wait`](Self::wait) once planning is done.
    pub fn let_wait(&self) {
        self.notes.lock().wait.get_or_insert(SignedDuration::ZERO);
    }

    /// Notes that the statement is to wait.
    ///
    /// # Errors
    /// Where statements do not wait for their functions.
    pub fn note_wait(&self, span: SignedDuration) -> Result<()> {
        if self.context.describing {
            return Ok(());
        }
        let mut notes = self.notes.lock();
        let wait = notes.wait.as_mut();
        let wait = wait.ok_or_else(|| Error::unsupported("SYSTEM$WAIT but in a query or CALL"))?;
        *wait = wait.saturating_add(span);
        Ok(())
    }

    /// Waits as long as functions have asked for.
    pub async fn wait(&self) {
        let span = self.notes.lock().wait.take().unwrap_or_default();
        if span.is_zero() {
            return;
        }
        let clock = self.account.clock();
        let until = clock.now().checked_add(span).unwrap_or(Timestamp::MAX);
        tokio::time::sleep(clock.advance_to(until)).await;
    }

    /// Records how far sequences have gone, and what system functions have changed.
    ///
    /// # Errors
    /// When a task cannot be resumed; counters fit any snapshot.
    pub fn record_counters(&self, work: &mut Work<'_>) -> Result<()> {
        let resumed = std::mem::take(&mut self.notes.lock().resumed);
        for task in resumed {
            super::ddl::resume_all(work, task)?;
        }
        let cancelled = std::mem::take(&mut self.notes.lock().cancelled);
        for query_id in cancelled {
            self.account.queries().cancel(&query_id);
        }
        let counters: Vec<_> = self
            .notes
            .lock()
            .counters
            .iter()
            .map(|(id, next)| (*id, *next.lock()))
            .collect();
        for (object, next) in counters {
            if self.snapshot.counter(object, 0) != Some(next) {
                work.record(Fact::Counter {
                    object,
                    column: 0,
                    next,
                })?;
            }
        }
        Ok(())
    }

    /// The environment in which a view's query is planned: the view's own database and schema.
    pub fn inside(&self, context: &(String, String)) -> Result<Self> {
        let depth = self.notes.lock().depth + 1;
        if depth > MAX_VIEW_DEPTH {
            return Err(Error::compilation(format!(
                "views and functions nest deeper than {MAX_VIEW_DEPTH}"
            )));
        }
        let mut inner = self.context.clone();
        inner.database = Some(context.0.clone());
        inner.schema = Some(context.1.clone());
        // A view's own text has no binds.
        inner.binds = Arc::default();
        let notes = Notes {
            depth,
            counters: self.notes.lock().counters.clone(),
            ..Notes::default()
        };
        Ok(Self {
            account: Arc::clone(&self.account),
            snapshot: Arc::clone(&self.snapshot),
            context: inner,
            as_of: self.as_of,
            looking: self.looking,
            functions: self.functions.clone(),
            notes: Arc::new(Mutex::new(notes)),
        })
    }

    /// The environment in which a function's body is planned: the function's own database and schema.
    ///
    /// # Errors
    /// When the function is being planned already.
    pub fn inside_function(&self, function: &Object) -> Result<Self> {
        let home = self.snapshot.home(function);
        let home = home.ok_or_else(|| Error::internal("a function outside a schema"))?;
        if self.functions.contains(&function.id) {
            return Err(Error::unsupported(format!(
                "the function {} calling itself",
                function.base_name()
            )));
        }
        let mut inner = self.inside(&home)?;
        inner.functions.push(function.id);
        Ok(inner)
    }

    /// The same environment, to which all that is noted goes as well.
    pub fn share(&self) -> Self {
        Self {
            account: Arc::clone(&self.account),
            snapshot: Arc::clone(&self.snapshot),
            context: self.context.clone(),
            as_of: self.as_of,
            looking: self.looking,
            functions: self.functions.clone(),
            notes: Arc::clone(&self.notes),
        }
    }

    /// Whether what is planned is the text of a view or a function.
    pub fn is_inside(&self) -> bool {
        self.notes.lock().depth > 0
    }

    /// The same environment, in which tables are read as they were after a commit.
    pub fn as_of(mut self, seq: u64) -> Self {
        self.as_of = Some(seq);
        self
    }

    /// The same environment for plans that are not run: it does not matter whether dynamic tables have rows yet.
    pub fn looking(mut self) -> Self {
        self.looking = true;
        self
    }

    /// The tables that planned queries read.
    pub fn tables_read(&self) -> Vec<ObjectId> {
        self.notes.lock().tables.clone()
    }

    /// Takes over what planning a view's query left behind.
    pub(super) fn absorb(&self, inner: &Self) {
        for (stream, up_to) in inner.streams_read() {
            self.note_stream(stream, up_to);
        }
        let tables = inner.tables_read();
        let counters = inner.notes.lock().counters.clone();
        let mut notes = self.notes.lock();
        notes.tables.extend(tables);
        notes.counters.extend(counters);
    }

    fn object(&self, object: &Arc<Object>, source: &RelationSource<'_>) -> Result<Arc<dyn TableSource>> {
        masking::apply(self, object, self.unmasked(object, source)?)
    }

    fn unmasked(&self, object: &Arc<Object>, source: &RelationSource<'_>) -> Result<Arc<dyn TableSource>> {
        match &object.body {
            ObjectBody::Table(table) => {
                let history = self.snapshot.table(object.id);
                let history = history.ok_or_else(|| Error::internal("a table without rows"))?;
                self.notes.lock().tables.push(object.id);
                let empty = table
                    .dynamic
                    .as_ref()
                    .is_some_and(|dynamic| dynamic.content.is_none());
                if empty && !self.looking {
                    return Err(super::dynamic::not_initialized(object));
                }
                match source.version {
                    None => {
                        let version = match self.as_of {
                            Some(seq) => history.at_seq(seq).unwrap_or_default(),
                            None => history.current(),
                        };
                        let external = table.external.is_some().then_some(table);
                        let mut table = VersionedTable::new(version, table.scan_columns()?);
                        if let Ok(origin) = self.snapshot.path(object).try_into() {
                            table = table.with_origin(origin);
                        }
                        let rows = provider_as_source(Arc::new(table));
                        match external {
                            Some(external) => super::external::of_table(self, object, external, rows),
                            None => Ok(rows),
                        }
                    }
                    Some(version) => stream::travel::table_at(self, object, table, version),
                }
            }
            ObjectBody::View(body) if source.version.is_none() => view::source(self, object, body),
            ObjectBody::Stream(body) if source.version.is_none() => stream::read::source(self, object, body),
            _ => Err(Error::unsupported(format!(
                "time travel on a {}",
                object.kind().traits().label
            ))),
        }
    }
}

impl Environment for StatementEnvironment {
    fn relation(&self, source: RelationSource<'_>) -> Result<Arc<dyn TableSource>> {
        if let [single] = source.name {
            if single.starts_with('@') {
                return self
                    .staged(single)
                    .ok_or_else(|| Error::unsupported("a stage in this place"));
            }
            if let Some(result) = flow::table(&self.context, single) {
                return result;
            }
            if let Some(local) = self.notes.lock().local.get(single) {
                return Ok(Arc::clone(local));
            }
        }
        if let Some(found) = information_schema::relation(self, source.name) {
            return found;
        }
        let parts = source
            .name
            .iter()
            .map(|part| Ident::quoted(part.as_str()))
            .collect();
        let name = QualifiedName::new(parts).ok_or_else(|| Error::internal("a name without parts"))?;
        let names = self.names();
        let (parent, own) = names.place(ObjectKind::Table, &name)?;
        let find = |kind| self.snapshot.find(parent, kind, &own, self.context.session);
        let object = find(ObjectKind::Table)
            .or_else(|| find(ObjectKind::Stream))
            .cloned();
        let object =
            object.ok_or_else(|| Error::not_found("Object", names.shown(ObjectKind::Table, &name)))?;
        self.object(&object, &source)
    }

    fn pseudo_columns(&self, name: &[String]) -> &'static [&'static str] {
        let parts = name.iter().map(|part| Ident::quoted(part.as_str())).collect();
        let object = QualifiedName::new(parts).and_then(|name| self.names().relation(&name).ok());
        match object.is_some_and(|object| object.as_external().is_some()) {
            true => &PSEUDO_COLUMNS,
            false => &[],
        }
    }

    fn table_function(&self, name: &[String], arguments: Vec<NamedArgument>) -> Result<Arc<dyn TableSource>> {
        information_schema::table_function(self, name, &arguments)
            .or_else(|| query_functions::table_function(self, name, &arguments))
            .unwrap_or_else(|| Err(Error::unknown_table_function(name.join("."))))
    }

    fn context_function(&self, name: &str, arguments: &[ScalarValue]) -> Option<Result<ScalarValue>> {
        query_functions::context_function(self, name, arguments)
    }

    fn variable(&self, name: &str) -> Result<ScalarValue> {
        self.context
            .variables
            .get(name)
            .map(|variable| variable.value.clone())
            .ok_or_else(|| {
                let message = format!("SQL compilation error:\nSession variable '${name}' does not exist");
                Error::new(2211, "02000", message)
            })
    }

    fn sequence(&self, name: &[String]) -> Result<Arc<ScalarUDF>> {
        sequence::next_value(self, name)
    }

    fn user_function(&self, name: &[String]) -> Result<Option<Arc<dyn UserFunction>>> {
        routine::find(self, name)
    }

    fn local_function(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.context
            .binds
            .function(name)
            .or_else(|| query_functions::local_function(self, name))
    }

    fn random_seed(&self) -> u64 {
        // FNV-1a over the statement's id, which is the same whenever the account does the same.
        let statement = self
            .context
            .query_id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Random::new(statement ^ self.next_random()).bits()
    }

    fn bind(&self, placeholder: &str) -> Option<Bound> {
        self.context.binds.bound(placeholder)
    }
}
