//! Pipelines as cases: the folder's scripts, its events through the embedded Kafka and S3, and the queries of its results.

use std::sync::Arc;

use async_trait::async_trait;

use crate::cli::failure::Failure;
use crate::cli::run::{Progress, Run, RunArgs};
use crate::engine::StatementResult;
use crate::error::{Error, Result};
use crate::harness::case::{Case, Form};
use crate::harness::directive::{Action, Place};
use crate::harness::local::{LocalOpener, put_object, put_statement};
use crate::harness::script::{Act, beside};
use crate::harness::target::{Opener, Target};
use crate::task::Scheduler;
use crate::task::passing;
use crate::types::TypeContext;

/// Opens fresh accounts: alone for scripts, with a world around them for pipelines.
#[derive(Debug, Clone, Copy)]
pub struct LocalOrPipeline;

#[async_trait]
impl Opener for LocalOrPipeline {
    fn place(&self) -> Place {
        Place::Emulator
    }

    async fn open(&self, case: &Case) -> Result<Box<dyn Target>> {
        match &case.form {
            Form::Script(_) | Form::Folder(_) => LocalOpener.open(case).await,
            Form::Pipeline(folder) => {
                let run = Run::set_up(RunArgs::new(folder), Progress::silent()).await;
                let run = run.map_err(plain)?;
                let scheduler = Scheduler::new(Arc::clone(run.account()));
                Ok(Box::new(InPipeline {
                    run: Some(run),
                    scheduler,
                }))
            }
        }
    }
}

/// A failure of the command line as an error.
fn plain(failure: Failure) -> Error {
    match failure {
        Failure::Plain(error) => error,
        other => Error::outside(other.to_string()),
    }
}

/// A pipeline that is being run.
struct InPipeline {
    /// There until the case is closed.
    run: Option<Run>,
    scheduler: Scheduler,
}

impl InPipeline {
    fn run(&mut self) -> Result<&mut Run> {
        self.run
            .as_mut()
            .ok_or_else(|| Error::internal("a case that has ended"))
    }

    /// Carries on what lies there, and lets time pass.
    async fn advance(&mut self, by: jiff::Span) -> Result<()> {
        let run = self.run()?;
        run.carry().await?;
        let account = Arc::clone(run.account());
        passing::pass_by(&account, &mut self.scheduler, by).await?;
        Ok(())
    }
}

#[async_trait]
impl Target for InPipeline {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        self.run()?.session().execute(text).await
    }

    fn types(&self) -> TypeContext {
        let run = self.run.as_ref();
        run.map(|run| run.types().clone()).unwrap_or_default()
    }

    async fn act(&mut self, act: &Act) -> Result<()> {
        match &act.action {
            Action::Play => self.run()?.events().await.map_err(plain),
            Action::Advance(span) => self.advance(span.0).await,
            Action::RunDue => self.advance(jiff::Span::new()).await,
            Action::Kafka { file, topic } => {
                let path = beside(&act.source, file);
                self.run()?.send_lines(&path, topic).await
            }
            Action::Put { file, to } => {
                let put = put_statement(&beside(&act.source, file), to)?;
                self.execute(&put).await.map(|_| ())
            }
            Action::S3 { file, bucket, key } => {
                let path = beside(&act.source, file);
                let account = Arc::clone(self.run()?.account());
                put_object(&account, &path, bucket, key).await
            }
            Action::Session(_) => Err(Error::configuration("a pipeline's scripts have one session")),
        }
    }

    async fn close(&mut self) -> Result<()> {
        match self.run.take() {
            Some(run) => run.stop().await,
            None => Ok(()),
        }
    }
}
