//! Finding real digits, or generating some.

use std::path::{Path, PathBuf};

use super::{Choice, Digits, Origin};
use crate::ImageError;
use crate::digits::TEST_START;
use crate::idx::{Mnist, Part};

/// The environment variable that names the directory of the data.
pub const DATA_VARIABLE: &str = "EQUIVARIANT_DATA";

/// Generated digits where no count is given.
const GENERATED: (usize, usize) = (12_000, 2_000);

/// Digits to train and to test with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Split {
    /// For training.
    pub train: Digits,
    /// For testing. Of the same image size.
    pub test: Digits,
}

/// What to load, and from where.
///
/// [`Source::load`] takes the first of these that applies:
///
/// 1. generated digits, if [`Source::generated`] is set;
/// 2. the directory [`Source::data`];
/// 3. the directory that the environment variable `EQUIVARIANT_DATA` names;
/// 4. the directory `data` in the current one;
/// 5. generated digits.
///
/// Each directory is looked at directly and under `mnist/`. A directory that was asked for (2, 3)
/// must hold the files; that `data` (4) does not is no error, but files there that are damaged or
/// incomplete are.
///
/// ```no_run
/// use images::dataset::Source;
///
/// let source = Source { train: Some(12_000), test: Some(2_000), ..Source::default() };
/// let split = source.load()?;
/// println!("{}: {} images", split.train.origin, split.train.len());
/// # Ok::<(), images::ImageError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The directory given by a flag.
    pub data: Option<PathBuf>,
    /// Whether to generate digits even where there are real ones.
    pub generated: bool,
    /// Seed of the generator and of the choice.
    pub seed: u64,
    /// Training images: all of the real ones, or 12,000 generated ones, if not given.
    pub train: Option<usize>,
    /// Test images: all of the real ones, or 2,000 generated ones, if not given.
    pub test: Option<usize>,
    /// Which of the real digits to take where not all are wanted.
    pub choice: Choice,
}

impl Source {
    /// Loads the digits.
    ///
    /// # Errors
    /// [`ImageError::MissingFile`] where a given directory lacks a file, any error of
    /// [`crate::idx`] where a file is not what it should be, [`ImageError::SizeMismatch`] where
    /// test images are of another size than training images, [`ImageError::NotEnough`] where
    /// there are fewer real digits than asked for, [`ImageError::InvalidDigits`] where a count
    /// is 0.
    pub fn load(&self) -> Result<Split, ImageError> {
        let variable = std::env::var_os(DATA_VARIABLE).filter(|value| !value.is_empty());
        self.load_from(variable.map(PathBuf::from).as_deref(), Path::new("data"))
    }

    /// As [`Source::load`], with `variable` in place of the environment variable and `implicit`
    /// in place of `data`.
    ///
    /// # Errors
    /// As [`Source::load`].
    pub fn load_from(&self, variable: Option<&Path>, implicit: &Path) -> Result<Split, ImageError> {
        let asked_for = self.data.as_deref().or(variable);
        let found = match (self.generated, asked_for) {
            (true, _) => None,
            (false, Some(dir)) => Some(find(dir)?),
            // Any file of the set shows that `data` is meant; then all must be there.
            (false, None) => match find(implicit) {
                Err(ImageError::MissingFile { .. }) if !is_begun(implicit) => None,
                found => Some(found?),
            },
        };
        let split = match found {
            Some(mnist) => self.read(&mnist)?,
            None => self.generate()?,
        };
        tracing::info!(
            origin = %split.train.origin,
            train = split.train.len(),
            test = split.test.len(),
            "digits loaded"
        );
        Ok(split)
    }

    fn read(&self, mnist: &Mnist) -> Result<Split, ImageError> {
        let part = |part, count: Option<usize>| -> Result<Digits, ImageError> {
            let origin = Origin::Real { dir: mnist.dir().to_path_buf() };
            let digits = Digits::from_bytes(&mnist.read(part)?, origin)?;
            match count {
                Some(count) if count != digits.len() => {
                    digits.choose(count, self.choice, self.seed)
                }
                _ => Ok(digits),
            }
        };
        let split =
            Split { train: part(Part::Train, self.train)?, test: part(Part::Test, self.test)? };
        if split.train.size() != split.test.size() {
            return Err(ImageError::SizeMismatch {
                dir: mnist.dir().to_path_buf(),
                train_size: split.train.size(),
                test_size: split.test.size(),
            });
        }
        Ok(split)
    }

    fn generate(&self) -> Result<Split, ImageError> {
        Ok(Split {
            train: Digits::generated(self.seed, 0, self.train.unwrap_or(GENERATED.0))?,
            test: Digits::generated(self.seed, TEST_START, self.test.unwrap_or(GENERATED.1))?,
        })
    }
}

/// The places in `dir` where files may be.
fn places(dir: &Path) -> [PathBuf; 2] {
    [dir.to_path_buf(), dir.join("mnist")]
}

/// The data set in `dir` or in `dir/mnist`.
fn find(dir: &Path) -> Result<Mnist, ImageError> {
    let mut looked_for = Vec::new();
    for place in places(dir) {
        match Mnist::open(&place) {
            Err(ImageError::MissingFile { looked_for: here }) => looked_for.extend(here),
            found => return found,
        }
    }
    Err(ImageError::MissingFile { looked_for })
}

/// Whether some of the files are in `dir`, but not all.
fn is_begun(dir: &Path) -> bool {
    places(dir).iter().any(Mnist::any_in)
}
