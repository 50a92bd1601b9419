//! Locks of tables and streams: who holds what until a transaction ends, and who waits for whom.
//! <https://docs.snowflake.com/en/sql-reference/transactions>

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::object::ObjectId;
use crate::error::{Error, Result};

/// The account's locks.
#[derive(Debug, Clone, Default)]
pub struct Locks(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    locks: HashMap<ObjectId, Arc<AsyncMutex<()>>>,
    /// The session that holds an object.
    holders: HashMap<ObjectId, u64>,
    /// The object that a session waits for.
    waiting: HashMap<u64, ObjectId>,
}

/// An object held for the rest of a transaction; released on drop.
#[derive(Debug)]
pub struct LockGuard {
    object: ObjectId,
    locks: Locks,
    _guard: OwnedMutexGuard<()>,
}

/// A session's entry among those that wait; taken out on drop, also when the statement is cancelled.
struct Waiting<'a> {
    session: u64,
    locks: &'a Locks,
}

impl Locks {
    /// Waits until nobody else holds an object, for at most `timeout`, and holds it for a session.
    ///
    /// # Errors
    /// 000625 when the time is up, or when the session that holds the object waits for this one.
    pub async fn hold(&self, object: ObjectId, session: u64, timeout: Duration) -> Result<LockGuard> {
        let (lock, _waiting) = {
            let mut table = self.0.lock();
            if table.closes_a_circle(object, session) {
                return Err(refused("the transactions wait for each other"));
            }
            table.waiting.insert(session, object);
            let lock = Arc::clone(table.locks.entry(object).or_default());
            (lock, Waiting { session, locks: self })
        };
        let guard = tokio::time::timeout(timeout, lock.lock_owned()).await;
        let guard = guard.map_err(|_| refused("LOCK_TIMEOUT is over"))?;
        self.0.lock().holders.insert(object, session);
        Ok(LockGuard {
            object,
            locks: self.clone(),
            _guard: guard,
        })
    }

    /// Whether nobody holds an object.
    pub fn is_free(&self, object: ObjectId) -> bool {
        !self.0.lock().holders.contains_key(&object)
    }
}

impl Table {
    /// Whether the holder of `object` waits, directly or not, for something that `session` holds.
    fn closes_a_circle(&self, object: ObjectId, session: u64) -> bool {
        let mut wanted = object;
        // No chain is longer than the number of those who wait.
        for _ in 0..=self.waiting.len() {
            match self.holders.get(&wanted) {
                Some(holder) if *holder == session => return true,
                Some(holder) => match self.waiting.get(holder) {
                    Some(next) => wanted = *next,
                    None => return false,
                },
                None => return false,
            }
        }
        false
    }
}

impl LockGuard {
    /// What is held.
    pub fn object(&self) -> ObjectId {
        self.object
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        self.locks.0.lock().holders.remove(&self.object);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.locks.0.lock().waiting.remove(&self.session);
    }
}

fn refused(why: &str) -> Error {
    let message =
        format!("Statement was aborted: a lock that it needs is held by another transaction ({why}).");
    Error::new(625, "57014", message)
        .with_hint("commit or roll back the other transaction, then run the statement again")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_lock_is_free_again_when_its_guard_goes() {
        let locks = Locks::default();
        let guard = locks.hold(1, 10, LONG).await.unwrap();
        assert!(!locks.is_free(1));
        assert!(locks.hold(1, 11, Duration::ZERO).await.is_err());
        drop(guard);
        assert!(locks.is_free(1));
        locks.hold(1, 11, Duration::ZERO).await.unwrap();
    }

    #[tokio::test]
    async fn two_that_wait_for_each_other_do_not_wait_forever() {
        let locks = Locks::default();
        let _first = locks.hold(1, 10, LONG).await.unwrap();
        let second = locks.hold(2, 20, LONG).await.unwrap();
        let other = locks.clone();
        let waits = tokio::spawn(async move { other.hold(2, 10, LONG).await.map(|guard| guard.object()) });
        tokio::task::yield_now().await;
        assert_eq!(locks.hold(1, 20, LONG).await.unwrap_err().code(), 625);
        drop(second);
        assert_eq!(waits.await.unwrap().unwrap(), 2);
    }
}
