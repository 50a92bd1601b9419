//! Directives: what a script asks of the harness, in comments that Snowflake does not look at.
//!
//! A directive is a line of its own, `-- @name …`. Some change how the statement behind them is judged, others do
//! something where they stand. `docs/testing.md` has the list for users.

use std::fmt;

use jiff::{Span, SpanFieldwise};

/// Where a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In Snowglobe.
    Emulator,
    /// On a Snowflake account.
    Snowflake,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Emulator => "emulator",
            Self::Snowflake => "snowflake",
        })
    }
}

/// What happens between statements.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `@advance SPAN`: time moves on, and what becomes due on the way runs.
    Advance(SpanFieldwise),
    /// `@tasks run due`: what is due now runs.
    RunDue,
    /// `@put FILE @STAGE/PATH`: a local file goes to a stage.
    Put {
        /// The file, as the script names it.
        file: String,
        /// The stage and the path on it.
        to: String,
    },
    /// `@s3 FILE s3://BUCKET/KEY`: a local file goes to a bucket.
    S3 {
        /// The file, as the script names it.
        file: String,
        /// The bucket.
        bucket: String,
        /// The object's key.
        key: String,
    },
    /// `@kafka FILE TOPIC`: each line of a local file becomes a message.
    Kafka {
        /// The file, as the script names it.
        file: String,
        /// The topic.
        topic: String,
    },
    /// `@session NAME`: the statements behind it belong to another session, made at its first use.
    Session(String),
    /// The events of a pipeline are sent and carried on, until nothing is left to do.
    Play,
}

/// One directive.
#[derive(Debug, Clone, PartialEq)]
pub enum Directive {
    /// Something happens here.
    Act(Action),
    /// `@error NUMBER`: the next statement must fail so.
    Error(String),
    /// `@refused`: the next statement is one that Snowglobe does not have, and says so.
    Refused,
    /// `@unordered`: the next statement's rows come in any order.
    Unordered,
    /// `@mask COLUMN…`: these columns of the next statement's result differ from run to run.
    Mask(Vec<String>),
    /// `@skip PLACE REASON`: the next statement does not run there.
    Skip(Place, String),
    /// `@setup FILE`: another script's statements come here.
    Setup(String),
}

/// What a line says: nothing to the harness, a directive, or something wrong.
///
/// # Errors
/// An unknown directive, or one without what it needs, in words.
pub fn read(line: &str) -> Result<Option<Directive>, String> {
    let Some(comment) = line.trim().strip_prefix("--") else {
        return Ok(None);
    };
    let Some(text) = comment.trim_start().strip_prefix('@') else {
        return Ok(None);
    };
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let two = |what: &str| match rest.split_once(char::is_whitespace) {
        Some((first, second)) if !second.trim().is_empty() => {
            Ok((first.to_owned(), second.trim().to_owned()))
        }
        _ => Err(format!("@{name} takes {what}")),
    };
    let one = |what: &str| match rest.is_empty() {
        true => Err(format!("@{name} takes {what}")),
        false => Ok(rest.to_owned()),
    };
    let directive = match name {
        "advance" => Directive::Act(Action::Advance(span(rest)?.fieldwise())),
        "tasks" if rest.split_whitespace().eq(["run", "due"]) => Directive::Act(Action::RunDue),
        "tasks" => return Err("it is `@tasks run due`".to_owned()),
        "put" => {
            let (file, to) = two("a file and a place on a stage: @put data/a.json @stage/path")?;
            if !to.starts_with('@') {
                return Err(format!("@put: {to} is no place on a stage; those begin with @"));
            }
            Directive::Act(Action::Put { file, to })
        }
        "s3" => {
            let (file, to) = two("a file and a place in a bucket: @s3 data/a.json s3://bucket/key")?;
            let place = to.strip_prefix("s3://").and_then(|place| place.split_once('/'));
            match place {
                Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                    let (bucket, key) = (bucket.to_owned(), key.to_owned());
                    Directive::Act(Action::S3 { file, bucket, key })
                }
                _ => return Err(format!("@s3: {to} is not of the form s3://bucket/key")),
            }
        }
        "kafka" => {
            let (file, topic) = two("a file of lines and a topic: @kafka data/events.ndjson topic")?;
            Directive::Act(Action::Kafka { file, topic })
        }
        "session" => Directive::Act(Action::Session(one("a name")?)),
        "error" => Directive::Error(number(rest)?),
        "refused" => Directive::Refused,
        "unordered" => Directive::Unordered,
        "mask" => Directive::Mask(columns(rest)?),
        "skip" => {
            let (place, reason) = two("where, and the reason: @skip snowflake needs a bucket of ours")?;
            let place = match place.as_str() {
                "snowflake" => Place::Snowflake,
                "emulator" => Place::Emulator,
                other => return Err(format!("@skip: {other} is neither snowflake nor emulator")),
            };
            Directive::Skip(place, reason)
        }
        "setup" => Directive::Setup(one("the file of another script")?),
        other => {
            return Err(format!(
                "there is no directive @{other}; there are @advance, @tasks, @put, @s3, @kafka, @session, @setup, \
                 @error, @refused, @unordered, @mask and @skip"
            ));
        }
    };
    if !rest.is_empty() && matches!(directive, Directive::Refused | Directive::Unordered) {
        return Err(format!("@{name} takes nothing"));
    }
    Ok(Some(directive))
}

