//! SHOW: what there is. <https://docs.snowflake.com/en/sql-reference/sql/show>
//!
//! Each kind of object has a file with its columns and the function that makes a row; [`KINDS`] lists them. What all of
//! them share is here: IN, LIKE, STARTS WITH, LIMIT … FROM, TERSE and HISTORY, and the order by database, schema and
//! name. [`keys`], [`columns`], [`grants`] and [`session`] list what is no object.

mod columns;
mod databases;
mod dynamic_tables;
mod external_tables;
mod file_formats;
mod grants;
mod integrations;
mod keys;
mod lister;
mod masking_policies;
mod objects;
mod pipes;
mod resource_monitors;
mod roles;
mod routines;
mod row_access_policies;
mod schemas;
mod scope;
mod sequences;
mod session;
mod stages;
mod streams;
mod tables;
mod tags;
mod tasks;
mod users;
mod views;
mod warehouses;

use std::sync::Arc;

use super::rows::{Cell, Columns, Rows};
use super::{StatementResult, Work};
use crate::catalog::{Object, ObjectKind};
use crate::error::{Error, Result};
use crate::sql::statement::{self, Show, ShowSubject};
use crate::types::SnowType;

pub(in crate::engine) use external_tables::{format as external_format, location as external_location};
pub(in crate::engine) use lister::{Lister, identity_text, octets};
pub(in crate::engine) use pipes::{channel as pipe_channel, pattern as pipe_pattern};
pub(in crate::engine) use tasks::id as task_id;

/// Text, number and time columns, for the tables of columns.
const TEXT: SnowType = SnowType::VARCHAR;
const NUMBER: SnowType = SnowType::INTEGER;
const TIME: SnowType = SnowType::TimestampLtz { scale: 3 };

/// How SHOW lists a kind.
pub(in crate::engine) struct KindListing {
    /// The kind.
    pub kind: ObjectKind,
    /// Its columns; `dropped_on` is there with HISTORY only.
    pub columns: Columns,
    /// The row of an object.
    pub row: fn(&Lister<'_>, &Object) -> Vec<Cell>,
    /// `kind` of SHOW TERSE.
    pub terse_kind: Option<&'static str>,
    /// A further column of SHOW TERSE: its name there, and its name in full.
    pub terse_extra: Option<(&'static str, &'static str)>,
}

/// All kinds that SHOW lists.
pub(in crate::engine) const KINDS: [KindListing; 19] = [
    databases::LISTING,
    schemas::LISTING,
    tables::LISTING,
    views::LISTING,
    stages::LISTING,
    file_formats::LISTING,
    sequences::LISTING,
    streams::LISTING,
    pipes::LISTING,
    tasks::LISTING,
    warehouses::LISTING,
    roles::LISTING,
    integrations::LISTING,
    routines::FUNCTIONS,
    routines::PROCEDURES,
    masking_policies::LISTING,
    row_access_policies::LISTING,
    tags::LISTING,
    resource_monitors::LISTING,
];

/// How SHOW lists a kind.
///
/// # Errors
/// A refusal of kinds that are not there.
pub(in crate::engine) fn listing(kind: ObjectKind) -> Result<&'static KindListing> {
    static LISTINGS: [KindListing; 19] = KINDS;
    LISTINGS
        .iter()
        .find(|listing| listing.kind == kind)
        .ok_or_else(|| Error::unsupported(format!("SHOW {kind:?}")))
}

/// A row with what it is sorted and filtered by.
struct Entry {
    database: Option<String>,
    schema: Option<String>,
    name: String,
    cells: Vec<Cell>,
}

/// Rows in the making.
struct Listing {
    columns: Vec<(String, SnowType)>,
    entries: Vec<Entry>,
    /// Whether the entries stand in their order already.
    ordered: bool,
}

impl Listing {
    fn new(columns: Columns) -> Self {
        let columns = columns
            .iter()
            .map(|(name, data_type)| ((*name).to_string(), *data_type))
            .collect();
        Self {
            columns,
            entries: Vec::new(),
            ordered: false,
        }
    }
}

