//! Placeholder.

pub(super) mod files;
pub(super) mod load;
pub(super) mod staged;
pub(super) mod unload;
