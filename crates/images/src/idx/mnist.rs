use std::path::{Path, PathBuf};

use super::read::{Labelled, read_pair};
use crate::ImageError;

/// Which part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The training images, `train-*`.
    Train,
    /// The test images, `t10k-*`.
    Test,
}

impl Part {
    fn prefix(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "t10k",
        }
    }
}

/// The four files of MNIST (or of a data set laid out like it) in one directory.
///
/// Each file is known under four names: `train-images-idx3-ubyte`, the same with a dot as in
/// `train-images.idx3-ubyte`, and both with `.gz`; they are looked for in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mnist {
    dir: PathBuf,
    train: (PathBuf, PathBuf),
    test: (PathBuf, PathBuf),
}

impl Mnist {
    /// Finds the four files in `dir`. Nothing is read yet.
    ///
    /// # Errors
    /// [`ImageError::MissingFile`] with every name tried for the first file that is not there.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, ImageError> {
        let dir = dir.as_ref();
        let pair = |part: Part| -> Result<_, ImageError> {
            Ok((find(dir, part, "images", 3)?, find(dir, part, "labels", 1)?))
        };
        Ok(Self { dir: dir.to_path_buf(), train: pair(Part::Train)?, test: pair(Part::Test)? })
    }

    /// Whether at least one of the four files is in `dir`.
    pub fn any_in(dir: impl AsRef<Path>) -> bool {
        let dir = dir.as_ref();
        [Part::Train, Part::Test].into_iter().any(|part| {
            find(dir, part, "images", 3).is_ok() || find(dir, part, "labels", 1).is_ok()
        })
    }

    /// The directory that was opened.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads one part.
    ///
    /// # Errors
    /// As [`read_pair`].
    pub fn read(&self, part: Part) -> Result<Labelled, ImageError> {
        let (images, labels) = match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        };
        read_pair(images, labels)
    }
}

fn find(dir: &Path, part: Part, what: &str, dimensions: usize) -> Result<PathBuf, ImageError> {
    let prefix = part.prefix();
    let mut looked_for = Vec::with_capacity(4);
    for ending in ["", ".gz"] {
        for separator in ["-", "."] {
            let name = format!("{prefix}-{what}{separator}idx{dimensions}-ubyte{ending}");
            let path = dir.join(name);
            if path.is_file() {
                return Ok(path);
            }
            looked_for.push(path);
        }
    }
    Err(ImageError::MissingFile { looked_for })
}
