//! One consumer group as a state machine: who is in it, which generation it is in, what it waits for.
//!
//! Nothing here waits or reads a clock: every step is told the present moment, and answers travel through one-shot
//! channels. [`Group::expire`] is the step that time itself makes.
//!
//! A group is *empty*; or *preparing*, gathering its members' joins; or *completing*, waiting for its leader's
//! assignment; or *stable*. Each way from preparing to completing is a new generation.

use std::time::Duration;

use bytes::Bytes;
use indexmap::IndexMap;
use kafka_protocol::ResponseError;
use tokio::time::Instant;

use super::member::{Join, JoinReply, Joined, Member, NotJoined, Speaker, Subscription, SyncReply, Synced};

/// Where a group stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Empty,
    /// Members have until then to join.
    Preparing(Instant),
    /// Members have until then to sync.
    Completing(Instant),
    Stable,
}

impl Phase {
    /// Kafka's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Empty => "Empty",
            Phase::Preparing(_) => "PreparingRebalance",
            Phase::Completing(_) => "CompletingRebalance",
            Phase::Stable => "Stable",
        }
    }
}

/// A consumer group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) phase: Phase,
    pub(crate) generation: i32,
    pub(crate) protocol_type: String,
    pub(crate) protocol: String,
    pub(crate) leader: String,
    /// In order of joining.
    pub(crate) members: IndexMap<String, Member>,
    /// Ids given to newcomers that have yet to come back with them, and until when.
    pending: IndexMap<String, Instant>,
    most_members: usize,
}

impl Group {
    pub(crate) fn new(most_members: usize) -> Self {
        Self {
            phase: Phase::Empty,
            generation: 0,
            protocol_type: String::new(),
            protocol: String::new(),
            leader: String::new(),
            members: IndexMap::new(),
            pending: IndexMap::new(),
            most_members,
        }
    }

    /// Whether nobody is in the group or on the way in.
    pub(crate) fn vacant(&self) -> bool {
        self.members.is_empty() && self.pending.is_empty()
    }

    /// Takes a wish to join. `fresh_id` is the id for a newcomer.
    pub(crate) fn join(&mut self, now: Instant, join: Join, fresh_id: String, reply: JoinReply) {
        let known = join.member_id.clone();
        let refuse = |reply: JoinReply, error, member_id| {
            let _ = reply.send(Err(NotJoined { error, member_id }));
        };
        if !self.fits(&join) {
            return refuse(reply, ResponseError::InconsistentGroupProtocol, known);
        }
        let instance = join.instance_id.as_deref().and_then(|i| self.instance(i)).map(str::to_owned);
        if known.is_empty() {
            let room = self.members.len() + self.pending.len() < self.most_members;
            if let Some(old) = instance {
                self.take_over(now, &old, join, fresh_id, reply);
            } else if !room {
                refuse(reply, ResponseError::GroupMaxSizeReached, known);
            } else if join.instance_id.is_none() && join.learns_id {
                self.pending.insert(fresh_id.clone(), now + join.session);
                refuse(reply, ResponseError::MemberIdRequired, fresh_id);
            } else {
                self.welcome(now, join, fresh_id, reply);
            }
        } else if instance.as_ref().is_some_and(|i| *i != known) {
            refuse(reply, ResponseError::FencedInstanceId, known);
        } else if self.members.contains_key(&known) {
            self.rejoin(now, join, reply);
        } else if self.pending.shift_remove(&known).is_some() {
            self.welcome(now, join, known, reply);
        } else {
            refuse(reply, ResponseError::UnknownMemberId, known);
        }
    }

