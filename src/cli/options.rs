//! Options that several commands share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, SystemClock, VirtualClock};
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::remote::Places;
use crate::server::door::PrivateDoor;
use crate::world::s3::server::DEFAULT_REGION;
use crate::world::tls::Tls;

/// The clocks to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockKind {
    /// Warehouse time stands still and jumps from one due moment to the next.
    Virtual,
    /// Warehouse time is the machine's.
    System,
}

impl ClockKind {
    /// A clock of this kind; a virtual one begins at `start`.
    pub fn clock(self, start: Timestamp) -> Arc<dyn Clock> {
        match self {
            Self::Virtual => Arc::new(VirtualClock::new(start)),
            Self::System => Arc::new(SystemClock),
        }
    }
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Virtual => "virtual",
            Self::System => "system",
        })
    }
}

/// The Python behind functions and procedures.
#[derive(Debug, Clone, Default, Args)]
pub struct PythonOptions {
    /// The Python that functions and procedures in PYTHON run in, a path or a name in PATH; by default
    /// $SNOWGLOBE_PYTHON, else python3. Nothing is started before the first call
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
}

impl PythonOptions {
    /// Has an account's functions and procedures run in it.
    pub fn prepare(&self, account: &Account) {
        let told = || std::env::var_os("SNOWGLOBE_PYTHON").filter(|text| !text.is_empty());
        let program = self.python.clone().or_else(|| told().map(PathBuf::from));
        let program = program.unwrap_or_else(|| PathBuf::from("python3"));
        account.python().interpreter.choose(program);
        account.python().set_door(Arc::new(PrivateDoor));
    }
}

/// A real S3 instead of the embedded one.
#[derive(Clone, Default, Args)]
pub struct S3Options {
    /// Uses MinIO or any S3 at this address instead of the embedded one, for instance http://127.0.0.1:9000
    #[arg(long, value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// Its access key ID; by default $AWS_ACCESS_KEY_ID
    #[arg(long, value_name = "KEY", requires = "s3_endpoint")]
    pub s3_access_key: Option<String>,
    /// Its secret access key; by default $AWS_SECRET_ACCESS_KEY
    #[arg(long, value_name = "KEY", requires = "s3_endpoint")]
    pub s3_secret_key: Option<String>,
    /// Its region; by default $AWS_REGION, else us-east-1
    #[arg(long, value_name = "REGION", requires = "s3_endpoint")]
    pub s3_region: Option<String>,
}

impl fmt::Debug for S3Options {
    /// Without the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Options")
            .field("s3_endpoint", &self.s3_endpoint)
            .finish_non_exhaustive()
    }
}

/// A real S3's address with all that is needed to use it.
#[derive(Clone)]
pub struct S3Login {
    /// For instance `http://127.0.0.1:9000`.
    pub endpoint: String,
    /// For instance `us-east-1`.
    pub region: String,
    /// The access key ID.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
}

impl S3Options {
    /// The login that options and environment give; `None` means the embedded S3.
    ///
    /// # Errors
    /// An endpoint without keys.
    pub fn login(&self) -> Result<Option<S3Login>> {
        let Some(endpoint) = &self.s3_endpoint else {
            return Ok(None);
        };
        if !(endpoint.starts_with("http://") || endpoint.starts_with("https://")) {
            return Err(Error::configuration(format!(
                "--s3-endpoint {endpoint}: an address starts with http:// or https://"
            )));
        }
        let key = |given: &Option<String>, variable: &str, option: &str| {
            given.clone().or_else(|| environment(variable)).ok_or_else(|| {
                Error::configuration(format!("--s3-endpoint needs {option}"))
                    .with_hint(format!("give the option, or set {variable}"))
            })
        };
        Ok(Some(S3Login {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            access_key: key(&self.s3_access_key, "AWS_ACCESS_KEY_ID", "--s3-access-key")?,
            secret_key: key(&self.s3_secret_key, "AWS_SECRET_ACCESS_KEY", "--s3-secret-key")?,
            region: self
                .s3_region
                .clone()
                .or_else(|| environment("AWS_REGION"))
                .unwrap_or_else(|| DEFAULT_REGION.to_owned()),
        }))
    }
}

/// HTTPS instead of HTTP.
#[derive(Debug, Clone, Default, Args)]
pub struct TlsOptions {
    /// Serves HTTPS with the certificate in this file: PEM, with those that vouch for it behind it
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key: PEM, not encrypted
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

impl TlsOptions {
    /// What the server shows its clients; `None` without the options.
    ///
    /// # Errors
    /// Files that cannot be read, that hold no certificate or key, or whose key is that of another certificate.
    pub fn tls(&self) -> Result<Option<Tls>> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        let read = |option: &str, path: &Path| {
            std::fs::read(path)
                .map_err(|error| Error::configuration(format!("{option} {}: {error}", path.display())))
        };
        let chain = read("--tls-cert", certificate)?;
        let secret = read("--tls-key", key)?;
        let named = |error: Error| {
            let (certificate, key) = (certificate.display(), key.display());
            let message = error.message().to_owned();
            error.reworded(format!("--tls-cert {certificate} --tls-key {key}: {message}"))
        };
        Tls::new(&chain, &secret).map(Some).map_err(named)
    }
}

/// What the environment says of connections to real accounts.
#[allow(clippy::disallowed_methods)] // as below
pub fn places() -> Places {
    const FOLDERS: [&str; 4] = ["HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME"];
    let has_part = |name: &str| {
        let own = name.starts_with("SNOWFLAKE_") || name.ends_with("_TOKEN_FILE_PERMISSIONS_VERIFICATION");
        own || name == "PRIVATE_KEY_PASSPHRASE" || FOLDERS.contains(&name)
    };
    let texts = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.into_string().ok()?))
    });
    Places::new(texts.filter(|(name, _)| has_part(name)))
}

/// A variable of the environment; empty counts as not set.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
