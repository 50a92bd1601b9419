//! Operations on multipart uploads.

use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result, s3_error};

use super::bucket::must_exist;
use super::checksum::{self, Algorithm, Checker, given, tell};
use super::convert::{etag, incoming, length, put_mode, timestamp};
use super::object::{attributes, check_length, copy_source, source_conditions};
use super::refuse::{refuse, refuse_for_new_object};
use crate::world::s3::embedded::Embedded;
use crate::world::s3::embedded::multipart::{MAX_PART, Manifest, NamedPart, Upload};
use crate::world::s3::object::{ObjectChecksum, ObjectReader};

/// No page of parts or uploads holds more.
const MAX_PAGE: i32 = 1000;

fn checksum_type(upload: &Upload) -> Option<ChecksumType> {
    upload.manifest.checksum_algorithm.as_ref()?;
    let full = upload.manifest.full_object_checksum;
    Some(ChecksumType::from_static(if full {
        ChecksumType::FULL_OBJECT
    } else {
        ChecksumType::COMPOSITE
    }))
}

pub(super) async fn create(
    storage: &Arc<Embedded>,
    mut input: CreateMultipartUploadInput,
) -> S3Result<CreateMultipartUploadOutput> {
    refuse_for_new_object!(input);
    must_exist(storage, &input.bucket)?;
    let algorithm = input
        .checksum_algorithm
        .as_ref()
        .map(|name| Algorithm::parse(name.as_str()))
        .transpose()?;
    let full = match (algorithm, input.checksum_type.as_ref().map(ChecksumType::as_str)) {
        (None, None) => false,
        (Some(algorithm), None) => algorithm == Algorithm::Crc64Nvme,
        (Some(Algorithm::Crc64Nvme), Some(ChecksumType::COMPOSITE))
        | (Some(Algorithm::Sha1 | Algorithm::Sha256), Some(ChecksumType::FULL_OBJECT))
        | (None, Some(_)) => {
            return Err(s3_error!(
                InvalidRequest,
                "The checksum type does not go with the algorithm."
            ));
        }
        (Some(_), Some(kind)) => kind == ChecksumType::FULL_OBJECT,
    };
    let manifest = Manifest {
        bucket: input.bucket.clone(),
        key: input.key.clone(),
        attributes: attributes!(input),
        checksum_algorithm: algorithm.map(|algorithm| algorithm.name().to_owned()),
        full_object_checksum: full,
    };
    let upload_id = storage.create_upload(manifest).await?;
    Ok(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: input.checksum_type,
        upload_id: Some(upload_id),
        ..Default::default()
    })
}

fn check_part_number(number: i32) -> S3Result<()> {
    if (1..=MAX_PART).contains(&number) {
        return Ok(());
    }
    Err(s3_error!(
        InvalidArgument,
        "Part numbers run from 1 to {MAX_PART}."
    ))
}

