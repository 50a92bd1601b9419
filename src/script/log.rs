//! Messages that handlers log. <https://docs.snowflake.com/en/developer-guide/logging-tracing/logging>

use std::fmt::Debug;

/// How severe a message is, the least severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// TRACE.
    Trace,
    /// DEBUG.
    Debug,
    /// INFO.
    Info,
    /// WARN.
    Warn,
    /// ERROR.
    Error,
    /// FATAL.
    Fatal,
}

/// Levels with their names.
const LEVELS: [(Level, &str); 6] = [
    (Level::Trace, "TRACE"),
    (Level::Debug, "DEBUG"),
    (Level::Info, "INFO"),
    (Level::Warn, "WARN"),
    (Level::Error, "ERROR"),
    (Level::Fatal, "FATAL"),
];

impl Level {
    /// The level of a name, in any letter case. `warning` is WARN as well, and Python's `critical` is FATAL.
    pub fn parse(name: &str) -> Option<Self> {
        let name = match name.to_ascii_uppercase().as_str() {
            "WARNING" => "WARN".to_string(),
            "CRITICAL" => "FATAL".to_string(),
            other => other.to_string(),
        };
        LEVELS
            .into_iter()
            .find(|(_, known)| *known == name)
            .map(|(level, _)| level)
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        LEVELS
            .into_iter()
            .find(|(level, _)| *level == self)
            .map_or("", |(_, name)| name)
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How severe it is.
    pub level: Level,
    /// What it says.
    pub text: String,
    /// What the handler adds, a JSON object.
    pub attributes: Option<String>,
    /// What it comes from within the handler: the logger's name.
    pub scope: Option<String>,
}

/// Where messages go.
pub trait Log: Debug + Send + Sync {
    /// The least severe level that is wanted; `None` when nothing is. It is only a hint.
    fn least(&self) -> Option<Level>;

    /// Takes a message.
    fn note(&self, message: Message);
}

/// The program's own log, for what no event table wants.
#[derive(Debug)]
pub struct ProgramLog {
    /// What the messages come from.
    pub handler: String,
}

impl Log for ProgramLog {
    fn least(&self) -> Option<Level> {
        Some(Level::Trace)
    }

    fn note(&self, message: Message) {
        let handler = self.handler.as_str();
        let attributes = message.attributes.unwrap_or_default();
        let text = message.text;
        match message.level {
            Level::Trace => tracing::trace!(handler, attributes, "{text}"),
            Level::Debug => tracing::debug!(handler, attributes, "{text}"),
            Level::Info => tracing::info!(handler, attributes, "{text}"),
            Level::Warn => tracing::warn!(handler, attributes, "{text}"),
            Level::Error | Level::Fatal => tracing::error!(handler, attributes, "{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_names_and_an_order() {
        assert!(Level::Trace < Level::Debug && Level::Error < Level::Fatal);
        for (level, name) in LEVELS {
            assert_eq!(
                (Level::parse(&name.to_lowercase()), level.label()),
                (Some(level), name)
            );
        }
        assert_eq!(Level::parse("warning"), Some(Level::Warn));
        assert_eq!(Level::parse("off"), None);
    }
}
