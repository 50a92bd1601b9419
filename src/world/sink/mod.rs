//! Topic to files: groups records into objects, exactly once.
