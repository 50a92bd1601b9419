//! Snapshots: what a case's statements gave, as a text that is read in reviews and compared.
//!
//! ```text
//! # snowglobe snapshot 1
//! # from: Snowglobe
//!
//! > SELECT ID, V FROM T
//! > ORDER BY ID
//! | ID NUMBER(38,0)
//! | V VARCHAR(16777216) NOT NULL
//!   1 | a
//!   2 | NULL
//!
//! > SELECT * FROM NOSUCH
//! ! 002003 42S02
//!   SQL compilation error:
//!   Object 'NOSUCH' does not exist or not authorized.
//! ```
//!
//! The first character of a line says what it is: `#` the head, `>` a statement's text, `|` a column, `!` an error's
//! number and SQLSTATE, two blanks a row or a line of an error's message. [`cells`](super::cells) says how rows are spelled.
//! Statements stand in the order in which they ran; places in the script are left out, so that a new line above changes
//! nothing below.

use std::fmt::Write;
use std::path::Path;

use super::cells::{read_row, write_cell, write_row};
use super::outcome::{Column, Outcome, Refused, Table};
use super::script::{Misuse, read_text};

/// The version of the form that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

const TITLE: &str = "# snowglobe snapshot ";

/// Who said what a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Snowglobe itself.
    Snowglobe,
    /// A Snowflake account: what it told about itself, as pairs of a name and a value (`version`, `region`, `edition`) with
    /// the day of the recording.
    Snowflake(Vec<(String, String)>),
}

/// One statement of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The statement's text.
    pub text: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Who said so.
    pub origin: Origin,
    /// The statements in the order in which they ran.
    pub entries: Vec<Entry>,
}

impl Snapshot {
    /// The snapshot as a file's text.
    pub fn write(&self) -> String {
        let mut out = format!("{TITLE}{VERSION}\n");
        // Writing to a text cannot fail.
        let _ = match &self.origin {
            Origin::Snowglobe => writeln!(out, "# from: Snowglobe"),
            Origin::Snowflake(facts) => {
                let facts = facts.iter().fold(String::new(), |mut all, (name, value)| {
                    let _ = writeln!(all, "# {name}: {}", value.replace(['\n', '\r'], " "));
                    all
                });
                write!(out, "# from: Snowflake\n{facts}")
            }
        };
        for entry in &self.entries {
            out.push('\n');
            write_entry(&mut out, entry);
        }
        out
    }

    /// Reads a snapshot's file.
    ///
    /// # Errors
    /// A file that cannot be read, is no snapshot, is damaged, or was written by a newer program; with the line.
    pub fn load(path: &Path) -> Result<Self, Misuse> {
        Self::read(&read_text(path)?).map_err(|(line, what)| Misuse::at(path, line, what))
    }

    /// Reads a snapshot's text; an error has its line.
    fn read(text: &str) -> Result<Self, (usize, String)> {
        let mut lines = Lines {
            lines: text.lines().collect(),
            at: 0,
        };
        let title = lines.take(TITLE).ok_or_else(|| {
            let what = "this is no snapshot: those begin with `# snowglobe snapshot 1`";
            (1, what.to_owned())
        })?;
        match title.trim().parse::<u32>() {
            Ok(version) if version <= VERSION => {}
            Ok(version) => {
                let what = format!(
                    "the snapshot is of version {version}, which a newer Snowglobe wrote; this one reads up to {VERSION}"
                );
                return Err((1, what));
            }
            Err(_) => return Err((1, format!("`{title}` is no version"))),
        }
        let from = lines.take("# from: ").map(str::trim);
        let mut facts = Vec::new();
        while let Some(fact) = lines.take("# ") {
            let (name, value) = fact.split_once(": ").ok_or_else(|| {
                (
                    lines.at,
                    format!("`{fact}` tells nothing of the form `name: value`"),
                )
            })?;
            facts.push((name.to_owned(), value.to_owned()));
        }
        let origin = match from {
            Some("Snowglobe") => Origin::Snowglobe,
            Some("Snowflake") => Origin::Snowflake(facts),
            _ => {
                return Err((
                    lines.at + 1,
                    "the snapshot does not say whom it is from".to_owned(),
                ));
            }
        };
        let mut entries = Vec::new();
        while lines.skip_empty() {
            entries.push(read_entry(&mut lines)?);
        }
        Ok(Self { origin, entries })
    }
}

