//! A member of a consumer group, and what it is told.

use std::time::Duration;

use bytes::Bytes;
use kafka_protocol::ResponseError;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// A way of assigning partitions that a member offers, with its subscription in that way's own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Protocol {
    pub(crate) name: String,
    pub(crate) metadata: Bytes,
}

/// A wish to join.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    /// Empty for a newcomer.
    pub(crate) member_id: String,
    /// The name of a static member.
    pub(crate) instance_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) session: Duration,
    pub(crate) rebalance: Duration,
    /// For instance `consumer`.
    pub(crate) protocol_type: String,
    /// In order of preference.
    pub(crate) protocols: Vec<Protocol>,
    /// Whether the client can come again with the id it is given first.
    pub(crate) learns_id: bool,
    /// Whether a leader that comes back can be told to leave the assignment as it is.
    pub(crate) skips_assignment: bool,
}

/// A member as the leader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) member_id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) metadata: Bytes,
}

/// The end of a join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) generation: i32,
    pub(crate) protocol_type: String,
    pub(crate) protocol: String,
    pub(crate) leader: String,
    pub(crate) member_id: String,
    /// Everyone, for the leader; empty for the others.
    pub(crate) members: Vec<Subscription>,
    pub(crate) skip_assignment: bool,
}

/// A refused join, with the id that the member has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotJoined {
    pub(crate) error: ResponseError,
    pub(crate) member_id: String,
}

/// The end of a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Synced {
    pub(crate) protocol_type: String,
    pub(crate) protocol: String,
    pub(crate) assignment: Bytes,
}

pub(crate) type JoinReply = oneshot::Sender<Result<Joined, NotJoined>>;
pub(crate) type SyncReply = oneshot::Sender<Result<Synced, ResponseError>>;

/// Who speaks: a member of a generation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker<'a> {
    pub(crate) member_id: &'a str,
    pub(crate) instance_id: Option<&'a str>,
    pub(crate) generation: i32,
}

/// A member.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) join: Join,
    pub(crate) assignment: Bytes,
    /// When the member counts as lost unless it is heard of.
    pub(crate) deadline: Instant,
    /// Set while the member waits for the others to join.
    pub(crate) joining: Option<JoinReply>,
    /// Set while the member waits for the leader's assignment.
    pub(crate) syncing: Option<SyncReply>,
}

impl Member {
    pub(crate) fn new(join: Join, now: Instant) -> Self {
        let deadline = now + join.session;
        Self { join, assignment: Bytes::new(), deadline, joining: None, syncing: None }
    }

    /// Notes that the member was heard of.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.deadline = now + self.join.session;
    }

    /// Whether the member waits for us, and so cannot be expected to be heard of.
    pub(crate) fn waits(&self) -> bool {
        self.joining.as_ref().is_some_and(|reply| !reply.is_closed())
            || self.syncing.as_ref().is_some_and(|reply| !reply.is_closed())
    }

    /// The member's subscription in one way of assigning.
    pub(crate) fn metadata(&self, protocol: &str) -> Bytes {
        let offered = self.join.protocols.iter().find(|p| p.name == protocol);
        offered.map(|p| p.metadata.clone()).unwrap_or_default()
    }

    /// Ends a waiting join.
    pub(crate) fn end_join(&mut self, answer: Result<Joined, NotJoined>) {
        if let Some(reply) = self.joining.take() {
            let _ = reply.send(answer); // a client that is gone is found out by its deadline
        }
    }

    /// Ends a waiting sync.
    pub(crate) fn end_sync(&mut self, answer: Result<Synced, ResponseError>) {
        if let Some(reply) = self.syncing.take() {
            let _ = reply.send(answer);
        }
    }
}
