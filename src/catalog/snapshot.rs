//! One immutable state of the account: cheap to copy, looked up by name or id, changed only by facts.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet, Vector};
use jiff::Timestamp;

use super::dynamic::DynamicRefresh;
use super::external::{FileStatus, Registration};
use super::fact::{Commit, Fact, Grant};
use super::history::{LoadedFile, QueuedFile, TaskRun};
use super::object::{ACCOUNT, Object, ObjectId, ObjectKind};
use super::options::Options;
use super::tag::Tags;
use crate::error::{Error, Result};
use crate::storage::{TableHistory, TableVersion};

/// How an object is found: where it lives, the name space of its kind, the session that alone sees it, its name.
type NameKey = (ObjectId, u8, Option<u64>, String);

/// How many versions a table gathers before old ones are looked for.
const FORGET_EVERY: usize = 64;

/// A state of the account.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The commit that made it; 0 before the first.
    pub seq: u64,
    /// That commit's time.
    pub time: Timestamp,
    pub(super) objects: OrdMap<ObjectId, Arc<Object>>,
    pub(super) names: OrdMap<NameKey, ObjectId>,
    pub(super) tables: OrdMap<ObjectId, TableHistory>,
    loads: OrdMap<(ObjectId, String), Arc<LoadedFile>>,
    queues: OrdMap<(ObjectId, String), Arc<QueuedFile>>,
    pub(super) load_history: Vector<Arc<LoadedFile>>,
    pub(super) task_runs: Vector<Arc<TaskRun>>,
    pub(super) refreshes: Vector<Arc<DynamicRefresh>>,
    pub(super) counters: OrdMap<(ObjectId, u32), i64>,
    pub(super) grants: OrdSet<Grant>,
    account: Arc<Options>,
    pub(super) tags: Tags,
    pub(super) files: OrdMap<(ObjectId, String), Arc<Registration>>,
    pub(super) registrations: Vector<Arc<Registration>>,
}

impl Snapshot {
    /// The object with an id, dropped ones included.
    pub fn object(&self, id: ObjectId) -> Option<&Arc<Object>> {
        self.objects.get(&id)
    }

    /// Every object, dropped ones included, in the order of creation.
    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The object of a name space in a parent, as a session sees it: its own temporary objects hide others.
    /// The answer may be of another kind of the same name space.
    pub fn find(&self, parent: ObjectId, kind: ObjectKind, name: &str, session: u64) -> Option<&Arc<Object>> {
        let space = kind.traits().name_space;
        let own = self.names.get(&(parent, space, Some(session), name.to_string()));
        let id = own.or_else(|| self.names.get(&(parent, space, None, name.to_string())))?;
        self.objects.get(id)
    }