    /// Takes a member's sync, with everyone's assignment if it is the leader's.
    pub(crate) fn sync(
        &mut self,
        now: Instant,
        who: Speaker<'_>,
        assignments: Vec<(String, Bytes)>,
        reply: SyncReply,
    ) {
        if let Err(error) = self.known(who) {
            let _ = reply.send(Err(error));
            return;
        }
        match self.phase {
            Phase::Empty => drop(reply.send(Err(ResponseError::UnknownMemberId))),
            Phase::Preparing(_) => drop(reply.send(Err(ResponseError::RebalanceInProgress))),
            Phase::Stable => {
                let answer = self.synced(who.member_id);
                drop(reply.send(Ok(answer)));
            }
            Phase::Completing(_) => {
                if let Some(member) = self.members.get_mut(who.member_id) {
                    member.touch(now);
                    member.syncing = Some(reply);
                }
                if who.member_id == self.leader {
                    for (id, assignment) in assignments {
                        if let Some(member) = self.members.get_mut(&id) {
                            member.assignment = assignment;
                        }
                    }
                    self.phase = Phase::Stable;
                    let ids: Vec<String> = self.members.keys().cloned().collect();
                    for id in ids {
                        let answer = self.synced(&id);
                        if let Some(member) = self.members.get_mut(&id) {
                            member.touch(now);
                            member.end_sync(Ok(answer));
                        }
                    }
                }
            }
        }
    }

