//! The tree of a block.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::Expr;

use super::log::Level;
use crate::error::Place;
use crate::types::SnowType;

/// BEGIN … END with its DECLARE and EXCEPTION. <https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks>
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// DECLARE.
    pub declarations: Vec<Declaration>,
    /// The statements.
    pub steps: Vec<Step>,
    /// EXCEPTION.
    pub handlers: Arc<[Handler]>,
}

/// One name of DECLARE or LET.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The name, in upper case unless it was quoted.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: DeclarationKind,
}

/// What a name is declared as.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclarationKind {
    /// A variable, with its type or its first value or both.
    Variable {
        /// Its type; without one, that of the value.
        data_type: Option<SnowType>,
        /// DEFAULT or `:=`.
        value: Option<Source>,
    },
    /// CURSOR FOR.
    Cursor(CursorSource),
    /// RESULTSET, with its query.
    ResultSet(Option<Child>),
    /// EXCEPTION.
    Exception {
        /// Its number, -20999 to -20000.
        code: i32,
        /// Its message.
        message: String,
    },
    /// PROCEDURE: a nested procedure.
    Procedure(Arc<NestedProcedure>),
}

/// What a cursor reads.
#[derive(Debug, Clone, PartialEq)]
pub enum CursorSource {
    /// A query, run when the cursor is opened.
    Query(Child),
    /// The rows of a RESULTSET.
    ResultSet(String),
}

/// A procedure that only its block can call.
/// <https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-snowflake-scripting>
#[derive(Debug, Clone, PartialEq)]
pub struct NestedProcedure {
    /// The names and types of its arguments.
    pub arguments: Vec<(String, SnowType)>,
    /// RETURNS; `None` for a table.
    pub returns: Option<SnowType>,
    /// Its body.
    pub body: Block,
}

/// A handler of exceptions: WHEN … THEN.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// The exceptions it is for; empty for OTHER.
    pub exceptions: Vec<String>,
    /// CONTINUE: the block goes on behind the statement that failed.
    pub continues: bool,
    /// What it does.
    pub steps: Vec<Step>,
}

/// A statement of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it starts.
    pub place: Place,
    /// What it does.
    pub action: Action,
}

/// What a statement of a block does.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names are the statements'
pub enum Action {
    Let(Declaration),
    Assign {
        target: String,
        value: Source,
    },
    If {
        branches: Vec<Branch>,
        otherwise: Vec<Step>,
    },
    /// CASE; the subject is compared with each branch's condition.
    Case {
        subject: Option<Expression>,
        branches: Vec<Branch>,
        otherwise: Vec<Step>,
    },
    For(For),
    While {
        condition: Expression,
        body: LoopBody,
    },
    Repeat {
        body: LoopBody,
        until: Expression,
    },
    Loop(LoopBody),
    Break(Option<String>),
    Continue(Option<String>),
    Return(ReturnValue),
    /// RAISE, of the exception being handled if it names none.
    Raise(Option<String>),
    Open {
        cursor: String,
        using: Vec<Expression>,
    },
    Fetch {
        cursor: String,
        into: Vec<String>,
    },
    Close(String),
    Null,
    /// AWAIT of a RESULTSET, or of all child jobs.
    Await(Option<String>),
    Cancel(String),
    Block(Box<Block>),
    /// A call of a system function for its effect.
    Evaluate(Expression),
    /// SYSTEM$LOG and its kin.
    Log {
        level: LogLevel,
        message: Expression,
    },
    Run(Child),
}

/// The level of a message that is logged.
#[derive(Debug, Clone, PartialEq)]
pub enum LogLevel {
    /// That of SYSTEM$LOG_INFO and its kin.
    Fixed(Level),
    /// The first argument of SYSTEM$LOG.
    Named(Expression),
}

/// A condition and what happens where it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The condition.
    pub condition: Expression,
    /// What happens.
    pub steps: Vec<Step>,
}

/// The statements of a loop.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopBody {
    /// The label behind END.
    pub label: Option<String>,
    /// The statements.
    pub steps: Vec<Step>,
}

/// FOR.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// The counter or row variable.
    pub variable: String,
    /// What it goes over.
    pub over: ForRange,
    /// The statements.
    pub body: LoopBody,
}

/// What FOR goes over.
#[derive(Debug, Clone, PartialEq)]
pub enum ForRange {
    /// `start TO end`, both included.
    Counter {
        /// The first value.
        start: Expression,
        /// The last value.
        end: Expression,
        /// Whether it goes from the last to the first.
        reverse: bool,
    },
    /// The rows of a cursor or a RESULTSET.
    Rows(String),
}

/// What RETURN gives.
#[derive(Debug, Clone, PartialEq)]
pub enum ReturnValue {
    /// The value of an expression.
    Expression(Expression),
    /// `TABLE(resultset)`.
    ResultSet(String),
    /// `TABLE(RESULTSET_FROM_CURSOR(cursor))`.
    Cursor(String),
    /// `TABLE(query)`.
    Query(Child),
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// An expression.
    Expression(Expression),
    /// A statement in parentheses: a RESULTSET's rows, or a variable's single value.
    Statement(Child),
}

/// An expression over variables.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Which of all expressions ever read this is: hosts keep what they compiled under it.
    pub id: u64,
    /// Where it starts.
    pub place: Place,
    /// As written.
    pub text: String,
    /// Its syntax tree; the names behind IDENTIFIER in it are those of variables and not yet their values.
    pub tree: Arc<Expr>,
    /// Names that may be variables: `X`, and `ROW.COLUMN`.
    pub names: Vec<String>,
    /// Whether it holds a query.
    pub has_query: bool,
}

/// Two expressions are the same if they say the same, wherever they stand.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

/// A SQL statement inside a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// Where it starts.
    pub place: Place,
    /// What runs.
    pub statement: ChildStatement,
    /// ASYNC.
    pub asynchronous: bool,
    /// INTO: variables that take the single row's values.
    pub into: Vec<String>,
}

/// What a child statement is.
#[derive(Debug, Clone, PartialEq)]
pub enum ChildStatement {
    /// A statement as written, without INTO.
    Sql {
        /// The text.
        text: String,
        /// The variables behind colons in it.
        names: Vec<String>,
    },
    /// EXECUTE IMMEDIATE.
    Immediate {
        /// The text to run.
        text: Expression,
        /// USING.
        using: Vec<Expression>,
    },
    /// CALL of a single name, which may be a nested procedure's.
    Call {
        /// The procedure's name.
        name: String,
        /// The values, each with its name if it has one.
        arguments: Vec<(Option<String>, Expression)>,
        /// The whole statement, for a procedure of the account.
        text: String,
        /// The variables behind colons in it.
        names: Vec<String>,
    },
}
