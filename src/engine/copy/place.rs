//! [`Place`]: where the files of a stage reference or URL lie.
//!
//! An external stage's files lie where its URL says. Internal stages, table stages and user stages share one bucket of
//! the same object storage, under a prefix of their own that a rename does not change.

use crate::catalog::object::{ACCOUNT, Integration};
use crate::catalog::{Object, ObjectKind, OptionValue, Options};
use crate::engine::names::Names;
use crate::error::{Error, Result};
use crate::sql::{StageLocation, quote_if_needed};
use crate::stage;
use crate::world::s3::{ObjectStorage, StorageError};

/// The bucket of all internal stages.
pub const INTERNAL_BUCKET: &str = "snowglobe-internal-stages";

/// Where the files of a location lie.
#[derive(Debug, Clone)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The prefix of keys that the stage, or the URL's bucket, stands for.
    pub root: String,
    /// The statement's path below it: a prefix of names.
    pub path: String,
    /// What kind of location it is.
    pub origin: Origin,
    /// The stage's FILE_FORMAT, the table's for a table stage.
    pub file_format: Options,
    /// The stage's COPY_OPTIONS.
    pub copy_options: Options,
}

/// The kinds of locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A URL, or a stage with one.
    External {
        /// The URL's scheme.
        scheme: String,
    },
    /// A named internal stage.
    Internal {
        /// Its own name.
        name: String,
        /// Its full name.
        full_name: String,
    },
    /// The stage of a table.
    Table {
        /// The table's schema and name, as `DB.SCHEMA.%T`.
        full_name: String,
    },
    /// The user's stage.
    User,
}

impl Place {
    /// The place of a location.
    ///
    /// # Errors
    /// 002003 for a stage or table that is not there; what [`check_integration`] refuses; other clouds' URLs.
    pub fn find(names: &Names<'_>, location: &StageLocation) -> Result<Self> {
        match location {
            StageLocation::Named { stage, path } => {
                let object = names.require(ObjectKind::Stage, stage)?;
                let mut place = Self::of_stage(names, &object)?;
                place.path = path.clone();
                place.check(names, &object)?;
                Ok(place)
            }
            StageLocation::Table { table, path } => {
                let object = names.require(ObjectKind::Table, table)?;
                let body = object
                    .as_table()
                    .ok_or_else(|| Error::internal("a table without a body"))?;
                let mut shown: Vec<String> = names
                    .snapshot
                    .path(&object)
                    .iter()
                    .map(|part| quote_if_needed(part))
                    .collect();
                if let Some(last) = shown.last_mut() {
                    last.insert(0, '%');
                }
                let options = |name: &str| match body.options.get(name) {
                    Some(OptionValue::Nested(options)) => options.clone(),
                    _ => Options::default(),
                };
                Ok(Self {
                    bucket: INTERNAL_BUCKET.to_string(),
                    root: format!("tables/{}/", object.id),
                    path: path.clone(),
                    origin: Origin::Table {
                        full_name: shown.join("."),
                    },
                    file_format: options("STAGE_FILE_FORMAT"),
                    copy_options: options("STAGE_COPY_OPTIONS"),
                })
            }
            StageLocation::User { path } => Ok(Self {
                bucket: INTERNAL_BUCKET.to_string(),
                root: format!("users/{}/", names.context.user),
                path: path.clone(),
                origin: Origin::User,
                file_format: Options::default(),
                copy_options: Options::default(),
            }),
            StageLocation::Url(url) => Self::of_url(url),
        }
    }

    /// The place of a stage as a whole, whatever its integration allows.
    ///
    /// # Errors
    /// A URL of another cloud.
    pub fn of_stage(names: &Names<'_>, object: &Object) -> Result<Self> {
        let stage = object
            .as_stage()
            .ok_or_else(|| Error::internal("a stage without a body"))?;
        let mut place = match &stage.url {
            Some(url) => {
                let mut place = Self::of_url(url)?;
                place.root = std::mem::take(&mut place.path);
                place
            }
            None => Self {
                bucket: INTERNAL_BUCKET.to_string(),
                root: format!("stages/{}/", object.id),
                path: String::new(),
                origin: Origin::Internal {
                    name: object.name.clone(),
                    full_name: names.full_name(object),
                },
                file_format: Options::default(),
                copy_options: Options::default(),
            },
        };
        place.file_format = stage.file_format.clone();
        place.copy_options = stage.copy_options.clone();
        Ok(place)
    }

    fn of_url(url: &str) -> Result<Self> {
        let stage::StageLocation::S3 { scheme, bucket, path } = stage::StageLocation::parse(url)? else {
            return Err(Error::compilation(format!("invalid URL: '{url}'")));
        };
        Ok(Self {
            bucket,
            root: String::new(),
            path,
            origin: Origin::External { scheme },
            file_format: Options::default(),
            copy_options: Options::default(),
        })
    }

    /// Refuses a stage whose integration is missing, disabled, or does not open its location.
    fn check(&self, names: &Names<'_>, stage: &Object) -> Result<()> {
        let integration = stage
            .as_stage()
            .and_then(|stage| stage.storage_integration.as_deref());
        integration.map_or(Ok(()), |name| check_integration(names, name, &self.url()))
    }

    /// The key prefix that the location selects.
    pub fn prefix(&self) -> String {
        self.key(&self.path)
    }

