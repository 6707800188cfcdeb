//! What can go wrong between a file, a flag or an array and a set of digits.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the data half of this crate.
///
/// Every message names the file or the operation, what was expected and what came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// None of the names under which a file is known was found.
    ///
    /// *Cause*: the directory is not the one that holds the data, or the files have other names.
    /// *Remedy*: point to the directory that holds one of the listed files.
    #[error("reading digits: none of these files exists: {}", listed(.looked_for))]
    MissingFile {
        /// Every path that was tried, in order.
        looked_for: Vec<PathBuf>,
    },

    /// The operating system refused to read or write.
    ///
    /// *Cause*: permissions, a full or failing disk, a directory in place of a file.
    /// *Remedy*: as the source of this error says.
    #[error("{operation} {}: {source}", .path.display())]
    Io {
        /// The file in question.
        path: PathBuf,
        /// What was being done, as in "reading".
        operation: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The compressed bytes are not a whole, undamaged gzip stream.
    ///
    /// *Cause*: an interrupted or corrupted download, or bytes after the end of the stream.
    /// *Remedy*: fetch the file again.
    #[error(
        "decompressing {}: expected a complete gzip stream, but after {read} bytes: {source}",
        .path.display()
    )]
    DamagedGzip {
        /// The file in question.
        path: PathBuf,
        /// Decompressed bytes that could be read.
        read: u64,
        /// What the decompressor said.
        source: io::Error,
    },

    /// The first four bytes are not those of an IDX file of unsigned bytes.
    ///
    /// *Cause*: a file of another format, or of another element type.
    /// *Remedy*: images must start with `00 00 08 03`, labels with `00 00 08 01`.
    #[error(
        "reading {}: expected the IDX magic {expected:#010x}, found {found:#010x}",
        .path.display()
    )]
    WrongMagic {
        /// The file in question.
        path: PathBuf,
        /// The magic number of the wanted kind of file.
        expected: u32,
        /// The first four bytes as a big-endian number.
        found: u32,
    },

    /// An IDX file of unsigned bytes, but with another number of dimensions.
    ///
    /// *Cause*: images (three dimensions) and labels (one) were exchanged.
    /// *Remedy*: exchange the two files.
    #[error(
        "reading {}: expected an IDX array with {expected} dimension(s), found {found}",
        .path.display()
    )]
    WrongDimensionCount {
        /// The file in question.
        path: PathBuf,
        /// 3 for images, 1 for labels.
        expected: usize,
        /// The count in the header.
        found: usize,
    },

    /// A dimension in the header is zero.
    ///
    /// *Cause*: an export of an empty selection.
    /// *Remedy*: export at least one image of at least one pixel.
    #[error(
        "reading {}: expected sizes of at least 1, the header says {}",
        .path.display(), by(.sizes)
    )]
    EmptyDimension {
        /// The file in question.
        path: PathBuf,
        /// The sizes in the header.
        sizes: Vec<u32>,
    },

    /// The header announces more than the limit on decompressed bytes.
    ///
    /// *Cause*: a damaged or hostile header, or a really large file.
    /// *Remedy*: if the file is what you want, raise [`crate::idx::Limits::max_bytes`].
    #[error(
        "reading {}: expected at most {limit} bytes, the header announces {}",
        .path.display(), by(.sizes)
    )]
    HeaderTooLarge {
        /// The file in question.
        path: PathBuf,
        /// The sizes in the header.
        sizes: Vec<u32>,
        /// The limit in force, in bytes.
        limit: u64,
    },

    /// The file ends before the bytes that its header announces.
    ///
    /// *Cause*: an interrupted download or copy.
    /// *Remedy*: fetch the file again.
    #[error(
        "reading {}: truncated: expected {expected} bytes, found {found}",
        .path.display()
    )]
    Truncated {
        /// The file in question.
        path: PathBuf,
        /// Bytes of header and data that were expected.
        expected: u64,
        /// Bytes that were there.
        found: u64,
    },

    /// The file goes on after the bytes that its header announces.
    ///
    /// Reading stops at the first byte too many, so a gzip bomb ends here as well.
    ///
    /// *Cause*: a damaged header, two files joined, or a hostile file.
    /// *Remedy*: fetch the file again.
    #[error(
        "reading {}: oversized: expected the end after {expected} bytes, found more",
        .path.display()
    )]
    Oversized {
        /// The file in question.
        path: PathBuf,
        /// Bytes of header and data that were expected.
        expected: u64,
    },

    /// There are not as many labels as images.
    ///
    /// *Cause*: the images of one part were paired with the labels of another.
    /// *Remedy*: pair `train` with `train` and `t10k` with `t10k`.
    #[error(
        "pairing {} with {}: expected equally many, found {image_count} images and {label_count} labels",
        .images.display(), .labels.display()
    )]
    CountMismatch {
        /// The file of images.
        images: PathBuf,
        /// The file of labels.
        labels: PathBuf,
        /// Number of images.
        image_count: usize,
        /// Number of labels.
        label_count: usize,
    },

    /// A label is not a digit.
    ///
    /// *Cause*: a damaged file, or labels of another data set.
    /// *Remedy*: use labels from 0 to 9.
    #[error("reading {}: expected labels from 0 to 9, label {index} is {label}", .path.display())]
    LabelOutOfRange {
        /// The file in question.
        path: PathBuf,
        /// Position of the first such label.
        index: usize,
        /// The label.
        label: u8,
    },

    /// Training and test images differ in size.
    ///
    /// *Cause*: the files of two data sets in one directory.
    /// *Remedy*: keep each data set in a directory of its own.
    #[error(
        "loading {}: expected test images of {train_size:?} pixels as in training, found {test_size:?}",
        .dir.display()
    )]
    SizeMismatch {
        /// The directory.
        dir: PathBuf,
        /// Height and width of the training images.
        train_size: (usize, usize),
        /// Height and width of the test images.
        test_size: (usize, usize),
    },

    /// Arrays given to [`crate::dataset::Digits::new`] do not make a set of digits.
    ///
    /// *Cause*: unequal lengths, no pixels, a pixel that is NaN or outside `[0, 1]`, a label
    /// above 9.
    /// *Remedy*: as the message says.
    #[error("making a set of digits: expected {expected}, found {found}")]
    InvalidDigits {
        /// The condition.
        expected: &'static str,
        /// What broke it.
        found: String,
    },

    /// More images were asked for than there are.
    ///
    /// *Cause*: a subset larger than the set.
    /// *Remedy*: ask for at most `available`.
    #[error("{operation}: expected a count of at most {available}, asked for {requested}")]
    NotEnough {
        /// What was being done.
        operation: &'static str,
        /// Images asked for.
        requested: usize,
        /// Images there are.
        available: usize,
    },

    /// A parameter is outside its range.
    ///
    /// *Cause* and *remedy*: as the message says.
    #[error("{operation}: expected {expected}, found {found}")]
    InvalidParameter {
        /// What was being done.
        operation: &'static str,
        /// The permitted range.
        expected: &'static str,
        /// The value given.
        found: String,
    },
}

impl ImageError {
    pub(crate) fn io(path: &Path, operation: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), operation, source }
    }
}

fn listed(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|p| p.display().to_string()).collect();
    names.join(", ")
}

fn by(sizes: &[u32]) -> String {
    let names: Vec<_> = sizes.iter().map(u32::to_string).collect();
    names.join(" x ")
}
