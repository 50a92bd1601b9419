//! ALTER TABLE (<https://docs.snowflake.com/en/sql-reference/sql/alter-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-table-column>).

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::column::{ColumnDef, ColumnDefault, ConstraintKind, TableConstraint};
use super::masking::ColumnPolicy;
use super::table::{PROPERTIES, cluster_keys};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;
use crate::types::SnowType;

/// ALTER TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The table.
    pub name: QualifiedName,
    /// What to do.
    pub action: TableAction,
}

/// What ALTER TABLE does.
#[derive(Debug, Clone, PartialEq)]
pub enum TableAction {
    /// RENAME TO.
    Rename(QualifiedName),
    /// SWAP WITH.
    Swap(QualifiedName),
    /// ADD COLUMN.
    AddColumns {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The columns.
        columns: Vec<ColumnDef>,
        /// Their inline constraints.
        constraints: Vec<TableConstraint>,
    },
    /// DROP COLUMN.
    DropColumns {
        /// IF EXISTS.
        if_exists: bool,
        /// The columns.
        columns: Vec<Ident>,
    },
    /// RENAME COLUMN.
    RenameColumn {
        /// The old name.
        from: Ident,
        /// The new name.
        to: Ident,
    },
    /// ALTER or MODIFY COLUMN.
    AlterColumns(Vec<(Ident, ColumnAction)>),
    /// SET of properties.
    Set(Properties),
    /// UNSET of properties.
    Unset(Vec<String>),
    /// CLUSTER BY.
    ClusterBy(Vec<Expr>),
    /// DROP CLUSTERING KEY.
    DropClusteringKey,
    /// SUSPEND (true) or RESUME RECLUSTER.
    Recluster {
        /// SUSPEND.
        suspend: bool,
    },
    /// ADD of a constraint.
    AddConstraint(TableConstraint),
    /// DROP of a constraint.
    DropConstraint(ConstraintRef),
    /// RENAME CONSTRAINT.
    RenameConstraint {
        /// The old name.
        from: Ident,
        /// The new name.
        to: Ident,
    },
}

/// Which constraint DROP means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintRef {
    /// By its name.
    Named(Ident),
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE of these columns.
    Unique(Vec<Ident>),
    /// FOREIGN KEY of these columns.
    ForeignKey(Vec<Ident>),
}

/// What ALTER COLUMN does.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "held once per statement; a plain expression reads best"
)]
pub enum ColumnAction {
    /// SET DATA TYPE.
    SetType(SnowType),
    /// SET NOT NULL.
    SetNotNull,
    /// DROP NOT NULL.
    DropNotNull,
    /// SET DEFAULT.
    SetDefault(ColumnDefault),
    /// DROP DEFAULT.
    DropDefault,
    /// COMMENT.
    Comment(String),
    /// UNSET COMMENT.
    UnsetComment,
    /// SET MASKING POLICY; true for FORCE.
    SetPolicy(ColumnPolicy, bool),
    /// UNSET MASKING POLICY.
    UnsetPolicy,
}

/// ALTER TABLE, after the words.
pub(crate) fn alter_table(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.name()?;
    let action = action(cursor)?;
    Ok(Statement::AlterTable(Box::new(AlterTable {
        if_exists,
        name,
        action,
    })))
}

fn action(cursor: &mut Cursor<'_>) -> Result<TableAction> {
    cursor.refuse_governance()?;
    const REFUSED: [&str; 3] = [
        "ADD SEARCH OPTIMIZATION",
        "DROP SEARCH OPTIMIZATION",
        "ADD DATA METRIC FUNCTION",
    ];
    if let Some(words) = REFUSED.iter().find(|words| cursor.sees(words)) {
        return Err(Error::unsupported(format_args!("ALTER TABLE … {words}")));
    }
    if cursor.take("RENAME TO") {
        Ok(TableAction::Rename(cursor.name()?))
    } else if cursor.take("SWAP WITH") {
        Ok(TableAction::Swap(cursor.name()?))
    } else if cursor.take("RENAME CONSTRAINT") {
        let from = cursor.ident()?;
        cursor.expect("TO")?;
        Ok(TableAction::RenameConstraint {
            from,
            to: cursor.ident()?,
        })
    } else if cursor.take("RENAME COLUMN") {
        let from = cursor.ident()?;
        cursor.expect("TO")?;
        Ok(TableAction::RenameColumn {
            from,
            to: cursor.ident()?,
        })
    } else if cursor.take("CLUSTER BY") {
        Ok(TableAction::ClusterBy(cluster_keys(cursor)?))
    } else if cursor.take("DROP CLUSTERING KEY") {
        Ok(TableAction::DropClusteringKey)
    } else if let Some(word) = cursor.take_one_of(&["SUSPEND RECLUSTER", "RESUME RECLUSTER"]) {
        Ok(TableAction::Recluster {
            suspend: word.starts_with("SUSPEND"),
        })
    } else if cursor.take("SET") {
        let properties = cursor.properties(PROPERTIES)?;
        if properties.is_empty() {
            cursor.unexpected()
        } else {
            Ok(TableAction::Set(properties))
        }
    } else if cursor.take("UNSET") {
        Ok(TableAction::Unset(cursor.unset_list(PROPERTIES)?))
    } else if cursor.take("ADD") {
        add(cursor)
    } else if cursor.take("DROP") {
        drop(cursor)
    } else if cursor.take("ALTER") || cursor.take("MODIFY") {
        alter_columns(cursor)
    } else {
        cursor.unexpected()
    }
}

