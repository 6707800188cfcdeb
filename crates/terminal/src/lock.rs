//! One run at a time in a folder.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::TerminalError;

/// Keeps other runs out of a folder until it is dropped, or its process is gone.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Holds a folder, which is made if it is not there.
    ///
    /// The lock is the operating system's, on the file `.lock`: one that a killed run leaves is no lock.
    ///
    /// # Errors
    /// If another process holds it, or it cannot be made.
    pub fn hold(folder: &Path) -> Result<Self, TerminalError> {
        let path = folder.join(".lock");
        let cannot_write = TerminalError::io("write", &path);
        fs::create_dir_all(folder).map_err(&cannot_write)?;
        let file = File::options().create(true).append(true).open(&path).map_err(&cannot_write)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TerminalError::Held(folder.to_owned())),
            // Some network file systems have no locks; their users keep runs apart.
            Err(TryLockError::Error(error)) => {
                tracing::debug!("{} cannot be locked: {error}", path.display());
            }
        }
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing it is not enough: a process that is just being started may hold a copy.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_once_until_it_is_let_go() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("out");
        let first = Lock::hold(&folder).unwrap();
        let error = Lock::hold(&folder).unwrap_err().to_string();
        assert!(error.contains("another run") && error.contains("out"), "{error}");
        drop(first);
        Lock::hold(&folder).unwrap();
    }
}
