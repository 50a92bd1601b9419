//! Row access policies: CREATE, how tables and views name them, and the ALTER that adds and drops them
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-row-access-policy>).

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use super::kind::ObjectKind;
use super::masking::arrow_body;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;
use crate::types::SnowType;

/// CREATE ROW ACCESS POLICY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateRowAccessPolicy {
    /// Heading.
    pub header: CreateHeader,
    /// The signature.
    pub arguments: Vec<(Ident, SnowType)>,
    /// The condition behind the arrow, as written.
    pub body: String,
    /// COMMENT.
    pub properties: Properties,
}

/// `ROW ACCESS POLICY name ON (column, …)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAccessClause {
    /// The policy.
    pub policy: QualifiedName,
    /// The columns that it takes.
    pub columns: Vec<Ident>,
}

/// Which row access policies go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DroppedPolicies {
    /// None.
    None,
    /// DROP ROW ACCESS POLICY name.
    One(QualifiedName),
    /// DROP ALL ROW ACCESS POLICIES.
    All,
}

/// ALTER of a table or view that drops and adds row access policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterRowAccess {
    /// The kind.
    pub kind: ObjectKind,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The table or view.
    pub name: QualifiedName,
    /// What goes.
    pub drop: DroppedPolicies,
    /// What comes.
    pub add: Option<RowAccessClause>,
}

/// The kinds whose rows policies stand before.
const KINDS: [ObjectKind; 4] = [
    ObjectKind::Table,
    ObjectKind::DynamicTable,
    ObjectKind::ExternalTable,
    ObjectKind::View,
];

/// CREATE ROW ACCESS POLICY, after the words.
pub(crate) fn create_row_access_policy(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("ROW ACCESS POLICY", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    cursor.expect("AS")?;
    let arguments = cursor.in_parentheses(|cursor| Ok((cursor.ident()?, cursor.snow_type()?)))?;
    cursor.expect("RETURNS")?;
    if cursor.snow_type()? != SnowType::Boolean {
        return Err(Error::compilation("a row access policy returns BOOLEAN"));
    }
    let body = arrow_body(cursor)?;
    let properties = cursor.properties(&["COMMENT"])?;
    Ok(Statement::CreateRowAccessPolicy(CreateRowAccessPolicy {
        header,
        arguments,
        body,
        properties,
    }))
}

/// ALTER … ADD and DROP ROW ACCESS POLICY; no move when the statement is another.
pub(super) fn alter_row_access(cursor: &mut Cursor<'_>) -> Option<Result<Statement>> {
    const STARTS: [&str; 3] = [
        "ADD ROW ACCESS POLICY",
        "DROP ROW ACCESS POLICY",
        "DROP ALL ROW ACCESS POLICIES",
    ];
    let (kind, if_exists, name) = cursor.attempt(|cursor| {
        cursor.expect("ALTER")?;
        let kind = cursor.kind()?;
        let if_exists = cursor.take("IF EXISTS");
        let name = cursor.object_name(kind)?;
        let meant = KINDS.contains(&kind) && STARTS.iter().any(|words| cursor.sees(words));
        match meant {
            true => Ok((kind, if_exists, name)),
            false => cursor.unexpected(),
        }
    })?;
    Some(changes(cursor).map(|(drop, add)| {
        Statement::AlterRowAccess(AlterRowAccess {
            kind,
            if_exists,
            name,
            drop,
            add,
        })
    }))
}

fn changes(cursor: &mut Cursor<'_>) -> Result<(DroppedPolicies, Option<RowAccessClause>)> {
    if cursor.take("DROP ALL ROW ACCESS POLICIES") {
        return Ok((DroppedPolicies::All, None));
    }
    let mut drop = DroppedPolicies::None;
    if cursor.take("DROP ROW ACCESS POLICY") {
        drop = DroppedPolicies::One(cursor.name()?);
        if !cursor.take_token(&datafusion::sql::sqlparser::tokenizer::Token::Comma) {
            return Ok((drop, None));
        }
    }
    cursor.expect("ADD")?;
    match cursor.row_access_clause()? {
        Some(add) => Ok((drop, Some(add))),
        None => cursor.unexpected(),
    }
}

impl Cursor<'_> {
    /// `[WITH] ROW ACCESS POLICY name ON (column, …)` if it comes next.
    pub(super) fn row_access_clause(&mut self) -> Result<Option<RowAccessClause>> {
        if !self.take("WITH ROW ACCESS POLICY") && !self.take("ROW ACCESS POLICY") {
            return Ok(None);
        }
        let policy = self.name()?;
        self.expect("ON")?;
        let columns = self.in_parentheses(Self::ident)?;
        Ok(Some(RowAccessClause { policy, columns }))
    }
}