/// One entry's lines.
pub fn write_entry(out: &mut String, entry: &Entry) {
    for line in entry.text.split('\n') {
        push(out, "> ", line);
    }
    match &entry.outcome {
        Outcome::Table(table) => {
            for column in &table.columns {
                push(out, "| ", &column_text(column));
            }
            for row in &table.rows {
                push(out, "  ", &write_row(row));
            }
        }
        Outcome::Refused(refused) => {
            push(out, "! ", &format!("{} {}", refused.code, refused.sqlstate));
            for line in refused.message.split('\n') {
                push(out, "  ", line);
            }
        }
    }
}

fn push(out: &mut String, mark: &str, text: &str) {
    let text = text.strip_suffix('\r').unwrap_or(text);
    // Nothing ends in blanks that an editor would take away.
    out.push_str(if text.is_empty() { mark.trim_end() } else { mark });
    out.push_str(text);
    out.push('\n');
}

/// A column's line: its name, spelled as a cell is, its type, and NOT NULL where that holds.
pub fn column_text(column: &Column) -> String {
    let name = match column.name.contains(' ') {
        true => serde_json::Value::from(column.name.as_str()).to_string(),
        false => write_cell(Some(&column.name)),
    };
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!("{name} {}{null}", column.data_type)
}

fn read_column(text: &str) -> Option<Column> {
    let (name, rest) = match text.starts_with('"') {
        true => {
            let mut texts = serde_json::Deserializer::from_str(text).into_iter::<String>();
            let name = texts.next()?.ok()?;
            (name, text.get(texts.byte_offset()..)?.strip_prefix(' ')?)
        }
        false => {
            let (name, rest) = text.split_once(' ')?;
            (name.to_owned(), rest)
        }
    };
    let (data_type, nullable) = match rest.strip_suffix(" NOT NULL") {
        Some(data_type) => (data_type, false),
        None => (rest, true),
    };
    Some(Column {
        name,
        data_type: data_type.to_owned(),
        nullable,
    })
}

fn read_entry(lines: &mut Lines<'_>) -> Result<Entry, (usize, String)> {
    let text = lines.block('>');
    if text.is_empty() {
        return Err((
            lines.at + 1,
            "a statement's text was expected, behind `>`".to_owned(),
        ));
    }
    let text = text.join("\n");
    if let Some(error) = lines.take("! ") {
        let (code, sqlstate) = error
            .split_once(' ')
            .ok_or_else(|| (lines.at, "an error has a number and an SQLSTATE".to_owned()))?;
        return Ok(Entry {
            text,
            outcome: Outcome::Refused(Refused {
                code: code.to_owned(),
                sqlstate: sqlstate.to_owned(),
                message: lines.indented().join("\n"),
            }),
        });
    }
    let mut table = Table::default();
    while let Some(line) = lines.take("| ") {
        let column = read_column(line);
        table
            .columns
            .push(column.ok_or_else(|| (lines.at, format!("`{line}` is no column and its type")))?);
    }
    if table.columns.is_empty() {
        return Err((
            lines.at + 1,
            "a column, behind `|`, or an error, behind `!`, was expected".to_owned(),
        ));
    }
    while let Some(line) = lines.take("  ") {
        match read_row(line) {
            Some(row) if row.len() == table.columns.len() => table.rows.push(row),
            Some(row) => {
                let what = format!("{} cells in a row of {} columns", row.len(), table.columns.len());
                return Err((lines.at, what));
            }
            None => return Err((lines.at, "this is no row".to_owned())),
        }
    }
    Ok(Entry {
        text,
        outcome: Outcome::Table(table),
    })
}

