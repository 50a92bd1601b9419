//! The interactive prompt: history, statements over several lines, and the session's place shown.

use std::borrow::Cow;
use std::path::PathBuf;

use reedline::{
    FileBackedHistory, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, Reedline,
    Signal, ValidationResult, Validator,
};

use super::output::{self, Format};
use crate::cli::data_dir::DataDir;
use crate::cli::failure::Failure;
use crate::cli::options::environment;
use crate::error::Error;
use crate::remote::Target;
use crate::sql;

/// Entries that the history keeps.
const HISTORY: usize = 5000;

const HELP: &str = "\
A statement ends with ; and may take several lines. Ctrl-C leaves a statement, Ctrl-D or !quit leaves the prompt.
Ctrl-R searches the history.";

/// Where the history is kept: in the data directory, else where the user's programs keep their state.
pub(super) fn history_file(data: Option<&DataDir>) -> Option<PathBuf> {
    if let Some(data) = data {
        return Some(data.history());
    }
    let state = environment("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(environment("HOME")?).join(".local/state")))?;
    Some(state.join("snowglobe/history.txt"))
}

/// Runs the prompt until Ctrl-D.
pub(super) async fn run<T: Target>(
    session: &mut T,
    format: Format,
    history: Option<PathBuf>,
) -> Result<(), Failure> {
    let mut editor = Reedline::create().with_validator(Box::new(WholeStatements));
    if let Some(file) = history {
        match FileBackedHistory::with_file(HISTORY, file) {
            Ok(history) => editor = editor.with_history(Box::new(history)),
            Err(error) => tracing::warn!(%error, "the history is not kept"),
        }
    }
    eprintln!("Snowglobe {}; !help for help.", env!("CARGO_PKG_VERSION"));
    loop {
        let place = Place(place(session));
        let signal = editor
            .read_line(&place)
            .map_err(|error| Error::outside(format!("the terminal cannot be read: {error}")))?;
        let text = match signal {
            Signal::Success(text) => text,
            Signal::CtrlC => continue,
            _ => return Ok(()),
        };
        match text
            .trim()
            .trim_end_matches(';')
            .trim_end()
            .to_ascii_lowercase()
            .as_str()
        {
            "" => continue,
            "!quit" | "!exit" | "quit" | "exit" => return Ok(()),
            "!help" | "help" => {
                eprintln!("{HELP}");
                continue;
            }
            _ => {}
        }
        if let Err(failure) = answer(session, &text, format).await {
            match failure {
                Failure::Closed => return Err(failure),
                shown => eprint!("{shown}"),
            }
        }
    }
}

/// Runs what was entered, until Ctrl-C.
async fn answer<T: Target>(session: &mut T, text: &str, format: Format) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    let mut start = tokio::time::Instant::now();
    let mut first = true;
    let running = crate::cli::script::run(session, "<prompt>", text, |session, _, result| {
        output::write(
            &mut out,
            &result,
            session.types(),
            format,
            std::mem::take(&mut first),
        )?;
        super::tell_time(start.elapsed());
        start = tokio::time::Instant::now();
        Ok(())
    });
    tokio::select! {
        outcome = running => outcome.map(|_| ()),
        _ = tokio::signal::ctrl_c() => Err(Error::cancelled().into()),
    }
}

/// `DB.SCHEMA`, as far as there is one.
fn place(session: &impl Target) -> String {
    match session.place() {
        (Some(database), Some(schema)) => format!("{database}.{schema}"),
        (Some(database), None) => database.to_owned(),
        _ => "snowglobe".to_owned(),
    }
}

/// Takes the input once its last statement is closed by `;`.
struct WholeStatements;

impl Validator for WholeStatements {
    fn validate(&self, text: &str) -> ValidationResult {
        if is_whole(text) {
            ValidationResult::Complete
        } else {
            ValidationResult::Incomplete
        }
    }
}

fn is_whole(text: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with('!') || ["quit", "exit", "help"].contains(&trimmed) {
        return true;
    }
    // Behind a closed statement another one stands by itself; behind an open one it becomes part of it.
    let probed = format!("{text}\nSELECT 1");
    sql::split(&probed)
        .last()
        .is_some_and(|last| last.offset > text.len())
}

struct Place(String);

impl Prompt for Place {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("... ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing for ",
        };
        Cow::Owned(format!("({failing}'{}') ", search.term))
    }
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_statement_is_whole_at_its_semicolon() {
        for whole in [
            "",
            "  ",
            "!quit",
            "select 1;",
            "select 1; -- done",
            "select ';';",
            "begin; select 1;",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for open in [
            "select 1",
            "select 1; select 2",
            "select ';",
            "select 1 /* ; ",
            "select $$ ; ",
        ] {
            assert!(!is_whole(open), "{open}");
        }
    }
}
