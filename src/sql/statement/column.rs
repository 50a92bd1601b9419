//! Column definitions and constraints of CREATE TABLE and ALTER TABLE
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-table-constraint>).

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::masking::ColumnPolicy;
use super::tag::TagValue;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::reserved::is_reserved_as_column;
use crate::types::SnowType;

/// A column of CREATE TABLE or ADD COLUMN.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Name.
    pub name: Ident,
    /// Type; absent only in the column list of CREATE TABLE … AS.
    pub data_type: Option<SnowType>,
    /// NOT NULL.
    pub not_null: bool,
    /// DEFAULT.
    pub default: Option<ColumnDefault>,
    /// AUTOINCREMENT or IDENTITY.
    pub identity: Option<Identity>,
    /// COMMENT.
    pub comment: Option<String>,
    /// MASKING POLICY.
    pub masking: Option<ColumnPolicy>,
    /// WITH TAG.
    pub tags: Vec<TagValue>,
    /// AS: what a virtual column is, as written.
    pub expression: Option<String>,
}

/// A DEFAULT with its own text, which DESCRIBE shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefault {
    /// The expression.
    pub expr: Expr,
    /// As written.
    pub text: String,
}

/// The numbering of an AUTOINCREMENT column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The first number.
    pub start: i64,
    /// The distance from one number to the next.
    pub step: i64,
    /// ORDER (true), NOORDER (false), or neither.
    pub order: Option<bool>,
}

/// What a constraint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// FOREIGN KEY.
    ForeignKey {
        /// The table referred to.
        table: QualifiedName,
        /// Its columns; empty means its primary key.
        columns: Vec<Ident>,
    },
}

/// A constraint, inline or out of line. Snowflake keeps constraints and enforces NOT NULL only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// What it says.
    pub kind: ConstraintKind,
    /// The table's own columns.
    pub columns: Vec<Ident>,
    /// Words such as `NOT ENFORCED` or `ON DELETE CASCADE`, in the order written.
    pub options: Vec<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

const OPTIONS: &[&str] = &[
    "NOT ENFORCED",
    "ENFORCED",
    "NOT DEFERRABLE",
    "DEFERRABLE",
    "INITIALLY DEFERRED",
    "INITIALLY IMMEDIATE",
    "MATCH FULL",
    "MATCH PARTIAL",
    "MATCH SIMPLE",
    "ENABLE NOVALIDATE",
    "ENABLE VALIDATE",
    "DISABLE NOVALIDATE",
    "DISABLE VALIDATE",
    "ENABLE",
    "DISABLE",
    "VALIDATE",
    "NOVALIDATE",
    "NORELY",
    "RELY",
    "ON UPDATE CASCADE",
    "ON UPDATE SET NULL",
    "ON UPDATE SET DEFAULT",
    "ON UPDATE RESTRICT",
    "ON UPDATE NO ACTION",
    "ON DELETE CASCADE",
    "ON DELETE SET NULL",
    "ON DELETE SET DEFAULT",
    "ON DELETE RESTRICT",
    "ON DELETE NO ACTION",
];

