//! Consumer groups: membership, rebalances and committed offsets.
//!
//! [`state`] is one group as a state machine without waiting or clock; [`member`] is what it holds and answers. The
//! [`Coordinator`] here owns all groups, lets clients wait for answers, and keeps one timer for all deadlines.
//! Membership lives in memory, as in Kafka's own eyes it may: after a restart members join anew. Offsets are facts in
//! the [`ledger`](super::ledger).

mod member;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kafka_protocol::ResponseError;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use member::{Join, Joined, NotJoined, Protocol, Speaker, Synced};
pub(crate) use state::{Group, Phase};

use super::config::Limits;
use super::ledger::{Committed, Fact, GroupOffsets, Ledger};

/// All consumer groups.
#[derive(Debug)]
pub(crate) struct Coordinator {
    groups: Mutex<HashMap<String, Group>>,
    ledger: Arc<Ledger>,
    limits: Limits,
    /// Newcomers since the start.
    newcomers: Mutex<u64>,
    /// Told when a deadline may have come nearer.
    deadlines: Notify,
}

/// A group, as lists and descriptions show it.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) phase: Phase,
    pub(crate) protocol_type: String,
    pub(crate) protocol: String,
    pub(crate) members: Vec<MemberDescription>,
}

/// A member, as descriptions show it.
#[derive(Debug, Clone)]
pub(crate) struct MemberDescription {
    pub(crate) member_id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) metadata: Bytes,
    pub(crate) assignment: Bytes,
}

impl Coordinator {
    pub(crate) fn new(ledger: Arc<Ledger>, limits: Limits) -> Self {
        let (groups, newcomers) = (Mutex::default(), Mutex::new(0));
        Self { groups, ledger, limits, newcomers, deadlines: Notify::new() }
    }

