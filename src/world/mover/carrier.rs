//! The mover as one of a run's carriers.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{Mover, MoverReport};
use crate::error::Result;
use crate::world::carrier::{Carried, Carrier};

impl From<MoverReport> for Carried {
    fn from(report: MoverReport) -> Self {
        Self {
            files: report.moved.len() as u64,
            dead_letters: report.dead_letters.len() as u64,
            ..Self::default()
        }
    }
}

#[async_trait]
impl Carrier for Mover {
    async fn drain(&mut self) -> Result<Carried> {
        Mover::drain(self).await.map(Carried::from)
    }

    async fn run(&mut self, stop: CancellationToken, report: &mut (dyn FnMut(Result<Carried>) + Send)) {
        Mover::run(self, stop.cancelled(), |done| report(done.map(Carried::from))).await;
    }
}
