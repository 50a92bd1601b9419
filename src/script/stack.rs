//! [`deep`]: stack for statements, and for scripts that call scripts.
//!
//! A future is polled from the outside in, so each procedure that another one calls takes stack of the same thread; and the
//! thread may be one of a host's, with little room. Where little is left, the rest is polled on a further piece.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::BoxFuture;

/// The stack that must be left, in bytes: what a statement needs in a debug build, planning included.
const LEFT: usize = 3 << 20;

/// The size of a further piece, in bytes. Only what is used of it is ever touched.
const PIECE: usize = 8 << 20;

/// A future that finds enough stack whenever it is polled.
pub fn deep<'a, T: 'a>(future: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    Box::pin(Deep(future))
}

/// The same for a future whose type is known.
pub fn roomy<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Deep(Box::pin(future))
}

struct Deep<F>(F);

impl<F: Future + Unpin> Future for Deep<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        stacker::maybe_grow(LEFT, PIECE, || Pin::new(&mut self.0).poll(context))
    }
}
