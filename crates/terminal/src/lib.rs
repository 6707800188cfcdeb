//! What commands share: progress bars beside log lines, Ctrl-C, exit codes, locks, files that appear whole.
//!
//! The flag that Ctrl-C sets and the subscriber of log lines are the only global state.
#![forbid(unsafe_code)]

mod digest;
mod error;
pub mod exit;
pub mod interrupt;
mod lock;
pub mod progress;
pub mod whole_file;

pub use digest::sha256;
pub use error::TerminalError;
pub use lock::Lock;
pub use progress::Progress;
