//! The checks of `pipeline.toml`, by which a run proves itself.

use serde::Serialize;

use super::Run;
use super::outcome::Told;
use crate::error::Result;
use crate::world::pipeline::{Check, Expected, Figures};

/// How one check came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckOutcome {
    /// What is claimed.
    pub name: String,
    /// Whether it could be asked.
    pub asked: bool,
    /// Whether it is true, as far as it could be asked.
    pub holds: bool,
    /// If not, what was expected and what was found; or why it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What became of a check.
enum Verdict {
    Right,
    Wrong(String),
    NotAsked(String),
}

impl From<std::result::Result<(), String>> for Verdict {
    fn from(judged: std::result::Result<(), String>) -> Self {
        judged.map_or_else(Self::Wrong, |()| Self::Right)
    }
}

impl Run {
    /// Asks every check; one that fails to run does not hold.
    pub(super) async fn checks(&mut self, figures: &Figures, offsets: &[u64]) -> Vec<CheckOutcome> {
        let mut outcomes = Vec::new();
        let mut told = None;
        for check in self.pipeline.checks.clone() {
            self.progress.doing(format!("checking: {}", check.name));
            let verdict = match &check.expected {
                Expected::Outcome(table) => {
                    self.check_outcome(&check, table, figures, offsets, &mut told)
                        .await
                }
                _ => self.check(&check, figures).await,
            };
            let verdict = verdict.unwrap_or_else(|error| Verdict::Wrong(error.to_string()));
            outcomes.push(CheckOutcome {
                name: check.name,
                asked: !matches!(verdict, Verdict::NotAsked(_)),
                holds: !matches!(verdict, Verdict::Wrong(_)),
                why: match verdict {
                    Verdict::Right => None,
                    Verdict::Wrong(why) | Verdict::NotAsked(why) => Some(why),
                },
            });
        }
        outcomes
    }

    async fn check(&mut self, check: &Check, figures: &Figures) -> Result<Verdict> {
        let result = self.session.execute(&check.query(figures)?).await?;
        let answer = result.to_text(&self.session.context().types)?;
        Ok(check.judge(&answer, figures)?.into())
    }

    /// Compares with what the messages must lead to, which is told once for all checks.
    async fn check_outcome(
        &mut self,
        check: &Check,
        table: &str,
        figures: &Figures,
        offsets: &[u64],
        told: &mut Option<Told>,
    ) -> Result<Verdict> {
        let told = match told {
            Some(told) => told,
            None => told.insert(self.told(offsets)?),
        };
        let Some(table) = told.table(table)? else {
            let why = "not asked: in real time it is not known which messages were seen together";
            return Ok(Verdict::NotAsked(why.to_owned()));
        };
        let result = self.session.execute(&check.query(figures)?).await?;
        let answer = result.to_text(&self.session.context().types)?;
        let columns: Vec<String> = result.columns().into_iter().map(|column| column.name).collect();
        Ok(Check::judge_outcome(&table, &columns, &answer).into())
    }
}