    /// Takes a sign of life.
    pub(crate) fn heartbeat(&mut self, now: Instant, who: Speaker<'_>) -> Result<(), ResponseError> {
        self.known(who)?;
        if let Some(member) = self.members.get_mut(who.member_id) {
            member.touch(now);
        }
        match self.phase {
            Phase::Preparing(_) => Err(ResponseError::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Whether an offset commit may be taken. A negative generation is a client outside the group's own dealing,
    /// which may commit only while the group has no members.
    pub(crate) fn may_commit(&mut self, now: Instant, who: Speaker<'_>) -> Result<(), ResponseError> {
        if who.generation < 0 {
            return if self.members.is_empty() { Ok(()) } else { Err(ResponseError::UnknownMemberId) };
        }
        self.known(who)?;
        if let Some(member) = self.members.get_mut(who.member_id) {
            member.touch(now);
        }
        match self.phase {
            Phase::Completing(_) => Err(ResponseError::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Takes a member's leave; a static one may be named by its instance alone.
    pub(crate) fn leave(
        &mut self,
        now: Instant,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<(), ResponseError> {
        let id = match instance_id.map(|i| self.instance(i)) {
            Some(None) => return Err(ResponseError::UnknownMemberId),
            Some(Some(id)) if !member_id.is_empty() && id != member_id => {
                return Err(ResponseError::FencedInstanceId);
            }
            Some(Some(id)) => id.to_owned(),
            None => member_id.to_owned(),
        };
        if self.pending.shift_remove(&id).is_none() && !self.remove(&id) {
            return Err(ResponseError::UnknownMemberId);
        }
        self.after_loss(now);
        Ok(())
    }

    /// Lets time pass: drops who has not been heard of, ends what has taken too long.
    pub(crate) fn expire(&mut self, now: Instant) {
        let before = self.members.len() + self.pending.len();
        self.pending.retain(|_, until| *until > now);
        let lost: Vec<String> = self
            .members
            .iter()
            .filter(|(_, m)| m.deadline <= now && !m.waits())
            .map(|(id, _)| id.clone())
            .collect();
        for id in &lost {
            tracing::info!(member = %id, "a group member was not heard of in time");
            self.remove(id);
        }
        if self.members.len() + self.pending.len() < before {
            self.after_loss(now);
        }
        match self.phase {
            Phase::Preparing(until) if until <= now => self.complete(now),
            Phase::Completing(until) if until <= now => {
                let silent: Vec<String> =
                    self.members.iter().filter(|(_, m)| m.syncing.is_none()).map(|(id, _)| id.clone()).collect();
                for id in &silent {
                    self.remove(id);
                }
                self.prepare(now);
            }
            _ => {}
        }
    }

    /// When [`Group::expire`] is due next.
    pub(crate) fn due(&self) -> Option<Instant> {
        let phase = match self.phase {
            Phase::Preparing(until) | Phase::Completing(until) => Some(until),
            Phase::Empty | Phase::Stable => None,
        };
        let members = self.members.values().filter(|m| !m.waits()).map(|m| m.deadline);
        members.chain(self.pending.values().copied()).chain(phase).min()
    }

    /// The id of a static member.
    fn instance(&self, instance_id: &str) -> Option<&str> {
        let has = |m: &Member| m.join.instance_id.as_deref() == Some(instance_id);
        self.members.iter().find(|(_, m)| has(m)).map(|(id, _)| id.as_str())
    }

    /// Whether a speaker is a member of the present generation.
    fn known(&self, who: Speaker<'_>) -> Result<(), ResponseError> {
        if let Some(id) = who.instance_id.and_then(|i| self.instance(i))
            && id != who.member_id
        {
            return Err(ResponseError::FencedInstanceId);
        }
        if !self.members.contains_key(who.member_id) {
            return Err(ResponseError::UnknownMemberId);
        }
        if who.generation != self.generation {
            return Err(ResponseError::IllegalGeneration);
        }
        Ok(())
    }

    /// Whether a joiner shares a way of assigning with all the others.
    fn fits(&self, join: &Join) -> bool {
        if join.protocol_type.is_empty() || join.protocols.is_empty() {
            return false;
        }
        let others = || self.members.iter().filter(|(id, _)| **id != join.member_id).map(|(_, m)| &m.join);
        others().next().is_none()
            || join.protocol_type == self.protocol_type
                && join.protocols.iter().any(|p| others().all(|o| o.protocols.iter().any(|q| q.name == p.name)))
    }

    /// Takes a new member in.
    fn welcome(&mut self, now: Instant, join: Join, id: String, reply: JoinReply) {
        if self.members.is_empty() {
            self.protocol_type.clone_from(&join.protocol_type);
        }
        let mut member = Member::new(Join { member_id: id.clone(), ..join }, now);
        member.joining = Some(reply);
        self.members.insert(id, member);
        self.prepare(now);
    }

    /// A member joins again.
    fn rejoin(&mut self, now: Instant, join: Join, reply: JoinReply) {
        let id = join.member_id.clone();
        let leads = id == self.leader;
        let Some(member) = self.members.get_mut(&id) else { return };
        let same = member.join.protocols == join.protocols;
        member.join = join;
        member.touch(now);
        let settled = match self.phase {
            Phase::Completing(_) => same, // its answer was lost on the way
            Phase::Stable => same && !leads,
            Phase::Empty | Phase::Preparing(_) => false,
        };
        if settled {
            let answer = self.joined(&id, false);
            drop(reply.send(Ok(answer)));
            return;
        }
        if let Some(member) = self.members.get_mut(&id) {
            member.joining = Some(reply);
        }
        self.prepare(now);
    }

    /// A static member comes back under a new id, and keeps its place.
    fn take_over(&mut self, now: Instant, old: &str, join: Join, id: String, reply: JoinReply) {
        let Some((index, _, mut member)) = self.members.shift_remove_full(old) else { return };
        let fenced = ResponseError::FencedInstanceId;
        member.end_join(Err(NotJoined { error: fenced, member_id: old.to_owned() }));
        member.end_sync(Err(fenced));
        let same = member.join.protocols == join.protocols;
        let skips = join.skips_assignment;
        member.join = Join { member_id: id.clone(), ..join };
        member.touch(now);
        self.members.shift_insert(index, id.clone(), member);
        let leads = self.leader == old;
        if leads {
            self.leader.clone_from(&id);
        }
        if self.phase == Phase::Stable && same {
            let mut answer = self.joined(&id, leads && skips);
            if leads && !skips {
                // An older client must not take itself for a leader that has to assign anew.
                old.clone_into(&mut answer.leader);
                answer.members.clear();
            }
            drop(reply.send(Ok(answer)));
            return;
        }
        if let Some(member) = self.members.get_mut(&id) {
            member.joining = Some(reply);
        }
        self.prepare(now);
    }

    /// Removes a member and tells it so, if it waits.
    fn remove(&mut self, id: &str) -> bool {
        let Some(mut member) = self.members.shift_remove(id) else { return false };
        let error = ResponseError::UnknownMemberId;
        member.end_join(Err(NotJoined { error, member_id: id.to_owned() }));
        member.end_sync(Err(error));
        true
    }

    /// What follows from a member's or newcomer's loss.
    fn after_loss(&mut self, now: Instant) {
        match self.phase {
            Phase::Empty => {}
            Phase::Preparing(_) => self.complete_if_all_joined(now),
            Phase::Completing(_) | Phase::Stable => {
                if !self.members.contains_key(&self.leader) {
                    self.leader.clear();
                }
                self.prepare(now);
            }
        }
    }

    /// Starts to gather joins, unless that is under way.
    fn prepare(&mut self, now: Instant) {
        if !matches!(self.phase, Phase::Preparing(_)) {
            for member in self.members.values_mut() {
                member.assignment = Bytes::new();
                member.end_sync(Err(ResponseError::RebalanceInProgress));
            }
            self.phase = Phase::Preparing(now + self.patience());
        }
        self.complete_if_all_joined(now);
    }

    /// The longest time that a member wants to be waited for.
    fn patience(&self) -> Duration {
        self.members.values().map(|m| m.join.rebalance).max().unwrap_or_default()
    }

    fn complete_if_all_joined(&mut self, now: Instant) {
        if self.pending.is_empty() && self.members.values().all(|m| m.joining.is_some()) {
            self.complete(now);
        }
    }

    /// Ends the gathering: those who did not come are out (static members keep their place), and a new generation
    /// begins.
    fn complete(&mut self, now: Instant) {
        self.members.retain(|_, m| m.joining.is_some() || m.join.instance_id.is_some());
        let came = |m: Option<&Member>| m.is_some_and(|m| m.joining.is_some());
        if !self.members.is_empty() && !came(self.members.get(&self.leader)) {
            match self.members.iter().find(|(_, m)| m.joining.is_some()) {
                Some((id, _)) => self.leader.clone_from(id),
                None => {
                    // Only static members that are away: wait on, until they come or are lost.
                    self.phase = Phase::Preparing(now + self.patience().max(Duration::from_millis(100)));
                    return;
                }
            }
        }
        self.generation = self.generation.wrapping_add(1).max(1);
        if self.members.is_empty() {
            self.phase = Phase::Empty;
            self.protocol.clear();
            self.leader.clear();
            return;
        }
        self.protocol = self.elect();
        self.phase = Phase::Completing(now + self.patience());
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            let answer = self.joined(&id, false);
            if let Some(member) = self.members.get_mut(&id) {
                member.touch(now);
                member.end_join(Ok(answer));
            }
        }
    }

    /// The way of assigning that all know and most prefer.
    fn elect(&self) -> String {
        let shared = |name: &str| self.members.values().all(|m| m.join.protocols.iter().any(|p| p.name == name));
        let mut votes: IndexMap<&str, usize> = IndexMap::new();
        for member in self.members.values() {
            if let Some(choice) = member.join.protocols.iter().find(|p| shared(&p.name)) {
                *votes.entry(&choice.name).or_default() += 1;
            }
        }
        let most = votes.values().copied().max();
        votes.iter().find(|(_, n)| Some(**n) == most).map(|(name, _)| (*name).to_owned()).unwrap_or_default()
    }

    fn joined(&self, id: &str, skip_assignment: bool) -> Joined {
        let subscription = |(id, m): (&String, &Member)| Subscription {
            member_id: id.clone(),
            instance_id: m.join.instance_id.clone(),
            metadata: m.metadata(&self.protocol),
        };
        let members = if id == self.leader { self.members.iter().map(subscription).collect() } else { Vec::new() };
        Joined {
            generation: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            member_id: id.to_owned(),
            members,
            skip_assignment,
        }
    }

    fn synced(&self, id: &str) -> Synced {
        Synced {
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            assignment: self.members.get(id).map(|m| m.assignment.clone()).unwrap_or_default(),
        }
    }
}