impl Cursor<'_> {
    /// `( column | constraint, … )`.
    pub(crate) fn column_list(&mut self) -> Result<(Vec<ColumnDef>, Vec<TableConstraint>)> {
        let mut columns = Vec::new();
        let mut constraints = Vec::new();
        self.expect_token(&Token::LParen)?;
        loop {
            match self.table_constraint()? {
                Some(constraint) => constraints.push(constraint),
                None => columns.push(self.column_def(&mut constraints)?),
            }
            // A comma may stand behind the last one as well.
            if !self.take_token(&Token::Comma) || *self.peek() == Token::RParen {
                break;
            }
        }
        self.expect_token(&Token::RParen)?;
        Ok((columns, constraints))
    }

    /// `name [type] options`; inline constraints are added to `constraints`.
    pub(crate) fn column_def(&mut self, constraints: &mut Vec<TableConstraint>) -> Result<ColumnDef> {
        if self.peek_word().is_some_and(is_reserved_as_column) {
            return self.unexpected();
        }
        let name = self.ident()?;
        let bare = matches!(self.peek(), Token::Comma | Token::RParen);
        let data_type = if bare { None } else { Some(self.snow_type()?) };
        let mut column = ColumnDef {
            name,
            data_type,
            not_null: false,
            default: None,
            identity: None,
            comment: None,
            masking: None,
            tags: Vec::new(),
            expression: None,
        };
        while self.column_option(&mut column, constraints)? {}
        Ok(column)
    }

    fn column_option(
        &mut self,
        column: &mut ColumnDef,
        constraints: &mut Vec<TableConstraint>,
    ) -> Result<bool> {
        if let Some(policy) = self.masking_clause()? {
            column.masking = Some(policy);
            return Ok(true);
        }
        self.governance(&mut column.tags)?;
        if self.take("NOT NULL") {
            column.not_null = true;
        } else if self.take("NULL") {
            column.not_null = false;
        } else if self.take("DEFAULT") {
            let from = self.location();
            let expr = self.expr()?;
            column.default = Some(ColumnDefault {
                expr,
                text: self.text_since(from),
            });
        } else if self.take("AUTOINCREMENT") || self.take("IDENTITY") {
            column.identity = Some(self.identity()?);
        } else if self.take("COMMENT") {
            self.take_token(&Token::Eq);
            column.comment = Some(self.string()?);
        } else if self.take("COLLATE") {
            let collation = self.string()?;
            if !collation.is_empty() && !collation.eq_ignore_ascii_case("utf8") {
                return Err(Error::unsupported(format_args!("COLLATE '{collation}'")));
            }
        } else if self.sees("CHECK") {
            return Err(Error::unsupported("CHECK constraint"));
        } else if column.expression.is_none() && (self.take("GENERATED ALWAYS AS") || self.take("AS")) {
            column.expression = Some(self.virtual_expression()?);
        } else {
            let name = if self.take("CONSTRAINT") {
                Some(self.ident()?)
            } else {
                None
            };
            let kind = if self.take("PRIMARY KEY") {
                ConstraintKind::PrimaryKey
            } else if self.take("UNIQUE") {
                ConstraintKind::Unique
            } else if self.take("FOREIGN KEY REFERENCES") || self.take("REFERENCES") {
                ConstraintKind::ForeignKey {
                    table: self.name()?,
                    columns: self.optional_columns()?,
                }
            } else if name.is_some() {
                return self.unexpected();
            } else {
                return Ok(false);
            };
            // A primary key's column takes no NULL, as NOT NULL says.
            column.not_null |= kind == ConstraintKind::PrimaryKey;
            let columns = vec![column.name.clone()];
            constraints.push(self.constraint_options(name, kind, columns)?);
        }
        Ok(true)
    }

    /// The expression of a virtual column, in parentheses or without them, as written.
    fn virtual_expression(&mut self) -> Result<String> {
        const BEHIND: [&str; 12] = [
            "NOT NULL",
            "NULL",
            "COMMENT",
            "CONSTRAINT",
            "UNIQUE",
            "PRIMARY KEY",
            "FOREIGN KEY",
            "REFERENCES",
            "WITH",
            "TAG",
            "MASKING POLICY",
            "PROJECTION POLICY",
        ];
        let from = self.location();
        // `(…) NOT NULL` would be an expression as well: a test.
        let in_parentheses = self.attempt(|cursor| {
            cursor.expect_token(&Token::LParen)?;
            cursor.expr()?;
            cursor.expect_token(&Token::RParen)?;
            let ends = matches!(cursor.peek(), Token::Comma | Token::RParen);
            match ends || BEHIND.iter().any(|words| cursor.sees(words)) {
                true => Ok(()),
                false => cursor.unexpected(),
            }
        });
        if in_parentheses.is_none() {
            let tests = matches!(self.expr()?, Expr::IsNotNull(_));
            let text = self.text_since(from);
            let bare = text.len().saturating_sub("NOT NULL".len());
            let (head, _) = text.split_at_checked(bare).unwrap_or((&text, ""));
            let is = head.trim_end().to_ascii_uppercase().ends_with(" IS");
            return Ok(if tests && !is {
                head.trim_end().to_string()
            } else {
                text
            });
        }
        Ok(self.text_since(from))
    }

    /// `[(start, step)] | [START [WITH] n] [INCREMENT [BY] n] [ORDER | NOORDER]`.
    fn identity(&mut self) -> Result<Identity> {
        let mut identity = Identity {
            start: 1,
            step: 1,
            order: None,
        };
        if self.take_token(&Token::LParen) {
            identity.start = self.integer()?;
            self.expect_token(&Token::Comma)?;
            identity.step = self.integer()?;
            self.expect_token(&Token::RParen)?;
        } else {
            if self.take("START") {
                let _ = self.take("WITH") || self.take_token(&Token::Eq);
                identity.start = self.integer()?;
            }
            if self.take("INCREMENT") {
                let _ = self.take("BY") || self.take_token(&Token::Eq);
                identity.step = self.integer()?;
            }
        }
        identity.order = self
            .take_one_of(&["ORDER", "NOORDER"])
            .map(|word| word == "ORDER");
        Ok(identity)
    }

    /// An out-of-line constraint if one comes next.
    pub(crate) fn table_constraint(&mut self) -> Result<Option<TableConstraint>> {
        if self.sees("CHECK") && *self.peek_nth(1) == Token::LParen {
            return Err(Error::unsupported("CHECK constraint"));
        }
        // A column may bear one of these names; a constraint goes on with what only a constraint has.
        let named = self.sees("CONSTRAINT") && matches!(self.peek_nth(2), Token::Word(_));
        let starts = self.sees("PRIMARY KEY")
            || self.sees("FOREIGN KEY")
            || self.sees("UNIQUE") && *self.peek_nth(1) == Token::LParen;
        if !named && !starts {
            return Ok(None);
        }
        let name = if self.take("CONSTRAINT") {
            Some(self.ident()?)
        } else {
            None
        };
        let (kind, columns) = if self.take("PRIMARY KEY") {
            (ConstraintKind::PrimaryKey, self.in_parentheses(Self::ident)?)
        } else if self.take("UNIQUE") {
            (ConstraintKind::Unique, self.in_parentheses(Self::ident)?)
        } else if self.take("FOREIGN KEY") {
            let own = self.in_parentheses(Self::ident)?;
            self.expect("REFERENCES")?;
            let table = self.name()?;
            (
                ConstraintKind::ForeignKey {
                    table,
                    columns: self.optional_columns()?,
                },
                own,
            )
        } else if self.sees("CHECK") {
            return Err(Error::unsupported("CHECK constraint"));
        } else {
            return self.unexpected();
        };
        self.constraint_options(name, kind, columns).map(Some)
    }

    fn constraint_options(
        &mut self,
        name: Option<Ident>,
        kind: ConstraintKind,
        columns: Vec<Ident>,
    ) -> Result<TableConstraint> {
        let mut constraint = TableConstraint {
            name,
            kind,
            columns,
            options: Vec::new(),
            comment: None,
        };
        loop {
            if let Some(option) = self.take_one_of(OPTIONS) {
                constraint.options.push(option.to_string());
            } else if constraint.columns.len() != 1 && self.take("COMMENT") {
                self.take_token(&Token::Eq);
                constraint.comment = Some(self.string()?);
            } else {
                return Ok(constraint);
            }
        }
    }
}
