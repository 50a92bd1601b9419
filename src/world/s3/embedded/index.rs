//! The ordered list of a bucket's objects, and pages of it as S3's listings want them.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::medium::Content;
use crate::world::s3::error::StorageError;
use crate::world::s3::object::{Attributes, ObjectHead, ObjectInfo, PutMode};

/// An object in the index.
#[derive(Debug, Clone)]
pub(in crate::world::s3) struct Entry {
    pub info: ObjectInfo,
    pub attributes: Arc<Attributes>,
    pub content: Content,
}

impl Entry {
    pub(in crate::world::s3) fn head(&self) -> ObjectHead {
        ObjectHead {
            info: self.info.clone(),
            attributes: (*self.attributes).clone(),
        }
    }
}

/// Where a page begins: strictly after a key, or after everything under a common prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world::s3) enum After<'a> {
    Key(&'a str),
    Prefix(&'a str),
}

/// What a page shall hold.
#[derive(Debug, Clone, Copy)]
pub(in crate::world::s3) struct PageQuery<'a> {
    pub prefix: &'a str,
    pub delimiter: Option<&'a str>,
    pub after: Option<After<'a>>,
    pub limit: usize,
}

/// The last thing on a page that is not the last page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world::s3) enum Last {
    Key(String),
    Prefix(String),
}

/// A page: objects and common prefixes, each in order.
#[derive(Debug, Default)]
pub(in crate::world::s3) struct Page {
    pub objects: Vec<ObjectInfo>,
    pub common_prefixes: Vec<String>,
    /// Set if there is more.
    pub more_after: Option<Last>,
}

/// A bucket's objects by key. Rust's order of strings is S3's: by their UTF-8 bytes.
#[derive(Debug, Default)]
pub(in crate::world::s3) struct Index(BTreeMap<String, Entry>);

impl Index {
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        self.0.insert(entry.info.key.clone(), entry);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a put may take effect now.
    pub(super) fn check(&self, bucket: &str, key: &str, mode: &PutMode) -> Result<(), StorageError> {
        match (mode, self.get(key)) {
            (PutMode::Overwrite, _) | (PutMode::Create, None) => Ok(()),
            (PutMode::Update(etag), Some(there)) if there.info.etag == *etag => Ok(()),
            (PutMode::Update(_), None) => Err(StorageError::no_such_key(bucket, key)),
            (PutMode::Create | PutMode::Update(_), Some(_)) => {
                Err(StorageError::PreconditionFailed(key.to_owned()))
            }
        }
    }

    /// All objects under a prefix.
    pub(super) fn under(&self, prefix: &str) -> Vec<ObjectInfo> {
        self.0
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(_, entry)| entry.info.clone())
            .collect()
    }

    /// One page. A common prefix costs one step, however many keys it stands for.
    pub(super) fn page(&self, query: &PageQuery<'_>) -> Page {
        let mut page = Page::default();
        let mut last = None;
        let mut from = match start(query) {
            Some(from) => from,
            None => return page,
        };
        loop {
            let Some((key, entry)) = self
                .0
                .range::<str, _>((from.as_ref().map(String::as_str), Bound::Unbounded))
                .next()
            else {
                return page;
            };
            let Some(rest) = key.strip_prefix(query.prefix) else {
                return page;
            };
            if page.objects.len() + page.common_prefixes.len() == query.limit {
                page.more_after = last;
                return page;
            }
            let rolled_up = query
                .delimiter
                .and_then(|delimiter| rest.find(delimiter).map(|at| at + delimiter.len()))
                .and_then(|length| key.get(..query.prefix.len() + length));
            match rolled_up {
                Some(common) => {
                    page.common_prefixes.push(common.to_owned());
                    last = Some(Last::Prefix(common.to_owned()));
                    match after_prefix(common) {
                        Some(next) => from = Bound::Included(next),
                        None => return page,
                    }
                }
                None => {
                    page.objects.push(entry.info.clone());
                    last = Some(Last::Key(key.clone()));
                    from = Bound::Excluded(key.clone());
                }
            }
        }
    }
}

/// Where to begin, `None` if nothing can follow.
fn start(query: &PageQuery<'_>) -> Option<Bound<String>> {
    let prefix = Bound::Included(query.prefix.to_owned());
    Some(match query.after {
        None => prefix,
        Some(After::Key(key)) if key < query.prefix => prefix,
        Some(After::Key(key)) => Bound::Excluded(key.to_owned()),
        Some(After::Prefix(common)) => match after_prefix(common)? {
            next if next.as_str() < query.prefix => prefix,
            next => Bound::Included(next),
        },
    })
}

/// The least string above everything that starts with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn index(keys: &[String]) -> Index {
        let mut index = Index::default();
        for key in keys {
            let info = ObjectInfo {
                key: key.clone(),
                size: 0,
                etag: String::new(),
                last_modified: Timestamp::UNIX_EPOCH,
                sequence: 0,
            };
            index.insert(Entry {
                info,
                attributes: Arc::default(),
                content: Content::Memory(Bytes::new()),
            });
        }
        index
    }

    /// What one page would hold if all fitted, by definition.
    fn expected(keys: &[String], prefix: &str, delimiter: Option<&str>) -> (Vec<String>, Vec<String>) {
        let mut objects = std::collections::BTreeSet::new();
        let mut common = std::collections::BTreeSet::new();
        for key in keys.iter().filter(|key| key.starts_with(prefix)) {
            match delimiter.and_then(|d| key[prefix.len()..].find(d).map(|at| prefix.len() + at + d.len())) {
                Some(end) => common.insert(key[..end].to_owned()),
                None => objects.insert(key.clone()),
            };
        }
        (objects.into_iter().collect(), common.into_iter().collect())
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_whole_listing(
            keys in prop::collection::vec("[ab/\u{10FFFF}é]{1,6}", 0..40),
            prefix in "[ab/]{0,2}",
            delimiter in prop::option::of("/|a"),
            limit in 1_usize..5,
        ) {
            let index = index(&keys);
            let (mut objects, mut common) = (Vec::new(), Vec::new());
            let mut last: Option<Last> = None;
            loop {
                let after = last.as_ref().map(|last| match last {
                    Last::Key(key) => After::Key(key),
                    Last::Prefix(prefix) => After::Prefix(prefix),
                });
                let page = index.page(&PageQuery { prefix: &prefix, delimiter: delimiter.as_deref(), after, limit });
                prop_assert!(page.objects.len() + page.common_prefixes.len() <= limit);
                objects.extend(page.objects.into_iter().map(|info| info.key));
                common.extend(page.common_prefixes);
                last = page.more_after;
                if last.is_none() { break }
            }
            prop_assert_eq!((objects, common), expected(&keys, &prefix, delimiter.as_deref()));
        }

        #[test]
        fn after_prefix_is_the_least_string_above(prefix in "[a\u{D7FF}\u{10FFFF}]{1,3}", other in any::<String>()) {
            match after_prefix(&prefix) {
                Some(next) => prop_assert_eq!(other >= next, other > prefix && !other.starts_with(&prefix)),
                None => prop_assert!(other < prefix || other.starts_with(&prefix)),
            }
        }
    }
}
