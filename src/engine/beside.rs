//! Statements of one session that run beside each other, as asynchronous statements and those of several threads do.
//!
//! A statement has the session's state for itself while it runs: it begins with a copy, and what it changed is taken
//! over into the session when it ends. Two statements that change the same thing, such as the current schema, leave what
//! the later one left. A transaction is no part of this: whoever has one open runs its statements one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::account::Account;
use super::context::Context;
use super::session::Session;
use crate::types::context::PARAMETERS;

impl Session {
    /// A session for one statement beside others of the same session: it has the session's number, sees its temporary
    /// objects and begins with its state. Whatever the statement changes in that state is for
    /// [`Context::take_over`] to bring back; dropping this leaves the session's temporary objects where they are.
    pub fn beside(account: &Arc<Account>, state: &Context) -> Self {
        let mut context = state.clone();
        context.lock_owner = account.new_session_number();
        Self::of_context(Arc::clone(account), context)
    }
}

impl Context {
    /// Takes over what a statement changed, which began with `before` and ended with `after`.
    pub fn take_over(&mut self, before: &Self, after: &Self) {
        take(&mut self.role, &before.role, &after.role);
        take(&mut self.database, &before.database, &after.database);
        take(&mut self.schema, &before.schema, &after.schema);
        take(&mut self.warehouse, &before.warehouse, &after.warehouse);
        take_entries(&mut self.variables, &before.variables, &after.variables);
        self.owns_temporary |= after.owns_temporary;
        let last_known = before.query_ids.last();
        let fresh = after.query_ids.iter().rev();
        let fresh: Vec<_> = fresh.take_while(|id| Some(*id) != last_known).collect();
        for id in fresh.into_iter().rev() {
            self.remember_query(Arc::clone(id));
        }
        if Arc::ptr_eq(&before.parameters_mark, &after.parameters_mark) {
            return;
        }
        if Arc::ptr_eq(&before.parameters_mark, &self.parameters_mark) {
            // Nothing else changed meanwhile.
            self.parameters_mark = Arc::clone(&after.parameters_mark);
        } else {
            self.mark_parameters();
        }
        take_entries(&mut self.parameters, &before.parameters, &after.parameters);
        for name in after.set_parameters.difference(&before.set_parameters) {
            self.set_parameters.insert(name.clone());
        }
        for name in before.set_parameters.difference(&after.set_parameters) {
            self.set_parameters.remove(name);
        }
        for name in PARAMETERS {
            let (old, new) = (before.types.get(name), after.types.get(name));
            if let (true, Some(new)) = (old != new, new)
                && let Err(error) = self.types.set(name, &new)
            {
                tracing::warn!(%error, name, "a parameter was not taken over");
            }
        }
    }
}

fn take<T: Clone + PartialEq>(mine: &mut T, before: &T, after: &T) {
    if before != after {
        mine.clone_from(after);
    }
}

fn take_entries<V: Clone + PartialEq>(
    mine: &mut BTreeMap<String, V>,
    before: &BTreeMap<String, V>,
    after: &BTreeMap<String, V>,
) {
    for (name, value) in after {
        if before.get(name) != Some(value) {
            mine.insert(name.clone(), value.clone());
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        mine.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parameters;

    #[test]
    fn each_change_is_taken_over_and_nothing_else() {
        let mut shared = Context::new(1, "U");
        shared.database = Some("D".to_owned());
        parameters::apply(&mut shared, "QUERY_TAG", "old").unwrap();
        let before = shared.clone();
        let (mut one, mut other) = (before.clone(), before.clone());
        one.schema = Some("S".to_owned());
        one.query_ids.push_back("1".into());
        parameters::apply(&mut one, "TIMEZONE", "Asia/Tokyo").unwrap();
        other.warehouse = Some("W".to_owned());
        other.query_ids.push_back("2".into());
        parameters::apply(&mut other, "QUERY_TAG", "new").unwrap();
        shared.take_over(&before, &other);
        shared.take_over(&before, &one);
        assert_eq!(shared.schema.as_deref(), Some("S"));
        assert_eq!(shared.warehouse.as_deref(), Some("W"));
        assert_eq!(shared.database.as_deref(), Some("D"));
        let value = |name| parameters::current(&shared, name).unwrap().0;
        assert_eq!(
            (value("QUERY_TAG"), value("TIMEZONE")),
            ("new".to_owned(), "Asia/Tokyo".to_owned())
        );
        let ids: Vec<&str> = shared.query_ids.iter().map(AsRef::as_ref).collect();
        assert_eq!(ids, ["2", "1"]);
        assert!(!Arc::ptr_eq(&shared.parameters_mark, &one.parameters_mark));
    }
}
