//! The operations S3 clients can call, each handed to its place.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use super::{bucket, listing, multipart, notification, object};
use crate::world::s3::embedded::Embedded;
use crate::world::s3::notification::Notifications;

/// The service.
pub(super) struct Service {
    storage: Arc<Embedded>,
    region: String,
    notifications: Option<Notifications>,
}

impl Service {
    pub(super) fn new(storage: Arc<Embedded>, region: String, notifications: Option<Notifications>) -> Self {
        Self {
            storage,
            region,
            notifications,
        }
    }
}

/// Writes the trait's methods: operation, input, output, and the call that does it.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident = |$this:ident, $req:ident| $call:expr;)*) => {
        #[async_trait]
        impl S3 for Service {
            $(async fn $name(&self, $req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                let $this = self;
                $call
            })*
        }
    };
}

operations! {
    list_buckets(ListBucketsInput) -> ListBucketsOutput =
        |this, req| bucket::list(&this.storage, req.input).map(S3Response::new);
    create_bucket(CreateBucketInput) -> CreateBucketOutput =
        |this, req| bucket::create(&this.storage, &this.region, req.input).await.map(S3Response::new);
    head_bucket(HeadBucketInput) -> HeadBucketOutput =
        |this, req| bucket::head(&this.storage, &this.region, &req.input.bucket).map(S3Response::new);
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput =
        |this, req| bucket::location(&this.storage, &this.region, &req.input.bucket).map(S3Response::new);
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput =
        |this, req| bucket::delete(&this.storage, this.notifications.as_ref(), &req.input.bucket).await.map(S3Response::new);
    put_bucket_notification_configuration(PutBucketNotificationConfigurationInput)
        -> PutBucketNotificationConfigurationOutput = |this, req|
        notification::put(&this.storage, this.notifications.as_ref(), req.input).await.map(S3Response::new);
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput = |this, req|
        notification::get(&this.storage, this.notifications.as_ref(), &req.input).map(S3Response::new);

    list_objects(ListObjectsInput) -> ListObjectsOutput =
        |this, req| listing::list(&this.storage, req.input).map(S3Response::new);
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output =
        |this, req| listing::list_v2(&this.storage, req.input).map(S3Response::new);

    put_object(PutObjectInput) -> PutObjectOutput =
        |this, req| object::put(&this.storage, req).await.map(S3Response::new);
    get_object(GetObjectInput) -> GetObjectOutput =
        |this, req| object::get(&this.storage, req.input).await.map(S3Response::new);
    head_object(HeadObjectInput) -> HeadObjectOutput =
        |this, req| object::head(&this.storage, req.input);
    delete_object(DeleteObjectInput) -> DeleteObjectOutput =
        |this, req| object::delete(&this.storage, req.input).await.map(S3Response::new);
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput =
        |this, req| object::delete_many(&this.storage, req.input).await.map(S3Response::new);
    copy_object(CopyObjectInput) -> CopyObjectOutput =
        |this, req| object::copy(&this.storage, req).await.map(S3Response::new);

    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput =
        |this, req| multipart::create(&this.storage, req.input).await.map(S3Response::new);
    upload_part(UploadPartInput) -> UploadPartOutput =
        |this, req| multipart::upload_part(&this.storage, req).await.map(S3Response::new);
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput =
        |this, req| multipart::upload_part_copy(&this.storage, req.input).await.map(S3Response::new);
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput =
        |this, req| multipart::complete(&this.storage, req.input).await.map(S3Response::new);
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput =
        |this, req| multipart::abort(&this.storage, req.input).await.map(S3Response::new);
    list_parts(ListPartsInput) -> ListPartsOutput =
        |this, req| multipart::list_parts(&this.storage, req.input).await.map(S3Response::new);
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput =
        |this, req| multipart::list_uploads(&this.storage, req.input).await.map(S3Response::new);
}
