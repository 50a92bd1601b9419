//! Placeholder.

pub(super) mod files;
pub(super) mod load;
pub(super) mod unload;
pub(super) mod staged;
