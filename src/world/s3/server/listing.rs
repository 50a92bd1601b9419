//! Listings of a bucket, both versions of the operation over one page of the index.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::bucket::owner;
use super::convert::{etag, length, timestamp};
use super::refuse::refuse;
use crate::world::s3::embedded::Embedded;
use crate::world::s3::embedded::index::{After, Last, Page, PageQuery};
use crate::world::s3::object::ObjectInfo;
use crate::world::s3::url_text;

/// No page holds more.
const MAX_KEYS: i32 = 1000;

/// How keys are written in an answer.
#[derive(Clone, Copy)]
struct Encoding(bool);

impl Encoding {
    fn new(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self(false)),
            Some(EncodingType::URL) => Ok(Self(true)),
            Some(_) => Err(s3_error!(InvalidArgument, "The encoding type is url or none.")),
        }
    }

    fn text(self, text: String) -> String {
        if self.0 {
            url_text::encode(&text, b"/")
        } else {
            text
        }
    }

    fn object(self, info: ObjectInfo, with_owner: bool) -> Object {
        Object {
            e_tag: Some(etag(&info.etag)),
            key: Some(self.text(info.key)),
            last_modified: Some(timestamp(info.last_modified)),
            owner: with_owner.then(owner),
            size: Some(length(info.size)),
            storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
            ..Default::default()
        }
    }

    fn objects(self, objects: Vec<ObjectInfo>, with_owner: bool) -> Option<Vec<Object>> {
        (!objects.is_empty()).then(|| {
            objects
                .into_iter()
                .map(|info| self.object(info, with_owner))
                .collect()
        })
    }

    fn prefixes(self, prefixes: Vec<String>) -> Option<Vec<CommonPrefix>> {
        let prefix = |prefix| CommonPrefix {
            prefix: Some(self.text(prefix)),
        };
        (!prefixes.is_empty()).then(|| prefixes.into_iter().map(prefix).collect())
    }
}

fn limit(max_keys: Option<i32>) -> S3Result<(i32, usize)> {
    let wanted = max_keys.unwrap_or(MAX_KEYS);
    let limit = usize::try_from(wanted.min(MAX_KEYS));
    let limit = limit.map_err(|_| s3_error!(InvalidArgument, "max-keys must not be negative."))?;
    Ok((wanted.min(MAX_KEYS), limit))
}

fn page(storage: &Embedded, bucket: &str, query: PageQuery<'_>) -> S3Result<Page> {
    if query.limit == 0 {
        super::bucket::must_exist(storage, bucket)?;
        return Ok(Page::default());
    }
    let delimiter = query.delimiter.filter(|delimiter| !delimiter.is_empty());
    Ok(storage.page(bucket, &PageQuery { delimiter, ..query })?)
}

pub(super) fn list_v2(storage: &Embedded, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
    refuse!(input, optional_object_attributes);
    let encoding = Encoding::new(input.encoding_type.as_ref())?;
    let (max_keys, limit) = limit(input.max_keys)?;
    let token = input.continuation_token.as_deref().map(parse_token).transpose()?;
    let after = match &token {
        Some(Last::Key(key)) => Some(After::Key(key)),
        Some(Last::Prefix(prefix)) => Some(After::Prefix(prefix)),
        None => input
            .start_after
            .as_deref()
            .filter(|key| !key.is_empty())
            .map(After::Key),
    };
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let query = PageQuery {
        prefix,
        delimiter: input.delimiter.as_deref(),
        after,
        limit,
    };
    let page = page(storage, &input.bucket, query)?;
    let count = page.objects.len() + page.common_prefixes.len();
    Ok(ListObjectsV2Output {
        key_count: i32::try_from(count).ok(),
        is_truncated: Some(page.more_after.is_some()),
        next_continuation_token: page.more_after.as_ref().map(write_token),
        contents: encoding.objects(page.objects, input.fetch_owner == Some(true)),
        common_prefixes: encoding.prefixes(page.common_prefixes),
        name: Some(input.bucket),
        prefix: Some(encoding.text(input.prefix.unwrap_or_default())),
        max_keys: Some(max_keys),
        continuation_token: input.continuation_token,
        delimiter: input.delimiter.map(|delimiter| encoding.text(delimiter)),
        encoding_type: input.encoding_type,
        start_after: input.start_after.map(|key| encoding.text(key)),
        ..Default::default()
    })
}

pub(super) fn list(storage: &Embedded, input: ListObjectsInput) -> S3Result<ListObjectsOutput> {
    refuse!(input, optional_object_attributes);
    let encoding = Encoding::new(input.encoding_type.as_ref())?;
    let (max_keys, limit) = limit(input.max_keys)?;
    let delimiter = input
        .delimiter
        .as_deref()
        .filter(|delimiter| !delimiter.is_empty());
    // A marker is a bare string; one that ends in the delimiter is a common prefix that was told already.
    let after = input
        .marker
        .as_deref()
        .filter(|marker| !marker.is_empty())
        .map(|marker| match delimiter {
            Some(delimiter) if marker.ends_with(delimiter) => After::Prefix(marker),
            _ => After::Key(marker),
        });
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let page = page(
        storage,
        &input.bucket,
        PageQuery {
            prefix,
            delimiter,
            after,
            limit,
        },
    )?;
    let next = page.more_after.as_ref().map(|last| match last {
        Last::Key(text) | Last::Prefix(text) => encoding.text(text.clone()),
    });
    Ok(ListObjectsOutput {
        is_truncated: Some(page.more_after.is_some()),
        next_marker: next,
        contents: encoding.objects(page.objects, true),
        common_prefixes: encoding.prefixes(page.common_prefixes),
        name: Some(input.bucket),
        prefix: Some(encoding.text(input.prefix.unwrap_or_default())),
        marker: Some(encoding.text(input.marker.unwrap_or_default())),
        max_keys: Some(max_keys),
        delimiter: input.delimiter.map(|delimiter| encoding.text(delimiter)),
        encoding_type: input.encoding_type,
        ..Default::default()
    })
}

/// A continuation token: what was last, and whether it was a key or a common prefix.
fn write_token(last: &Last) -> String {
    let text = match last {
        Last::Key(key) => format!("K{key}"),
        Last::Prefix(prefix) => format!("P{prefix}"),
    };
    URL_SAFE_NO_PAD.encode(text)
}

fn parse_token(token: &str) -> S3Result<Last> {
    let text = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match text.as_deref().and_then(|text| text.split_at_checked(1)) {
        Some(("K", key)) => Ok(Last::Key(key.to_owned())),
        Some(("P", prefix)) => Ok(Last::Prefix(prefix.to_owned())),
        _ => Err(s3_error!(
            InvalidArgument,
            "The continuation token is not one of this server's."
        )),
    }
}
