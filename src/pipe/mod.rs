//! Snowpipe: new-object events to COPY INTO.
