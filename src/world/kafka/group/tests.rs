use tokio::sync::oneshot::Receiver;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn member(id: &str) -> Join {
    Join {
        member_id: id.to_owned(),
        instance_id: None,
        client_id: "client".to_owned(),
        client_host: "host".to_owned(),
        session: 10 * SECOND,
        rebalance: 60 * SECOND,
        protocol_type: "consumer".to_owned(),
        protocols: vec![protocol("range"), protocol("sticky")],
        learns_id: false,
        skips_assignment: true,
    }
}

fn protocol(name: &str) -> Protocol {
    Protocol {
        name: name.to_owned(),
        metadata: Bytes::from(format!("by {name}")),
    }
}

/// A group under a clock of our own.
struct Stage {
    group: Group,
    now: Instant,
    newcomers: usize,
}

type Joining = Receiver<Result<Joined, NotJoined>>;
type Syncing = Receiver<Result<Synced, ResponseError>>;

impl Stage {
    fn new() -> Self {
        Self {
            group: Group::new(4),
            now: Instant::now(),
            newcomers: 0,
        }
    }

    fn join(&mut self, join: Join) -> Joining {
        let (reply, answer) = oneshot::channel();
        self.newcomers += 1;
        self.group
            .join(self.now, join, format!("m{}", self.newcomers), reply);
        answer
    }

