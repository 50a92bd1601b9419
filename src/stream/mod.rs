//! Streams: change tracking over tables and views.
