//! Exit codes: 2 for flags that make no sense, 1 for everything else.

use std::io::Write;
use std::process::ExitCode;

/// Something is wrong with the command line rather than with data.
///
/// ```
/// let error = anyhow::Error::from(terminal::exit::Usage::from("--with: unknown"));
/// assert_eq!(terminal::exit::message(&error), "--with: unknown");
/// assert_eq!(terminal::exit::code(&error), std::process::ExitCode::from(2));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(String);

impl Usage {
    /// Of a message or an error.
    pub fn from(message: impl ToString) -> Self {
        Self(message.to_string())
    }
}

/// Runs a program: tells its error on standard error, and gives its exit code.
pub fn run(program: impl FnOnce() -> anyhow::Result<()>) -> ExitCode {
    match program() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {}", message(&error));
            code(&error)
        }
    }
}

/// The error and its causes, each unless the text before says it already.
pub fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The exit code of an error.
pub fn code(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn causes_are_told_once() {
        let error = anyhow!("no such file").context("cannot read a.npy: no such file");
        assert_eq!(message(&error), "cannot read a.npy: no such file");
        let error = error.context("the suite failed");
        assert_eq!(message(&error), "the suite failed: cannot read a.npy: no such file");
        assert_eq!(message(&anyhow!(Usage::from("--with: unknown"))), "--with: unknown");
    }
}
