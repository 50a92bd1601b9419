//! An embedded S3 server over an `object_store`.
