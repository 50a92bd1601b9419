//! The offline outside world: what stands around a warehouse in a real pipeline.
//!
//! [`kafka`] is an embedded broker, [`s3`] an embedded S3 server with [`sqs`], queues for its notifications, beside it;
//! [`events`] generates what sources tell. [`files`] leaves it as files in a bucket; [`sink`] carries a topic's records
//! there, [`process`] cleans and sums them up on the way, and [`mover`] carries files from a folder, each a [`carrier`].
//! Each speaks its real protocol on a TCP port, so that any of them can be replaced by the real thing. [`pipeline`] reads
//! the file that says what all of them do in one particular pipeline. [`http`] is what HTTP servers stand on, and [`tls`]
//! what makes them HTTPS servers; [`csv`] writes CSV.

pub mod carrier;
pub mod csv;
pub mod events;
pub mod files;
pub mod http;
pub mod kafka;
pub mod mover;
pub mod pipeline;
pub mod process;
pub mod s3;
pub mod sink;
pub mod sqs;
pub mod tls;
