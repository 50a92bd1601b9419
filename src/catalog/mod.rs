//! Databases, schemas and every object kind; the snapshot, the commit log and its persistence.
