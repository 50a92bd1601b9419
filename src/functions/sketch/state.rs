//! The states of sketches as users hold them: `{"state": […], "type": "…", "version": 1}`, with what else a kind needs to
//! know beside them.

use std::sync::Arc;

use datafusion::logical_expr::AggregateUDF;

use crate::error::Result;
use crate::functions::aggregate::Plan;
use crate::types::SnowType;
use crate::variant::{ArrayView, ObjectView, Value, encoded, encoding, view};

/// The OBJECT of a state of a kind. `members` are the elements of its `state`, `others` its further entries.
///
/// # Errors
/// When it is larger than a value may be.
pub fn write(kind: &str, members: &[Vec<u8>], others: &[(&str, Value<'_>)]) -> Result<Vec<u8>> {
    let mut state = Vec::new();
    encoding::write_array(members.iter().map(Vec::as_slice), &mut state)?;
    let mut values: Vec<(&str, Vec<u8>)> = vec![
        ("state", state),
        ("type", encoded(&Value::String(kind))),
        ("version", encoded(&Value::Integer(1))),
    ];
    values.extend(others.iter().map(|(key, value)| (*key, encoded(value))));
    let mut entries: Vec<_> = values
        .iter()
        .map(|(key, value)| (*key, value.as_slice()))
        .collect();
    let mut out = Vec::new();
    encoding::write_object(&mut entries, &mut out)?;
    Ok(out)
}

/// The OBJECT of a state of this kind, and the elements of its `state`; `None` for anything else.
pub fn read<'a>(kind: &str, bytes: &'a [u8]) -> Option<(ObjectView<'a>, ArrayView<'a>)> {
    let Value::Object(object) = view(bytes) else {
        return None;
    };
    match (view(object.get("type")?).as_str(), view(object.get("state")?)) {
        (Some(found), Value::Array(state)) if found == kind => Some((object, state)),
        _ => None,
    }
}

/// A whole number that is not negative.
pub fn natural(bytes: &[u8]) -> Option<u64> {
    match view(bytes) {
        Value::Integer(value) => u64::try_from(value).ok(),
        _ => None,
    }
}

/// The plan of an aggregate over one OBJECT that yields an OBJECT, as those that combine states do.
pub fn of_states(inner: &Arc<AggregateUDF>) -> Plan {
    Plan::new(Arc::clone(inner), vec![SnowType::Object], SnowType::Object)
}
