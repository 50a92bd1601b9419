//! Refusals of what S3 has and this server has not. Each list names an operation's inputs that would otherwise be
//! dropped in silence.

use s3s::dto::*;
use s3s::{S3Result, s3_error};

/// Refuses each given input.
macro_rules! refuse {
    ($input:expr, $($field:ident),* $(,)?) => {
        $(if $input.$field.is_some() {
            return Err(s3_error!(NotImplemented, "{} is not implemented", stringify!($field).replace('_', " ")));
        })*
    };
}

/// Refuses what a new object may come with; `$input` is of any operation that makes one.
macro_rules! refuse_for_new_object {
    ($input:expr) => {
        $crate::world::s3::server::refuse::refuse!(
            $input,
            grant_full_control,
            grant_read,
            grant_read_acp,
            grant_write_acp,
            object_lock_legal_hold_status,
            object_lock_mode,
            object_lock_retain_until_date,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            ssekms_encryption_context,
            ssekms_key_id,
            server_side_encryption,
            tagging,
            website_redirect_location,
        );
        $crate::world::s3::server::refuse::acl($input.acl.as_ref())?;
        $crate::world::s3::server::refuse::storage_class($input.storage_class.as_ref())?;
    };
}

pub(super) use {refuse, refuse_for_new_object};

/// Everything here is private to its owner.
pub(super) fn acl(acl: Option<&ObjectCannedACL>) -> S3Result<()> {
    match acl.map(ObjectCannedACL::as_str) {
        None | Some(ObjectCannedACL::PRIVATE | ObjectCannedACL::BUCKET_OWNER_FULL_CONTROL) => Ok(()),
        Some(other) => Err(s3_error!(NotImplemented, "the ACL {other} is not implemented")),
    }
}

/// There is one storage class.
pub(super) fn storage_class(class: Option<&StorageClass>) -> S3Result<()> {
    match class.map(StorageClass::as_str) {
        None | Some(StorageClass::STANDARD) => Ok(()),
        Some(other) => Err(s3_error!(
            NotImplemented,
            "the storage class {other} is not implemented"
        )),
    }
}

/// Buckets have no versions, so every object's version is `null`.
pub(super) fn version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NoSuchVersion, "Buckets here keep no versions.")),
    }
}
