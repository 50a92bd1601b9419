//! Streams: change tracking over tables and views.

pub mod read;
pub mod travel;
