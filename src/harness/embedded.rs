//! [`Snowglobe`]: a warehouse inside of a Rust test.
//!
//! ```no_run
//! # async fn test() -> snowglobe::error::Result<()> {
//! let mut warehouse = snowglobe::Snowglobe::builder().build().await?;
//! warehouse.execute("CREATE TABLE T (ID INT, NAME VARCHAR)").await?;
//! warehouse.execute("INSERT INTO T VALUES (1, 'Ada')").await?;
//! warehouse.advance("5 minutes").await?;
//! let answer = warehouse.execute("SELECT * FROM T").await?;
//! assert_eq!(answer.rows(), [[Some("1".to_owned()), Some("Ada".to_owned())]]);
//! println!("{answer}"); // made for insta::assert_snapshot!
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::path::Path;

use jiff::{Span, Timestamp};

use super::cells::write_row;
use super::local::{Local, START, put_object};
use super::outcome::{Column, Table};
use super::snapshot::column_text;
use crate::error::{Error, Result};
use crate::sql::{self, quote_text};
use crate::task::passing::Passed;

/// An account in memory under a virtual clock, in the database `SNOWGLOBE_TEST`. Many can live beside each other.
pub struct Snowglobe {
    local: Local,
}

/// How a [`Snowglobe`] begins.
#[derive(Debug, Clone)]
pub struct Builder {
    start: Timestamp,
    parameters: Vec<(String, String)>,
}

/// A statement's result, in Snowflake's text form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer(Table);

impl Snowglobe {
    /// A warehouse that begins at 2026-01-01 00:00 UTC with Snowflake's own parameters, unless told otherwise.
    pub fn builder() -> Builder {
        Builder {
            start: START,
            parameters: Vec::new(),
        }
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// Its error, with Snowflake's number; a result of more than ten thousand rows.
    pub async fn execute(&mut self, text: &str) -> Result<Answer> {
        let session = self.local.session();
        let result = session.execute(text).await?;
        Table::of_result(&result, &session.context().types).map(Answer)
    }

    /// Runs every statement of a script.
    ///
    /// # Errors
    /// That of the first statement that fails.
    pub async fn script(&mut self, script: &str) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for statement in sql::split(script) {
            answers.push(self.execute(&statement.text).await?);
        }
        Ok(answers)
    }

    /// Lets time pass (`5 minutes`, `1 day 2 hours`): pipes load and tasks run as they become due. Answers what did.
    ///
    /// # Errors
    /// A text that is no span of time. A task that fails is no error; TASK_HISTORY tells of it.
    pub async fn advance(&mut self, by: &str) -> Result<Passed> {
        let span: Span = by
            .parse()
            .map_err(|_| Error::configuration(format!("`{by}` is no span of time such as `5 minutes`")))?;
        match span.is_negative() {
            true => Err(Error::configuration("time does not go back")),
            false => self.local.advance(span).await,
        }
    }

    /// Puts a local file on a stage (`@stage/path`), as it is.
    ///
    /// # Errors
    /// Those of PUT.
    pub async fn put(&mut self, file: &Path, to: &str) -> Result<()> {
        self.local.put(file, to).await
    }

    /// Puts a local file into a bucket of S3, which is made if need be. Pipes with AUTO_INGEST load it when time passes.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub async fn put_s3(&mut self, file: &Path, bucket: &str, key: &str) -> Result<()> {
        put_object(self.local.account(), file, bucket, key).await
    }
}

impl Builder {
    /// The moment at which the virtual clock begins.
    pub fn start(mut self, moment: Timestamp) -> Self {
        self.start = moment;
        self
    }

    /// A session parameter, as in `ALTER SESSION SET NAME = 'value'`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The warehouse.
    ///
    /// # Errors
    /// A parameter that is none, or does not take its value.
    pub async fn build(self) -> Result<Snowglobe> {
        let mut local = Local::starting(self.start).await?;
        for (name, value) in &self.parameters {
            let set = format!("ALTER SESSION SET {name} = {}", quote_text(value));
            local.session().execute(&set).await?;
        }
        Ok(Snowglobe { local })
    }
}

impl Answer {
    /// The columns with their types.
    pub fn columns(&self) -> &[Column] {
        &self.0.columns
    }

    /// The cells; `None` is NULL.
    pub fn rows(&self) -> &[Vec<Option<String>>] {
        &self.0.rows
    }
}

impl fmt::Display for Answer {
    /// As snapshots show it: a line for each column, then one for each row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for column in &self.0.columns {
            writeln!(f, "| {}", column_text(column))?;
        }
        for row in &self.0.rows {
            writeln!(f, "  {}", write_row(row))?;
        }
        Ok(())
    }
}
