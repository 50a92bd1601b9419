//! An embedded S3 server over an `object_store`.

/// Placeholder.
#[derive(Debug)]
pub struct ObjectStorage;
