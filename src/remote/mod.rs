//! A real Snowflake account, as one more place where SQL runs.
//!
//! [`Client`] is a session in an account. It speaks the protocol that Snowflake's drivers speak (the other side of
//! [`crate::server`]), and gives results in the engine's own form, so that whoever shows or compares them need not know
//! where they come from: [`Target`] is what both have in common.
//!
//! * [`connection`]: which account, and how to log in: Snowflake's own `connections.toml` and variables; [`key`]: key
//!   pairs
//! * [`transport`]: requests that are sent again when the network fails, under the same id, so that a statement runs
//!   once, with [`patience`]; [`door`]: who is logged in, and tokens that expire; [`wire`]: what the bodies look like
//! * [`client`]: statements, waiting for them, and ending them; [`decode`] and [`chunks`]: their rows; [`parameters`]:
//!   what the session's parameters make of values
//! * [`transfer`]: PUT and GET of local files

pub mod chunks;
pub mod client;
pub mod connection;
pub mod decode;
pub mod door;
pub mod key;
pub mod parameters;
pub mod patience;
pub mod target;
pub mod transfer;
pub mod transport;
pub mod wire;

pub use client::{Client, ClientOptions, Server};
pub use connection::{Connection, Places};
pub use target::Target;
