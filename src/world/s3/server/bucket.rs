//! Operations on buckets.

use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::convert::timestamp;
use super::refuse::refuse;
use crate::world::s3::embedded::Embedded;
use crate::world::s3::error::StorageError;
use crate::world::s3::notification::Notifications;

/// There is one owner of everything.
pub(super) fn owner() -> Owner {
    Owner {
        display_name: Some("snowglobe".to_owned()),
        id: Some("snowglobe".to_owned()),
    }
}

/// The bucket must be there.
pub(super) fn must_exist(storage: &Embedded, bucket: &str) -> S3Result<()> {
    if storage.has_bucket(bucket) {
        Ok(())
    } else {
        Err(StorageError::NoSuchBucket(bucket.to_owned()).into())
    }
}

pub(super) fn list(storage: &Embedded, input: ListBucketsInput) -> S3Result<ListBucketsOutput> {
    refuse!(input, bucket_region, continuation_token, max_buckets);
    let wanted = |name: &str| {
        input
            .prefix
            .as_deref()
            .is_none_or(|prefix| name.starts_with(prefix))
    };
    let buckets = storage
        .buckets()
        .into_iter()
        .filter(|bucket| wanted(&bucket.name))
        .map(|bucket| Bucket {
            bucket_region: None,
            creation_date: Some(timestamp(bucket.created)),
            name: Some(bucket.name),
        })
        .collect();
    Ok(ListBucketsOutput {
        buckets: Some(buckets),
        owner: Some(owner()),
        prefix: input.prefix,
        ..Default::default()
    })
}

pub(super) async fn create(
    storage: &Arc<Embedded>,
    region: &str,
    input: CreateBucketInput,
) -> S3Result<CreateBucketOutput> {
    refuse!(
        input,
        grant_full_control,
        grant_read,
        grant_read_acp,
        grant_write,
        grant_write_acp,
        object_lock_enabled_for_bucket
    );
    if input
        .acl
        .as_ref()
        .is_some_and(|acl| acl.as_str() != BucketCannedACL::PRIVATE)
    {
        return Err(s3_error!(NotImplemented, "Buckets here are private."));
    }
    if input
        .object_ownership
        .as_ref()
        .is_some_and(|own| own.as_str() != ObjectOwnership::BUCKET_OWNER_ENFORCED)
    {
        return Err(s3_error!(
            NotImplemented,
            "All objects here belong to the owner of the bucket."
        ));
    }
    if let Some(configuration) = input.create_bucket_configuration {
        refuse!(configuration, bucket, location);
        if configuration
            .location_constraint
            .is_some_and(|constraint| constraint.as_str() != region)
        {
            return Err(s3_error!(
                IllegalLocationConstraintException,
                "This server is in the region {region}."
            ));
        }
    }
    storage.create_bucket(&input.bucket).await?;
    Ok(CreateBucketOutput {
        location: Some(format!("/{}", input.bucket)),
    })
}

pub(super) fn head(storage: &Embedded, region: &str, bucket: &str) -> S3Result<HeadBucketOutput> {
    must_exist(storage, bucket)?;
    Ok(HeadBucketOutput {
        bucket_region: Some(region.to_owned()),
        ..Default::default()
    })
}

pub(super) fn location(storage: &Embedded, region: &str, bucket: &str) -> S3Result<GetBucketLocationOutput> {
    must_exist(storage, bucket)?;
    // The oldest region is told by silence.
    let constraint =
        (region != super::DEFAULT_REGION).then(|| BucketLocationConstraint::from(region.to_owned()));
    Ok(GetBucketLocationOutput {
        location_constraint: constraint,
    })
}

pub(super) async fn delete(
    storage: &Arc<Embedded>,
    notifications: Option<&Notifications>,
    bucket: &str,
) -> S3Result<DeleteBucketOutput> {
    let unfinished = storage.uploads(bucket, "").await?;
    storage.delete_bucket(bucket).await?;
    if let Some(notifications) = notifications {
        notifications.set(bucket, Vec::new()).await?;
    }
    for upload in unfinished {
        storage.abort_upload(&upload).await?;
    }
    Ok(DeleteBucketOutput::default())
}
