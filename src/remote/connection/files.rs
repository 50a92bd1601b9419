//! Where connections are written down: `connections.toml`, `config.toml` and the environment.
//! <https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections>

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::{Error, Result};

/// The largest file of connections, in bytes.
const MOST_BYTES: u64 = 1 << 20;
/// The name of the connection that is meant where none is named at all.
const DEFAULT: &str = "default";

/// The environment, as far as it has a part in connections: HOME and its like, and all SNOWFLAKE_ variables.
#[derive(Clone, Default)]
pub struct Places {
    variables: BTreeMap<String, String>,
}

impl fmt::Debug for Places {
    /// The variables' names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Places {
    /// The places of an environment. Empty variables count as not set.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let set = variables.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            variables: set.collect(),
        }
    }

    /// A variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The folder of Snowflake's own files: SNOWFLAKE_HOME, else `~/.snowflake` if it is there, else where the system
    /// keeps its programs' settings.
    pub fn folder(&self) -> Option<PathBuf> {
        if let Some(home) = self.variable("SNOWFLAKE_HOME") {
            return Some(self.expand(home));
        }
        let home = self.home()?;
        let own = home.join(".snowflake");
        if own.is_dir() {
            return Some(own);
        }
        let settings = if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else if cfg!(windows) {
            let local = self.variable("LOCALAPPDATA").map(PathBuf::from);
            local.unwrap_or_else(|| home.join("AppData/Local"))
        } else {
            let config = self.variable("XDG_CONFIG_HOME").map(PathBuf::from);
            config.unwrap_or_else(|| home.join(".config"))
        };
        Some(settings.join("snowflake"))
    }

    fn home(&self) -> Option<PathBuf> {
        self.variable("HOME")
            .or_else(|| self.variable("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// A path whose `~` is the user's folder.
    pub fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ if path == "~" => self.home().unwrap_or_else(|| path.into()),
            _ => path.into(),
        }
    }

    fn tolerates_readers(&self) -> bool {
        [
            "SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION",
            "SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION",
        ]
        .iter()
        .any(|name| {
            self.variable(name)
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        })
    }
}

/// What the files and SNOWFLAKE_CONNECTIONS say.
#[derive(Default)]
pub struct Files {
    /// The connections, by name.
    pub connections: BTreeMap<String, Table>,
    /// The default's name.
    pub default: Option<String>,
    /// Where that was read, for messages.
    pub source: String,
}

impl Files {
    /// Reads them. If there is a `connections.toml`, connections in `config.toml` do not count.
    ///
    /// # Errors
    /// Files that are no TOML, or that others may change or (unless SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION is
    /// true) read.
    pub fn read(places: &Places) -> Result<Self> {
        let mut files = Self::default();
        if let Some(text) = places.variable("SNOWFLAKE_CONNECTIONS") {
            files.source = "SNOWFLAKE_CONNECTIONS".to_owned();
            files.connections = tables(parse(text, "SNOWFLAKE_CONNECTIONS")?);
        }
        let Some(folder) = places.folder() else {
            return Ok(files);
        };
        let config = read(&folder.join("config.toml"), places)?;
        let own = read(&folder.join("connections.toml"), places)?;
        let config = config.unwrap_or_default();
        let default = config.get("default_connection_name").and_then(Value::as_str);
        files.default = default.filter(|name| !name.is_empty()).map(str::to_owned);
        if files.source.is_empty() {
            let within = config.get("connections").and_then(Value::as_table).cloned();
            files.source = folder.display().to_string();
            files.connections = tables(own.or(within).unwrap_or_default());
        }
        Ok(files)
    }

    /// The name of the connection that is meant where none is named.
    pub fn default_name(&self, places: &Places) -> String {
        let variable = places.variable("SNOWFLAKE_DEFAULT_CONNECTION_NAME");
        variable.or(self.default.as_deref()).unwrap_or(DEFAULT).to_owned()
    }
}

fn tables(table: Table) -> BTreeMap<String, Table> {
    let tables = table.into_iter().filter_map(|(name, value)| match value {
        Value::Table(table) => Some((name, table)),
        _ => None,
    });
    tables.collect()
}

fn parse(text: &str, source: &str) -> Result<Table> {
    text.parse::<Table>().map_err(|error| {
        // The library's own text shows the line, in which a password may stand.
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        Error::configuration(format!("{source}, line {line}: this is no TOML"))
    })
}

/// A file's content; `None` without a file.
fn read(path: &Path, places: &Places) -> Result<Option<Table>> {
    let failed = |error: std::io::Error| Error::configuration(format!("{}: {error}", path.display()));
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if about.len() > MOST_BYTES {
        return Err(Error::configuration(format!(
            "{}: the file is too large",
            path.display()
        )));
    }
    check_permissions(path, &about, places)?;
    let text = std::fs::read_to_string(path).map_err(failed)?;
    parse(&text, &path.display().to_string()).map(Some)
}

#[cfg(unix)]
fn check_permissions(path: &Path, about: &std::fs::Metadata, places: &Places) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = about.permissions().mode() & 0o777;
    let refuse = |what: &str| {
        let shown = path.display();
        Error::configuration(format!(
            "{shown}: others than the owner may {what} it (mode {mode:04o})"
        ))
        .with_hint(format!("chmod 0600 {shown}"))
    };
    if mode & 0o022 != 0 {
        return Err(refuse("change"));
    }
    if mode & 0o044 != 0 {
        if !places.tolerates_readers() {
            return Err(refuse("read"));
        }
        tracing::warn!(path = %path.display(), "others than the owner may read it");
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_: &Path, _: &std::fs::Metadata, _: &Places) -> Result<()> {
    Ok(())
}
