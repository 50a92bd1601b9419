//! Tags: CREATE TAG and ALTER TAG, the clause by which CREATE sets them, and SET TAG and UNSET TAG of every ALTER
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-tag>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-tag>,
//! <https://docs.snowflake.com/en/user-guide/object-tagging/work>).

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::alter::AlterAction;
use super::common::{CreateHeader, Modifiers};
use super::kind::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::cursor::{Cursor, word};
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;

/// CREATE TAG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTag {
    /// Heading.
    pub header: CreateHeader,
    /// ALLOWED_VALUES.
    pub allowed: Option<Vec<String>>,
    /// COMMENT.
    pub properties: Properties,
}

/// A tag with the value that an object or column gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagValue {
    /// The tag.
    pub tag: QualifiedName,
    /// The value.
    pub value: String,
}

/// What ALTER TAG does with the list of allowed values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedValues {
    /// ADD ALLOWED_VALUES.
    Add(Vec<String>),
    /// DROP ALLOWED_VALUES.
    Drop(Vec<String>),
    /// SET ALLOWED_VALUES: the new list.
    Set(Vec<String>),
}

/// ALTER of an object of any kind that sets or unsets tags on it or its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterTags {
    /// The kind.
    pub kind: ObjectKind,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The object; absent for the account.
    pub name: Option<QualifiedName>,
    /// What to do, in order.
    pub changes: Vec<TagChange>,
}

/// Tags set on or taken from one object or column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagChange {
    /// The column; absent for the object itself.
    pub column: Option<Ident>,
    /// SET TAG.
    pub set: Vec<TagValue>,
    /// UNSET TAG.
    pub unset: Vec<QualifiedName>,
}

/// Properties of tags whose effect is not there.
const REFUSED: [&str; 3] = ["MULTI_VALUE", "PROPAGATE", "ON_CONFLICT"];

/// The kinds of objects that take tags.
const TAGGED: [ObjectKind; 19] = [
    ObjectKind::Account,
    ObjectKind::Database,
    ObjectKind::Schema,
    ObjectKind::Table,
    ObjectKind::DynamicTable,
    ObjectKind::ExternalTable,
    ObjectKind::View,
    ObjectKind::Stage,
    ObjectKind::Pipe,
    ObjectKind::Stream,
    ObjectKind::Task,
    ObjectKind::Warehouse,
    ObjectKind::Role,
    ObjectKind::User,
    ObjectKind::Integration,
    ObjectKind::Function,
    ObjectKind::Procedure,
    ObjectKind::MaskingPolicy,
    ObjectKind::RowAccessPolicy,
];

