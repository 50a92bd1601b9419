//! Ctrl-C and SIGTERM as one request to stop.

use tokio_util::sync::CancellationToken;

#[cfg(unix)]
use crate::error::Error;
use crate::error::Result;

/// The exit status of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A token that Ctrl-C or SIGTERM cancels. A second one ends the process at once; whatever is kept in a data
/// directory survives that.
///
/// # Errors
/// When the system refuses to deliver signals.
pub fn stop_requested() -> Result<CancellationToken> {
    let token = CancellationToken::new();
    let cancel = token.clone();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let refused = |error| Error::outside(format!("signals cannot be received: {error}"));
        let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if cancel.is_cancelled() {
                    std::process::exit(INTERRUPTED);
                }
                cancel.cancel();
            }
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if cancel.is_cancelled() {
                std::process::exit(INTERRUPTED);
            }
            cancel.cancel();
        }
    });
    Ok(token)
}
