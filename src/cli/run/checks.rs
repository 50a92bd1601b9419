//! The checks of `pipeline.toml`, by which a run proves itself.

use serde::Serialize;

use super::Run;
use crate::error::Result;
use crate::world::pipeline::{Check, Figures};

/// How one check came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckOutcome {
    /// What is claimed.
    pub name: String,
    /// Whether it is true.
    pub holds: bool,
    /// If not, what was expected and what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Run {
    /// Asks every check; one that fails to run does not hold.
    pub(super) async fn checks(&mut self, figures: &Figures) -> Vec<CheckOutcome> {
        let mut outcomes = Vec::new();
        for check in self.pipeline.checks.clone() {
            self.progress.doing(format!("checking: {}", check.name));
            let why = match self.check(&check, figures).await {
                Ok(verdict) => verdict.err(),
                Err(error) => Some(error.to_string()),
            };
            outcomes.push(CheckOutcome {
                name: check.name,
                holds: why.is_none(),
                why,
            });
        }
        outcomes
    }

    async fn check(&mut self, check: &Check, figures: &Figures) -> Result<std::result::Result<(), String>> {
        let result = self.session.execute(&check.query(figures)?).await?;
        check.judge(&result.to_text(&self.session.context().types)?, figures)
    }
}
