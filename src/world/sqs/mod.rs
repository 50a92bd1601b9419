//! Queues as SQS knows them, on a port of their own: what a bucket's notifications go to, and other consumers read.
//!
//! * [`queue`] is one queue: messages, who has received them, and until when nobody else gets them
//! * [`queues`] are all of them by name, in memory, and the door for everybody in this process
//! * [`operations`] are SQS's actions on them; [`query`] the older of its two protocols, the newer being plain JSON; [`signature`] checks who asks
//! * [`server`] puts them on a port
//!
//! Snowpipe needs no queue: the object storage tells it by itself. One queue is always there, [`PIPES`], whose ARN SHOW
//! PIPES gives as `notification_channel`: a bucket whose notification is pointed at it sends its events there, for
//! whoever wants to read them. Queues do not outlive the process.
//! Actions and errors follow <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/>.

mod error;
mod operations;
mod query;
mod queue;
mod queues;
mod server;
mod signature;

#[cfg(test)]
mod tests;

pub use error::SqsError;
pub use queue::{Received, Sent};
pub use queues::{ACCOUNT, PIPES, Queues, REGION};
pub use server::{SqsConfig, SqsServer};
