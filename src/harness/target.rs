//! Where a case runs: in Snowglobe, or on an account. [`local`](super::local) is the first; the command line adds others.

use async_trait::async_trait;

use super::case::Case;
use super::directive::Place;
use super::script::Act;
use crate::engine::StatementResult;
use crate::error::Result;
use crate::types::TypeContext;

/// The database that every case begins in, and its schema is PUBLIC.
pub const DATABASE: &str = "SNOWGLOBE_TEST";

/// An account of a case's own, or a part of one.
#[async_trait]
pub trait Target: Send {
    /// Runs one statement in the current session.
    ///
    /// # Errors
    /// What a client gets.
    async fn execute(&mut self, text: &str) -> Result<StatementResult>;

    /// What shapes the text of values in the current session.
    fn types(&self) -> TypeContext;

    /// Does what stands between statements.
    ///
    /// # Errors
    /// What it fails with, or that this target cannot do it.
    async fn act(&mut self, act: &Act) -> Result<()>;

    /// What the case's database is called here, if not [`DATABASE`].
    fn database(&self) -> Option<String> {
        None
    }

    /// Leaves nothing behind.
    ///
    /// # Errors
    /// What could not be taken away.
    async fn close(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Opens a target for each case.
#[async_trait]
pub trait Opener: Send + Sync {
    /// Where its targets are.
    fn place(&self) -> Place;

    /// Why a case cannot run here at all, if so: what makes it be skipped.
    fn skips(&self, _case: &Case, _steps: &[super::script::Step]) -> Option<String> {
        None
    }

    /// A target for one case.
    ///
    /// # Errors
    /// When there is none to be had.
    async fn open(&self, case: &Case) -> Result<Box<dyn Target>>;
}
