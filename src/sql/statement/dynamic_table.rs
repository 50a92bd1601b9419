//! CREATE and ALTER DYNAMIC TABLE (<https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-dynamic-table>).

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use super::row_access::RowAccessClause;
use super::view::{ViewColumn, view_column};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;
use crate::sql::properties::Properties;

/// CREATE DYNAMIC TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateDynamicTable {
    /// Heading.
    pub header: CreateHeader,
    /// TRANSIENT.
    pub transient: bool,
    /// The names of its columns; empty means those of the query.
    pub columns: Vec<ViewColumn>,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// ROW ACCESS POLICY.
    pub row_access: Option<RowAccessClause>,
    /// TARGET_LAG, WAREHOUSE, REFRESH_MODE, …
    pub properties: Properties,
    /// The query as written.
    pub query: String,
    /// The whole statement as written.
    pub text: String,
}

/// What ALTER DYNAMIC TABLE does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DynamicTableAction {
    /// SUSPEND: no more refreshes, nor of what depends on it.
    Suspend,
    /// RESUME.
    Resume,
    /// REFRESH: now.
    Refresh,
    /// RENAME TO.
    Rename(QualifiedName),
    /// SWAP WITH.
    Swap(QualifiedName),
    /// SET of properties.
    Set(Properties),
    /// UNSET of properties.
    Unset(Vec<String>),
}

/// ALTER DYNAMIC TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterDynamicTable {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The tables: one, but for REFRESH.
    pub names: Vec<QualifiedName>,
    /// What to do.
    pub action: DynamicTableAction,
}

/// The properties of dynamic tables.
const PROPERTIES: &[&str] = &[
    "TARGET_LAG",
    "SCHEDULER",
    "WAREHOUSE",
    "INITIALIZATION_WAREHOUSE",
    "REFRESH_MODE",
    "INITIALIZE",
    "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "COMMENT",
];

/// Those that ALTER changes.
const ALTERED: &[&str] = &[
    "TARGET_LAG",
    "SCHEDULER",
    "WAREHOUSE",
    "INITIALIZATION_WAREHOUSE",
    "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "COMMENT",
];

/// Clauses that are there on a real account only.
const REFUSED: &[&str] = &[
    "CLUSTER BY",
    "COPY TAGS",
    "CLONE",
    "FROM BACKUP SET",
    "REQUIRE USER",
    "FROZEN WHERE",
    "IMMUTABLE WHERE",
    "BACKFILL FROM",
    "START AT",
    "EXECUTE AS USER",
    "ROW_TIMESTAMP",
    "REFRESH USING",
];

fn refuse(cursor: &mut Cursor<'_>) -> Result<()> {
    cursor.refuse_governance()?;
    match REFUSED.iter().find(|words| cursor.sees(words)) {
        Some(words) => Err(Error::unsupported(format_args!("DYNAMIC TABLE … {words}"))),
        None => Ok(()),
    }
}

/// CREATE DYNAMIC TABLE, after the words.
pub(crate) fn create_dynamic_table(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    let allowed = Modifiers {
        transient: true,
        ..Modifiers::none()
    };
    modifiers.allow("DYNAMIC TABLE", allowed)?;
    let mut header = cursor.create_header(modifiers)?;
    let mut columns = Vec::new();
    let mut row_access = None;
    let mut copy_grants = false;
    let mut properties = Properties::default();
    loop {
        if let Some(clause) = cursor.row_access_clause()? {
            row_access = Some(clause);
        }
        cursor.tag_clause(&mut header.tags)?;
        refuse(cursor)?;
        if *cursor.peek() == Token::LParen && columns.is_empty() {
            columns = cursor.in_parentheses(view_column)?;
        } else if cursor.take("COPY GRANTS") {
            copy_grants = true;
        } else if let Some(property) = cursor.known_property(PROPERTIES)? {
            properties.push(property)?;
            cursor.take_token(&Token::Comma);
        } else {
            break;
        }
    }
    cursor.expect("AS")?;
    let (_, query) = cursor.query_text()?;
    Ok(Statement::CreateDynamicTable(Box::new(CreateDynamicTable {
        header,
        transient: modifiers.transient,
        columns,
        row_access,
        copy_grants,
        properties,
        query,
        text: cursor.text_so_far(),
    })))
}

/// ALTER DYNAMIC TABLE, after the words.
pub(crate) fn alter_dynamic_table(cursor: &mut Cursor<'_>) -> Result<Statement> {
    use DynamicTableAction as A;
    let if_exists = cursor.take("IF EXISTS");
    let names = cursor.comma_separated(Cursor::name)?;
    refuse(cursor)?;
    let reclusters = cursor.sees("SUSPEND RECLUSTER") || cursor.sees("RESUME RECLUSTER");
    let action = if reclusters || cursor.sees("DROP CLUSTERING KEY") {
        return Err(Error::unsupported("ALTER DYNAMIC TABLE … RECLUSTER"));
    } else if cursor.take("REFRESH") {
        if cursor.sees("COPY SESSION") {
            return Err(Error::unsupported("ALTER DYNAMIC TABLE … REFRESH COPY SESSION"));
        }
        A::Refresh
    } else if names.len() > 1 {
        return cursor.unexpected();
    } else if cursor.take("SUSPEND") {
        A::Suspend
    } else if cursor.take("RESUME") {
        A::Resume
    } else if cursor.take("RENAME TO") {
        A::Rename(cursor.name()?)
    } else if cursor.take("SWAP WITH") {
        A::Swap(cursor.name()?)
    } else if cursor.take("UNSET") {
        refuse(cursor)?;
        A::Unset(cursor.unset_list(&ALTERED[3..])?)
    } else if cursor.take("SET") {
        refuse(cursor)?;
        let properties = cursor.properties(ALTERED)?;
        if properties.is_empty() {
            return cursor.unexpected();
        }
        A::Set(properties)
    } else {
        for words in ["ALTER", "MODIFY", "ADD", "DROP"] {
            if cursor.sees(words) {
                return Err(Error::unsupported(format_args!("ALTER DYNAMIC TABLE … {words}")));
            }
        }
        return cursor.unexpected();
    };
    Ok(Statement::AlterDynamicTable(Box::new(AlterDynamicTable {
        if_exists,
        names,
        action,
    })))
}