fn add(cursor: &mut Cursor<'_>) -> Result<TableAction> {
    if let Some(constraint) = cursor.table_constraint()? {
        return Ok(TableAction::AddConstraint(constraint));
    }
    let _ = cursor.take("COLUMN");
    let if_not_exists = cursor.take("IF NOT EXISTS");
    let mut constraints = Vec::new();
    let columns = cursor.comma_separated(|cursor| {
        let _ = cursor.take("COLUMN");
        cursor.column_def(&mut constraints)
    })?;
    if columns.iter().any(|column| column.data_type.is_none()) {
        return cursor.unexpected();
    }
    Ok(TableAction::AddColumns {
        if_not_exists,
        columns,
        constraints,
    })
}

fn drop(cursor: &mut Cursor<'_>) -> Result<TableAction> {
    let constraint = if cursor.take("CONSTRAINT") {
        ConstraintRef::Named(cursor.ident()?)
    } else if cursor.take("PRIMARY KEY") {
        ConstraintRef::PrimaryKey
    } else if cursor.take("FOREIGN KEY") {
        ConstraintRef::ForeignKey(cursor.in_parentheses(Cursor::ident)?)
    } else if cursor.sees("UNIQUE") && *cursor.peek_nth(1) == Token::LParen {
        cursor.next();
        ConstraintRef::Unique(cursor.in_parentheses(Cursor::ident)?)
    } else {
        let _ = cursor.take("COLUMN");
        let if_exists = cursor.take("IF EXISTS");
        let columns = cursor.comma_separated(Cursor::ident)?;
        cascade(cursor)?;
        return Ok(TableAction::DropColumns { if_exists, columns });
    };
    cascade(cursor)?;
    Ok(TableAction::DropConstraint(constraint))
}

/// CASCADE is what a drop does anyway; RESTRICT would ask who refers to the thing.
fn cascade(cursor: &mut Cursor<'_>) -> Result<()> {
    match cursor.take_one_of(&["CASCADE", "RESTRICT"]) {
        Some("RESTRICT") => Err(Error::unsupported("ALTER TABLE … DROP … RESTRICT")),
        _ => Ok(()),
    }
}

/// `[(] [COLUMN] name action [, [COLUMN] name action …] [)]`.
fn alter_columns(cursor: &mut Cursor<'_>) -> Result<TableAction> {
    if cursor.sees("CONSTRAINT") {
        return Err(Error::unsupported("ALTER TABLE … ALTER CONSTRAINT"));
    }
    let parentheses = cursor.take_token(&Token::LParen);
    let columns = cursor.comma_separated(|cursor| {
        let _ = matches!(cursor.peek_nth(1), Token::Word(_)) && cursor.take("COLUMN");
        let name = cursor.ident()?;
        Ok((name, column_action(cursor)?))
    })?;
    if parentheses {
        cursor.expect_token(&Token::RParen)?;
    }
    Ok(TableAction::AlterColumns(columns))
}

fn column_action(cursor: &mut Cursor<'_>) -> Result<ColumnAction> {
    if cursor.sees("SET PROJECTION POLICY") {
        return Err(Error::unsupported("ALTER COLUMN … SET PROJECTION POLICY"));
    }
    if cursor.take("UNSET MASKING POLICY") {
        Ok(ColumnAction::UnsetPolicy)
    } else if cursor.take("SET MASKING POLICY") {
        let policy = cursor.column_policy()?;
        Ok(ColumnAction::SetPolicy(policy, cursor.take("FORCE")))
    } else if cursor.take("DROP DEFAULT") {
        Ok(ColumnAction::DropDefault)
    } else if cursor.take("DROP NOT NULL") {
        Ok(ColumnAction::DropNotNull)
    } else if cursor.take("UNSET COMMENT") {
        Ok(ColumnAction::UnsetComment)
    } else if cursor.take("COMMENT") {
        cursor.take_token(&Token::Eq);
        Ok(ColumnAction::Comment(cursor.string()?))
    } else if cursor.take("SET DEFAULT") {
        let from = cursor.location();
        let expr = cursor.expr()?;
        Ok(ColumnAction::SetDefault(ColumnDefault {
            expr,
            text: cursor.text_since(from),
        }))
    } else if cursor.take("SET NOT NULL") || cursor.take("NOT NULL") {
        Ok(ColumnAction::SetNotNull)
    } else if cursor.take("SET DATA TYPE") || cursor.take("DATA TYPE") || cursor.take("TYPE") {
        Ok(ColumnAction::SetType(cursor.snow_type()?))
    } else {
        // `MODIFY c VARCHAR(50)`: the type alone.
        Ok(ColumnAction::SetType(cursor.snow_type()?))
    }
}

impl TableConstraint {
    /// Whether this is the primary key.
    pub fn is_primary_key(&self) -> bool {
        self.kind == ConstraintKind::PrimaryKey
    }
}
