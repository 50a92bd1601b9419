//! Where files are: stage references (`@db.sch.stage/path`, `@%table`, `@~`), URLs, and which files they select.

use std::fmt;

use super::pattern::Pattern;
use crate::error::{Error, Result};

/// The most names that FILES takes.
pub const MAX_FILES: usize = 1_000;

/// A name with its optional database and schema, identifiers in normal form (unquoted ones in upper case).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QualifiedName {
    /// The database.
    pub database: Option<String>,
    /// The schema.
    pub schema: Option<String>,
    /// The object.
    pub name: String,
}

/// A place that files are in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StageLocation {
    /// A named stage.
    Named {
        /// The stage.
        stage: QualifiedName,
        /// The path below it, without a slash at the front.
        path: String,
    },
    /// The stage of a table.
    Table {
        /// The table.
        table: QualifiedName,
        /// The path below it.
        path: String,
    },
    /// The stage of the user.
    User {
        /// The path below it.
        path: String,
    },
    /// A bucket of S3.
    S3 {
        /// `s3`, `s3gov` or `s3china`.
        scheme: String,
        /// The bucket.
        bucket: String,
        /// The prefix of keys, without a slash at the front.
        path: String,
    },
}

impl StageLocation {
    /// Reads a reference, the quotes of a SQL string already removed.
    ///
    /// # Errors
    /// Texts that are no reference, and the stores of other clouds.
    pub fn parse(text: &str) -> Result<Self> {
        match text.strip_prefix('@') {
            Some(reference) => Self::parse_stage(text, reference),
            None => Self::parse_url(text),
        }
    }

    /// Reads a reference whose `@` may be missing, as `COPY INTO t FROM stage` of a pipe's definition has it not.
    fn parse_stage(text: &str, reference: &str) -> Result<Self> {
        let invalid = || Error::compilation(format_args!("invalid stage reference '{text}'"));
        if let Some(rest) = reference.strip_prefix('~') {
            let path = match rest.strip_prefix('/') {
                Some(path) => path,
                None if rest.is_empty() => "",
                None => return Err(invalid()),
            };
            return Ok(Self::User {
                path: path.to_string(),
            });
        }
        if reference.is_empty() || reference.starts_with('/') {
            return Err(Error::compilation(format_args!(
                "missing stage name in URL: {text}"
            )));
        }
        let mut parts: Vec<String> = Vec::new();
        let mut rest = reference;
        let mut of_table = false;
        loop {
            if let Some(after) = rest.strip_prefix('%') {
                if of_table {
                    return Err(invalid());
                }
                of_table = true;
                rest = after;
            }
            let (part, after) = identifier(rest).ok_or_else(invalid)?;
            parts.push(part);
            rest = after;
            match rest.strip_prefix('.') {
                // After `%` comes the table's own name, which is the last.
                Some(after) if !of_table => rest = after,
                _ => break,
            }
        }
        let path = match rest.strip_prefix('/') {
            Some(path) => path.to_string(),
            None if rest.is_empty() => String::new(),
            None => return Err(invalid()),
        };
        let mut parts = parts.into_iter().rev();
        let name = parts.next().ok_or_else(invalid)?;
        let object = QualifiedName {
            name,
            schema: parts.next(),
            database: parts.next(),
        };
        if parts.next().is_some() {
            return Err(invalid());
        }
        Ok(if of_table {
            Self::Table { table: object, path }
        } else {
            Self::Named { stage: object, path }
        })
    }

    fn parse_url(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Error::compilation(format_args!(
                "invalid URL prefix found in: '{text}'"
            )));
        };
        match scheme.to_ascii_lowercase().as_str() {
            known @ ("s3" | "s3gov" | "s3china") => {
                let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
                if bucket.is_empty() {
                    return Err(Error::compilation(format_args!(
                        "missing bucket name in URL: {text}"
                    )));
                }
                Ok(Self::S3 {
                    scheme: known.to_string(),
                    bucket: bucket.to_string(),
                    path: path.to_string(),
                })
            }
            cloud @ ("gcs" | "azure" | "s3compat") => {
                Err(Error::unsupported(format_args!("{cloud}:// locations")))
            }
            _ => Err(Error::compilation(format_args!(
                "invalid URL prefix found in: '{text}'"
            ))),
        }
    }

    /// The path below the stage or bucket.
    pub fn path(&self) -> &str {
        match self {
            Self::Named { path, .. }
            | Self::Table { path, .. }
            | Self::User { path }
            | Self::S3 { path, .. } => path,
        }
    }
}

impl fmt::Display for StageLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let qualified = |f: &mut fmt::Formatter<'_>, name: &QualifiedName, mark: &str| {
            f.write_str("@")?;
            for part in [&name.database, &name.schema].into_iter().flatten() {
                write!(f, "{}.", quoted(part))?;
            }
            write!(f, "{mark}{}", quoted(&name.name))
        };
        match self {
            Self::Named { stage, .. } => qualified(f, stage, "")?,
            Self::Table { table, .. } => qualified(f, table, "%")?,
            Self::User { .. } => f.write_str("@~")?,
            Self::S3 { scheme, bucket, .. } => write!(f, "{scheme}://{bucket}")?,
        }
        if self.path().is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.path())
        }
    }
}

