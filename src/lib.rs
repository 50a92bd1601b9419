//! Snowglobe: a whole Snowflake pipeline in one process, offline, under one clock.
//!
//! Kafka, S3 and a warehouse with Snowflake's semantics live side by side here. Two ideas carry the house:
//!
//! * **Everything stateful is a fact in one commit log** ([`catalog`]). A statement reads one immutable
//!   snapshot and ends in at most one commit.
//! * **Everything that runs SQL goes through one door**, `engine::Session::execute`, and all time comes from
//!   one [`clock::Clock`].
//!
//! The rooms are listed from the ground up; a room uses those above it in this list, never those below it.

pub mod error;

pub mod clock;

pub mod types;

pub mod variant;

pub mod sql;

pub mod storage;

pub mod catalog;

pub mod functions;

pub mod plan;

pub mod script;

pub mod engine;

pub mod stage;

pub mod pipe;

pub mod stream;

pub mod task;

pub mod world;

pub mod server;

pub mod remote;

pub mod harness;

pub mod cli;

pub use harness::embedded::Snowglobe;
