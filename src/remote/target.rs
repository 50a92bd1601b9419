//! [`Target`]: where statements run, here or in an account.

use async_trait::async_trait;

use super::Client;
use crate::engine::{Session, StatementResult};
use crate::error::Result;
use crate::types::TypeContext;

/// A session, wherever it is.
#[async_trait]
pub trait Target: Send {
    /// Runs one statement.
    ///
    /// # Errors
    /// With Snowflake's number.
    async fn execute(&mut self, text: &str) -> Result<StatementResult>;

    /// The parameters that results are to be shown with, as the last statement left them.
    fn types(&self) -> &TypeContext;

    /// The current database and the current schema.
    fn place(&self) -> (Option<&str>, Option<&str>);
}

#[async_trait]
impl Target for Session {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        Session::execute(self, text).await
    }

    fn types(&self) -> &TypeContext {
        &self.context().types
    }

    fn place(&self) -> (Option<&str>, Option<&str>) {
        let context = self.context();
        (context.database.as_deref(), context.schema.as_deref())
    }
}

#[async_trait]
impl Target for Client {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        Client::execute(self, text).await
    }

    fn types(&self) -> &TypeContext {
        Client::types(self)
    }

    fn place(&self) -> (Option<&str>, Option<&str>) {
        Client::place(self)
    }
}