    /// The objects of a kind in a parent, as a session sees them, by name.
    pub fn children(&self, parent: ObjectId, kind: ObjectKind, session: u64) -> Vec<Arc<Object>> {
        let space = kind.traits().name_space;
        let from: NameKey = (parent, space, None, String::new());
        let mut found: Vec<Arc<Object>> = self
            .names
            .range(from..)
            .take_while(|(key, _)| key.0 == parent && key.1 == space)
            .filter(|(key, _)| key.2.is_none() || key.2 == Some(session))
            .filter_map(|(_, id)| self.objects.get(id))
            .filter(|object| object.kind() == kind)
            .cloned()
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Every live object of a kind, in the order of creation. Objects in dropped schemas or databases are left out.
    pub fn all(&self, kind: ObjectKind) -> impl Iterator<Item = &Arc<Object>> {
        self.objects
            .values()
            .filter(move |object| object.kind() == kind && self.is_live(object))
    }

    /// Dropped objects of a kind in a parent that UNDROP could bring back, newest first.
    pub fn dropped(&self, parent: ObjectId, kind: ObjectKind) -> Vec<Arc<Object>> {
        let mut found: Vec<_> = self
            .objects
            .values()
            .filter(|object| object.parent == parent && object.kind() == kind && object.dropped.is_some())
            .cloned()
            .collect();
        found.sort_by_key(|object| std::cmp::Reverse((object.dropped, object.id)));
        found
    }

    /// Whether an object and all that it lives in are not dropped.
    pub fn is_live(&self, object: &Object) -> bool {
        if object.dropped.is_some() {
            return false;
        }
        match self.objects.get(&object.parent) {
            Some(parent) => self.is_live(parent),
            None => object.parent == ACCOUNT,
        }
    }

    /// The names of an object and of what it lives in, outermost first.
    pub fn path(&self, object: &Object) -> Vec<String> {
        let mut names = vec![object.name.clone()];
        let mut parent = object.parent;
        while let Some(outer) = self.objects.get(&parent) {
            names.push(outer.name.clone());
            parent = outer.parent;
        }
        names.reverse();
        names
    }

    /// The database and the schema that an object lives in; `None` for one outside a schema.
    pub fn home(&self, object: &Object) -> Option<(String, String)> {
        let mut names = self.path(object).into_iter();
        match (names.next(), names.next(), names.next()) {
            (Some(database), Some(schema), Some(_)) => Some((database, schema)),
            _ => None,
        }
    }

    /// A table's versions.
    pub fn table(&self, id: ObjectId) -> Option<&TableHistory> {
        self.tables.get(&id)
    }

    /// A table's rows now; an empty version for an unknown table.
    pub fn rows(&self, id: ObjectId) -> Arc<TableVersion> {
        self.tables
            .get(&id)
            .map(TableHistory::current)
            .unwrap_or_default()
    }

    /// All tables' versions, dropped tables included.
    pub fn tables(&self) -> impl Iterator<Item = (&ObjectId, &TableHistory)> {
        self.tables.iter()
    }

    /// The last load of a file that a table or a pipe remembers; `path` is [`LoadedFile::path`]. COPY's loads are
    /// remembered by the table, until it is truncated, and a pipe's loads by the pipe.
    pub fn load_of(&self, owner: ObjectId, path: &str) -> Option<&Arc<LoadedFile>> {
        self.loads.get(&(owner, path.to_string()))
    }

    /// The last load of every file that a table or a pipe remembers; see [`Snapshot::load_of`].
    pub fn loads(&self) -> impl Iterator<Item = &Arc<LoadedFile>> {
        self.loads.values()
    }

    /// Every load since its table was last truncated, oldest first.
    pub fn load_history(&self) -> impl DoubleEndedIterator<Item = &Arc<LoadedFile>> {
        self.load_history.iter()
    }

    /// The files that wait for a pipe, by path.
    pub fn queue(&self, pipe: ObjectId) -> impl Iterator<Item = &Arc<QueuedFile>> {
        let from = (pipe, String::new());
        self.queues
            .range(from..)
            .take_while(move |(key, _)| key.0 == pipe)
            .map(|(_, file)| file)
    }

    /// A file that waits for a pipe; `path` is [`QueuedFile::path`].
    pub fn queued(&self, pipe: ObjectId, path: &str) -> Option<&Arc<QueuedFile>> {
        self.queues.get(&(pipe, path.to_string()))
    }

    /// Every finished task run, oldest first.
    pub fn task_runs(&self) -> impl DoubleEndedIterator<Item = &Arc<TaskRun>> {
        self.task_runs.iter()
    }

    /// Every refresh of a dynamic table, oldest first.
    pub fn refreshes(&self) -> impl DoubleEndedIterator<Item = &Arc<DynamicRefresh>> {
        self.refreshes.iter()
    }

    /// The files that an external table shows, by name.
    pub fn registered(&self, table: ObjectId) -> impl Iterator<Item = &Arc<Registration>> {
        self.files
            .range((table, String::new())..)
            .take_while(move |(key, _)| key.0 == table)
            .map(|(_, file)| file)
    }

    /// Everything that refreshes of external tables did, oldest first.
    pub fn registrations(&self) -> impl DoubleEndedIterator<Item = &Arc<Registration>> {
        self.registrations.iter()
    }

    /// What a sequence (column 0) or an AUTOINCREMENT column gives next, if it has given anything.
    pub fn counter(&self, object: ObjectId, column: u32) -> Option<i64> {
        self.counters.get(&(object, column)).copied()
    }

    /// The account's own parameters, as far as they are set.
    pub fn account_options(&self) -> &Options {
        &self.account
    }

    /// All grants, in order.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter()
    }

    /// The state after a commit.
    ///
    /// # Errors
    /// When a fact does not fit: a name that is taken (002002), rows deleted from a partition that is gone.
    pub fn after(&self, commit: &Commit) -> Result<Self> {
        let mut next = self.clone();
        next.seq = commit.seq;
        next.time = commit.time;
        for fact in &commit.facts {
            next.apply(fact, commit.seq, commit.time)?;
        }
        Ok(next)
    }

