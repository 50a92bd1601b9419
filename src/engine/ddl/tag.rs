//! Tags: made and changed, and set on objects and columns.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-tag>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-tag>,
//! <https://docs.snowflake.com/en/user-guide/object-tagging/work>

use std::collections::BTreeSet;

use super::common::{created, done, existed, exists_already, fault, kind_of, new_object};
use crate::catalog::object::ACCOUNT;
use crate::catalog::tag::{Tag, TagSetting};
use crate::catalog::{Fact, Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{self, AllowedValues, AlterTags, CreateTag, TagValue};
use crate::sql::{Properties, QualifiedName};

/// The most tags on one object, and the most different ones on the columns of one table.
const MOST_TAGS: usize = 50;
/// The most settings of tags on columns that one statement makes.
const MOST_SETTINGS: usize = 100;
/// The longest value, in characters.
const LONGEST_VALUE: usize = 256;
/// The most allowed values of a tag.
const MOST_ALLOWED: usize = 5_000;

/// Runs CREATE TAG.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateTag) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Tag, &create.header)? {
        return Ok(result);
    }
    let mut tag = Tag::default();
    if let Some(values) = create.allowed {
        tag.allowed = Some(allowed(Vec::new(), values)?);
    }
    let new = new_object(&create.header, &create.properties)?;
    let name = create.header.name.object();
    match work.create(&new, ObjectBody::Tag(tag))? {
        Some(_) => created(ObjectKind::Tag, name),
        None => existed(name),
    }
}

/// ALTER TAG: the allowed values, and COMMENT.
///
/// # Errors
/// For too many or too long values.
pub(super) fn alter(
    work: &mut Work<'_>,
    object: &Object,
    change: Option<AllowedValues>,
    properties: &Properties,
) -> Result<()> {
    let mut changed = object.clone();
    if let Some(text) = properties.text("COMMENT")? {
        changed.comment = Some(text.to_string());
    }
    let Some(tag) = changed.as_tag_mut() else {
        return Err(Error::internal("a tag without a body"));
    };
    let present = tag.allowed.take();
    tag.allowed = match change {
        None => present,
        Some(AllowedValues::Set(values)) => Some(allowed(Vec::new(), values)?),
        Some(AllowedValues::Add(values)) => Some(allowed(present.unwrap_or_default(), values)?),
        // A list without values allows none: other than no list, which allows all.
        Some(AllowedValues::Drop(values)) => present.map(|mut present| {
            present.retain(|value| !values.contains(value));
            present
        }),
    };
    work.replace(changed)
}

/// A list of allowed values with some more.
fn allowed(mut present: Vec<String>, more: Vec<String>) -> Result<Vec<String>> {
    for value in more {
        check_length(&value)?;
        if !present.contains(&value) {
            present.push(value);
        }
    }
    match present.len() {
        0..=MOST_ALLOWED => Ok(present),
        count => Err(fault(
            1_008,
            "22023",
            format!("A tag has at most {MOST_ALLOWED} allowed values, not {count}."),
        )),
    }
}

fn check_length(value: &str) -> Result<()> {
    match value.chars().count() {
        0..=LONGEST_VALUE => Ok(()),
        count => Err(fault(
            1_008,
            "22023",
            format!("A tag value has at most {LONGEST_VALUE} characters, not {count}."),
        )),
    }
}

/// Runs ALTER … SET TAG and UNSET TAG.
pub(in crate::engine) fn alter_tags(work: &mut Work<'_>, alter: AlterTags) -> Result<StatementResult> {
    let id = match target(work, &alter) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    let mut settings = 0;
    for change in alter.changes {
        let column = match &change.column {
            None => 0,
            Some(name) => {
                settings += change.set.len();
                column_id(work, id, &name.value)?
            }
        };
        check_settings(settings)?;
        set(work, id, column, &change.set)?;
        for name in &change.unset {
            let tag = work.names().require(ObjectKind::Tag, name)?.id;
            work.record(Fact::Tag(TagSetting {
                object: id,
                column,
                tag,
                value: None,
            }))?;
        }
    }
    done()
}

/// The object whose tags a statement changes.
fn target(work: &Work<'_>, alter: &AlterTags) -> Result<ObjectId> {
    if alter.kind == statement::ObjectKind::Account {
        return Ok(ACCOUNT);
    }
    let kind = kind_of(alter.kind)?;
    let current;
    let name = match (&alter.name, kind) {
        (Some(name), _) => name,
        (None, kind) => {
            current = super::alter::current(work, kind)?;
            &current
        }
    };
    // A role that every account has is no object.
    if kind == ObjectKind::Role && super::grant::SYSTEM_ROLES.contains(&name.object()) {
        return Err(Error::unsupported("tags on system roles"));
    }
    let object = match kind {
        ObjectKind::Table | ObjectKind::View => work.names().relation(name)?,
        kind => work.names().require(kind, name)?,
    };
    Ok(object.id)
}

