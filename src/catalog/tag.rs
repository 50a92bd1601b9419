//! Tags, and which objects and columns have which.
//! <https://docs.snowflake.com/en/user-guide/object-tagging/introduction>
//!
//! What is set is kept apart from objects, by their identities: a rename keeps it, what replaces an object has none of it,
//! and a dropped tag takes its settings along until it comes back.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::object::{ACCOUNT, Object, ObjectId};
use super::snapshot::Snapshot;

/// CREATE TAG.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tag {
    /// ALLOWED_VALUES, in order; absent when any value is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
}

/// A tag set on an object or a column, or taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagSetting {
    /// The object; [`ACCOUNT`] for the account.
    pub object: ObjectId,
    /// The column's id; 0 for the object itself.
    #[serde(default)]
    pub column: u32,
    /// The tag.
    pub tag: ObjectId,
    /// The value; absent when the tag is taken away.
    pub value: Option<String>,
}

/// The values of all settings, by object, column and tag.
pub(super) type Tags = OrdMap<(ObjectId, u32, ObjectId), String>;

/// A tag that holds for an object or column, set on it or on something that it is part of.
#[derive(Debug, Clone)]
pub struct HeldTag {
    /// The tag.
    pub tag: Arc<Object>,
    /// The value.
    pub value: String,
    /// What it is set on.
    pub on: ObjectId,
    /// Whether it is set on the column itself.
    pub on_column: bool,
}

impl Snapshot {
    /// The tags set on an object itself, or on one of its columns (0 is the object), with their values. Dropped tags are
    /// left out.
    pub fn tags_set(&self, object: ObjectId, column: u32) -> impl Iterator<Item = (&Arc<Object>, &str)> {
        self.tags
            .range((object, column, 0)..=(object, column, ObjectId::MAX))
            .filter_map(|((.., tag), value)| Some((self.object(*tag)?, value.as_str())))
            .filter(|(tag, _)| self.is_live(tag))
    }

    /// Everything set on an object and its columns, dropped tags included.
    pub fn tag_settings(&self, object: ObjectId) -> impl Iterator<Item = TagSetting> {
        self.tags
            .range((object, 0, 0)..=(object, u32::MAX, ObjectId::MAX))
            .map(|((object, column, tag), value)| TagSetting {
                object: *object,
                column: *column,
                tag: *tag,
                value: Some(value.clone()),
            })
    }

    /// The tags that hold for an object, or for one of its columns: its own, then those of what it is part of, up to the
    /// account. The nearest value of a tag counts.
    pub fn held_tags(&self, object: ObjectId, column: Option<u32>) -> Vec<HeldTag> {
        let mut held: Vec<HeldTag> = Vec::new();
        let mut add = |on: ObjectId, column: u32| {
            for (tag, value) in self.tags_set(on, column) {
                if !held.iter().any(|known| known.tag.id == tag.id) {
                    held.push(HeldTag {
                        tag: Arc::clone(tag),
                        value: value.to_string(),
                        on,
                        on_column: column != 0,
                    });
                }
            }
        };
        if let Some(column) = column {
            add(object, column);
        }
        let mut at = object;
        loop {
            add(at, 0);
            if at == ACCOUNT {
                break;
            }
            at = self.object(at).map_or(ACCOUNT, |object| object.parent);
        }
        held
    }

    pub(super) fn set_tag(&mut self, setting: &TagSetting) {
        let key = (setting.object, setting.column, setting.tag);
        match &setting.value {
            Some(value) => self.tags.insert(key, value.clone()),
            None => self.tags.remove(&key),
        };
    }

    /// Lets go of what was set on an object that is gone for good, or by means of it.
    pub(super) fn forget_tags(&mut self, id: ObjectId) {
        let gone: Vec<_> = self
            .tags
            .keys()
            .filter(|(object, _, tag)| *object == id || *tag == id)
            .copied()
            .collect();
        for key in gone {
            self.tags.remove(&key);
        }
    }
}
