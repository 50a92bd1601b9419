//! SHOW. <https://docs.snowflake.com/en/sql-reference/sql/show>
//!
//! Every kind has the columns that all kinds share, and after them those that tell most about it ([`details`]); the full
//! lists of Snowflake's columns are not there yet. LIKE, STARTS WITH, LIMIT … FROM and IN work for every kind.

mod details;

use std::sync::Arc;

use crate::catalog::object::{ACCOUNT, Level};
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::parameters;
use crate::engine::rows::{Cell, Rows};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::QualifiedName;
use crate::sql::statement::{ObjectKind as Named, Show, ShowScope, ShowSubject};
use crate::types::SnowType;

/// Runs SHOW.
pub(in crate::engine) fn run(work: &mut Work<'_>, show: Show) -> Result<StatementResult> {
    if show.history {
        return Err(Error::unsupported("SHOW … HISTORY"));
    }
    match &show.subject {
        ShowSubject::Kind(kind) => objects(work, &show, &[kind_of(*kind)?]),
        ShowSubject::Objects => objects(work, &show, &[ObjectKind::Table, ObjectKind::View]),
        ShowSubject::IntegrationsOf(category) => {
            let category = category.clone();
            listed(work, &show, &[ObjectKind::Integration], |object| {
                object
                    .as_integration()
                    .is_some_and(|integration| integration.category == category)
            })
        }
        ShowSubject::Parameters => parameters::show(work, &show),
        other => Err(Error::unsupported(format!("SHOW {other:?}").to_uppercase())),
    }
}

/// The catalog's kind of a kind that a statement names.
fn kind_of(kind: Named) -> Result<ObjectKind> {
    let found = ObjectKind::ALL
        .into_iter()
        .find(|known| known.traits().sql == kind.word());
    found.ok_or_else(|| Error::unsupported(format!("SHOW {}", kind.plural())))
}

fn objects(work: &Work<'_>, show: &Show, kinds: &[ObjectKind]) -> Result<StatementResult> {
    listed(work, show, kinds, |_| true)
}

fn listed(
    work: &Work<'_>,
    show: &Show,
    kinds: &[ObjectKind],
    wanted: impl Fn(&Object) -> bool,
) -> Result<StatementResult> {
    let Some(first) = kinds.first() else {
        return Err(Error::internal("SHOW of no kind"));
    };
    let extra = if show.terse || kinds.len() > 1 {
        &[][..]
    } else {
        details::columns(*first)
    };
    let mut columns: Vec<(String, SnowType)> = vec![
        ("created_on".into(), SnowType::TIMESTAMP_LTZ),
        ("name".into(), SnowType::VARCHAR),
    ];
    columns
        .extend(["kind", "database_name", "schema_name"].map(|name| (name.to_string(), SnowType::VARCHAR)));
    columns.extend(
        extra
            .iter()
            .map(|(name, data_type)| ((*name).to_string(), *data_type)),
    );
    columns.extend(["owner", "comment"].map(|name| (name.to_string(), SnowType::VARCHAR)));
    let mut found = Vec::new();
    for parent in parents(work, show, *first)? {
        for kind in kinds {
            found.extend(work.children(parent, *kind));
        }
    }
    found.retain(|object| wanted(object) && selected(show, &object.name));
    if let Some(from) = &show.from {
        found.retain(|object| object.name.as_str() > from.as_str());
    }
    found.truncate(
        show.limit
            .map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)),
    );
    let mut rows = Rows::with_columns(columns);
    for object in found {
        rows.push(row(work, &object, !extra.is_empty()));
    }
    StatementResult::of_rows(&rows)
}

fn row(work: &Work<'_>, object: &Object, with_details: bool) -> Vec<Cell> {
    let path = work.snapshot().path(object);
    let part = |at: usize| {
        if path.len() > at + 1 {
            path.get(at).cloned()
        } else {
            None
        }
    };
    let mut row: Vec<Cell> = vec![
        object.created.into(),
        object.name.as_str().into(),
        object.kind().traits().sql.into(),
        part(0).into(),
        part(1).into(),
    ];
    if with_details {
        row.extend(details::cells(work, object));
    }
    row.push(object.owner.as_str().into());
    row.push(object.comment.clone().unwrap_or_default().into());
    row
}

/// What SHOW looks into: the account, databases or schemas, as IN and the session say.
fn parents(work: &Work<'_>, show: &Show, kind: ObjectKind) -> Result<Vec<ObjectId>> {
    let names = work.names();
    let databases = || work.children(ACCOUNT, ObjectKind::Database);
    let schemas = |database: &Arc<Object>| {
        work.children(database.id, ObjectKind::Schema)
            .into_iter()
            .map(|schema| schema.id)
            .collect::<Vec<_>>()
    };
    let level = kind.traits().level;
    if level == Level::Account {
        return Ok(vec![ACCOUNT]);
    }
    let database = |name: Option<&QualifiedName>| names.database(name.map(QualifiedName::object));
    let schema = |name: Option<&QualifiedName>| match name {
        Some(name) => names.schema(name.schema(), Some(name.object())),
        None => names.schema(None, None),
    };
    let in_database = |database: &Arc<Object>| match level {
        Level::Schema => schemas(database),
        _ => vec![database.id],
    };
    Ok(match &show.scope {
        Some(ShowScope::Account) => databases().iter().flat_map(in_database).collect(),
        Some(ShowScope::Database(name)) => in_database(&database(name.as_ref())?),
        Some(ShowScope::Schema(name)) if level == Level::Schema => vec![schema(name.as_ref())?.id],
        Some(ShowScope::Name(name)) if level == Level::Schema && name.parts().len() > 1 => {
            vec![schema(Some(name))?.id]
        }
        Some(ShowScope::Name(name)) => match level {
            Level::Schema => match names.schema(None, Some(name.object())) {
                Ok(schema) => vec![schema.id],
                Err(_) => in_database(&database(Some(name))?),
            },
            _ => vec![database(Some(name))?.id],
        },
        Some(other) => return Err(Error::unsupported(format!("SHOW … IN {other:?}").to_uppercase())),
        None => match (&work.context.database, &work.context.schema) {
            (Some(_), Some(_)) if level == Level::Schema => vec![schema(None)?.id],
            (Some(_), _) => in_database(&database(None)?),
            (None, _) => databases().iter().flat_map(in_database).collect(),
        },
    })
}

/// Whether LIKE and STARTS WITH let a name through. LIKE ignores letter case, STARTS WITH does not, as documented.
pub(in crate::engine) fn selected(show: &Show, name: &str) -> bool {
    let like = show
        .like
        .as_ref()
        .is_none_or(|pattern| like(&pattern.to_uppercase(), &name.to_uppercase()));
    like && show
        .starts_with
        .as_ref()
        .is_none_or(|start| name.starts_with(start.as_str()))
}

/// Whether a text matches a LIKE pattern with `%`, `_` and `\` as escape.
fn like(pattern: &str, text: &str) -> bool {
    let mut expression = String::from("(?s)^");
    let mut escaped = false;
    for c in pattern.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '%' if !escaped => expression.push_str(".*"),
            '_' if !escaped => expression.push('.'),
            c => expression.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        escaped = false;
    }
    expression.push('$');
    regex::Regex::new(&expression).is_ok_and(|expression| expression.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns() {
        assert!(like("A%", "ABC") && like("_B_", "ABC") && like("A\\_B", "A_B"));
        assert!(!like("A\\_B", "AXB") && !like("A", "AB") && like("%", ""));
    }
}