/// Runs SHOW.
pub(super) fn run(work: &mut Work<'_>, show: Show) -> Result<StatementResult> {
    let lister = Lister {
        names: work.names(),
        now: work.now,
    };
    let listing = match &show.subject {
        ShowSubject::Kind(statement::ObjectKind::Column) => columns::list(&lister, &show)?,
        ShowSubject::Kind(statement::ObjectKind::User) => users::list(&lister, &show),
        ShowSubject::Kind(
            kind @ (statement::ObjectKind::MaterializedView
            | statement::ObjectKind::DatabaseRole
            | statement::ObjectKind::Account),
        ) => return Err(Error::unsupported(format!("SHOW {}", kind.plural()))),
        ShowSubject::Kind(statement::ObjectKind::DynamicTable) => {
            special(&lister, &show, &dynamic_tables::LISTING, |object| {
                object.as_dynamic().is_some()
            })?
        }
        ShowSubject::Kind(statement::ObjectKind::ExternalTable) => {
            special(&lister, &show, &external_tables::LISTING, |object| {
                object.as_external().is_some()
            })?
        }
        ShowSubject::Kind(kind) => kinds(&lister, &show, super::ddl::kind_of(*kind)?)?,
        ShowSubject::IntegrationsOf(family) => {
            let mut found = kinds(&lister, &show, ObjectKind::Integration)?;
            integrations::keep_family(&mut found.entries, family);
            found
        }
        ShowSubject::Objects => objects::list(&lister, &show)?,
        ShowSubject::Grants(grants) => grants::list(&lister, grants)?,
        ShowSubject::Parameters => session::parameters(&lister, &show)?,
        ShowSubject::Variables => session::variables(&lister),
        ShowSubject::PrimaryKeys | ShowSubject::UniqueKeys | ShowSubject::ImportedKeys => {
            keys::list(&lister, &show)?
        }
        ShowSubject::Transactions => session::transactions(&lister, work.account, &show)?,
        ShowSubject::Locks => return Err(Error::unsupported("SHOW LOCKS")),
    };
    finish(listing, &show)
}

/// The tables of a special sort, in the columns that they have of their own.
fn special(
    lister: &Lister<'_>,
    show: &Show,
    listing: &KindListing,
    is_meant: impl Fn(&Object) -> bool,
) -> Result<Listing> {
    let mut objects = scope::objects(lister, ObjectKind::Table, show)?;
    objects.retain(|object| is_meant(object));
    let mut found = Listing::new(listing.columns);
    for object in objects {
        found.entries.push(entry(lister, listing, &object));
    }
    Ok(match show.terse {
        true => terse(found, listing),
        false => found,
    })
}

/// The objects of a kind.
fn kinds(lister: &Lister<'_>, show: &Show, kind: ObjectKind) -> Result<Listing> {
    let spec = listing(kind)?;
    let mut objects = scope::objects(lister, kind, show)?;
    if kind == ObjectKind::Role {
        objects.extend(roles::system());
    }
    if kind == ObjectKind::Schema {
        objects.extend(schemas::information(lister, show)?);
    }
    if show.root_only {
        objects.retain(|object| {
            object
                .as_task()
                .is_some_and(|task| task.after.is_empty() && task.finalize.is_none())
        });
    }
    let mut found = Listing::new(spec.columns);
    for object in objects {
        found.entries.push(entry(lister, spec, &object));
    }
    if show.terse && kind != ObjectKind::Role {
        found = terse(found, spec);
    } else if show.terse {
        found = roles::terse(found);
    }
    if !show.history {
        leave_out(&mut found, "dropped_on");
    }
    Ok(found)
}

fn entry(lister: &Lister<'_>, spec: &KindListing, object: &Arc<Object>) -> Entry {
    let (database, schema) = lister.place(object);
    Entry {
        database,
        schema,
        name: object.base_name().to_string(),
        cells: (spec.row)(lister, object),
    }
}

/// Takes a column out.
fn leave_out(listing: &mut Listing, name: &str) {
    if let Some(at) = listing.columns.iter().position(|(known, _)| known == name) {
        listing.columns.remove(at);
        for entry in &mut listing.entries {
            entry.cells.remove(at);
        }
    }
}

