//! From the mirrors to the file.

use std::fmt;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::mirror::{Mirror, Stop};
use crate::part::Part;
use crate::progress::{Progress, Watcher};
use crate::{Digest, DownloadError, MirrorFailure, Settings, SettingsError, Source};

/// Fetches files.
///
/// It holds no connection, so one can serve many files and threads.
#[derive(Clone)]
pub struct Downloader {
    client: Client,
}

/// A file that is there and right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// Where it is.
    pub path: PathBuf,
    /// How it came there.
    pub how: How,
}

/// How a file came to where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// It was there before, and nothing was fetched.
    AlreadyThere,
    /// All of it was fetched.
    Downloaded,
    /// An earlier call had left a part of it.
    Resumed {
        /// How many bytes there were.
        from: u64,
    },
}

impl Downloader {
    /// A downloader with these settings.
    ///
    /// # Errors
    /// [`SettingsError`] where the proxy or the certificates cannot be read.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self { client: Client::new(settings)? })
    }

    /// Sees to it that the file is in the folder `dir`, which is made if it is not there.
    ///
    /// While something happens, and at least ten times a second while nothing does, `progress` is
    /// called; [`ControlFlow::Break`] stops the download and keeps what there is for the next call.
    /// The call comes back within about a tenth of a second then, whatever the server does.
    ///
    /// A file with the right digest is not fetched again.
    ///
    /// # Errors
    /// [`DownloadError`]; its variants say what to do. No error leaves a file under the file's
    /// name.
    pub fn fetch(
        &self,
        source: &Source,
        dir: &Path,
        progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    ) -> Result<Fetched, DownloadError> {
        let path = dir.join(source.name());
        if is_there(&path, source)? {
            Part::sweep(&path);
            return Ok(Fetched { path, how: How::AlreadyThere });
        }
        fs::create_dir_all(dir).map_err(DownloadError::io("create", dir))?;
        let mut part = Part::open(&path)?;
        // Another process may have fetched it before this one had the lock.
        if is_there(&path, source)? {
            part.restart()?;
            return Ok(Fetched { path, how: How::AlreadyThere });
        }
        if part.bytes() > source.bytes() {
            part.restart()?;
        }
        self.ask_all(source, &path, &mut part, progress)?;
        // Somebody may have put a file there by hand meanwhile.
        if is_there(&path, source)? {
            part.restart()?;
            return Ok(Fetched { path, how: How::AlreadyThere });
        }
        let how = part.resumed_from().map_or(How::Downloaded, |from| How::Resumed { from });
        part.finish()?;
        Ok(Fetched { path, how })
    }

    /// Asks the mirrors in their order until the part is the file.
    fn ask_all(
        &self,
        source: &Source,
        path: &Path,
        part: &mut Part,
        progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    ) -> Result<(), DownloadError> {
        let total = source.bytes();
        let mut failures = Vec::new();
        for url in source.mirrors() {
            let mut mirror = Mirror::new(&self.client, source, url);
            let mut watcher = Watcher { total, mirror: url, told: progress };
            match mirror.complete(part, &mut watcher) {
                Ok(()) => return Ok(()),
                Err(Stop::Mirror(reason)) => {
                    let attempts = mirror.attempts;
                    let failure = MirrorFailure { url: url.clone(), attempts, reason };
                    tracing::info!("{failure}");
                    failures.push(failure);
                }
                Err(Stop::Cancelled) => {
                    let (path, bytes) = (path.into(), part.bytes());
                    return Err(DownloadError::Cancelled { path, bytes, total });
                }
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
        let (path, sha256) = (path.into(), source.sha256());
        Err(DownloadError::NoMirror { path, sha256, bytes: total, failures })
    }
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloader").field("settings", self.client.settings()).finish()
    }
}

/// Whether the file is there; an error if it is another one.
fn is_there(path: &Path, source: &Source) -> Result<bool, DownloadError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(DownloadError::io("open", path)(error)),
    };
    let found = Digest::of_reader(file).map_err(DownloadError::io("read", path))?;
    let expected = source.sha256();
    if found == expected {
        return Ok(true);
    }
    Err(DownloadError::WrongFile { path: path.into(), found, expected })
}