    fn apply(&mut self, fact: &Fact, seq: u64, time: Timestamp) -> Result<()> {
        match fact {
            Fact::Put(object) => self.put(object, seq, time)?,
            Fact::Drop(id) => self.drop(*id, time)?,
            Fact::Undrop(id) => {
                let mut object = self.require(*id)?;
                object.dropped = None;
                let key = name_key(&object);
                if self.names.contains_key(&key) {
                    return Err(Error::already_exists(&object.name));
                }
                self.names.insert(key, *id);
                self.objects.insert(*id, Arc::new(object));
            }
            Fact::Rows(delta) => {
                let history = self
                    .tables
                    .get(&delta.table)
                    .ok_or_else(|| Error::internal("rows without a table"))?;
                let mut history = history.with(delta, seq, time)?;
                if history.len().is_multiple_of(FORGET_EVERY) {
                    self.forget(delta.table, &mut history, time);
                }
                self.tables.insert(delta.table, history);
                if delta.truncated {
                    self.forget_loads(delta.table);
                }
            }
            Fact::CloneRows {
                table,
                source,
                seq: at,
            } => {
                let version = self.tables.get(source).and_then(|history| history.at_seq(*at));
                let version = version.ok_or_else(|| Error::internal("a clone without rows"))?;
                self.tables
                    .insert(*table, TableHistory::starting_with(&version, seq, time));
            }
            Fact::StreamOffset { stream, offset } => {
                let mut object = self.require(*stream)?;
                let body = object
                    .as_stream_mut()
                    .ok_or_else(|| Error::internal("an offset without a stream"))?;
                body.offset = *offset;
                body.consumed = true;
                self.objects.insert(*stream, Arc::new(object));
            }
            Fact::Loaded(files) => {
                for file in files {
                    let mut file = file.clone();
                    let key = (file.pipe.unwrap_or(file.table), file.path.clone());
                    file.received = self.queues.remove(&key).map(|queued| queued.queued_at);
                    file.commit = seq;
                    let file = Arc::new(file);
                    self.loads.insert(key, Arc::clone(&file));
                    self.load_history.push_back(file);
                }
                self.trim_load_history(time);
            }
            Fact::Queued(files) => {
                for file in files {
                    self.queues
                        .insert((file.pipe, file.path.clone()), Arc::new(file.clone()));
                }
            }
            Fact::Dequeued(files) => {
                for file in files {
                    let key = (file.pipe, file.path.clone());
                    // One that was queued again since then waits on.
                    if self.queues.get(&key).is_some_and(|queued| **queued == *file) {
                        self.queues.remove(&key);
                    }
                }
            }
            Fact::TaskRun(run) => {
                self.task_runs.push_back(Arc::new(run.clone()));
                self.trim_task_runs(time);
            }
            Fact::Refresh(refresh) => {
                self.refreshes.push_back(Arc::new(refresh.clone()));
                self.trim_refreshes(time);
            }
            Fact::Registered(registrations) => {
                for registration in registrations {
                    let key = (registration.table, registration.file.clone());
                    let registration = Arc::new(registration.clone());
                    match registration.status {
                        FileStatus::RegisteredNew | FileStatus::RegisteredUpdate => {
                            self.files.insert(key, Arc::clone(&registration));
                        }
                        FileStatus::Unregistered | FileStatus::RegisterFailed => {
                            self.files.remove(&key);
                        }
                    }
                    self.registrations.push_back(registration);
                }
                self.trim_registrations(time);
            }
            Fact::Counter { object, column, next } => {
                self.counters.insert((*object, *column), *next);
            }
            Fact::Account(options) => self.account = Arc::new(options.clone()),
            Fact::Tag(setting) => self.set_tag(setting),
            Fact::Grant(grant) => {
                self.grants.insert(grant.clone());
            }
            Fact::Revoke(grant) => {
                self.grants.remove(grant);
            }
        }
        Ok(())
    }

    /// TRUNCATE lets the same files be loaded again, and ends what is told of loads before it.
    pub(super) fn forget_loads(&mut self, table: ObjectId) {
        let from = (table, String::new());
        let keys: Vec<_> = self
            .loads
            .range(from..)
            .take_while(|(key, _)| key.0 == table)
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            self.loads.remove(&key);
        }
        self.load_history.retain(|load| load.table != table);
    }

    fn put(&mut self, object: &Object, seq: u64, time: Timestamp) -> Result<()> {
        let old = self
            .objects
            .get(&object.id)
            .filter(|old| old.dropped.is_none())
            .cloned();
        let key = name_key(object);
        if let Some(old) = &old {
            self.names.remove(&name_key(old));
        }
        if self.names.contains_key(&key) {
            return Err(Error::already_exists(&object.name));
        }
        self.names.insert(key, object.id);
        if old.is_none() && object.kind() == ObjectKind::Table {
            self.tables.insert(object.id, TableHistory::empty(seq, time));
        }
        self.objects.insert(object.id, Arc::new(object.clone()));
        Ok(())
    }

    fn drop(&mut self, id: ObjectId, time: Timestamp) -> Result<()> {
        let mut object = self.require(id)?;
        self.names.remove(&name_key(&object));
        object.dropped = Some(time);
        if object.session.is_some() {
            // Temporary objects are gone for good.
            self.forget_tags(id);
            self.objects.remove(&id);
            self.tables.remove(&id);
        } else {
            self.objects.insert(id, Arc::new(object));
        }
        self.purge(time);
        Ok(())
    }

    fn require(&self, id: ObjectId) -> Result<Object> {
        let object = self
            .objects
            .get(&id)
            .ok_or_else(|| Error::internal("a fact about an unknown object"))?;
        Ok(object.as_ref().clone())
    }
}

pub(super) fn name_key(object: &Object) -> NameKey {
    (
        object.parent,
        object.kind().traits().name_space,
        object.session,
        object.name.clone(),
    )
}
