//! The lives of many customers, told as events: accounts are opened, change and are closed, and some come back.

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;

use super::generator::{Moment, Subject};
use super::mess::{self, Tidy};
use super::profile::Profile;

#[derive(Debug)]
struct Customer {
    id: u64,
    profile: Profile,
    open: bool,
    last_time: Timestamp,
}

/// All customers so far.
#[derive(Debug, Default)]
pub(super) struct Customers {
    customers: Vec<Customer>,
}

/// Whether a new entity appears now, with `known` of them there. A quarter of them appears early, so that what happens
/// then happens to many; the others follow evenly until the end.
pub(super) fn appears(known: u64, moment: &Moment, rng: &mut StdRng) -> bool {
    let to_come = moment.entities.saturating_sub(known);
    let share = if known < moment.entities / 4 {
        0.5
    } else {
        to_come as f64 / moment.left as f64
    };
    known == 0 || rng.random_bool(share.clamp(0.0, 1.0))
}

impl Subject for Customers {
    fn happen(&mut self, moment: Moment, rng: &mut StdRng) -> (String, Vec<u8>) {
        let opened = self.customers.len() as u64;
        let (index, event_type) = if appears(opened, &moment, rng) {
            let profile = Profile::random(rng);
            self.customers.push(Customer {
                id: 1001 + opened,
                profile,
                open: true,
                last_time: Timestamp::MIN,
            });
            (self.customers.len() - 1, "ACCOUNT_CREATED")
        } else {
            let index = rng.random_range(0..self.customers.len());
            (index, self.happening(index, rng))
        };
        let happened = moment.now - SignedDuration::from_millis(rng.random_range(0..2000));
        let event_id = mess::event_id(rng);
        // The index is always that of a customer; an empty line would show if it ever were not.
        let Some(customer) = self.customers.get_mut(index) else {
            return (String::new(), Vec::new());
        };
        customer.last_time = after(customer.last_time, happened);
        let tidy = Tidy {
            event_id: &event_id,
            event_type,
            event_time: customer.last_time,
            customer_id: customer.id,
            profile: &customer.profile,
        };
        (customer.id.to_string(), mess::write(&tidy, rng))
    }

    fn broken(&self, line: &[u8], rng: &mut StdRng) -> Vec<u8> {
        mess::broken(line, rng)
    }
}

/// `happened`, or a millisecond after `last` if that is later: what happens to one entity never happens at once.
pub(super) fn after(last: Timestamp, happened: Timestamp) -> Timestamp {
    let after_last = last
        .saturating_add(SignedDuration::from_millis(1))
        .unwrap_or(happened);
    happened.max(after_last)
}

impl Customers {
    /// Decides what happens to an existing customer, and lets it happen.
    fn happening(&mut self, index: usize, rng: &mut StdRng) -> &'static str {
        let Some(customer) = self.customers.get_mut(index) else {
            return "PROFILE_UPDATED";
        };
        if !customer.open {
            // Some come back; of the others a source sometimes still says that they are gone.
            if rng.random_bool(0.3) {
                customer.open = true;
                if rng.random_bool(0.5) {
                    customer.profile.change(rng);
                }
                return "ACCOUNT_CREATED";
            }
            return "ACCOUNT_CLOSED";
        }
        match rng.random_range(0..100) {
            0..5 => {
                customer.open = false;
                "ACCOUNT_CLOSED"
            }
            5..15 => "PROFILE_UPDATED", // says what is known already
            _ => {
                customer.profile.change(rng);
                "PROFILE_UPDATED"
            }
        }
    }
}
