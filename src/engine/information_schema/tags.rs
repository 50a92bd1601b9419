//! TAG_REFERENCES and TAG_REFERENCES_ALL_COLUMNS: the tags that hold for an object or a column, set on it or inherited.
//! <https://docs.snowflake.com/en/sql-reference/functions/tag_references>,
//! <https://docs.snowflake.com/en/sql-reference/functions/tag_references_all_columns>

use super::TEXT;
use super::functions::Arguments;
use crate::catalog::object::Column;
use crate::catalog::tag::HeldTag;
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::query_functions::{Tagged, tagged};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::Lister;
use crate::error::{Error, Result};
use crate::plan::NamedArgument;

const COLUMNS: Columns = &[
    ("TAG_DATABASE", TEXT),
    ("TAG_SCHEMA", TEXT),
    ("TAG_NAME", TEXT),
    ("TAG_VALUE", TEXT),
    ("APPLY_METHOD", TEXT),
    ("LEVEL", TEXT),
    ("OBJECT_DATABASE", TEXT),
    ("OBJECT_SCHEMA", TEXT),
    ("OBJECT_NAME", TEXT),
    ("DOMAIN", TEXT),
    ("COLUMN_NAME", TEXT),
];

const NAMES: [&str; 2] = ["OBJECT_NAME", "OBJECT_DOMAIN"];

/// TAG_REFERENCES.
pub fn references(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    let arguments = Arguments::read(environment, "TAG_REFERENCES", &NAMES, arguments)?;
    let name = arguments.required_text("OBJECT_NAME")?;
    let domain = arguments.required_text("OBJECT_DOMAIN")?;
    let found = tagged(environment, &name, &domain)?;
    let mut rows = Rows::new(COLUMNS);
    let lister = lister(environment);
    push(&lister, &mut rows, &found);
    Ok(rows)
}

/// TAG_REFERENCES_ALL_COLUMNS: those of every column of a table or view.
pub fn references_of_columns(
    environment: &StatementEnvironment,
    arguments: &[NamedArgument],
) -> Result<Rows> {
    const FUNCTION: &str = "TAG_REFERENCES_ALL_COLUMNS";
    let arguments = Arguments::read(environment, FUNCTION, &NAMES, arguments)?;
    let name = arguments.required_text("OBJECT_NAME")?;
    let domain = arguments.required_text("OBJECT_DOMAIN")?;
    if !domain.eq_ignore_ascii_case("TABLE") {
        return Err(Error::invalid_argument(FUNCTION, domain, "the domain is TABLE"));
    }
    let found = tagged(environment, &name, &domain)?;
    let mut rows = Rows::new(COLUMNS);
    let lister = lister(environment);
    let object = found.object.as_deref();
    for column in object.map_or(&[][..], Object::columns) {
        push(
            &lister,
            &mut rows,
            &Tagged {
                object: found.object.clone(),
                column: Some(column.clone()),
            },
        );
    }
    Ok(rows)
}

fn lister(environment: &StatementEnvironment) -> Lister<'_> {
    Lister {
        names: environment.names(),
        now: environment.context.types.now,
    }
}

fn push(lister: &Lister<'_>, rows: &mut Rows, tagged: &Tagged) {
    let id = tagged.object.as_ref().map_or(0, |object| object.id);
    let column = tagged.column.as_ref();
    let mut held = lister
        .names
        .snapshot
        .held_tags(id, column.map(|column| column.id));
    held.sort_by_cached_key(|held| lister.names.snapshot.path(&held.tag));
    for held in held {
        rows.push(row(lister, tagged.object.as_deref(), column, &held));
    }
}

fn row(lister: &Lister<'_>, object: Option<&Object>, column: Option<&Column>, held: &HeldTag) -> Vec<Cell> {
    let (tag_database, tag_schema) = lister.place(&held.tag);
    let (database, schema) = object.map_or((None, None), |object| lister.place(object));
    let own = held.on_column || column.is_none() && held.on == object.map_or(0, |object| object.id);
    let level = match held.on_column {
        true => "COLUMN",
        false => domain(lister, held.on),
    };
    vec![
        tag_database.into(),
        tag_schema.into(),
        held.tag.name.as_str().into(),
        held.value.as_str().into(),
        if own { "MANUAL" } else { "INHERITED" }.into(),
        level.into(),
        database.into(),
        schema.into(),
        object.map(|object| object.base_name()).into(),
        match column {
            Some(_) => "COLUMN",
            None => domain(lister, object.map_or(0, |object| object.id)),
        }
        .into(),
        column.map(|column| column.name.as_str()).into(),
    ]
}

/// What an object is called among the domains of tags: all that is like a table is a TABLE.
fn domain(lister: &Lister<'_>, id: ObjectId) -> &'static str {
    match lister.names.snapshot.object(id).map(|object| object.kind()) {
        None => "ACCOUNT",
        Some(ObjectKind::View) => "TABLE",
        Some(kind) => kind.traits().sql,
    }
}