    fn sync(&mut self, id: &str, assignments: &[(&str, &'static str)]) -> Syncing {
        let (reply, answer) = oneshot::channel();
        let who = Speaker {
            member_id: id,
            instance_id: None,
            generation: self.group.generation,
        };
        let assignments = assignments
            .iter()
            .map(|(id, a)| ((*id).to_owned(), Bytes::from_static(a.as_bytes())))
            .collect();
        self.group.sync(self.now, who, assignments, reply);
        answer
    }

    fn beat(&mut self, id: &str) -> Result<(), ResponseError> {
        let who = Speaker {
            member_id: id,
            instance_id: None,
            generation: self.group.generation,
        };
        self.group.heartbeat(self.now, who)
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.group.expire(self.now);
    }

    /// Two members in a stable group, the first leading.
    fn of_two() -> Self {
        let mut stage = Self::new();
        drop(stage.join(member("")));
        let mut second = stage.join(member(""));
        let mut first = stage.join(member("m1"));
        assert_eq!(first.try_recv().unwrap().unwrap().members.len(), 2);
        assert!(second.try_recv().unwrap().unwrap().members.is_empty());
        let mut second = stage.sync("m2", &[]);
        let mut first = stage.sync("m1", &[("m1", "a"), ("m2", "b")]);
        assert_eq!(first.try_recv().unwrap().unwrap().assignment, "a");
        assert_eq!(second.try_recv().unwrap().unwrap().assignment, "b");
        assert_eq!(stage.group.phase, Phase::Stable);
        stage
    }
}

#[test]
fn a_newcomer_learns_its_id_first() {
    let mut stage = Stage::new();
    let refused = stage
        .join(Join {
            learns_id: true,
            ..member("")
        })
        .try_recv()
        .unwrap()
        .unwrap_err();
    assert_eq!(
        refused,
        NotJoined {
            error: ResponseError::MemberIdRequired,
            member_id: "m1".to_owned()
        }
    );
    let joined = stage.join(member("m1")).try_recv().unwrap().unwrap();
    assert_eq!(
        (joined.leader.as_str(), joined.generation, joined.members.len()),
        ("m1", 1, 1)
    );
    assert_eq!(joined.protocol, "range");
    let refused = stage.join(member("stranger")).try_recv().unwrap().unwrap_err();
    assert_eq!(refused.error, ResponseError::UnknownMemberId);
}

#[test]
fn a_second_member_makes_the_first_join_again() {
    let mut stage = Stage::of_two();
    assert_eq!(stage.group.generation, 2);
    let mut third = stage.join(member(""));
    assert_eq!(stage.beat("m1"), Err(ResponseError::RebalanceInProgress));
    let first = stage.join(member("m1"));
    assert!(third.try_recv().is_err(), "still waiting for the second");
    let second = stage.join(member("m2"));
    drop((first, second));
    assert_eq!(third.try_recv().unwrap().unwrap().generation, 3);
}

#[test]
fn who_is_not_heard_of_is_out() {
    let mut stage = Stage::of_two();
    stage.pass(9 * SECOND);
    stage.beat("m1").unwrap();
    stage.pass(2 * SECOND);
    assert_eq!(stage.beat("m2"), Err(ResponseError::UnknownMemberId));
    assert_eq!(stage.beat("m1"), Err(ResponseError::RebalanceInProgress));
    let joined = stage.join(member("m1")).try_recv().unwrap().unwrap();
    assert_eq!(joined.members.len(), 1);
    stage.pass(60 * SECOND);
    assert!(stage.group.vacant());
    assert_eq!(stage.group.phase, Phase::Empty);
}

#[test]
fn who_does_not_join_in_time_is_left_behind() {
    let mut stage = Stage::of_two();
    let mut first = stage.join(member("m1"));
    for _ in 0..12 {
        let _ = stage.beat("m2");
        stage.pass(5 * SECOND);
    }
    let joined = first.try_recv().unwrap().unwrap();
    assert_eq!((joined.generation, joined.members.len()), (3, 1));
    assert_eq!(stage.beat("m2"), Err(ResponseError::UnknownMemberId));
}

#[test]
fn a_leader_that_never_assigns_is_out() {
    let mut stage = Stage::new();
    drop(stage.join(member("")));
    let _second = stage.join(member(""));
    drop(stage.join(member("m1")));
    let mut second = stage.sync("m2", &[]);
    for _ in 0..12 {
        let _ = stage.beat("m1");
        stage.pass(5 * SECOND);
    }
    assert_eq!(
        second.try_recv().unwrap(),
        Err(ResponseError::RebalanceInProgress)
    );
    assert_eq!(stage.beat("m1"), Err(ResponseError::UnknownMemberId));
    let joined = stage.join(member("m2")).try_recv().unwrap().unwrap();
    assert_eq!(joined.leader, "m2");
}

#[test]
fn a_leave_starts_a_rebalance() {
    let mut stage = Stage::of_two();
    stage.group.leave(stage.now, "m1", None).unwrap();
    assert_eq!(
        stage.group.leave(stage.now, "m1", None),
        Err(ResponseError::UnknownMemberId)
    );
    assert_eq!(stage.join(member("m2")).try_recv().unwrap().unwrap().leader, "m2");
}

#[test]
fn a_static_member_keeps_its_place() {
    let mut stage = Stage::new();
    let named = |id: &str| Join {
        instance_id: Some("i".to_owned()),
        ..member(id)
    };
    let _ = stage.join(named("")).try_recv().unwrap().unwrap();
    let _ = stage.sync("m1", &[("m1", "mine")]).try_recv().unwrap().unwrap();
    let back = stage.join(named("")).try_recv().unwrap().unwrap();
    assert_eq!(
        (back.member_id.as_str(), back.generation, back.skip_assignment),
        ("m2", 1, true)
    );
    assert_eq!(
        stage.sync("m2", &[]).try_recv().unwrap().unwrap().assignment,
        "mine"
    );
    let old = Speaker {
        member_id: "m1",
        instance_id: Some("i"),
        generation: 1,
    };
    assert_eq!(
        stage.group.heartbeat(stage.now, old),
        Err(ResponseError::FencedInstanceId)
    );
    assert_eq!(stage.group.leave(stage.now, "", Some("i")), Ok(()));
    assert!(stage.group.vacant());
}

#[test]
fn members_must_share_a_way_of_assigning() {
    let mut stage = Stage::of_two();
    let other = Join {
        protocols: vec![protocol("other")],
        ..member("")
    };
    assert_eq!(
        stage.join(other).try_recv().unwrap().unwrap_err().error,
        ResponseError::InconsistentGroupProtocol
    );
    let connect = Join {
        protocol_type: "connect".to_owned(),
        ..member("")
    };
    assert_eq!(
        stage.join(connect).try_recv().unwrap().unwrap_err().error,
        ResponseError::InconsistentGroupProtocol
    );
    let _third = stage.join(Join {
        protocols: vec![protocol("sticky")],
        ..member("")
    });
    let _first = stage.join(member("m1"));
    let second = stage.join(member("m2")).try_recv().unwrap().unwrap();
    assert_eq!(second.protocol, "sticky");
}

#[test]
fn a_full_group_takes_nobody() {
    let mut stage = Stage::new();
    let _waiting: Vec<Joining> = (0..4).map(|_| stage.join(member(""))).collect();
    let refused = stage.join(member("")).try_recv().unwrap().unwrap_err();
    assert_eq!(refused.error, ResponseError::GroupMaxSizeReached);
}

#[test]
fn commits_need_the_present_generation() {
    let mut stage = Stage::of_two();
    let who = |member_id, generation| Speaker {
        member_id,
        instance_id: None,
        generation,
    };
    let mut may = |who| stage.group.may_commit(stage.now, who);
    assert_eq!(may(who("m1", 2)), Ok(()));
    assert_eq!(may(who("m1", 1)), Err(ResponseError::IllegalGeneration));
    assert_eq!(may(who("m9", 2)), Err(ResponseError::UnknownMemberId));
    assert_eq!(may(who("", -1)), Err(ResponseError::UnknownMemberId));
}