/// CREATE TAG, after the words.
pub(crate) fn create_tag(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("TAG", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    let allowed = match cursor.take("ALLOWED_VALUES") {
        true => Some(cursor.comma_separated(Cursor::string)?),
        false => None,
    };
    let properties = properties(cursor)?;
    Ok(Statement::CreateTag(CreateTag {
        header,
        allowed,
        properties,
    }))
}

fn properties(cursor: &mut Cursor<'_>) -> Result<Properties> {
    let mut properties = Properties::default();
    loop {
        if let Some(name) = cursor.peek_word().filter(|name| REFUSED.contains(name)) {
            return Err(Error::unsupported(format_args!("{name} of a tag")));
        }
        match cursor.known_property(&["COMMENT"])? {
            Some(property) => properties.push(property)?,
            None => return Ok(properties),
        }
    }
}

/// What ALTER TAG does beyond RENAME TO and UNSET, if that comes next.
pub(super) fn action(cursor: &mut Cursor<'_>) -> Result<Option<AlterAction>> {
    for words in ["SET MASKING POLICY", "UNSET MASKING POLICY"] {
        if cursor.sees(words) {
            return Err(Error::unsupported(format_args!("ALTER TAG … {words}")));
        }
    }
    let values = |cursor: &mut Cursor<'_>| cursor.comma_separated(Cursor::string);
    let (change, comment) = if cursor.take("ADD ALLOWED_VALUES") {
        (Some(AllowedValues::Add(values(cursor)?)), Properties::default())
    } else if cursor.take("DROP ALLOWED_VALUES") {
        (Some(AllowedValues::Drop(values(cursor)?)), Properties::default())
    } else if cursor.take("SET") {
        let change = match cursor.take("ALLOWED_VALUES") {
            true => Some(AllowedValues::Set(values(cursor)?)),
            false => None,
        };
        let properties = properties(cursor)?;
        if change.is_none() && properties.is_empty() {
            return cursor.unexpected();
        }
        (change, properties)
    } else if cursor.sees("UNSET PROPAGATE") || cursor.sees("UNSET ON_CONFLICT") {
        return Err(Error::unsupported("PROPAGATE of a tag"));
    } else {
        return Ok(None);
    };
    Ok(Some(AlterAction::SetTag(change, comment)))
}

/// ALTER … SET TAG, UNSET TAG, also of columns, for every kind that takes tags; no move when the statement is another.
pub(super) fn alter_tags(cursor: &mut Cursor<'_>) -> Option<Result<Statement>> {
    // The head alone decides; what is wrong behind it is told at its place.
    let (kind, if_exists, name) = cursor.attempt(|cursor| {
        cursor.expect("ALTER")?;
        let kind = cursor.kind()?;
        if !TAGGED.contains(&kind) {
            return cursor.unexpected();
        }
        let if_exists = cursor.take("IF EXISTS");
        let tags = |cursor: &Cursor<'_>| cursor.sees("SET TAG") || cursor.sees("UNSET TAG");
        let nameless = kind == ObjectKind::Account || kind == ObjectKind::Warehouse && tags(cursor);
        let name = match nameless {
            true => None,
            false => Some(cursor.object_name(kind)?),
        };
        let column = (cursor.sees("ALTER") || cursor.sees("MODIFY")) && {
            let at = 1 + usize::from(word(cursor.peek_nth(1)) == Some("COLUMN"));
            let words = [at + 1, at + 2].map(|at| word(cursor.peek_nth(at)));
            matches!(words, [Some("SET" | "UNSET"), Some("TAG")])
        };
        match column || tags(cursor) {
            true => Ok((kind, if_exists, name)),
            false => cursor.unexpected(),
        }
    })?;
    Some(changes(cursor).map(|changes| {
        Statement::AlterTags(AlterTags {
            kind,
            if_exists,
            name,
            changes,
        })
    }))
}

fn changes(cursor: &mut Cursor<'_>) -> Result<Vec<TagChange>> {
    if !(cursor.take("ALTER") || cursor.take("MODIFY")) {
        return Ok(vec![change(cursor, None)?]);
    }
    cursor.comma_separated(|cursor| {
        let _ = matches!(cursor.peek_nth(1), Token::Word(_)) && cursor.take("COLUMN");
        let column = cursor.ident()?;
        change(cursor, Some(column))
    })
}

/// `SET TAG name = 'value', … | UNSET TAG name, …`.
fn change(cursor: &mut Cursor<'_>, column: Option<Ident>) -> Result<TagChange> {
    let mut change = TagChange {
        column,
        set: Vec::new(),
        unset: Vec::new(),
    };
    // Behind a comma stands a further tag, or a further column with a SET or UNSET of its own.
    let column_next = |cursor: &Cursor<'_>| {
        let words = [2, 3].map(|at| word(cursor.peek_nth(at)));
        let column = word(cursor.peek_nth(1)) == Some("COLUMN");
        column && words[0].is_some() || matches!(words, [Some("SET" | "UNSET"), Some("TAG")])
    };
    if cursor.take("SET TAG") {
        change.set.push(cursor.tag_value()?);
        while *cursor.peek() == Token::Comma && !column_next(cursor) {
            cursor.next();
            change.set.push(cursor.tag_value()?);
        }
    } else {
        cursor.expect("UNSET TAG")?;
        change.unset.push(cursor.name()?);
        while *cursor.peek() == Token::Comma && !column_next(cursor) {
            cursor.next();
            change.unset.push(cursor.name()?);
        }
    }
    Ok(change)
}

impl Cursor<'_> {
    /// `name = 'value'`.
    fn tag_value(&mut self) -> Result<TagValue> {
        let tag = self.name()?;
        self.expect_token(&Token::Eq)?;
        let value = self.string()?;
        Ok(TagValue { tag, value })
    }

    /// Adds the tags of `[WITH] TAG (name = 'value', …)`, if that comes next.
    pub(crate) fn tag_clause(&mut self, tags: &mut Vec<TagValue>) -> Result<()> {
        let bare = self.sees("TAG") && *self.peek_nth(1) == Token::LParen;
        if bare || self.sees("WITH TAG") {
            self.take("WITH");
            self.expect("TAG")?;
            tags.extend(self.in_parentheses(Self::tag_value)?);
        }
        Ok(())
    }

    /// The governance clauses that any CREATE may have: tags are taken, the others refused by name.
    pub(crate) fn governance(&mut self, tags: &mut Vec<TagValue>) -> Result<()> {
        self.tag_clause(tags)?;
        self.refuse_governance()
    }
}
