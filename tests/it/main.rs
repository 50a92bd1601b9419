//! Integration tests: one binary, one file per theme.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it stands

mod binds;
mod cases;
mod cli;
mod clock_door;
mod embedded;
mod golden;
mod javascript;
mod laws;
mod loading;
mod mover;
mod mutations;
mod pipeline;
mod pipeline_kill;
mod pipelines;
mod python;
mod queries;
mod reference;
mod remote;
mod retention;
mod routines;
mod server;
mod tasks;
mod total_order;
