//! A script as the harness runs it: its statements, what is asked of each, and what happens between them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directive::{self, Action, Directive, Place};
use crate::sql;

/// A script sets up another one, which sets up another one: no deeper than this.
const DEEPEST: usize = 8;
/// A script's file has at most so many bytes.
const MOST_BYTES: u64 = 64 << 20;

/// A script's text, for messages that show a place in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, as messages name it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A statement and what is asked of it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The script it is from.
    pub source: Arc<Source>,
    /// Its text, without the `;`.
    pub text: String,
    /// Where it starts in the script, in bytes.
    pub offset: usize,
    /// The line it starts on, from 1.
    pub line: u32,
    /// `@error`: the number with which it must fail.
    pub error: Option<String>,
    /// `@refused`: Snowglobe must say that it does not have this.
    pub refused: bool,
    /// `@unordered`.
    pub unordered: bool,
    /// `@mask`.
    pub masks: Vec<String>,
    /// `@skip`: where it does not run, and why.
    pub skips: Vec<(Place, String)>,
}

/// What happens between statements, and where that stands.
#[derive(Debug, Clone)]
pub struct Act {
    /// What.
    pub action: Action,
    /// The script.
    pub source: Arc<Source>,
    /// The line, from 1.
    pub line: u32,
}

/// One step of a script.
#[derive(Debug, Clone)]
pub enum Step {
    /// A statement.
    Statement(Box<Statement>),
    /// Something between statements.
    Act(Act),
}

impl Step {
    /// A statement that no script holds.
    pub fn statement(text: &str, from: &Path) -> Self {
        let source = Arc::new(Source {
            path: from.to_path_buf(),
            text: text.to_owned(),
        });
        Self::Statement(Box::new(Statement::plain(source, text.to_owned(), 0, 1)))
    }

    /// Something that no script asks for.
    pub fn act(action: Action, from: &Path) -> Self {
        let source = Arc::new(Source {
            path: from.to_path_buf(),
            text: String::new(),
        });
        Self::Act(Act {
            action,
            source,
            line: 1,
        })
    }
}

impl Statement {
    /// A statement of which nothing is asked.
    fn plain(source: Arc<Source>, text: String, offset: usize, line: u32) -> Self {
        Self {
            source,
            text,
            offset,
            line,
            error: None,
            refused: false,
            unordered: false,
            masks: Vec::new(),
            skips: Vec::new(),
        }
    }

    /// Why the statement does not run at a place, if it does not.
    pub fn skipped(&self, at: Place) -> Option<&str> {
        let skip = self.skips.iter().find(|(place, _)| *place == at);
        skip.map(|(_, reason)| reason.as_str())
    }
}

/// Something that is wrong with a script, a snapshot or another file: told with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse(pub String);

impl Misuse {
    /// Something wrong with a line, from 1, of a file.
    pub fn at(path: &Path, line: usize, what: impl std::fmt::Display) -> Self {
        Self(format!("{}:{line}: {what}", path.display()))
    }

    /// Something wrong with a file as a whole.
    pub fn of(path: &Path, what: impl std::fmt::Display) -> Self {
        Self(format!("{}: {what}", path.display()))
    }
}

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a script.
///
/// # Errors
/// A file that cannot be read; a directive that is none, or that stands inside of a statement or behind the last one.
pub fn load(path: &Path) -> Result<Vec<Step>, Misuse> {
    load_below(path, 0)
}

/// Reads a text file of bounded size.
///
/// # Errors
/// What the system says; a file that is larger.
pub fn read_text(path: &Path) -> Result<String, Misuse> {
    let unreadable = |error: std::io::Error| Misuse::of(path, error);
    if std::fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(Misuse::of(path, "more than 64 MiB are not read"));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

fn load_below(path: &Path, depth: usize) -> Result<Vec<Step>, Misuse> {
    let text = read_text(path)?;
    let source = Source {
        path: path.to_path_buf(),
        text,
    };
    parse(Arc::new(source), depth)
}

/// A file that a script names: beside the script, or from where the program runs.
pub fn beside(source: &Source, file: &str) -> PathBuf {
    let folder = source.path.parent().unwrap_or(Path::new("."));
    let near = folder.join(file);
    match near.exists() {
        true => near,
        false => PathBuf::from(file),
    }
}

/// What stands before the next statement.
#[derive(Default)]
struct Pending {
    line: usize,
    error: Option<String>,
    refused: bool,
    unordered: bool,
    masks: Vec<String>,
    skips: Vec<(Place, String)>,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.error.is_none()
            && !self.refused
            && !self.unordered
            && self.masks.is_empty()
            && self.skips.is_empty()
    }
}