    /// Keeps all deadlines until `stop`.
    pub(crate) async fn keep_time(&self, stop: CancellationToken) {
        loop {
            let due = self.expire(Instant::now());
            let sleep = async {
                match due {
                    Some(due) => tokio::time::sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => {}
                () = self.deadlines.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Takes what time does to the groups, and answers when it will do more.
    fn expire(&self, now: Instant) -> Option<Instant> {
        let mut groups = self.groups.lock();
        groups.values_mut().for_each(|group| group.expire(now));
        self.forget_vacant(&mut groups);
        groups.values().filter_map(Group::due).min()
    }

    /// Drops groups that have neither members nor offsets.
    fn forget_vacant(&self, groups: &mut HashMap<String, Group>) {
        if groups.values().any(Group::vacant) {
            self.ledger.read(|known| groups.retain(|id, g| !g.vacant() || known.offsets.contains_key(id)));
        }
    }

    /// Joins a group; waits until everyone has joined or been given up.
    pub(crate) async fn join(&self, group_id: &str, join: Join) -> Result<Joined, NotJoined> {
        let member_id = join.member_id.clone();
        let refuse = |error| NotJoined { error, member_id: member_id.clone() };
        if group_id.is_empty() {
            return Err(refuse(ResponseError::InvalidGroupId));
        }
        if join.session < self.limits.min_session || join.session > self.limits.max_session {
            return Err(refuse(ResponseError::InvalidSessionTimeout));
        }
        let (reply, answer) = oneshot::channel();
        let fresh_id = self.fresh_member_id(&join);
        {
            let mut groups = self.groups.lock();
            self.room_for(&groups, group_id).map_err(refuse)?;
            let most = self.limits.group_members;
            let group = groups.entry(group_id.to_owned()).or_insert_with(|| Group::new(most));
            group.join(Instant::now(), join, fresh_id, reply);
            self.forget_vacant(&mut groups);
        }
        self.deadlines.notify_one();
        let _gone = self.wakes_timer();
        answer.await.unwrap_or_else(|_| Err(refuse(ResponseError::UnknownMemberId)))
    }

    /// Takes a member's sync; waits for the leader's assignment.
    pub(crate) async fn sync(
        &self,
        group_id: &str,
        who: Speaker<'_>,
        protocol: Option<(&str, &str)>,
        assignments: Vec<(String, Bytes)>,
    ) -> Result<Synced, ResponseError> {
        let (reply, answer) = oneshot::channel();
        self.with(group_id, |group| {
            let other = |(kind, name): (&str, &str)| kind != group.protocol_type || name != group.protocol;
            if protocol.is_some_and(other) && group.generation == who.generation {
                return Err(ResponseError::InconsistentGroupProtocol);
            }
            group.sync(Instant::now(), who, assignments, reply);
            Ok(())
        })?;
        self.deadlines.notify_one();
        let _gone = self.wakes_timer();
        answer.await.unwrap_or(Err(ResponseError::RebalanceInProgress))
    }

    /// Takes a member's sign of life.
    pub(crate) fn heartbeat(&self, group_id: &str, who: Speaker<'_>) -> Result<(), ResponseError> {
        self.with(group_id, |group| group.heartbeat(Instant::now(), who))
    }

    /// Takes a member's leave.
    pub(crate) fn leave(&self, group_id: &str, id: &str, instance: Option<&str>) -> Result<(), ResponseError> {
        let left = self.with(group_id, |group| group.leave(Instant::now(), id, instance));
        self.deadlines.notify_one();
        left
    }

    /// Whether the group takes offsets from `who`.
    pub(crate) fn may_commit(&self, group_id: &str, who: Speaker<'_>) -> Result<(), ResponseError> {
        let mut groups = self.groups.lock();
        match groups.get_mut(group_id) {
            Some(group) => group.may_commit(Instant::now(), who),
            None if who.generation >= 0 => Err(ResponseError::IllegalGeneration),
            None => self.room_for(&groups, group_id),
        }
    }

    /// Keeps offsets of one topic.
    pub(crate) fn commit(
        &self,
        group_id: &str,
        topic: &str,
        committed: Vec<(i32, Committed)>,
    ) -> Result<(), ResponseError> {
        let fact = Fact::Offsets { group: group_id.to_owned(), topic: topic.to_owned(), committed };
        self.ledger.record(fact).map_err(|error| {
            tracing::error!(%error, "committed offsets could not be written to the data directory");
            ResponseError::KafkaStorageError
        })
    }

    /// The offsets that a group committed.
    pub(crate) fn offsets(&self, group_id: &str) -> GroupOffsets {
        self.ledger.read(|known| known.offsets.get(group_id).cloned().unwrap_or_default())
    }

    /// One committed offset.
    pub(crate) fn committed(&self, group_id: &str, topic: &str, partition: i32) -> Option<Committed> {
        self.ledger.read(|known| known.offsets.get(group_id)?.get(topic)?.get(&partition).cloned())
    }

    /// All groups in order of name, with phase and protocol type.
    pub(crate) fn list(&self) -> Vec<(String, Phase, String)> {
        let groups = self.groups.lock();
        let mut all: Vec<_> =
            groups.iter().map(|(id, g)| (id.clone(), g.phase, g.protocol_type.clone())).collect();
        self.ledger.read(|known| {
            let offline = known.offsets.keys().filter(|id| !groups.contains_key(*id));
            all.extend(offline.map(|id| (id.clone(), Phase::Empty, "consumer".to_owned())));
        });
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// A group in full, if it exists.
    pub(crate) fn describe(&self, group_id: &str) -> Option<Description> {
        let groups = self.groups.lock();
        let Some(group) = groups.get(group_id) else {
            let has_offsets = self.ledger.read(|known| known.offsets.contains_key(group_id));
            return has_offsets.then(|| Description {
                phase: Phase::Empty,
                protocol_type: "consumer".to_owned(),
                protocol: String::new(),
                members: Vec::new(),
            });
        };
        let stable = group.phase == Phase::Stable;
        let members = group.members.iter().map(|(id, m)| MemberDescription {
            member_id: id.clone(),
            instance_id: m.join.instance_id.clone(),
            client_id: m.join.client_id.clone(),
            client_host: m.join.client_host.clone(),
            metadata: if stable { m.metadata(&group.protocol) } else { Bytes::new() },
            assignment: m.assignment.clone(),
        });
        Some(Description {
            phase: group.phase,
            protocol_type: group.protocol_type.clone(),
            protocol: if stable { group.protocol.clone() } else { String::new() },
            members: members.collect(),
        })
    }

    /// Deletes a group without members, and its offsets.
    pub(crate) fn delete(&self, group_id: &str) -> Result<(), ResponseError> {
        let mut groups = self.groups.lock();
        let has_offsets = self.ledger.read(|known| known.offsets.contains_key(group_id));
        match groups.get(group_id) {
            Some(group) if !group.vacant() => return Err(ResponseError::NonEmptyGroup),
            None if !has_offsets => return Err(ResponseError::GroupIdNotFound),
            _ => {}
        }
        if has_offsets {
            let fact = Fact::GroupDeleted { group: group_id.to_owned() };
            self.ledger.record(fact).map_err(|_| ResponseError::KafkaStorageError)?;
        }
        groups.remove(group_id);
        Ok(())
    }

    fn with<T>(
        &self,
        group_id: &str,
        step: impl FnOnce(&mut Group) -> Result<T, ResponseError>,
    ) -> Result<T, ResponseError> {
        match self.groups.lock().get_mut(group_id) {
            Some(group) => step(group),
            None => Err(ResponseError::UnknownMemberId),
        }
    }

    /// Whether a group may be begun, if there is none of the name.
    fn room_for(&self, groups: &HashMap<String, Group>, group_id: &str) -> Result<(), ResponseError> {
        let most = self.limits.groups;
        let room = groups.contains_key(group_id)
            || self.ledger.read(|known| {
                known.offsets.contains_key(group_id) || known.offsets.len() < most && groups.len() < most
            });
        if room { Ok(()) } else { Err(ResponseError::PolicyViolation) }
    }

    /// An id for a newcomer that no other has had, also in earlier starts.
    fn fresh_member_id(&self, join: &Join) -> String {
        let starts = self.ledger.read(|known| known.starts);
        let mut newcomers = self.newcomers.lock();
        *newcomers += 1;
        let stem = join.instance_id.as_deref().unwrap_or(&join.client_id);
        format!("{stem}-{:x}-{starts}-{newcomers}", std::process::id())
    }

    /// Has the timer look again when a wait ends, since a client that stops waiting has a deadline again.
    fn wakes_timer(&self) -> impl Drop + '_ {
        struct Wakes<'a>(&'a Notify);
        impl Drop for Wakes<'_> {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }
        Wakes(&self.deadlines)
    }

    /// A rebalance timeout as old clients have it: the session timeout.
    pub(crate) fn rebalance_or_session(rebalance_ms: i32, session: Duration) -> Duration {
        u64::try_from(rebalance_ms).map_or(session, Duration::from_millis)
    }
}
