//! Stages and loading: file formats, readers, LIST, COPY INTO.