fn parse(source: Arc<Source>, depth: usize) -> Result<Vec<Step>, Misuse> {
    let mut steps = Vec::new();
    let mut pending = Pending::default();
    let mut statements = sql::split(&source.text).into_iter().peekable();
    let mut offset = 0;
    for (number, line) in (1..).zip(source.text.split_inclusive('\n')) {
        let start = offset;
        offset += line.len();
        let wrong = |what: &dyn std::fmt::Display| Misuse::at(&source.path, number, what);
        let directive = directive::read(line).map_err(|what| wrong(&what))?;
        // The statements that begin on this line, or have begun on one before it.
        while let Some(statement) = statements.peek() {
            let end = statement.offset + statement.text.len();
            if directive.is_some() && statement.offset < start && start < end {
                return Err(wrong(&"a directive stands before a statement, not inside of one"));
            }
            if statement.offset >= offset || end > offset {
                break;
            }
            let Some(statement) = statements.next() else { break };
            let asked = std::mem::take(&mut pending);
            let plain = Statement::plain(
                Arc::clone(&source),
                statement.text,
                statement.offset,
                statement.line,
            );
            steps.push(Step::Statement(Box::new(Statement {
                error: asked.error,
                refused: asked.refused,
                unordered: asked.unordered,
                masks: asked.masks,
                skips: asked.skips,
                ..plain
            })));
        }
        let Some(directive) = directive else { continue };
        pending.line = number;
        match directive {
            Directive::Act(action) => steps.push(Step::Act(Act {
                action,
                source: Arc::clone(&source),
                line: u32::try_from(number).unwrap_or(u32::MAX),
            })),
            Directive::Error(code) => pending.error = Some(code),
            Directive::Refused => pending.refused = true,
            Directive::Unordered => pending.unordered = true,
            Directive::Mask(columns) => pending.masks.extend(columns),
            Directive::Skip(place, reason) => pending.skips.push((place, reason)),
            Directive::Setup(file) => {
                if depth >= DEEPEST {
                    return Err(wrong(
                        &"@setup is nested too deeply; does a script set up itself?",
                    ));
                }
                steps.extend(load_below(&beside(&source, &file), depth + 1)?);
            }
        }
    }
    match pending.is_empty() {
        true => Ok(steps),
        false => Err(Misuse::at(
            &source.path,
            pending.line,
            "no statement follows that this directive could be about",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Result<Vec<Step>, Misuse> {
        let source = Source {
            path: PathBuf::from("case.sql"),
            text: text.to_owned(),
        };
        parse(Arc::new(source), 0)
    }

    fn told(steps: &[Step]) -> Vec<String> {
        let tell = |step: &Step| match step {
            Step::Statement(s) => format!(
                "{}: {} {:?}{}",
                s.line,
                s.text,
                s.masks,
                if s.unordered { " unordered" } else { "" }
            ),
            Step::Act(act) => format!("{}: {:?}", act.line, act.action),
        };
        steps.iter().map(tell).collect()
    }

    #[test]
    fn directives_belong_to_the_next_statement_and_acts_stand_where_they_are() {
        let text = "-- @session A\nSELECT 1; SELECT 2;\n-- @unordered\n-- @mask X\n\nSELECT\n  3;\n-- @tasks run due\nSELECT '-- @nosuch';";
        assert_eq!(
            told(&steps(text).unwrap()),
            [
                "1: Session(\"A\")",
                "2: SELECT 1 []",
                "2: SELECT 2 []",
                "6: SELECT\n  3 [\"X\"] unordered",
                "8: RunDue",
                "9: SELECT '-- @nosuch' []"
            ]
        );
    }

    #[test]
    fn misplaced_directives_are_told_with_their_line() {
        let wrong = |text: &str| steps(text).unwrap_err().0;
        assert!(wrong("SELECT 1;\n-- @nosuch").starts_with("case.sql:2: "));
        assert!(wrong("SELECT 1,\n-- @unordered\n2;").contains("case.sql:2: a directive stands before"));
        assert!(wrong("SELECT 1;\n-- @unordered\n").contains("case.sql:2: no statement follows"));
    }
}
