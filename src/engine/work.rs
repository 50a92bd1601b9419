//! [`Work`]: one statement in the making, from the snapshot it reads to the facts it gathers.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::account::Account;
use super::context::Context;
use super::environment::StatementEnvironment;
use super::names::Names;
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::{Commit, Fact, LockGuard, Object, ObjectBody, ObjectId, ObjectKind, Snapshot};
use crate::error::{Error, Result};
use crate::plan::Planner;
use crate::sql::QualifiedName;
use crate::sql::statement::TagValue;

/// One statement in the making.
#[derive(Debug)]
pub struct Work<'a> {
    /// The account.
    pub account: &'a Arc<Account>,
    /// The session's state; changes to it stay when the statement succeeds.
    pub context: &'a mut Context,
    /// The statement's start, in warehouse time.
    pub now: Timestamp,
    snapshot: Arc<Snapshot>,
    /// Facts of the transaction before this statement.
    before: Arc<Vec<Fact>>,
    facts: Vec<Fact>,
    locks: Vec<LockGuard>,
    /// What the transaction's earlier statements hold.
    held_before: BTreeSet<ObjectId>,
    /// Objects of the storage, by bucket and key, that are to go once the transaction is committed.
    purge: Vec<(String, String)>,
}

/// What a finished statement leaves behind.
#[derive(Debug)]
pub(super) struct Gathered {
    pub facts: Vec<Fact>,
    pub locks: Vec<LockGuard>,
    pub purge: Vec<(String, String)>,
}

/// What CREATE says of an object besides its body.
#[derive(Debug, Clone)]
pub struct NewObject<'a> {
    /// Its name.
    pub name: &'a QualifiedName,
    /// OR REPLACE.
    pub or_replace: bool,
    /// OR ALTER.
    pub or_alter: bool,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// COMMENT.
    pub comment: Option<String>,
    /// Whether only this session sees it.
    pub temporary: bool,
    /// COPY GRANTS: with OR REPLACE, the grants on the old object hold for the new one.
    pub copy_grants: bool,
    /// WITH TAG.
    pub tags: &'a [TagValue],
}

impl<'a> Work<'a> {
    pub(super) fn begin(
        account: &'a Arc<Account>,
        context: &'a mut Context,
        before: Arc<Vec<Fact>>,
        held_before: BTreeSet<ObjectId>,
    ) -> Result<Self> {
        let now = account.clock().now();
        context.types.now = now;
        let mut work = Self {
            snapshot: account.catalog().snapshot(),
            account,
            context,
            now,
            before,
            facts: Vec::new(),
            locks: Vec::new(),
            held_before,
            purge: Vec::new(),
        };
        work.refresh()?;
        Ok(work)
    }

