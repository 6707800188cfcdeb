//! Files that appear whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use atomic_write_file::AtomicWriteFile;

use crate::TerminalError;

/// Writes a file without a name, and gives it its name when all of it is on the disk. Missing
/// folders are made.
///
/// # Errors
/// If the system does not let it. Nothing is left then.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), TerminalError> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Err(TerminalError::Folder(path.to_owned()));
    }
    fs::create_dir_all(dir).map_err(TerminalError::io("create", dir))?;
    let cannot_write = TerminalError::io("write", path);
    let mut file = AtomicWriteFile::open(path).map_err(&cannot_write)?;
    file.write_all(bytes).map_err(&cannot_write)?;
    file.commit().map_err(&cannot_write)
}

/// Removes what killed runs left in a folder and those in it: files that had a name of their own for
/// the moment before they got the one they were written for, or, where the file system knows no files
/// without a name, for as long as they were written.
///
/// The caller must hold the folder, so that these are nobody's.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type();
        if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
            sweep(&entry.path());
        } else if entry.file_name().to_str().and_then(meant_for).is_some() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// As [`sweep`], of one file that the caller holds.
pub fn sweep_file(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().and_then(meant_for).is_some_and(|found| found == name) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// `results.json`, of `.results.json.a1B2c3`.
fn meant_for(name: &str) -> Option<&str> {
    let (name, end) = name.strip_prefix('.')?.rsplit_once('.')?;
    let random = end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric());
    (random && name.contains('.')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeping_takes_only_what_a_killed_write_left() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("images");
        fs::create_dir(&inner).unwrap();
        let kept = ["results.json", ".lock", ".notes.md", ".codes.npy.partial", ".a.txt.a-c4e6"];
        for name in kept.iter().chain(&[".results.json.a1B2c3", ".codes.npy.partial.json.ZZZZZ9"]) {
            fs::write(dir.path().join(name), "text").unwrap();
            fs::write(inner.join(name), "text").unwrap();
        }
        sweep_file(&dir.path().join("results.json"));
        assert!(!dir.path().join(".results.json.a1B2c3").exists());
        assert!(dir.path().join(".codes.npy.partial.json.ZZZZZ9").exists());
        sweep(dir.path());
        for folder in [dir.path(), &inner] {
            let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
            let mut names: Vec<_> = names
                .filter(|entry| entry.path().is_file())
                .map(|entry| entry.file_name().into_string().unwrap())
                .collect();
            names.sort_unstable();
            let mut kept = kept.map(str::to_owned);
            kept.sort_unstable();
            assert_eq!(names, kept);
        }
    }

    #[test]
    fn a_file_is_written_whole_over_an_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/report.html");
        for text in ["long and old", "new"] {
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let error = write(&dir.path().join("a"), b"text").unwrap_err().to_string();
        assert!(error.contains("it is a folder"), "{error}");
    }
}
