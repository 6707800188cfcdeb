//! A file that appears whole: written under another name in the same folder, then renamed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use atomic_write_file::AtomicWriteFile;

use super::LatentsError;
use super::error::io_error;

/// A file under way.
#[derive(Debug)]
pub(super) enum Output {
    /// Removed unless it is finished.
    Fresh(AtomicWriteFile),
    /// Kept when it is not finished.
    Kept(Locked, PathBuf),
}

impl Output {
    /// A file that has no name yet, in the folder of `path`.
    pub(super) fn fresh(path: &Path) -> Result<Self, LatentsError> {
        if path.is_dir() {
            let source = io::Error::new(io::ErrorKind::IsADirectory, "it is a folder");
            return Err(io_error("write", path)(source));
        }
        AtomicWriteFile::open(path).map(Self::Fresh).map_err(io_error("create", path))
    }

    /// The file `partial`, empty.
    pub(super) fn kept(partial: &Path) -> Result<Self, LatentsError> {
        let file = locked(partial)?;
        file.set_len(0).map_err(io_error("create", partial))?;
        Ok(Self::Kept(file, partial.to_owned()))
    }

    /// The first `bytes` bytes of the file `partial`, to go on after them.
    pub(super) fn reopened(partial: &Path, bytes: u64) -> Result<Self, LatentsError> {
        let error = || io_error("write", partial);
        let mut file = locked(partial)?;
        let size = file.metadata().map_err(error())?.len();
        if size < bytes {
            return Err(LatentsError::Corrupt {
                path: partial.to_owned(),
                expected: format!("at least {bytes} bytes to go on after"),
                got: format!("{size}"),
            });
        }
        file.set_len(bytes).map_err(error())?;
        file.seek(SeekFrom::Start(bytes)).map_err(error())?;
        Ok(Self::Kept(file, partial.to_owned()))
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        match self {
            Self::Fresh(file) => file.sync_data(),
            Self::Kept(file, _) => file.sync_data(),
        }
    }

    /// Gives the file its name.
    pub(super) fn persist(self, path: &Path) -> Result<(), LatentsError> {
        match self {
            Self::Fresh(file) => file.commit().map_err(io_error("write", path))?,
            Self::Kept(file, partial) => {
                drop(file);
                fs::rename(&partial, path).map_err(io_error("write", path))?;
            }
        }
        Ok(())
    }
}

/// A file that no other process writes at the same time.
#[derive(Debug)]
pub(super) struct Locked(File);

impl Deref for Locked {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut File {
        &mut self.0
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Closing it is not enough: a process that is just being started may hold a copy.
        let _ = self.0.unlock();
    }
}

fn locked(path: &Path) -> Result<Locked, LatentsError> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(io_error("create", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Locked(file)),
        Err(TryLockError::WouldBlock) => {
            let source = io::Error::new(io::ErrorKind::WouldBlock, "another process writes it");
            Err(io_error("write", path)(source))
        }
        // A file system without locks.
        Err(TryLockError::Error(_)) => Ok(Locked(file)),
    }
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Fresh(file) => file.write(buffer),
            Self::Kept(file, _) => file.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Fresh(file) => file.flush(),
            Self::Kept(file, _) => file.flush(),
        }
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Fresh(file) => file.seek(to),
            Self::Kept(file, _) => file.seek(to),
        }
    }
}
