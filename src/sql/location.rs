//! Where files lie: [`StageLocation`], written `@stage/path`, `@%table`, `@~` or as an external URL
//! (<https://docs.snowflake.com/en/user-guide/data-load-local-file-system-create-stage>).

use std::fmt;

use datafusion::sql::sqlparser::ast::{ObjectName, ObjectNamePart};

use super::name::{Ident, QualifiedName, take_part};

/// A location of files. `path` has no leading slash and may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageLocation {
    /// `@[[database.]schema.]stage[/path]`.
    Named {
        /// The stage.
        stage: QualifiedName,
        /// The path below it.
        path: String,
    },
    /// `@[[database.]schema.]%table[/path]`: the stage of a table.
    Table {
        /// The table.
        table: QualifiedName,
        /// The path below its stage.
        path: String,
    },
    /// `@~[/path]`: the user's own stage.
    User {
        /// The path below it.
        path: String,
    },
    /// A URL such as `s3://bucket/path`.
    Url(String),
}

/// The location that stands for a table's name in FROM, `@stage/path` or `'@"stage"/path'`: a name of one part.
pub fn staged_name(name: &ObjectName) -> Option<&str> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(only)] if only.value.starts_with('@') => Some(&only.value),
        _ => None,
    }
}

impl StageLocation {
    /// Reads a location: text starting with `@`, or a URL with a scheme; `None` if it is neither.
    ///
    /// In a query's FROM a location is a table name of one unquoted part; this reads that part's value.
    pub fn parse(text: &str) -> Option<Self> {
        let Some(body) = text.strip_prefix('@') else {
            let (scheme, rest) = text.split_once("://")?;
            let known = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric());
            return (known && !rest.is_empty()).then(|| Self::Url(text.to_string()));
        };
        if let Some(rest) = body.strip_prefix('~') {
            return Some(Self::User { path: path(rest)? });
        }
        let mut parts: Vec<Ident> = Vec::new();
        let mut rest = body;
        let mut table = false;
        loop {
            if let Some(tail) = rest.strip_prefix('%') {
                table = true;
                rest = tail;
            }
            let (part, tail) = take_part(rest)?;
            parts.push(part);
            match tail.strip_prefix('.') {
                Some(more) if !table => {
                    rest = more;
                    if let (1, Some(after)) = (parts.len(), more.strip_prefix('.')) {
                        parts.push(Ident::unquoted("PUBLIC"));
                        rest = after;
                    }
                }
                _ => {
                    rest = tail;
                    break;
                }
            }
        }
        let name = QualifiedName::new(parts)?;
        let path = path(rest)?;
        Some(if table {
            Self::Table { table: name, path }
        } else {
            Self::Named { stage: name, path }
        })
    }

    /// The path below the stage; a URL has none of its own.
    pub fn path(&self) -> &str {
        match self {
            Self::Named { path, .. } | Self::Table { path, .. } | Self::User { path } => path,
            Self::Url(_) => "",
        }
    }
}

/// What follows a stage's name: nothing, or a slash and the path.
fn path(rest: &str) -> Option<String> {
    if rest.is_empty() {
        return Some(String::new());
    }
    rest.strip_prefix('/').map(str::to_string)
}

impl fmt::Display for StageLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self {
            Self::Named { stage, path } => {
                write!(f, "@{stage}")?;
                path
            }
            Self::Table { table, path } => {
                f.write_str("@")?;
                if let Some((last, outer)) = table.parts().split_last() {
                    for part in outer {
                        write!(f, "{part}.")?;
                    }
                    write!(f, "%{last}")?;
                }
                path
            }
            Self::User { path } => {
                f.write_str("@~")?;
                path
            }
            Self::Url(url) => return f.write_str(url),
        };
        if path.is_empty() {
            Ok(())
        } else {
            write!(f, "/{path}")
        }
    }
}
