//! The file that is not whole yet.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::{Digest, DownloadError};

/// `NAME.part`, which no other process writes to.
///
/// The lock is the operating system's: one that a killed process leaves is no lock. An empty file
/// is removed when it is let go.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    target: PathBuf,
    file: File,
    bytes: u64,
    of_pieces: bool,
    resumed_from: Option<u64>,
    finished: bool,
}

impl Part {
    /// Opens the part of `target`, or starts one.
    pub(crate) fn open(target: &Path) -> Result<Self, DownloadError> {
        let path = path_of(target);
        let cannot_open = || DownloadError::io("open", &path);
        loop {
            let mut file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(cannot_open())?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(DownloadError::Busy { path: target.into() });
                }
                // Some network file systems have no locks; their users keep processes apart.
                Err(TryLockError::Error(error)) => {
                    tracing::debug!("{} cannot be locked: {error}", path.display());
                }
            }
            // Whoever had the lock before may have given the file its final name meanwhile.
            if !is_at(&file, &path).map_err(cannot_open())? {
                let _ = file.unlock();
                continue;
            }
            let bytes = file.seek(SeekFrom::End(0)).map_err(cannot_open())?;
            return Ok(Self {
                path,
                target: target.into(),
                file,
                bytes,
                of_pieces: bytes > 0,
                resumed_from: Some(bytes).filter(|&bytes| bytes > 0),
                finished: false,
            });
        }
    }

    /// Removes the part of a file that somebody fetched by other means, unless it is in use.
    pub(crate) fn sweep(target: &Path) {
        if path_of(target).exists()
            && let Ok(mut part) = Self::open(target)
        {
            // It is not worth an error: the file itself is there.
            let _ = part.restart();
        }
    }

    /// How many bytes there are.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many of the bytes were there when it was opened, unless they were thrown away.
    pub(crate) fn resumed_from(&self) -> Option<u64> {
        self.resumed_from
    }

    /// Whether the bytes are of more than one answer.
    pub(crate) fn is_of_pieces(&self) -> bool {
        self.of_pieces
    }

    /// Notes that the bytes to come are of another answer than those that are there.
    pub(crate) fn add_piece(&mut self) {
        self.of_pieces = true;
    }

    /// Writes more bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file.write_all(bytes).map_err(DownloadError::io("write", &self.path))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Throws all bytes away.
    pub(crate) fn restart(&mut self) -> Result<(), DownloadError> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .map_err(DownloadError::io("empty", &self.path))?;
        (self.bytes, self.of_pieces, self.resumed_from) = (0, false, None);
        Ok(())
    }

    /// The digest of all bytes, as they are in the file.
    pub(crate) fn digest(&mut self) -> Result<Digest, DownloadError> {
        self.file
            .rewind()
            .and_then(|()| Digest::of_reader(&self.file))
            .and_then(|digest| self.file.seek(SeekFrom::End(0)).map(|_| digest))
            .map_err(DownloadError::io("read", &self.path))
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<(), DownloadError> {
        self.file.sync_all().map_err(DownloadError::io("write", &self.path))?;
        fs::rename(&self.path, &self.target).map_err(DownloadError::io("name", &self.target))?;
        self.finished = true;
        sync_folder(&self.target);
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished && self.bytes == 0 {
            let _ = fs::remove_file(&self.path);
        }
        // Closing it is not enough: a process that is just being started may hold a copy.
        let _ = self.file.unlock();
    }
}

fn path_of(target: &Path) -> PathBuf {
    let mut name = OsString::from(target);
    name.push(".part");
    name.into()
}

/// Whether `path` still leads to this very file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let own = file.metadata()?;
    Ok(fs::metadata(path).is_ok_and(|other| own.dev() == other.dev() && own.ino() == other.ino()))
}

/// Whether `path` still leads to a file.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> std::io::Result<bool> {
    path.try_exists()
}

/// Makes a new name outlast a power cut, where the system can.
fn sync_folder(file: &Path) {
    if let Some(folder) = file.parent()
        && cfg!(unix)
    {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