/// Reads one identifier; gives it and the rest.
fn identifier(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut rest = quoted;
        loop {
            let (part, after) = rest.split_once('"')?;
            name.push_str(part);
            match after.strip_prefix('"') {
                Some(after) => {
                    name.push('"');
                    rest = after;
                }
                None => return (!name.is_empty()).then_some((name, after)),
            }
        }
    }
    let end = text
        .find(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | '$')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let starts = name
        .chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    starts.then(|| (name.to_uppercase(), rest))
}

fn quoted(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '$'))
        && !name.starts_with(|first: char| first.is_ascii_digit() || first == '$')
        && !name.is_empty();
    if plain {
        name.to_string()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Which files of a place a statement means: a path, and FILES or PATTERN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileSelection {
    /// The statement's path below the stage: a literal prefix of names.
    pub path: String,
    /// FILES; names below the path.
    pub files: Option<Vec<String>>,
    /// PATTERN; without effect beside FILES.
    pub pattern: Option<Pattern>,
}

impl FileSelection {
    /// A selection.
    ///
    /// # Errors
    /// More than [`MAX_FILES`] names, or a pattern that is none.
    pub fn new(path: &str, files: Option<Vec<String>>, pattern: Option<&str>) -> Result<Self> {
        if let Some(files) = &files
            && files.len() > MAX_FILES
        {
            return Err(Error::compilation(format_args!(
                "FILES takes at most {MAX_FILES} names; {} are given",
                files.len()
            )));
        }
        let pattern = pattern.map(Pattern::new).transpose()?;
        Ok(Self {
            path: path.to_string(),
            files,
            pattern,
        })
    }

    /// The paths that FILES names, below the stage: a missing one is an error of the statement.
    pub fn named(&self) -> Option<Vec<String>> {
        let slash = if self.path.is_empty() || self.path.ends_with('/') {
            ""
        } else {
            "/"
        };
        let files = self.files.as_ref()?;
        Some(
            files
                .iter()
                .map(|file| format!("{}{slash}{}", self.path, file.trim_start_matches('/')))
                .collect(),
        )
    }

    /// Whether a listed file is meant, for a selection without FILES. `relative` is its path below the stage,
    /// `full` the path that PATTERN is matched with, which begins above it.
    ///
    /// # Errors
    /// A pattern that cannot be evaluated.
    pub fn selects(&self, relative: &str, full: &str) -> Result<bool> {
        if !relative.starts_with(&self.path) {
            return Ok(false);
        }
        self.pattern
            .as_ref()
            .map_or(Ok(true), |pattern| pattern.matches(full))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_name_stages_tables_users_and_buckets() {
        for (text, shown) in [
            ("@st", "@ST"),
            ("@st/a/b.csv", "@ST/a/b.csv"),
            ("@db.sch.\"My stage\"/x", "@DB.SCH.\"My stage\"/x"),
            ("@~", "@~"),
            ("@~/staged", "@~/staged"),
            ("@%t/data1/", "@%T/data1/"),
            ("@sch.%t", "@SCH.%T"),
            ("s3://bucket/a/b", "s3://bucket/a/b"),
            ("S3://bucket", "s3://bucket"),
            ("@st/./../a.csv", "@ST/./../a.csv"),
        ] {
            assert_eq!(StageLocation::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "@",
            "@/x",
            "st",
            "@a.b.c.d",
            "@~x",
            "@%",
            "@\"open",
            "s3:///x",
            "http://x/y",
            "@1x",
            "@%a.b",
        ] {
            assert!(StageLocation::parse(text).is_err(), "{text}");
        }
        assert_eq!(StageLocation::parse("azure://x/y").unwrap_err().code(), 2);
    }

    #[test]
    fn selections_are_a_prefix_and_names_or_a_pattern() {
        let all = FileSelection::new("data", None, Some(".*[.]csv")).unwrap();
        assert!(all.selects("data1/a.csv", "root/data1/a.csv").unwrap());
        assert!(!all.selects("other/a.csv", "root/other/a.csv").unwrap());
        assert!(!all.selects("data/a.json", "root/data/a.json").unwrap());
        let named = FileSelection::new("data", Some(vec!["a.csv".into()]), None).unwrap();
        assert_eq!(named.named().unwrap(), ["data/a.csv"]);
        assert!(FileSelection::new("", Some(vec![String::new(); 1001]), None).is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(text in "@(%|~|[a-z\"]{1,6}\\.){0,2}[a-zA-Z0-9_\"]{0,6}(/[a-z .]{0,5})?") {
            if let Ok(location) = StageLocation::parse(&text) {
                prop_assert_eq!(StageLocation::parse(&location.to_string()).unwrap(), location);
            }
        }
    }
}