/// A snapshot's lines, and how far they are read.
struct Lines<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    /// What stands behind `mark`, if the next line begins with it.
    fn take(&mut self, mark: &str) -> Option<&'a str> {
        let rest = self.peek()?.strip_prefix(mark)?;
        self.at += 1;
        Some(rest)
    }

    /// The texts of the next lines that begin with `mark`.
    fn block(&mut self, mark: char) -> Vec<&'a str> {
        let mut texts = Vec::new();
        while let Some(line) = self.peek().and_then(|line| line.strip_prefix(mark)) {
            texts.push(line.strip_prefix(' ').unwrap_or(line));
            self.at += 1;
        }
        texts
    }

    /// The lines of an error's message: up to the next statement. An empty line may be one of them.
    fn indented(&mut self) -> Vec<&'a str> {
        let mut texts = Vec::new();
        while let Some(line) = self.peek() {
            match line.strip_prefix("  ") {
                Some(text) => texts.push(text),
                None if line.is_empty()
                    && self
                        .lines
                        .get(self.at + 1)
                        .is_some_and(|next| next.is_empty() || next.starts_with("  ")) =>
                {
                    texts.push("");
                }
                None => break,
            }
            self.at += 1;
        }
        texts
    }

    /// Goes over empty lines; whether something is left.
    fn skip_empty(&mut self) -> bool {
        while self.peek().is_some_and(|line| line.trim().is_empty()) {
            self.at += 1;
        }
        self.at < self.lines.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column() -> impl Strategy<Value = Column> {
        ("[ -~]{1,12}", prop::bool::ANY).prop_map(|(name, nullable)| Column {
            name,
            data_type: "NUMBER(38,0)".to_owned(),
            nullable,
        })
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let table = prop::collection::vec(column(), 1..4).prop_flat_map(|columns| {
            let width = columns.len();
            let row = prop::collection::vec(prop::option::of("[ -~\n]{0,9}"), width);
            (Just(columns), prop::collection::vec(row, 0..4))
        });
        let refused = "[a-z]([ -~]{0,9}\n){0,2}[a-z]{1,5}".prop_map(|message| {
            let (code, sqlstate) = ("002003".to_owned(), "42S02".to_owned());
            Outcome::Refused(Refused {
                code,
                sqlstate,
                message,
            })
        });
        prop_oneof![
            table.prop_map(|(columns, rows)| Outcome::Table(Table { columns, rows })),
            refused
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(outcomes in prop::collection::vec(outcome(), 0..4)) {
            let entry = |outcome| Entry { text: "SELECT 1,\n\n  2".to_owned(), outcome };
            let entries = outcomes.into_iter().map(entry).collect();
            let snapshot = Snapshot { origin: Origin::Snowglobe, entries };
            prop_assert_eq!(Snapshot::read(&snapshot.write()), Ok(snapshot));
        }

        #[test]
        fn anything_else_is_refused_without_harm(text in "(# snowglobe snapshot [0-9]{1,3}\n)?([#>|! ]{0,2}[ -~]{0,9}\n){0,9}") {
            let _ = Snapshot::read(&text);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = |text: &str| Snapshot::read(text).unwrap_err();
        assert_eq!(wrong("hello").0, 1);
        assert!(wrong("# snowglobe snapshot 2\n").1.contains("newer"));
        assert_eq!(wrong("# snowglobe snapshot 1\n# from: Snowglobe\n\n  1\n").0, 4);
        let head = "# snowglobe snapshot 1\n# from: Snowglobe\n\n> SELECT 1\n";
        assert_eq!(wrong(head).0, 5);
        assert_eq!(wrong(&format!("{head}| A NUMBER(1,0)\n  1 | 2\n")).0, 6);
    }

    #[test]
    fn the_origin_is_kept() {
        let facts = vec![
            ("version".to_owned(), "9.1".to_owned()),
            ("region".to_owned(), "AWS".to_owned()),
        ];
        let snapshot = Snapshot {
            origin: Origin::Snowflake(facts),
            entries: Vec::new(),
        };
        assert_eq!(Snapshot::read(&snapshot.write()), Ok(snapshot));
    }
}
