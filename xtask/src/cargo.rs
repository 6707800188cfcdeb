//! Cargo, started from a program that cargo has started.

use std::process::{Command, ExitCode};

use anyhow::Context;

/// Cargo, without what the one outside has said of this package: build scripts that look at it would run again.
pub(crate) fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Ends this program by becoming another one: signals go there, and its exit code is ours.
#[cfg(unix)]
pub(crate) fn become_program(mut command: Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start cargo")
}

/// Runs a program and takes its exit code. Ctrl-C reaches it without our help, and this one waits for it.
#[cfg(not(unix))]
pub(crate) fn become_program(mut command: Command) -> anyhow::Result<ExitCode> {
    ctrlc::set_handler(|| {})?;
    let status = command.status().context("cannot start cargo")?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