fn column_id(work: &Work<'_>, object: ObjectId, name: &str) -> Result<u32> {
    let columns = work
        .snapshot()
        .object(object)
        .map_or(&[][..], |object| object.columns());
    let column = columns.iter().find(|column| column.name == name);
    Ok(column.ok_or_else(|| Error::invalid_identifier(name))?.id)
}

fn check_settings(count: usize) -> Result<()> {
    match count {
        0..=MOST_SETTINGS => Ok(()),
        count => Err(fault(
            1_008,
            "22023",
            format!("One statement sets at most {MOST_SETTINGS} tags on columns, not {count}."),
        )),
    }
}

/// Sets tags on an object, or on one of its columns (0 is the object).
///
/// # Errors
/// 002003 when a tag is not there; when it does not allow the value, or there are too many.
pub(in crate::engine) fn set(
    work: &mut Work<'_>,
    object: ObjectId,
    column: u32,
    tags: &[TagValue],
) -> Result<()> {
    for (at, TagValue { tag, value }) in tags.iter().enumerate() {
        if tags.iter().take(at).any(|other| other.tag == *tag) {
            return Err(fault(1_013, "42601", format!("duplicate tag '{tag}'")));
        }
        let found = work.names().require(ObjectKind::Tag, tag)?;
        check_length(value)?;
        let allowed = found.as_tag().and_then(|tag| tag.allowed.as_ref());
        if let Some(allowed) = allowed.filter(|allowed| !allowed.contains(value)) {
            return Err(not_allowed(tag, value, allowed));
        }
        work.record(Fact::Tag(TagSetting {
            object,
            column,
            tag: found.id,
            value: Some(value.clone()),
        }))?;
    }
    let snapshot = work.snapshot();
    let count = match column {
        0 => snapshot.tags_set(object, 0).count(),
        _ => {
            // What was set on a column that is gone does not count.
            let columns = snapshot.object(object).map_or(&[][..], |object| object.columns());
            let there = |id: u32| columns.iter().any(|column| column.id == id);
            let on_columns = snapshot
                .tag_settings(object)
                .filter(|setting| there(setting.column));
            let different: BTreeSet<ObjectId> = on_columns.map(|setting| setting.tag).collect();
            different.len()
        }
    };
    match count {
        0..=MOST_TAGS => Ok(()),
        _ if column == 0 => Err(fault(
            1_008,
            "22023",
            format!("An object has at most {MOST_TAGS} tags."),
        )),
        _ => Err(fault(
            1_008,
            "22023",
            format!("The columns of a table have at most {MOST_TAGS} different tags."),
        )),
    }
}

fn not_allowed(tag: &QualifiedName, value: &str, allowed: &[String]) -> Error {
    let message = format!(
        "Tag value '{value}' is not allowed for tag '{}'. The allowed values are: {}.",
        tag.object(),
        allowed.join(", ")
    );
    fault(1_008, "22023", message)
}

/// Sets the tags that a statement gives the columns of a table or view, by their names.
///
/// # Errors
/// As [`set`].
pub(in crate::engine) fn set_on_columns<'a>(
    work: &mut Work<'_>,
    object: ObjectId,
    given: impl IntoIterator<Item = (&'a str, &'a [TagValue])>,
) -> Result<()> {
    let mut settings = 0;
    for (name, tags) in given {
        if tags.is_empty() {
            continue;
        }
        settings += tags.len();
        check_settings(settings)?;
        let column = column_id(work, object, name)?;
        set(work, object, column, tags)?;
    }
    Ok(())
}

/// Gives a clone the tags of its source, but for those that it was given by its own statement. A tag that was cloned
/// along is the clone's.
///
/// # Errors
/// None that the snapshot does not have already.
pub(super) fn copy(
    work: &mut Work<'_>,
    from: ObjectId,
    to: ObjectId,
    follow: impl Fn(ObjectId) -> ObjectId,
) -> Result<()> {
    let settings: Vec<TagSetting> = work.snapshot().tag_settings(from).collect();
    for setting in settings {
        let tag = follow(setting.tag);
        let given = work
            .snapshot()
            .tags_set(to, setting.column)
            .any(|(known, _)| known.id == tag);
        if given {
            continue;
        }
        work.record(Fact::Tag(TagSetting {
            object: to,
            tag,
            ..setting
        }))?;
    }
    Ok(())
}
