//! Calls of functions and procedures: which one is meant.
//! <https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-naming-conventions>
//!
//! A bare name is looked up in the current schema, then in the schema PUBLIC of the current database. In the first of
//! them that has a routine whose arguments fit the call, the one whose arguments need the least conversion is called.
//!
//! * [`function`]: what queries see of functions
//! * [`evaluator`]: functions whose bodies are no queries
//! * [`partition`]: table functions over partitions
//! * [`scripting`]: those whose bodies are Snowflake Scripting blocks
//! * [`javascript`]: those in JavaScript
//! * [`python`]: those in Python; [`imports`] finds the files that they name

pub mod evaluator;
mod function;
pub(in crate::engine) mod imports;
pub(super) mod javascript;
mod partition;
pub mod python;
mod scripting;

pub(super) use function::{check, find, selecting};

use std::sync::Arc;

use super::names::Names;
use crate::catalog::routine::Given;
use crate::catalog::{Object, ObjectKind, Routine};
use crate::error::{Error, Result};
use crate::sql::QualifiedName;
use crate::types::SnowType;
use crate::types::coerce;

impl Names<'_> {
    /// The function or procedure that a call means. [`Routine::bind`] tells which value goes where.
    ///
    /// # Errors
    /// 002140, 002141 when there is none of the name; 001044 when the arguments fit none; 002003 when a database or
    /// schema in the name is not there.
    pub fn routine(&self, kind: ObjectKind, name: &QualifiedName, given: &[Given]) -> Result<Arc<Object>> {
        self.overloads(kind, name, true)?.choose(given)
    }

    /// The functions or procedures of a name. `path` has a bare name looked up in PUBLIC, too; inside views and functions
    /// it is looked up in their own schema only.
    ///
    /// # Errors
    /// 002003 when a database or schema in the name is not there.
    pub(super) fn overloads(&self, kind: ObjectKind, name: &QualifiedName, path: bool) -> Result<Overloads> {
        let mut schemas = Vec::new();
        if name.schema().is_some() {
            schemas.push(self.schema(name.database(), name.schema())?);
        } else {
            // Either may be missing: a name that is found in none of them is unknown.
            schemas.extend(self.schema(None, None));
            schemas.extend(self.schema(None, Some("PUBLIC")).ok().filter(|_| path));
            schemas.dedup_by_key(|schema| schema.id);
        }
        let of_name = |object: &Arc<Object>| {
            object
                .as_routine()
                .is_some_and(|routine| routine.name == name.object())
        };
        let schemas = schemas
            .iter()
            .map(|schema| self.snapshot.children(schema.id, kind, self.context.session))
            .map(|children| children.into_iter().filter(of_name).collect());
        Ok(Overloads {
            kind,
            name: name.clone(),
            schemas: schemas.collect(),
        })
    }
}

/// The functions or procedures of one name.
#[derive(Debug)]
pub(super) struct Overloads {
    kind: ObjectKind,
    name: QualifiedName,
    /// In the order in which schemas are searched.
    schemas: Vec<Vec<Arc<Object>>>,
}

impl Overloads {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// All of them, those found first in front.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.schemas.iter().flatten()
    }

    /// The one that a call means.
    ///
    /// # Errors
    /// As [`Names::routine`].
    pub fn choose(&self, given: &[Given]) -> Result<Arc<Object>> {
        check_order(self.kind, &self.name, given)?;
        for candidates in &self.schemas {
            let fits = candidates
                .iter()
                .filter_map(|object| Some((cost(object.as_routine()?, given)?, object)));
            if let Some((_, object)) =
                fits.min_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.name.cmp(&y.name)))
            {
                return Ok(Arc::clone(object));
            }
        }
        if self.is_empty() {
            return Err(match self.name.schema() {
                None => Error::unknown_function(self.name.object()),
                Some(_) => Error::unknown_user_function(&self.name),
            });
        }
        let types: Vec<String> = given.iter().map(shown).collect();
        Err(Error::argument_types(self.name.object(), types.join(", ")))
    }
}

/// Positional arguments come before named ones, and CALL takes one sort of them.
fn check_order(kind: ObjectKind, name: &QualifiedName, given: &[Given]) -> Result<()> {
    let first_named = given.iter().position(|given| given.name.is_some());
    let Some(first_named) = first_named else {
        return Ok(());
    };
    let after = given.iter().skip(first_named).any(|given| given.name.is_none());
    if after || first_named > 0 && kind == ObjectKind::Procedure {
        let message = format!(
            "SQL compilation error:\nillegal mixing of named and positional arguments for function {}",
            name.object()
        );
        return Err(Error::new(1_003, "42000", message));
    }
    Ok(())
}

fn shown(given: &Given) -> String {
    let data_type = given
        .data_type
        .map_or("NULL".to_string(), |data_type| data_type.to_string());
    match &given.name {
        Some(name) => format!("{name} => {data_type}"),
        None => data_type,
    }
}

/// How much conversion a call of a routine needs; nothing when the call does not fit.
fn cost(routine: &Routine, given: &[Given]) -> Option<u32> {
    let names: Vec<Option<&str>> = given.iter().map(|given| given.name.as_deref()).collect();
    let bound = routine.bind(&names).ok()?;
    let mut total = 0;
    for (argument, at) in routine.arguments.iter().zip(bound) {
        let Some(from) = at.and_then(|at| given.get(at)?.data_type) else {
            continue;
        };
        total += conversion(&from, &argument.data_type)?;
    }
    Some(total)
}

/// How far one type is from another; nothing when values are not converted implicitly.
fn conversion(from: &SnowType, to: &SnowType) -> Option<u32> {
    use SnowType as T;
    if coerce::same_kind(from, to) {
        return Some(0);
    }
    if !coerce::can_coerce(from, to) {
        return None;
    }
    Some(match (from, to) {
        (T::Number { .. }, T::Float) => 1,
        (from, to) if from.is_timestamp() && to.is_timestamp() => 1,
        (T::Date, to) if to.is_timestamp() => 1,
        (T::Float, T::Number { .. }) => 2,
        (_, T::Variant) => 3,
        (T::Variant, _) => 4,
        (_, T::Varchar { .. }) => 6,
        (_, T::Boolean) => 7,
        _ => 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_type_is_chosen() {
        let nearest = |from: SnowType, to: &[SnowType]| {
            let ranked = to.iter().filter_map(|to| Some((conversion(&from, to)?, *to)));
            ranked.min_by_key(|(cost, _)| *cost).map(|(_, to)| to)
        };
        let (number, text) = (SnowType::INTEGER, SnowType::VARCHAR);
        assert_eq!(nearest(number, &[text, number]), Some(number));
        assert_eq!(nearest(number, &[text, SnowType::Float]), Some(SnowType::Float));
        assert_eq!(nearest(SnowType::Date, &[number, text]), Some(text));
        assert_eq!(nearest(text, &[SnowType::Variant]), None);
    }
}
