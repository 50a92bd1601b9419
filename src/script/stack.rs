//! [`deep`]: stack for scripts that call scripts.
//!
//! A future is polled from the outside in, so each procedure that another one calls takes stack of the same thread. Where
//! little is left, the rest is polled on a further piece.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::BoxFuture;

/// The stack that must be left, in bytes: what a statement needs in a debug build, planning included.
const LEFT: usize = 1 << 20;

/// The size of a further piece, in bytes. Only what is used of it is ever touched.
const PIECE: usize = 8 << 20;

/// A future that finds enough stack whenever it is polled.
pub fn deep<'a, T: 'a>(future: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    Box::pin(Deep(future))
}

struct Deep<'a, T>(BoxFuture<'a, T>);

impl<T> Future for Deep<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        stacker::maybe_grow(LEFT, PIECE, || self.0.as_mut().poll(context))
    }
}
