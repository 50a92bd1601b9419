//! The offline outside world: what stands around a warehouse in a real pipeline.
//!
//! [`kafka`] is an embedded broker, [`s3`] an embedded S3 server, [`events`] a generator of realistic customer
//! events, and [`sink`] carries a topic's records into files in a bucket. Each speaks its real protocol on a TCP
//! port, so that any of them can be replaced by the real thing. [`pipeline`] reads the file that says what all of
//! them do in one particular pipeline. [`http`] is what HTTP servers stand on, and [`tls`] what makes
//! them HTTPS servers.

pub mod events;
pub mod http;
pub mod kafka;
pub mod pipeline;
pub mod s3;
pub mod sink;
pub mod tls;
