//! UPDATE, DELETE and TRUNCATE (<https://docs.snowflake.com/en/sql-reference/sql/update>,
//! <https://docs.snowflake.com/en/sql-reference/sql/delete>,
//! <https://docs.snowflake.com/en/sql-reference/sql/truncate-table>).

use datafusion::sql::sqlparser::ast::{Expr, TableWithJoins};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::insert::InsertValue;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};

/// The table that a DML statement changes, with the name it is called by in the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmlTarget {
    /// The table.
    pub table: QualifiedName,
    /// Its alias.
    pub alias: Option<Ident>,
}

/// `column = value` of UPDATE and MERGE.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The column, freed of the table's name or alias before it.
    pub column: Ident,
    /// The value.
    pub value: InsertValue,
}

/// UPDATE.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The table.
    pub target: DmlTarget,
    /// SET.
    pub assignments: Vec<Assignment>,
    /// FROM: tables to join with.
    pub from: Vec<TableWithJoins>,
    /// WHERE.
    pub selection: Option<Expr>,
}

/// DELETE.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub target: DmlTarget,
    /// USING: tables to join with.
    pub using: Vec<TableWithJoins>,
    /// WHERE.
    pub selection: Option<Expr>,
}

/// TRUNCATE TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncate {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The table.
    pub table: QualifiedName,
}

impl Cursor<'_> {
    /// `table [[AS] alias]`; a word of `stops` is no alias.
    pub(crate) fn dml_target(&mut self, stops: &[&str]) -> Result<DmlTarget> {
        let table = self.name()?;
        let written = self.take("AS");
        let stop = self.peek_word().is_some_and(|word| stops.contains(&word));
        let alias = matches!(self.peek(), Token::Word(_)) && (written || !stop);
        let alias = if written || alias {
            Some(self.ident()?)
        } else {
            None
        };
        Ok(DmlTarget { table, alias })
    }

    /// `column = value, …`; each column may have the target's name or alias before it.
    pub(crate) fn assignments(&mut self, target: &DmlTarget) -> Result<Vec<Assignment>> {
        self.comma_separated(|cursor| {
            let column = cursor.target_column(target)?;
            cursor.expect_token(&Token::Eq)?;
            Ok(Assignment {
                column,
                value: cursor.dml_value()?,
            })
        })
    }

    /// A column of the target.
    pub(crate) fn target_column(&mut self, target: &DmlTarget) -> Result<Ident> {
        let mut parts = vec![self.ident()?];
        while self.take_token(&Token::Period) {
            parts.push(self.ident()?);
        }
        let column = match parts.pop() {
            Some(column) => column,
            None => return self.unexpected(),
        };
        let names: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let table: Vec<&str> = target
            .table
            .parts()
            .iter()
            .map(|part| part.value.as_str())
            .collect();
        let alias = target.alias.as_ref().map(|alias| alias.value.as_str());
        let fits = names.is_empty()
            || (names.len() == 1 && alias == names.first().copied())
            || table.ends_with(&names);
        if fits {
            Ok(column)
        } else {
            let path: Vec<String> = parts.iter().chain([&column]).map(ToString::to_string).collect();
            Err(Error::invalid_identifier(path.join(".")))
        }
    }

    /// DEFAULT where it stands alone, or an expression.
    pub(crate) fn dml_value(&mut self) -> Result<InsertValue> {
        let alone = matches!(
            self.peek_nth(1),
            Token::Comma | Token::RParen | Token::SemiColon | Token::EOF | Token::Word(_)
        );
        if alone && self.take("DEFAULT") {
            Ok(InsertValue::Default)
        } else {
            Ok(InsertValue::Expr(self.expr()?))
        }
    }

    fn optional_where(&mut self) -> Result<Option<Expr>> {
        if self.take("WHERE") {
            self.expr().map(Some)
        } else {
            Ok(None)
        }
    }
}

/// UPDATE, after the word.
pub(crate) fn update(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let target = cursor.dml_target(&["SET"])?;
    cursor.expect("SET")?;
    let assignments = cursor.assignments(&target)?;
    let from = if cursor.take("FROM") {
        cursor.comma_separated(Cursor::table_with_joins)?
    } else {
        Vec::new()
    };
    let selection = cursor.optional_where()?;
    Ok(Statement::Update(Box::new(Update {
        target,
        assignments,
        from,
        selection,
    })))
}

/// DELETE, after the word.
pub(crate) fn delete(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect("FROM")?;
    let target = cursor.dml_target(&["USING", "WHERE"])?;
    let using = if cursor.take("USING") {
        cursor.comma_separated(Cursor::table_with_joins)?
    } else {
        Vec::new()
    };
    let selection = cursor.optional_where()?;
    Ok(Statement::Delete(Box::new(Delete {
        target,
        using,
        selection,
    })))
}

/// TRUNCATE, after the word.
pub(crate) fn truncate(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if cursor.take("MATERIALIZED VIEW") {
        return Err(Error::unsupported("TRUNCATE MATERIALIZED VIEW"));
    }
    let _ = cursor.take("TABLE");
    let if_exists = cursor.take("IF EXISTS");
    Ok(Statement::Truncate(Truncate {
        if_exists,
        table: cursor.name()?,
    }))
}