fn span(text: &str) -> Result<Span, String> {
    let span: Span = text
        .parse()
        .map_err(|_| format!("@advance: `{text}` is no span of time; write for instance `5 minutes`"))?;
    match span.is_negative() {
        true => Err("@advance: time does not go back".to_owned()),
        false => Ok(span),
    }
}

/// An error number with six digits, as clients show it.
fn number(text: &str) -> Result<String, String> {
    match text.parse::<i32>() {
        Ok(code) if code < 0 => Ok(code.to_string()),
        Ok(code) => Ok(format!("{code:06}")),
        Err(_) => Err(format!(
            "@error takes an error number such as 002003, not `{text}`"
        )),
    }
}

/// Names of columns, between blanks or commas; in quotes where a name has such.
fn columns(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted
                .split_once('"')
                .ok_or_else(|| "@mask: a quote is not closed".to_owned())?,
            None => rest.split_at(rest.find([' ', ',']).unwrap_or(rest.len())),
        };
        names.push(name.to_owned());
        rest = behind.trim_start_matches([' ', ',']);
    }
    match names.is_empty() {
        true => Err("@mask takes names of columns".to_owned()),
        false => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn directives_are_told_from_comments() {
        assert_eq!(read("SELECT 1;"), Ok(None));
        assert_eq!(read("-- an e-mail: a@b"), Ok(None));
        assert_eq!(
            read("  -- @advance 5 minutes"),
            Ok(Some(Directive::Act(Action::Advance(5.minutes().fieldwise()))))
        );
        assert_eq!(
            read("--@error 2003"),
            Ok(Some(Directive::Error("002003".to_owned())))
        );
        assert_eq!(
            read("-- @mask ID \"a b\", C"),
            Ok(Some(Directive::Mask(vec!["ID".into(), "a b".into(), "C".into()])))
        );
        let skip = Directive::Skip(Place::Snowflake, "no bucket there".to_owned());
        assert_eq!(read("-- @skip snowflake no bucket there"), Ok(Some(skip)));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for line in [
            "-- @nosuch",
            "-- @advance",
            "-- @advance soon",
            "-- @advance -5 minutes",
            "-- @tasks",
            "-- @put a.json",
            "-- @put a.json stage",
            "-- @s3 a.json bucket/key",
            "-- @s3 a.json s3://bucket",
            "-- @kafka a.json",
            "-- @error never",
            "-- @mask",
            "-- @mask \"a",
            "-- @skip moon reason",
            "-- @skip snowflake",
            "-- @unordered ID",
            "-- @setup",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
