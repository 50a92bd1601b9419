//! Semi-structured values: VARIANT, OBJECT and ARRAY.