    /// The key of a path below the stage.
    pub fn key(&self, path: &str) -> String {
        let slash = !self.root.is_empty() && !self.root.ends_with('/') && !path.is_empty();
        format!("{}{}{path}", self.root, if slash { "/" } else { "" })
    }

    /// A key's path below the stage.
    pub fn relative<'k>(&self, key: &'k str) -> &'k str {
        let rest = key.strip_prefix(self.root.as_str()).unwrap_or(key);
        if self.root.is_empty() {
            rest
        } else {
            rest.trim_start_matches('/')
        }
    }

    /// METADATA$FILENAME of a key: its path in the bucket, or below an internal stage.
    pub fn file_name<'k>(&self, key: &'k str) -> &'k str {
        if self.is_external() {
            key
        } else {
            self.relative(key)
        }
    }

    /// A key as LIST and COPY show it: a URL, or the internal stage's name and the path.
    pub fn shown(&self, key: &str) -> String {
        match &self.origin {
            Origin::External { scheme } => format!("{scheme}://{}/{key}", self.bucket),
            Origin::Internal { name, .. } => format!("{}/{}", name.to_lowercase(), self.relative(key)),
            Origin::Table { .. } | Origin::User => self.relative(key).to_string(),
        }
    }

    /// The stage's location, as load history names it.
    pub fn location(&self) -> String {
        match &self.origin {
            Origin::External { scheme } => format!("{scheme}://{}/{}", self.bucket, self.root),
            Origin::Internal { full_name, .. } | Origin::Table { full_name } => format!("@{full_name}/"),
            Origin::User => "@~/".to_string(),
        }
    }

    /// The location with the statement's path.
    pub fn url(&self) -> String {
        match &self.origin {
            Origin::External { scheme } => format!("{scheme}://{}/{}", self.bucket, self.prefix()),
            _ => format!("{}{}", self.location(), self.path),
        }
    }

    /// Whether the files lie outside of the account.
    pub fn is_external(&self) -> bool {
        matches!(self.origin, Origin::External { .. })
    }

    /// Makes the bucket of internal stages, if this is one and there is none.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn prepare(&self, storage: &ObjectStorage) -> Result<()> {
        if self.is_external() {
            return Ok(());
        }
        Ok(storage.ensure_bucket(&self.bucket).await?)
    }

    /// What a failed look at the place means: the bucket of internal stages is there once something is put into it.
    pub fn or_empty<T: Default>(&self, outcome: Result<T, StorageError>) -> Result<T> {
        match outcome {
            Err(StorageError::NoSuchBucket(_)) if !self.is_external() => Ok(T::default()),
            other => Ok(other?),
        }
    }
}

/// Refuses a location that a storage integration does not open.
/// <https://docs.snowflake.com/en/sql-reference/sql/create-storage-integration>
///
/// # Errors
/// 002003 for an integration that is not there; others when it is disabled or does not allow the location.
pub fn check_integration(names: &Names<'_>, name: &str, url: &str) -> Result<()> {
    let object = names
        .snapshot
        .find(ACCOUNT, ObjectKind::Integration, name, names.context.session);
    let integration = object.and_then(|object| object.as_integration());
    let Some(integration) = integration else {
        return Err(Error::not_found("Integration", quote_if_needed(name)));
    };
    let enabled = integration.options.get("ENABLED").and_then(OptionValue::text);
    if !enabled.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Err(Error::integration_disabled(quote_if_needed(name)));
    }
    let listed = |option: &str| {
        locations(integration, option)
            .iter()
            .any(|location| covers(location, url))
    };
    if listed("STORAGE_ALLOWED_LOCATIONS") && !listed("STORAGE_BLOCKED_LOCATIONS") {
        return Ok(());
    }
    Err(Error::location_not_allowed(url, quote_if_needed(name)))
}

fn locations(integration: &Integration, option: &str) -> Vec<String> {
    match integration.options.get(option) {
        Some(OptionValue::List(locations)) => locations.clone(),
        Some(OptionValue::Text(location)) => vec![location.clone()],
        _ => Vec::new(),
    }
}

/// Whether a location of an integration covers a URL. `*` covers all.
fn covers(location: &str, url: &str) -> bool {
    // A stage at `s3://bucket/path` lies in the location `s3://bucket/path/`.
    location == "*" || url.starts_with(location) || location.strip_suffix('/').is_some_and(|bare| bare == url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn external(root: &str, path: &str) -> Place {
        let mut place = Place::of_url("s3://bucket").unwrap();
        place.root = root.to_string();
        place.path = path.to_string();
        place
    }

    #[test]
    fn keys_join_the_stage_and_the_path_with_one_slash() {
        assert_eq!(external("", "a/b").prefix(), "a/b");
        assert_eq!(external("load/", "a").prefix(), "load/a");
        assert_eq!(external("load", "a").prefix(), "load/a");
        assert_eq!(external("load", "").prefix(), "load");
        assert_eq!(external("load", "").relative("load/x.csv"), "x.csv");
        assert_eq!(external("load", "").shown("load/x.csv"), "s3://bucket/load/x.csv");
    }

    #[test]
    fn a_location_covers_what_begins_with_it() {
        assert!(covers("*", "s3://b/x"));
        assert!(covers("s3://b/path/", "s3://b/path/deep/x"));
        assert!(covers("s3://b/path/", "s3://b/path"));
        assert!(!covers("s3://b/path/", "s3://b/pathological/"));
    }
}
