//! What can go wrong here.

use std::io;
use std::path::{Path, PathBuf};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// A file or a folder cannot be made.
    #[error("cannot {act} {}", path.display())]
    Io {
        /// `write` or `create`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is a folder where a file should be.
    #[error("cannot write {}: it is a folder", .0.display())]
    Folder(PathBuf),
    /// Another process holds the folder.
    #[error("another run writes to {}; wait for it, or choose another folder by --out", .0.display())]
    Held(PathBuf),
    /// Ctrl-C was pressed before this stage.
    #[error("interrupted before stage `{0}`; run the same command with --resume to continue")]
    Interrupted(String),
    /// `RUST_LOG` holds no filter.
    #[error(transparent)]
    Filter(#[from] tracing_subscriber::filter::FromEnvError),
    /// The program has a subscriber of log lines already.
    #[error(transparent)]
    Subscriber(#[from] tracing_subscriber::util::TryInitError),
    /// The program has a handler of Ctrl-C already.
    #[error(transparent)]
    Handler(#[from] ctrlc::Error),
    /// The style of a bar is malformed.
    #[error(transparent)]
    Style(#[from] indicatif::style::TemplateError),
}

impl TerminalError {
    /// Of an error of the system.
    pub(crate) fn io(act: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { act, path: path.to_owned(), source }
    }
}
