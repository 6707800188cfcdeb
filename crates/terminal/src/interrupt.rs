//! Ctrl-C: the first asks for a clean stop, the second ends the process at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::TerminalError;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<()> = OnceLock::new();

/// Listens for Ctrl-C from now on.
///
/// # Errors
/// If the program has a handler of another kind.
pub fn listen() -> Result<(), TerminalError> {
    if INSTALLED.set(()).is_ok() {
        ctrlc::set_handler(|| {
            if REQUESTED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            tracing::warn!("stopping cleanly; press Ctrl-C again to stop at once");
        })?;
    }
    Ok(())
}

/// Whether a clean stop was asked for.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
