//! The rules of task graphs: one root, one schema, no cycles, and no change while the root is resumed.
//! <https://docs.snowflake.com/en/user-guide/tasks-graphs>

use std::collections::BTreeSet;

use crate::catalog::object::Task;
use crate::catalog::{Object, ObjectId, ObjectKind, Snapshot};
use crate::engine::Work;
use crate::error::{Error, Result};

/// The most predecessors and children of one task.
const MAX_NEIGHBOURS: usize = 100;
/// The most tasks of one graph.
const MAX_TASKS: usize = 1000;

/// 091xxx: something that a task graph cannot be.
pub fn fault_in_graph(message: String) -> Error {
    Error::new(91_088, "55000", message)
}

fn task(snapshot: &Snapshot, id: ObjectId) -> Option<&Task> {
    snapshot
        .object(id)
        .filter(|object| snapshot.is_live(object))?
        .as_task()
}

/// The roots above a task; the task itself when it is one.
pub fn roots(snapshot: &Snapshot, id: ObjectId) -> BTreeSet<ObjectId> {
    let mut roots = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match task(snapshot, id) {
            Some(task) if !task.after.is_empty() => open.extend(&task.after),
            Some(Task {
                finalize: Some(root), ..
            }) => open.push(*root),
            Some(_) => {
                roots.insert(id);
            }
            None => {}
        }
    }
    roots
}

/// Fails when the root of a task's graph is resumed. `id` may be the root itself.
///
/// # Errors
/// 091421 when it is.
pub fn require_suspended_root(work: &Work<'_>, id: ObjectId) -> Result<()> {
    let snapshot = work.snapshot();
    for root in roots(snapshot, id) {
        let Some(object) = snapshot.object(root) else {
            continue;
        };
        if object.as_task().is_some_and(|task| task.started) {
            let name = work.names().full_name(object);
            let message = format!(
                "Unable to update graph with root task {name} since that root task is not suspended."
            );
            return Err(
                Error::new(91_421, "55000", message).with_hint(format!("ALTER TASK {name} SUSPEND first"))
            );
        }
    }
    Ok(())
}

/// The same for RESUME and SUSPEND, which a root takes at any time.
///
/// # Errors
/// As [`require_suspended_root`].
pub fn require_suspended_root_of_child(work: &Work<'_>, id: ObjectId) -> Result<()> {
    match roots(work.snapshot(), id).contains(&id) {
        true => Ok(()),
        false => require_suspended_root(work, id),
    }
}

/// Checks what a task says of its graph. `id` is absent for one in the making.
///
/// # Errors
/// For a schedule on a child, several roots, a cycle, a second finalizer, a root that is resumed, or too many tasks.
pub fn check(work: &Work<'_>, name: &str, id: Option<ObjectId>, changed: &Task) -> Result<()> {
    let snapshot = work.snapshot();
    if changed.after.is_empty() && changed.finalize.is_none() {
        return Ok(());
    }
    if changed.schedule.is_some() {
        return Err(fault_in_graph(if changed.finalize.is_some() {
            "A finalizer cannot have a schedule.".to_string()
        } else {
            format!("Task {name} cannot have both a schedule and a predecessor.")
        }));
    }
    if changed.allow_overlapping || changed.options.get("TASK_AUTO_RETRY_ATTEMPTS").is_some() {
        return Err(fault_in_graph(
            "Overlapping execution and automatic retries can be set on the root task only.".to_string(),
        ));
    }
    if changed.after.len() > MAX_NEIGHBOURS {
        return Err(fault_in_graph(format!(
            "A task can have {MAX_NEIGHBOURS} predecessors at most."
        )));
    }
    if let Some(root) = changed.finalize {
        return check_finalizer(snapshot, id, changed, root)
            .and_then(|()| require_suspended_root(work, root));
    }
    let mut all_roots = BTreeSet::new();
    for predecessor in &changed.after {
        if task(snapshot, *predecessor).is_some_and(|task| task.finalize.is_some()) {
            return Err(fault_in_graph(
                "A finalizer task cannot have child tasks.".to_string(),
            ));
        }
        if id.is_some_and(|id| reaches(snapshot, *predecessor, id)) {
            return Err(fault_in_graph("The graph would have a cycle.".to_string()));
        }
        let children = children(snapshot, *predecessor)
            .filter(|child| Some(child.id) != id)
            .count();
        if children >= MAX_NEIGHBOURS {
            return Err(fault_in_graph(format!(
                "A task can have {MAX_NEIGHBOURS} child tasks at most."
            )));
        }
        all_roots.extend(roots(snapshot, *predecessor));
        require_suspended_root(work, *predecessor)?;
    }
    if all_roots.len() > 1 {
        return Err(fault_in_graph(
            "A task graph must have one root task.".to_string(),
        ));
    }
    let size = all_roots
        .iter()
        .map(|root| below(snapshot, *root).len())
        .max()
        .unwrap_or(0);
    if size >= MAX_TASKS {
        return Err(fault_in_graph(format!(
            "A task graph can have {MAX_TASKS} tasks at most."
        )));
    }
    Ok(())
}