/// The columns of SHOW TERSE.
fn terse(full: Listing, spec: &KindListing) -> Listing {
    let mut terse = Listing::new(&[
        ("created_on", TIME),
        ("name", TEXT),
        ("kind", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
    ]);
    terse
        .columns
        .extend(spec.terse_extra.map(|(name, _)| (name.to_string(), TEXT)));
    let cell = |entry: &Entry, name: &str| {
        let at = full.columns.iter().position(|(known, _)| known == name);
        at.and_then(|at| entry.cells.get(at))
            .cloned()
            .unwrap_or(Cell::Null)
    };
    for entry in &full.entries {
        let mut cells = vec![
            cell(entry, "created_on"),
            entry.name.as_str().into(),
            match spec.terse_kind {
                Some("") => cell(entry, "kind"),
                Some("type") => cell(entry, "type"),
                kind => kind.into(),
            },
            entry.database.clone().into(),
            entry.schema.clone().into(),
        ];
        cells.extend(spec.terse_extra.map(|(_, name)| cell(entry, name)));
        terse.entries.push(Entry {
            database: entry.database.clone(),
            schema: entry.schema.clone(),
            name: entry.name.clone(),
            cells,
        });
    }
    terse
}

/// Filters, sorts and cuts.
fn finish(mut listing: Listing, show: &Show) -> Result<StatementResult> {
    if let Some(pattern) = &show.like {
        listing.entries.retain(|entry| matches(pattern, &entry.name));
    }
    if let Some(start) = &show.starts_with {
        listing
            .entries
            .retain(|entry| entry.name.starts_with(start.as_str()));
    }
    if let Some(after) = &show.from {
        listing
            .entries
            .retain(|entry| entry.name.as_str() > after.as_str());
    }
    if !listing.ordered {
        listing
            .entries
            .sort_by(|a, b| (&a.database, &a.schema, &a.name).cmp(&(&b.database, &b.schema, &b.name)));
    }
    if let Some(limit) = show.limit {
        listing
            .entries
            .truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    let mut rows = Rows::with_columns(listing.columns);
    for entry in listing.entries {
        rows.push(entry.cells);
    }
    StatementResult::of_rows(&rows)
}

/// Whether a name matches a pattern of `%` and `_`, letter case aside. A backslash takes a wildcard as it is.
pub(in crate::engine) fn matches(pattern: &str, name: &str) -> bool {
    /// A step of a pattern.
    #[derive(PartialEq)]
    enum Step {
        Any,
        One,
        Is(char),
    }
    let mut steps = Vec::new();
    let mut pattern = pattern.chars().flat_map(char::to_uppercase);
    while let Some(c) = pattern.next() {
        steps.push(match c {
            '%' => Step::Any,
            '_' => Step::One,
            '\\' => Step::Is(pattern.next().unwrap_or('\\')),
            c => Step::Is(c),
        });
    }
    let name: Vec<char> = name.chars().flat_map(char::to_uppercase).collect();
    // Greedy, going back to the last % only, so that no pattern takes long.
    let (mut at, mut step) = (0, 0);
    let mut retry = None;
    while let Some(c) = name.get(at) {
        match steps.get(step) {
            Some(Step::Any) => {
                retry = Some((at, step));
                step += 1;
            }
            Some(Step::One) => (at, step) = (at + 1, step + 1),
            Some(Step::Is(wanted)) if wanted == c => (at, step) = (at + 1, step + 1),
            _ => match retry {
                Some((start, any)) => {
                    retry = Some((start + 1, any));
                    (at, step) = (start + 1, any + 1);
                }
                None => return false,
            },
        }
    }
    steps.iter().skip(step).all(|step| *step == Step::Any)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_names_in_any_letter_case() {
        assert!(matches("ord%", "ORDERS"));
        assert!(matches("%_s", "ORDERS"));
        assert!(!matches("ord", "ORDERS"));
        assert!(matches("a\\_b", "A_B"));
        assert!(!matches("a\\_b", "AXB"));
        assert!(matches("%%%%", ""));
    }
}
