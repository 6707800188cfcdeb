//! Exit codes: 2 for flags that make no sense, 1 for everything else.

use std::process::ExitCode;

/// Something is wrong with the command line rather than with data.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(String);

impl Usage {
    /// Of a message or an error.
    pub(crate) fn from(message: impl ToString) -> Self {
        Self(message.to_string())
    }
}

/// The exit code of an error.
pub(crate) fn code(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}