fn check_finalizer(snapshot: &Snapshot, id: Option<ObjectId>, changed: &Task, root: ObjectId) -> Result<()> {
    if !changed.after.is_empty() {
        return Err(fault_in_graph(
            "A finalizer task cannot have predecessors.".to_string(),
        ));
    }
    if Some(root) == id || !roots(snapshot, root).contains(&root) {
        return Err(fault_in_graph(
            "FINALIZE takes the name of a root task.".to_string(),
        ));
    }
    if id.is_some_and(|id| children(snapshot, id).next().is_some()) {
        return Err(fault_in_graph(
            "A finalizer task cannot have child tasks.".to_string(),
        ));
    }
    let second = snapshot.all(ObjectKind::Task).any(|object| {
        Some(object.id) != id && object.as_task().is_some_and(|task| task.finalize == Some(root))
    });
    match second {
        true => Err(fault_in_graph(
            "The root task has a finalizer task already.".to_string(),
        )),
        false => Ok(()),
    }
}

/// Whether the graph below `to` contains `from`: an edge from `from` to `to` would close a cycle.
fn reaches(snapshot: &Snapshot, from: ObjectId, to: ObjectId) -> bool {
    below(snapshot, to).contains(&from)
}

/// A task and all that run after it.
pub fn below(snapshot: &Snapshot, root: ObjectId) -> BTreeSet<ObjectId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(children(snapshot, id).map(|child| child.id));
        }
    }
    seen
}

/// The tasks that run right after one.
pub fn children(snapshot: &Snapshot, id: ObjectId) -> impl Iterator<Item = &std::sync::Arc<Object>> {
    snapshot
        .all(ObjectKind::Task)
        .filter(move |object| object.as_task().is_some_and(|task| task.after.contains(&id)))
}

/// Fails for a root that nothing would ever start.
///
/// # Errors
/// When a root has neither a schedule nor a stream to wait for.
pub fn check_resumable(work: &Work<'_>, object: &Object, task: &Task) -> Result<()> {
    let is_root = task.after.is_empty() && task.finalize.is_none();
    let triggered = task
        .when
        .as_ref()
        .is_some_and(|when| when.to_uppercase().contains("SYSTEM$STREAM_HAS_DATA"));
    if is_root && task.schedule.is_none() && !triggered {
        let name = work.names().full_name(object);
        let message = format!("Task {name} has neither a schedule nor a stream that triggers it.");
        return Err(fault_in_graph(message).with_hint("set SCHEDULE, or run it with EXECUTE TASK"));
    }
    Ok(())
}

/// Resumes a task and all that run after it, its finalizer too.
///
/// # Errors
/// Those of RESUME.
pub fn resume_all(work: &mut Work<'_>, id: ObjectId) -> Result<()> {
    let mut all = below(work.snapshot(), id);
    let finalizers = work.snapshot().all(ObjectKind::Task).filter(|object| {
        object
            .as_task()
            .and_then(|task| task.finalize)
            .is_some_and(|root| root == id)
    });
    all.extend(finalizers.map(|object| object.id));
    let now = work.now;
    for id in all {
        let snapshot = work.snapshot();
        let Some((object, task)) = snapshot
            .object(id)
            .and_then(|object| Some((object, object.as_task()?)))
        else {
            continue;
        };
        if task.started {
            continue;
        }
        check_resumable(work, object, task)?;
        work.alter(id, |object| {
            if let Some(task) = object.as_task_mut() {
                task.started = true;
                task.resumed_at = Some(now);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Makes tasks that refer to one refer to another, which takes its place.
///
/// # Errors
/// Never in practice: those of [`Work::alter`].
pub fn rename_references(work: &mut Work<'_>, from: ObjectId, to: ObjectId) -> Result<()> {
    let ids: Vec<ObjectId> = work
        .snapshot()
        .all(ObjectKind::Task)
        .map(|object| object.id)
        .collect();
    for id in ids {
        let refers =
            task(work.snapshot(), id).is_some_and(|t| t.after.contains(&from) || t.finalize == Some(from));
        if refers {
            work.alter(id, |object| {
                if let Some(task) = object.as_task_mut() {
                    task.after
                        .iter_mut()
                        .chain(task.finalize.as_mut())
                        .filter(|id| **id == from)
                        .for_each(|id| *id = to);
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