pub(super) async fn upload_part(
    storage: &Arc<Embedded>,
    req: S3Request<UploadPartInput>,
) -> S3Result<UploadPartOutput> {
    let mut input = req.input;
    refuse!(
        input,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    check_part_number(input.part_number)?;
    check_length(storage, input.content_length)?;
    let upload = storage
        .upload(&input.upload_id, &input.bucket, &input.key)
        .await?;
    let given = given!(input);
    let named = input.checksum_algorithm.as_ref().map(ChecksumAlgorithm::as_str);
    let named = named.or(upload.manifest.checksum_algorithm.as_deref());
    let checker = Checker::new(&given, named)?.request(
        input.content_md5.take(),
        input.content_length,
        req.trailing_headers,
        &req.headers,
    )?;
    let staged = storage.stage(checker.follow(incoming(input.body.take()))).await?;
    let checksum = checker.finish(&staged)?;
    let info = storage
        .put_part(&upload, input.part_number, staged, checksum.clone())
        .await?;
    let mut output = UploadPartOutput {
        e_tag: Some(etag(&info.etag)),
        ..Default::default()
    };
    tell!(output, checksum.as_ref());
    Ok(output)
}

/// `bytes=FIRST-LAST`, both inclusive, inside an object of `size` bytes.
fn copy_range(text: &str, size: u64) -> S3Result<std::ops::Range<u64>> {
    let invalid = || {
        s3_error!(
            InvalidArgument,
            "A part's source range is bytes=FIRST-LAST within the source."
        )
    };
    let (first, last) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .ok_or_else(invalid)?;
    let first: u64 = first.parse().map_err(|_| invalid())?;
    let last: u64 = last.parse().map_err(|_| invalid())?;
    if first > last || last >= size {
        Err(invalid())
    } else {
        Ok(first..last + 1)
    }
}

pub(super) async fn upload_part_copy(
    storage: &Arc<Embedded>,
    mut input: UploadPartCopyInput,
) -> S3Result<UploadPartCopyOutput> {
    refuse!(
        input,
        copy_source_sse_customer_algorithm,
        copy_source_sse_customer_key,
        copy_source_sse_customer_key_md5,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    check_part_number(input.part_number)?;
    let upload = storage
        .upload(&input.upload_id, &input.bucket, &input.key)
        .await?;
    let conditions = source_conditions!(input);
    let range = input.copy_source_range.take();
    let (from_bucket, from_key) = copy_source(&input.copy_source)?;
    let reader: ObjectReader = storage
        .open_reader(from_bucket, from_key, move |head| {
            conditions.check(&head.info, S3ErrorCode::PreconditionFailed)?;
            match &range {
                Some(range) => copy_range(range, head.info.size),
                None => Ok(0..head.info.size),
            }
        })
        .await?;
    let checker = Checker::new(
        &Checksum::default(),
        upload.manifest.checksum_algorithm.as_deref(),
    )?;
    let staged = storage.stage(checker.follow(reader.body)).await?;
    let checksum = checker.finish(&staged)?;
    let info = storage
        .put_part(&upload, input.part_number, staged, checksum.clone())
        .await?;
    let mut result = CopyPartResult {
        e_tag: Some(etag(&info.etag)),
        last_modified: Some(timestamp(info.last_modified)),
        ..Default::default()
    };
    tell!(result, checksum.as_ref());
    Ok(UploadPartCopyOutput {
        copy_part_result: Some(result),
        ..Default::default()
    })
}

fn named_parts(upload: Option<CompletedMultipartUpload>) -> S3Result<Vec<NamedPart>> {
    let parts = upload.and_then(|upload| upload.parts).unwrap_or_default();
    if parts.is_empty() {
        return Err(s3_error!(
            MalformedXML,
            "An upload is completed by naming its parts."
        ));
    }
    parts
        .into_iter()
        .map(|mut part| match (part.part_number, part.e_tag.take()) {
            (Some(number), Some(etag)) => {
                let checksum = checksum::the_one(&given!(part))?.map(|(_, value)| value);
                Ok(NamedPart {
                    number,
                    etag: etag.into_value(),
                    checksum,
                })
            }
            _ => Err(s3_error!(
                MalformedXML,
                "A part is named by its number and its entity tag."
            )),
        })
        .collect()
}

pub(super) async fn complete(
    storage: &Arc<Embedded>,
    mut input: CompleteMultipartUploadInput,
) -> S3Result<CompleteMultipartUploadOutput> {
    refuse!(
        input,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    let upload = storage
        .upload(&input.upload_id, &input.bucket, &input.key)
        .await?;
    let mode = put_mode(input.if_match.take(), input.if_none_match.take())?;
    storage.check_mode(&input.bucket, &input.key, &mode)?;
    let assembly = storage.assemble(&upload, &named_parts(input.multipart_upload.take())?)?;
    let expected = given!(input);
    let full = upload.manifest.full_object_checksum
        || input
            .checksum_type
            .as_ref()
            .is_some_and(|kind| kind.as_str() == ChecksumType::FULL_OBJECT);
    let (checker, composite) = if full {
        (
            Checker::new(&expected, upload.manifest.checksum_algorithm.as_deref())?,
            None,
        )
    } else {
        let composite = checksum::composite(assembly.parts.iter().map(|part| part.checksum.as_ref()));
        check_composite(&expected, composite.as_ref())?;
        (
            Checker::new(&Checksum::default(), None)?,
            composite.map(|(_, checksum)| checksum),
        )
    };
    let staged = storage
        .stage(checker.follow(storage.assembled(&upload, &assembly)))
        .await?;
    if input
        .mpu_object_size
        .is_some_and(|size| u64::try_from(size) != Ok(staged.size))
    {
        return Err(s3_error!(
            InvalidRequest,
            "The parts have {} bytes in all.",
            staged.size
        ));
    }
    let checksum = checker.finish(&staged)?.or(composite);
    let info = storage
        .complete_upload(&upload, staged, mode, assembly.etag, checksum.clone())
        .await?;
    let mut output = CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(etag(&info.etag)),
        checksum_type: checksum_type(&upload),
        ..Default::default()
    };
    tell!(output, checksum.as_ref());
    Ok(output)
}

/// The client's checksum of the parts' checksums, with or without the number of parts behind it.
fn check_composite(expected: &Checksum, computed: Option<&(Algorithm, ObjectChecksum)>) -> S3Result<()> {
    let Some((algorithm, expected)) = checksum::the_one(expected)? else {
        return Ok(());
    };
    let same = computed.is_some_and(|(of, computed)| {
        let bare = computed.value.rsplit_once('-').map(|(value, _)| value);
        *of == algorithm && (computed.value == expected || bare == Some(expected.as_str()))
    });
    if same {
        Ok(())
    } else {
        Err(s3_error!(
            BadDigest,
            "The parts do not have the checksum that was given."
        ))
    }
}

pub(super) async fn abort(
    storage: &Arc<Embedded>,
    input: AbortMultipartUploadInput,
) -> S3Result<AbortMultipartUploadOutput> {
    refuse!(input, if_match_initiated_time);
    let upload = storage
        .upload(&input.upload_id, &input.bucket, &input.key)
        .await?;
    storage.abort_upload(&upload).await?;
    Ok(AbortMultipartUploadOutput::default())
}

fn page_size(wanted: Option<i32>) -> S3Result<usize> {
    usize::try_from(wanted.unwrap_or(MAX_PAGE).min(MAX_PAGE))
        .map_err(|_| s3_error!(InvalidArgument, "A page's size must not be negative."))
}

pub(super) async fn list_parts(storage: &Arc<Embedded>, input: ListPartsInput) -> S3Result<ListPartsOutput> {
    refuse!(
        input,
        sse_customer_algorithm,
        sse_customer_key,
        sse_customer_key_md5
    );
    let upload = storage
        .upload(&input.upload_id, &input.bucket, &input.key)
        .await?;
    let size = page_size(input.max_parts)?;
    let marker = input.part_number_marker.unwrap_or(0);
    let mut parts = storage.parts(&upload)?;
    parts.retain(|part| part.number > marker);
    let truncated = size > 0 && parts.len() > size;
    parts.truncate(size);
    let next = parts.last().map(|part| part.number).filter(|_| truncated);
    let parts = parts
        .into_iter()
        .map(|part| {
            let mut told = Part {
                e_tag: Some(etag(&part.info.etag)),
                last_modified: Some(timestamp(part.info.last_modified)),
                part_number: Some(part.number),
                size: Some(length(part.info.size)),
                ..Default::default()
            };
            tell!(told, part.checksum.as_ref());
            told
        })
        .collect();
    Ok(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        checksum_type: checksum_type(&upload),
        checksum_algorithm: upload.manifest.checksum_algorithm.map(ChecksumAlgorithm::from),
        is_truncated: Some(truncated),
        max_parts: i32::try_from(size).ok(),
        next_part_number_marker: next,
        part_number_marker: input.part_number_marker,
        parts: Some(parts),
        owner: Some(super::bucket::owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        ..Default::default()
    })
}

pub(super) async fn list_uploads(
    storage: &Arc<Embedded>,
    input: ListMultipartUploadsInput,
) -> S3Result<ListMultipartUploadsOutput> {
    refuse!(input, delimiter);
    let encode = match input.encoding_type.as_ref().map(EncodingType::as_str) {
        None => |key: &str| key.to_owned(),
        Some(EncodingType::URL) => |key: &str| crate::world::s3::url_text::encode(key, b"/"),
        Some(_) => return Err(s3_error!(InvalidArgument, "The encoding type is url or none.")),
    };
    let size = page_size(input.max_uploads)?;
    let mut uploads = storage
        .uploads(&input.bucket, input.prefix.as_deref().unwrap_or_default())
        .await?;
    if let Some(key) = input.key_marker.as_deref() {
        let after = uploads.iter().position(|upload| {
            let told =
                upload.manifest.key == key && Some(upload.id.as_str()) == input.upload_id_marker.as_deref();
            told || upload.manifest.key.as_str() > key
        });
        let after = after.unwrap_or(uploads.len());
        uploads.drain(..after);
        if uploads.first().is_some_and(|upload| upload.manifest.key == key) {
            uploads.remove(0);
        }
    }
    let truncated = size > 0 && uploads.len() > size;
    uploads.truncate(size);
    let last = uploads.last().filter(|_| truncated);
    let (next_key, next_id) = last
        .map(|upload| (encode(&upload.manifest.key), upload.id.clone()))
        .unzip();
    let told = |upload: Upload| MultipartUpload {
        checksum_type: checksum_type(&upload),
        checksum_algorithm: upload.manifest.checksum_algorithm.map(ChecksumAlgorithm::from),
        initiated: Some(timestamp(upload.initiated)),
        key: Some(encode(&upload.manifest.key)),
        owner: Some(super::bucket::owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(upload.id),
        ..Default::default()
    };
    Ok(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        encoding_type: input.encoding_type,
        is_truncated: Some(truncated),
        key_marker: input.key_marker.map(|key| encode(&key)),
        max_uploads: i32::try_from(size).ok(),
        next_key_marker: next_key,
        next_upload_id_marker: next_id,
        prefix: input.prefix.map(|prefix| encode(&prefix)),
        upload_id_marker: input.upload_id_marker,
        uploads: Some(uploads.into_iter().map(told).collect()),
        ..Default::default()
    })
}
