//! The pipeline's scripts, in order, through one session.

use super::Run;
use crate::cli::failure::Failure;
use crate::cli::script;
use crate::cli::table::count;
use crate::error::Error;

impl Run {
    /// Runs every script.
    ///
    /// # Errors
    /// The first statement that fails, with file, line and column.
    pub(super) async fn scripts(&mut self) -> Result<(), Failure> {
        for file in self.pipeline.script_files(&self.args.folder)? {
            let name = file.display().to_string();
            self.progress.doing(format!("running {name}"));
            let text = std::fs::read_to_string(&file).map_err(|error| {
                Error::configuration(format!("the script {name} cannot be read: {error}"))
            })?;
            let done = script::run(&mut self.session, &name, &text, |_, _, _| Ok(())).await?;
            self.progress
                .tell(format!("{name}: {}", count(done as u64, "statement")));
        }
        Ok(())
    }
}
