//! What planning asks of its surroundings.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ScalarUDF, TableSource};
use datafusion::sql::sqlparser::ast;

use super::routine::UserFunction;
use crate::error::Result;

/// An argument of a table function, with its name if it has one.
#[derive(Debug, Clone)]
pub struct NamedArgument {
    /// `INPUT` of `INPUT => x`, upper case.
    pub name: Option<String>,
    /// The value.
    pub value: ScalarValue,
}

/// How a relation is asked for.
#[derive(Debug, Clone, Copy)]
pub struct RelationSource<'a> {
    /// One to three name parts, folded; or one part that begins with `@`, a stage reference.
    pub name: &'a [String],
    /// AT or BEFORE, if given.
    pub version: Option<&'a ast::TableVersion>,
    /// Arguments in parentheses behind a stage reference.
    pub arguments: &'a [ast::FunctionArg],
}

/// What a bind variable stands for.
#[derive(Debug, Clone)]
pub enum Bound {
    /// A value that a literal can spell.
    Value(ScalarValue),
    /// The value of a function without arguments that the statement has of its own.
    Function(String),
    /// A column, of the rows that an array bind has.
    Column(String),
}

/// The names, stages and session values that a statement's queries see.
pub trait Environment: Debug + Send + Sync {
    /// The table, view, stream or stage of a name.
    ///
    /// # Errors
    /// 002003 when there is none.
    fn relation(&self, source: RelationSource<'_>) -> Result<Arc<dyn TableSource>>;

    /// The columns of a table that `*` leaves out, in case it has such.
    fn pseudo_columns(&self, _name: &[String]) -> &'static [&'static str] {
        &[]
    }

    /// The table that a table function gives for constant arguments.
    ///
    /// # Errors
    /// 002141 for an unknown function; any error that the function has.
    fn table_function(&self, name: &[String], arguments: Vec<NamedArgument>) -> Result<Arc<dyn TableSource>>;

    /// The value of a context function (`CURRENT_DATABASE`, `SYSTEM$STREAM_HAS_DATA`) for constant arguments; `None`
    /// when there is no such context function.
    fn context_function(&self, name: &str, arguments: &[ScalarValue]) -> Option<Result<ScalarValue>>;

    /// A session variable's value.
    ///
    /// # Errors
    /// 002211 when it is not set.
    fn variable(&self, name: &str) -> Result<ScalarValue>;

    /// What a bind variable stands for, as the syntax tree has it: `?1`, `:1` or `:NAME`. `None` when it is not set.
    fn bind(&self, placeholder: &str) -> Option<Bound>;

    /// A function that gives a sequence's next values.
    ///
    /// # Errors
    /// 002003 when there is no such sequence.
    fn sequence(&self, name: &[String]) -> Result<Arc<ScalarUDF>>;

    /// The user-defined functions of a name; `None` when there are none.
    ///
    /// # Errors
    /// When a database or schema that is part of the name is not there.
    fn user_function(&self, name: &[String]) -> Result<Option<Arc<dyn UserFunction>>>;

    /// A number for what is random in the statement: another one at each call, and the same ones in every run.
    fn random_seed(&self) -> u64;

    /// A scalar function that only this statement has.
    fn local_function(&self, name: &str) -> Option<Arc<ScalarUDF>>;
}
