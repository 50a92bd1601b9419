//! Operations on objects.

use std::ops::Range;
use std::sync::Arc;

use futures::StreamExt;
use hyper::http::StatusCode;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::bucket::must_exist;
use super::checksum::{Checker, given, tell};
use super::convert::{
    self, Conditions, etag, header_timestamp, incoming, length, outgoing, put_mode, timestamp,
};
use super::refuse::{self, refuse, refuse_for_new_object};
use crate::world::s3::embedded::Embedded;
use crate::world::s3::error::StorageError;
use crate::world::s3::object::{Attributes, ObjectHead, ObjectReader, PutMode, PutOptions};

/// No bulk deletion names more keys.
const MAX_DELETES: usize = 1000;

/// The attributes among an operation's inputs.
macro_rules! attributes {
    ($input:expr) => {
        $crate::world::s3::object::Attributes {
            content_type: $input.content_type.take(),
            content_encoding: $input
                .content_encoding
                .take()
                .and_then($crate::world::s3::server::object::own_encoding),
            content_disposition: $input.content_disposition.take(),
            content_language: $input.content_language.take(),
            cache_control: $input.cache_control.take(),
            expires: $input
                .expires
                .as_ref()
                .and_then($crate::world::s3::server::convert::http_date),
            metadata: $crate::world::s3::server::convert::metadata($input.metadata.take()),
            checksum: None,
        }
    };
}
pub(super) use attributes;

/// The content's own encoding, without that of its transport.
pub(super) fn own_encoding(encoding: String) -> Option<String> {
    let own: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "aws-chunked")
        .collect();
    (!own.is_empty()).then(|| own.join(","))
}

/// Refuses a body that is too large before it is sent.
pub(super) fn check_length(storage: &Embedded, content_length: Option<i64>) -> S3Result<()> {
    let limit = storage.limits().object;
    match content_length {
        Some(length) if u64::try_from(length).is_ok_and(|length| length > limit) => {
            Err(StorageError::TooLarge { limit }.into())
        }
        _ => Ok(()),
    }
}

pub(super) async fn put(
    storage: &Arc<Embedded>,
    req: S3Request<PutObjectInput>,
) -> S3Result<PutObjectOutput> {
    let mut input = req.input;
    refuse_for_new_object!(input);
    refuse!(input, write_offset_bytes);
    must_exist(storage, &input.bucket)?;
    check_length(storage, input.content_length)?;
    let mode = put_mode(input.if_match.take(), input.if_none_match.take())?;
    storage.check_mode(&input.bucket, &input.key, &mode)?;
    let given = given!(input);
    let named = input.checksum_algorithm.as_ref().map(ChecksumAlgorithm::as_str);
    let checker = Checker::new(&given, named)?.request(
        input.content_md5.take(),
        input.content_length,
        req.trailing_headers,
        &req.headers,
    )?;
    let staged = storage.stage(checker.follow(incoming(input.body.take()))).await?;
    let checksum = checker.finish(&staged)?;
    let attributes = Attributes {
        checksum: checksum.clone(),
        ..attributes!(input)
    };
    let options = PutOptions { mode, attributes };
    let info = storage
        .commit(&input.bucket, &input.key, staged, options, None)
        .await?;
    let mut output = PutObjectOutput {
        e_tag: Some(etag(&info.etag)),
        ..Default::default()
    };
    if checksum.is_some() {
        output.checksum_type = Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT));
    }
    tell!(output, checksum.as_ref());
    Ok(output)
}

/// Fills in what GetObject and HeadObject tell alike.
macro_rules! describe {
    ($head:expr, $range:expr, $ranged:expr, $with_checksum:expr, $output:ident) => {{
        let ObjectHead { info, attributes } = $head;
        let range = $range;
        let mut output = $output {
            accept_ranges: Some("bytes".to_owned()),
            cache_control: attributes.cache_control,
            content_disposition: attributes.content_disposition,
            content_encoding: attributes.content_encoding,
            content_language: attributes.content_language,
            content_length: Some(length(range.end - range.start)),
            content_range: $ranged.then(|| content_range(&range, info.size)),
            content_type: Some(
                attributes
                    .content_type
                    .unwrap_or_else(|| "binary/octet-stream".to_owned()),
            ),
            e_tag: Some(etag(&info.etag)),
            expires: attributes.expires.as_deref().and_then(convert::parse_http_date),
            last_modified: Some(header_timestamp(info.last_modified)),
            metadata: (!attributes.metadata.is_empty()).then(|| attributes.metadata.into_iter().collect()),
            ..Default::default()
        };
        if let Some(checksum) = attributes
            .checksum
            .as_ref()
            .filter(|_| $with_checksum && !$ranged)
        {
            let composite = checksum.value.contains('-');
            let kind = if composite {
                ChecksumType::COMPOSITE
            } else {
                ChecksumType::FULL_OBJECT
            };
            output.checksum_type = Some(ChecksumType::from_static(kind));
            tell!(output, Some(checksum));
        }
        output
    }};
}

fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))
}

/// The bytes a read wants of an object, once its conditions hold.
fn wanted(
    head: &ObjectHead,
    conditions: &Conditions,
    range: Option<&s3s::dto::Range>,
) -> S3Result<Range<u64>> {
    conditions.check(&head.info, S3ErrorCode::NotModified)?;
    match range {
        None => Ok(0..head.info.size),
        Some(range) => range.check(head.info.size).map_err(|_| {
            s3_error!(
                InvalidRange,
                "The range lies outside the object's {} bytes.",
                head.info.size
            )
        }),
    }
}

/// The read conditions among an operation's inputs.
macro_rules! conditions {
    ($input:expr) => {
        Conditions {
            if_match: $input.if_match.take(),
            if_none_match: $input.if_none_match.take(),
            if_modified_since: $input.if_modified_since.take(),
            if_unmodified_since: $input.if_unmodified_since.take(),
        }
    };
}

pub(super) async fn get(storage: &Arc<Embedded>, mut input: GetObjectInput) -> S3Result<GetObjectOutput> {
    refuse!(
        input,
        part_number,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    refuse::version(input.version_id.as_deref())?;
    let conditions = conditions!(input);
    let ranged = input.range.is_some();
    let range = input.range.take();
    let reader: ObjectReader = storage
        .open_reader(&input.bucket, &input.key, move |head| {
            wanted(head, &conditions, range.as_ref())
        })
        .await?;
    let (head, range) = (reader.head.clone(), reader.range.clone());
    let body = outgoing(reader);
    let with_checksum = wants_checksum(input.checksum_mode.as_ref());
    let mut output = describe!(head, range, ranged, with_checksum, GetObjectOutput);
    output.body = Some(body);
    Ok(output)
}

pub(super) fn head(storage: &Embedded, mut input: HeadObjectInput) -> S3Result<S3Response<HeadObjectOutput>> {
    refuse!(
        input,
        part_number,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    refuse::version(input.version_id.as_deref())?;
    let head = storage.head(&input.bucket, &input.key)?;
    let range = wanted(&head, &conditions!(input), input.range.as_ref())?;
    let ranged = input.range.is_some();
    let with_checksum = wants_checksum(input.checksum_mode.as_ref());
    let output = describe!(head, range, ranged, with_checksum, HeadObjectOutput);
    Ok(if ranged {
        S3Response::with_status(output, StatusCode::PARTIAL_CONTENT)
    } else {
        S3Response::new(output)
    })
}

fn wants_checksum(mode: Option<&ChecksumMode>) -> bool {
    mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED)
}

pub(super) async fn delete(
    storage: &Arc<Embedded>,
    input: DeleteObjectInput,
) -> S3Result<DeleteObjectOutput> {
    refuse!(input, mfa, if_match_last_modified_time, if_match_size);
    refuse::version(input.version_id.as_deref())?;
    let only_if = match input.if_match {
        None => None,
        Some(ETagCondition::Any) => {
            // It must be there, whatever it is.
            Some(storage.head(&input.bucket, &input.key)?.info.etag)
        }
        Some(ETagCondition::ETag(etag)) => Some(etag.into_value()),
    };
    storage.delete(&input.bucket, &input.key, only_if).await?;
    Ok(DeleteObjectOutput::default())
}

pub(super) async fn delete_many(
    storage: &Arc<Embedded>,
    input: DeleteObjectsInput,
) -> S3Result<DeleteObjectsOutput> {
    refuse!(input, mfa);
    must_exist(storage, &input.bucket)?;
    if input.delete.objects.is_empty() || input.delete.objects.len() > MAX_DELETES {
        return Err(s3_error!(
            MalformedXML,
            "One to {MAX_DELETES} keys can be deleted at once."
        ));
    }
    let quiet = input.delete.quiet == Some(true);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in input.delete.objects {
        match delete_one(storage, &input.bucket, &object).await {
            Ok(()) if quiet => {}
            Ok(()) => deleted.push(DeletedObject {
                key: Some(object.key),
                ..Default::default()
            }),
            Err(error) => errors.push(Error {
                code: Some(error.code().as_str().to_owned()),
                message: error.message().map(str::to_owned),
                key: Some(object.key),
                version_id: None,
            }),
        }
    }
    let given = |list: bool| list.then_some(());
    Ok(DeleteObjectsOutput {
        deleted: given(!deleted.is_empty()).map(|()| deleted),
        errors: given(!errors.is_empty()).map(|()| errors),
        ..Default::default()
    })
}

async fn delete_one(storage: &Arc<Embedded>, bucket: &str, object: &ObjectIdentifier) -> S3Result<()> {
    refuse!(object, last_modified_time, size);
    refuse::version(object.version_id.as_deref())?;
    let only_if = object.e_tag.as_ref().map(|etag| etag.value().to_owned());
    Ok(storage.delete(bucket, &object.key, only_if).await?)
}

/// The bucket and key a copy comes from.
pub(super) fn copy_source(source: &CopySource) -> S3Result<(&str, &str)> {
    match source {
        CopySource::Bucket {
            bucket,
            key,
            version_id,
        } => {
            refuse::version(version_id.as_deref())?;
            Ok((bucket, key))
        }
        _ => Err(s3_error!(NotImplemented, "Access points are not implemented.")),
    }
}

/// The conditions on a copy's source among an operation's inputs.
macro_rules! source_conditions {
    ($input:expr) => {
        $crate::world::s3::server::convert::Conditions {
            if_match: $input.copy_source_if_match.take(),
            if_none_match: $input.copy_source_if_none_match.take(),
            if_modified_since: $input.copy_source_if_modified_since.take(),
            if_unmodified_since: $input.copy_source_if_unmodified_since.take(),
        }
    };
}
pub(super) use source_conditions;

/// The condition on a copy's target, which `s3s` leaves in the headers.
fn target_mode(headers: &hyper::http::HeaderMap) -> S3Result<PutMode> {
    let condition = |name: &str| {
        headers
            .get(name)
            .map(|value| ETagCondition::parse_http_header(value.as_bytes()))
            .transpose()
            .map_err(|_| s3_error!(InvalidArgument, "The header {name} is not valid."))
    };
    put_mode(condition("if-match")?, condition("if-none-match")?)
}

pub(super) async fn copy(
    storage: &Arc<Embedded>,
    req: S3Request<CopyObjectInput>,
) -> S3Result<CopyObjectOutput> {
    let mut input = req.input;
    refuse_for_new_object!(input);
    refuse!(
        input,
        copy_source_sse_customer_algorithm,
        copy_source_sse_customer_key,
        copy_source_sse_customer_key_md5,
        tagging_directive
    );
    must_exist(storage, &input.bucket)?;
    let mode = target_mode(&req.headers)?;
    let conditions = source_conditions!(input);
    let (from_bucket, from_key) = copy_source(&input.copy_source)?;
    let replace = input
        .metadata_directive
        .as_ref()
        .is_some_and(|d| d.as_str() == MetadataDirective::REPLACE);
    if !replace && from_bucket == input.bucket && from_key == input.key {
        return Err(s3_error!(
            InvalidRequest,
            "An object copied onto itself must change its metadata."
        ));
    }
    let reader: ObjectReader = storage
        .open_reader(from_bucket, from_key, move |head| {
            conditions.check(&head.info, S3ErrorCode::PreconditionFailed)?;
            Ok::<_, s3s::S3Error>(0..head.info.size)
        })
        .await?;
    let kept = reader.head.attributes;
    let kept_checksum = kept.checksum.as_ref().map(|checksum| checksum.algorithm.clone());
    let named = input
        .checksum_algorithm
        .as_ref()
        .map(|name| name.as_str().to_owned())
        .or(kept_checksum);
    let checker = Checker::new(&Checksum::default(), named.as_deref())?;
    let staged = storage.stage(checker.follow(reader.body.boxed())).await?;
    let checksum = checker.finish(&staged)?;
    let attributes = if replace { attributes!(input) } else { kept };
    let options = PutOptions {
        mode,
        attributes: Attributes {
            checksum: checksum.clone(),
            ..attributes
        },
    };
    let info = storage
        .commit(&input.bucket, &input.key, staged, options, None)
        .await?;
    let mut result = CopyObjectResult {
        e_tag: Some(etag(&info.etag)),
        last_modified: Some(timestamp(info.last_modified)),
        ..Default::default()
    };
    tell!(result, checksum.as_ref());
    Ok(CopyObjectOutput {
        copy_object_result: Some(result),
        ..Default::default()
    })
}
