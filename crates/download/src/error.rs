//! What can go wrong while a file is fetched.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Digest, Reason};

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// A file of that name is there, but it is another one. It is never overwritten: move it
    /// away, or delete it, and try again.
    #[error(
        "{} is there, but its SHA-256 is {found} instead of {expected}; move it away or delete it, \
         then try again",
        path.display()
    )]
    WrongFile {
        /// The file.
        path: PathBuf,
        /// Its digest.
        found: Digest,
        /// The digest of the file to fetch.
        expected: Digest,
    },

    /// Another process fetches the same file into the same folder. Wait for it.
    #[error("another process is downloading {}; wait for it to end", path.display())]
    Busy {
        /// The file to be.
        path: PathBuf,
    },

    /// The caller stopped it. What there is stays, and the next call goes on from there.
    #[error("stopped after {bytes} of {total} bytes of {}", path.display())]
    Cancelled {
        /// The file to be.
        path: PathBuf,
        /// How many bytes there are.
        bytes: u64,
        /// How many there would be.
        total: u64,
    },

    /// No mirror gave the file. The message says why for each of them, and how to get the file by
    /// hand.
    #[error("{}", no_mirror(path, *sha256, *bytes, failures))]
    NoMirror {
        /// Where the file belongs.
        path: PathBuf,
        /// Its digest.
        sha256: Digest,
        /// Its size.
        bytes: u64,
        /// Each mirror with its reason, in the order in which they were tried.
        failures: Vec<MirrorFailure>,
    },

    /// The disk or the folder is in the way.
    #[error("cannot {action} {}: {error}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

impl DownloadError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, path: path.into(), error }
    }
}

/// Why one mirror did not give the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MirrorFailure {
    /// The address.
    pub url: String,
    /// How often it was asked.
    pub attempts: u32,
    /// What happened the last time.
    pub reason: Reason,
}

impl fmt::Display for MirrorFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, attempts, reason } = self;
        let times = if *attempts == 1 { "attempt" } else { "attempts" };
        write!(f, "{url}: {reason} ({attempts} {times})")
    }
}

fn no_mirror(path: &Path, sha256: Digest, bytes: u64, failures: &[MirrorFailure]) -> String {
    let mut text = format!("cannot download {}:", path.display());
    for failure in failures {
        text += &format!("\n  {failure}");
    }
    text += &format!(
        "\nBy hand: download one of these addresses, put the file at {}, and check that it has \
         {bytes} bytes and the SHA-256 {sha256}",
        path.display()
    );
    text
}