    /// The state that this statement sees: the newest commit, the transaction's own changes, and the statement's.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The snapshot through the session's eyes.
    pub fn names(&self) -> Names<'_> {
        Names {
            snapshot: &self.snapshot,
            context: self.context,
        }
    }

    /// Makes something true, for the rest of this statement and, once committed, for all.
    ///
    /// # Errors
    /// When the fact does not fit the snapshot.
    pub fn record(&mut self, fact: Fact) -> Result<()> {
        let commit = Commit {
            seq: self.own_seq(),
            time: self.now,
            facts: vec![fact],
        };
        self.snapshot = Arc::new(self.snapshot.after(&commit)?);
        self.facts.extend(commit.facts);
        Ok(())
    }

    /// The commit number under which this statement sees its own changes.
    fn own_seq(&self) -> u64 {
        // Own changes already carry the number after the newest commit.
        let committed = self.account.catalog().snapshot().seq;
        self.snapshot.seq.max(committed + 1)
    }

    /// Reads the newest commit, with the transaction's own changes on top.
    fn refresh(&mut self) -> Result<()> {
        let newest = self.account.catalog().snapshot();
        if self.before.is_empty() {
            self.snapshot = newest;
            return Ok(());
        }
        let commit = Commit {
            seq: newest.seq + 1,
            time: self.now,
            facts: self.before.as_ref().clone(),
        };
        self.snapshot = Arc::new(newest.after(&commit)?);
        Ok(())
    }

    /// Holds objects until the transaction ends, then reads the newest state again, so that nothing that happened
    /// while waiting is missed. Answers whether it had to wait for a lock that was not held yet.
    ///
    /// # Errors
    /// 000625 when another transaction holds one of them for too long; when the transaction's own changes no longer
    /// fit.
    pub async fn hold(&mut self, objects: impl IntoIterator<Item = ObjectId>) -> Result<bool> {
        // What is only described changes nothing.
        if self.context.describing {
            return Ok(false);
        }
        // In the order of ids, so that two statements cannot wait for each other.
        let wanted: BTreeSet<ObjectId> = objects.into_iter().filter(|id| !self.holds(*id)).collect();
        if wanted.is_empty() {
            return Ok(false);
        }
        let timeout = self.context.lock_timeout();
        for object in wanted {
            let lock = self
                .account
                .catalog()
                .locks()
                .hold(object, self.context.lock_owner, timeout)
                .await?;
            self.locks.push(lock);
        }
        if self.facts.is_empty() {
            self.refresh()?;
        }
        Ok(true)
    }

    fn holds(&self, object: ObjectId) -> bool {
        self.held_before.contains(&object) || self.locks.iter().any(|lock| lock.object() == object)
    }

    /// A planner for this statement's queries, and the environment it asks.
    pub fn planner(&self) -> (Planner, Arc<StatementEnvironment>) {
        let environment = Arc::new(StatementEnvironment::new(
            Arc::clone(self.account),
            Arc::clone(&self.snapshot),
            self.context.clone(),
        ));
        let mut planner = Planner::new(
            Arc::clone(&environment) as _,
            self.account.base_state(),
            &self.context.types,
        );
        if self.context.describing {
            planner = planner.describing();
        }
        (planner, environment)
    }

    /// Creates an object, with OR REPLACE, OR ALTER and IF NOT EXISTS as documented. `None` when it was there already and
    /// stays as it is.
    ///
    /// # Errors
    /// 002002 when the name is taken; 002003 when the schema is not there.
    pub fn create(&mut self, new: &NewObject<'_>, body: ObjectBody) -> Result<Option<ObjectId>> {
        let kind = body.kind();
        let (parent, name) = self.names().place(kind, new.name)?;
        let session = new.temporary.then_some(self.context.session);
        let taken = self
            .snapshot
            .find(parent, kind, &name, self.context.session)
            .cloned();
        let mut grants = Vec::new();
        // A temporary object may hide a permanent one of its name.
        if let Some(taken) = taken.filter(|taken| taken.session == session) {
            if new.or_replace && new.if_not_exists {
                let message =
                    "SQL compilation error:\noptions IF NOT EXISTS and OR REPLACE are incompatible.";
                return Err(Error::new(1003, "42601", message));
            }
            if new.if_not_exists {
                return Ok(None);
            }
            if new.or_alter && taken.kind() == kind {
                if !new.tags.is_empty() || new.copy_grants {
                    return Err(Error::unsupported("CREATE OR ALTER that changes tags or grants"));
                }
                super::ddl::or_alter::transform(self, &taken, new.comment.clone(), body)?;
                return Ok(Some(taken.id));
            }
            if !new.or_replace || taken.kind() != kind {
                return Err(match taken.kind() == kind {
                    true => match kind {
                        // With the types of its arguments.
                        ObjectKind::Function | ObjectKind::Procedure => {
                            Error::already_exists(self.names().shown(kind, new.name))
                        }
                        _ => Error::already_exists(new.name),
                    },
                    false => Error::new(
                        2203,
                        "42710",
                        format!(
                            "SQL compilation error:\nObject found is of type '{}', not specified type '{}'.",
                            taken.kind().traits().sql,
                            kind.traits().sql
                        ),
                    ),
                });
            }
            if new.copy_grants {
                let on = GrantOn::Object(taken.id);
                grants = self
                    .snapshot
                    .grants()
                    .filter(|grant| grant.on == on)
                    .cloned()
                    .collect();
            }
            self.record(Fact::Drop(taken.id))?;
        }
        self.context.owns_temporary |= new.temporary;
        let id = self.account.catalog().new_object_id();
        let object = Object {
            id,
            parent,
            name,
            owner: self.context.role.clone(),
            comment: new.comment.clone(),
            created: self.now,
            altered: None,
            dropped: None,
            session,
            body,
        };
        self.record(Fact::Put(Box::new(object)))?;
        for grant in grants {
            self.record(Fact::Grant(Grant {
                on: GrantOn::Object(id),
                ..grant
            }))?;
        }
        self.grant_as_foreseen(id, parent)?;
        super::ddl::tag::set(self, id, 0, new.tags)?;
        Ok(Some(id))
    }

    /// Gives a new object the grants on future objects of its kind: those of its schema, or where that has none for the
    /// kind, those of its database.
    fn grant_as_foreseen(&mut self, id: ObjectId, parent: ObjectId) -> Result<()> {
        let Some(object) = self.snapshot.object(id).filter(|object| object.session.is_none()) else {
            return Ok(());
        };
        let kind = match object.as_dynamic() {
            Some(_) => "DYNAMIC TABLE",
            None => object.kind().traits().sql,
        };
        let above = self.snapshot.object(parent).map(|schema| schema.parent);
        let foreseen = |wanted: ObjectId| -> Vec<Grant> {
            let grants = self.snapshot.grants().filter(|grant| {
                matches!(&grant.on, GrantOn::Future { kind: of, container } if of == kind && *container == wanted)
            });
            grants.cloned().collect()
        };
        let mut grants = foreseen(parent);
        if grants.is_empty() {
            grants = above.map(foreseen).unwrap_or_default();
        }
        for grant in grants {
            self.record(Fact::Grant(Grant {
                on: GrantOn::Object(id),
                created: self.now,
                ..grant
            }))?;
        }
        Ok(())
    }

    /// Changes an object in place.
    ///
    /// # Errors
    /// Whatever `change` says; 002002 when a new name is taken.
    pub fn alter(&mut self, id: ObjectId, change: impl FnOnce(&mut Object) -> Result<()>) -> Result<()> {
        let object = self
            .snapshot
            .object(id)
            .ok_or_else(|| Error::internal("altering an unknown object"))?;
        let mut object = object.as_ref().clone();
        change(&mut object)?;
        self.replace(object)
    }

    /// Puts an object with a changed definition in the place of the old one.
    ///
    /// # Errors
    /// 002002 when a new name is taken.
    pub fn replace(&mut self, mut object: Object) -> Result<()> {
        object.altered = Some(self.now);
        self.record(Fact::Put(Box::new(object)))
    }

    /// The live objects of a kind in a schema, database or the account, as the session sees them.
    pub fn children(&self, parent: ObjectId, kind: ObjectKind) -> Vec<Arc<Object>> {
        self.snapshot.children(parent, kind, self.context.session)
    }

    /// Has objects of the storage, by bucket and key, deleted once the transaction is committed.
    pub fn purge_after_commit(&mut self, objects: impl IntoIterator<Item = (String, String)>) {
        self.purge.extend(objects);
    }

    /// Commits what was gathered so far, for a statement that fails and leaves something behind all the same.
    ///
    /// # Errors
    /// Those of the commit.
    pub(super) fn commit_before_failing(&mut self) -> Result<()> {
        let facts = std::mem::take(&mut self.facts);
        self.account.catalog().commit(facts, &self.locks).map(|_| ())
    }

    pub(super) fn finish(self) -> Gathered {
        Gathered {
            facts: self.facts,
            locks: self.locks,
            purge: self.purge,
        }
    }
}
