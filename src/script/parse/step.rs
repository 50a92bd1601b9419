//! The statements of a block (<https://docs.snowflake.com/en/sql-reference-snowflake-scripting>).
//!
//! [`STATEMENTS`] maps leading words to parsers; what begins with none of them is an assignment or a SQL statement.

use super::Parser;
use crate::error::Result;
use crate::script::log::Level;
use crate::script::tree::{Action, Branch, For, ForRange, LogLevel, LoopBody, ReturnValue, Step};

type Parse = fn(&mut Parser<'_>) -> Result<Action>;

/// The statements of Snowflake Scripting, read after their first words.
const STATEMENTS: &[(&str, Parse)] = &[
    ("LET", |parser| parser.declaration().map(Action::Let)),
    ("IF", |parser| parser.branches()),
    ("CASE", |parser| parser.case()),
    ("FOR", |parser| parser.for_loop()),
    ("WHILE", |parser| parser.while_loop()),
    ("REPEAT", |parser| parser.repeat()),
    ("LOOP", |parser| parser.loop_body("LOOP").map(Action::Loop)),
    ("BREAK", |parser| parser.label().map(Action::Break)),
    ("EXIT", |parser| parser.label().map(Action::Break)),
    ("CONTINUE", |parser| parser.label().map(Action::Continue)),
    ("ITERATE", |parser| parser.label().map(Action::Continue)),
    ("RETURN", |parser| parser.return_value()),
    ("RAISE", |parser| parser.label().map(Action::Raise)),
    ("OPEN", |parser| parser.open()),
    ("FETCH", |parser| parser.fetch()),
    ("CLOSE", |parser| parser.reader.name().map(Action::Close)),
    ("NULL", |_| Ok(Action::Null)),
    ("AWAIT", |parser| parser.await_jobs()),
    ("CANCEL", |parser| parser.reader.name().map(Action::Cancel)),
];

/// Functions that are called for their effect, as statements.
const CALLED_AS_STATEMENTS: &str = "SYSTEM$";

/// What the functions begin with that log messages.
/// <https://docs.snowflake.com/en/sql-reference/functions/system_log>
const LOGS: &str = "SYSTEM$LOG";

impl Parser<'_> {
    /// Statements, each with its `;`, up to one of these words, which is left.
    pub(super) fn steps(&mut self, ends: &[&str]) -> Result<Vec<Step>> {
        self.nested(|parser| {
            let mut steps = Vec::new();
            while !parser.reader.sees_one_of(ends) {
                if parser.reader.at_end() {
                    return parser.reader.unexpected();
                }
                steps.push(parser.step()?);
                parser.reader.expect_marks(";")?;
            }
            Ok(steps)
        })
    }

    fn step(&mut self) -> Result<Step> {
        let place = self.reader.place();
        self.at = place;
        let action = self.action()?;
        Ok(Step { place, action })
    }

    fn action(&mut self) -> Result<Action> {
        if self.reader.sees("DECLARE") || self.reader.sees("BEGIN") && !self.begins_transaction() {
            let block = self.block()?;
            // A label may stand behind END.
            if !self.reader.sees_marks(";") {
                self.reader.name()?;
            }
            return Ok(Action::Block(Box::new(block)));
        }
        if self.reader.name_is_followed_by(":=") || self.reader.sees_marks(":") {
            let target = self.reader.variable()?;
            self.reader.expect_marks(":=")?;
            let value = self.source()?;
            return Ok(Action::Assign { target, value });
        }
        let word = self.reader.peek_word().unwrap_or_default();
        if let Some(kind) = word.strip_prefix(LOGS) {
            return self.log(kind);
        }
        if word.starts_with(CALLED_AS_STATEMENTS) {
            return self.expression_until(&[";"]).map(Action::Evaluate);
        }
        match STATEMENTS.iter().find(|(words, _)| *words == word) {
            Some((words, parse)) => {
                self.reader.expect(words)?;
                parse(self)
            }
            None => self.child().map(Action::Run),
        }
    }

    /// SYSTEM$LOG, or SYSTEM$LOG_INFO and its kin; `kind` is what stands behind SYSTEM$LOG.
    fn log(&mut self, kind: &str) -> Result<Action> {
        let level = kind.strip_prefix('_').and_then(Level::parse);
        if level.is_none() && !kind.is_empty() {
            return self.reader.unexpected();
        }
        self.reader.name()?;
        let mut arguments = super::child::in_brackets(&mut self.reader)?.into_iter();
        let level = match level {
            Some(level) => LogLevel::Fixed(level),
            None => match arguments.next() {
                Some(name) => LogLevel::Named(name),
                None => return self.reader.unexpected(),
            },
        };
        match (arguments.next(), arguments.next()) {
            (Some(message), None) => Ok(Action::Log { level, message }),
            _ => self.reader.unexpected(),
        }
    }

    fn begins_transaction(&mut self) -> bool {
        self.reader.ahead(|reader| {
            reader.take("BEGIN")
                && (reader.sees_one_of(&["TRANSACTION", "WORK", "NAME"]) || reader.sees_marks(";"))
        })
    }

    /// A name, if one comes before the end of the statement.
    fn label(&mut self) -> Result<Option<String>> {
        match self.reader.sees_marks(";") {
            true => Ok(None),
            false => self.reader.name().map(Some),
        }
    }

    /// IF, after the word.
    fn branches(&mut self) -> Result<Action> {
        let mut branches = vec![self.branch(&["ELSEIF", "ELSIF", "ELSE", "END"])?];
        while self.reader.take("ELSEIF") || self.reader.take("ELSIF") {
            branches.push(self.branch(&["ELSEIF", "ELSIF", "ELSE", "END"])?);
        }
        let otherwise = self.otherwise()?;
        self.reader.expect("END IF")?;
        Ok(Action::If { branches, otherwise })
    }

    fn branch(&mut self, ends: &[&str]) -> Result<Branch> {
        let condition = self.expression_until(&["THEN"])?;
        self.reader.expect("THEN")?;
        let steps = self.steps(ends)?;
        Ok(Branch { condition, steps })
    }

    fn otherwise(&mut self) -> Result<Vec<Step>> {
        match self.reader.take("ELSE") {
            true => self.steps(&["END"]),
            false => Ok(Vec::new()),
        }
    }

    /// CASE, after the word.
    fn case(&mut self) -> Result<Action> {
        let subject = match self.reader.sees("WHEN") {
            true => None,
            false => Some(self.expression_until(&["WHEN"])?),
        };
        let mut branches = Vec::new();
        while self.reader.take("WHEN") {
            branches.push(self.branch(&["WHEN", "ELSE", "END"])?);
        }
        if branches.is_empty() {
            return self.reader.unexpected();
        }
        let otherwise = self.otherwise()?;
        self.reader.expect("END")?;
        self.reader.take("CASE");
        Ok(Action::Case {
            subject,
            branches,
            otherwise,
        })
    }

    /// The statements of a loop up to END and its word, with the label behind.
    fn loop_body(&mut self, word: &str) -> Result<LoopBody> {
        let steps = self.steps(&["END"])?;
        self.reader.expect("END")?;
        self.reader.expect(word)?;
        let label = self.label()?;
        Ok(LoopBody { label, steps })
    }

    /// DO or LOOP: what opens a loop, and the word that closes it.
    fn opened<'w>(&mut self, word: &'w str) -> Result<&'w str> {
        if self.reader.take("LOOP") {
            return Ok("LOOP");
        }
        self.reader.expect("DO")?;
        // A colon behind DO is in the documentation's own example.
        self.reader.take_marks(":");
        Ok(word)
    }

    /// FOR, after the word.
    fn for_loop(&mut self) -> Result<Action> {
        let variable = self.reader.name()?;
        self.reader.expect("IN")?;
        let rows = self
            .reader
            .ahead(|reader| reader.name().is_ok() && (reader.sees("DO") || reader.sees("LOOP")));
        let over = if rows {
            ForRange::Rows(self.reader.name()?)
        } else {
            let reverse = self.reader.take("REVERSE");
            let start = self.expression_until(&["TO"])?;
            self.reader.expect("TO")?;
            let end = self.expression_until(&["DO", "LOOP"])?;
            ForRange::Counter { start, end, reverse }
        };
        let word = self.opened("FOR")?;
        let body = self.loop_body(word)?;
        Ok(Action::For(For { variable, over, body }))
    }

    /// WHILE, after the word.
    fn while_loop(&mut self) -> Result<Action> {
        let condition = self.expression_until(&["DO", "LOOP"])?;
        let word = self.opened("WHILE")?;
        let body = self.loop_body(word)?;
        Ok(Action::While { condition, body })
    }

    /// REPEAT, after the word.
    fn repeat(&mut self) -> Result<Action> {
        let steps = self.steps(&["UNTIL"])?;
        self.reader.expect("UNTIL")?;
        let until = self.expression_until(&["END"])?;
        self.reader.expect("END REPEAT")?;
        let label = self.label()?;
        Ok(Action::Repeat {
            body: LoopBody { label, steps },
            until,
        })
    }

    /// RETURN, after the word.
    fn return_value(&mut self) -> Result<Action> {
        let table = self
            .reader
            .ahead(|reader| reader.take("TABLE") && reader.sees_marks("("));
        if !table {
            return Ok(Action::Return(ReturnValue::Expression(
                self.expression_until(&[";"])?,
            )));
        }
        self.reader.expect("TABLE")?;
        let value = if self.reader.ahead(|reader| {
            reader.take_marks("(") && reader.take("RESULTSET_FROM_CURSOR") && reader.sees_marks("(")
        }) {
            self.reader.expect_marks("(")?;
            self.reader.expect("RESULTSET_FROM_CURSOR")?;
            self.reader.expect_marks("(")?;
            let cursor = self.reader.name()?;
            self.reader.expect_marks("))")?;
            ReturnValue::Cursor(cursor)
        } else if self
            .reader
            .ahead(|reader| reader.take_marks("(") && reader.variable().is_ok() && reader.sees_marks(")"))
        {
            self.reader.expect_marks("(")?;
            let name = self.reader.variable()?;
            self.reader.expect_marks(")")?;
            ReturnValue::ResultSet(name)
        } else {
            ReturnValue::Query(self.child_in_brackets()?)
        };
        Ok(Action::Return(value))
    }

    /// OPEN, after the word.
    fn open(&mut self) -> Result<Action> {
        let cursor = self.reader.name()?;
        let using = super::child::using(&mut self.reader)?;
        Ok(Action::Open { cursor, using })
    }

    /// FETCH, after the word.
    fn fetch(&mut self) -> Result<Action> {
        let cursor = self.reader.name()?;
        self.reader.expect("INTO")?;
        let into = self.reader.variables()?;
        Ok(Action::Fetch { cursor, into })
    }

    /// AWAIT, after the word.
    fn await_jobs(&mut self) -> Result<Action> {
        if self.reader.take("ALL") {
            return Ok(Action::Await(None));
        }
        self.reader.name().map(|name| Action::Await(Some(name)))
    }
}
