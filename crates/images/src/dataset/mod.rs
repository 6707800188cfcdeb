//! A set of labelled digits, and where to get one.

mod choose;
mod load;

use std::fmt;
use std::path::PathBuf;

use ndarray::{Array3, Axis};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::ImageError;
use crate::digits::{self, CLASSES};
use crate::idx::Labelled;

pub use choose::Choice;
pub use load::{DATA_VARIABLE, Source, Split};

/// Images hashed together by [`Digits::fingerprint`].
const FINGERPRINT_CHUNK: usize = 1024;

/// Where digits come from. It is printed with every result that rests on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// Read from IDX files.
    Real {
        /// The directory of the files.
        dir: PathBuf,
    },
    /// Written by [`crate::digits`].
    Generated {
        /// The seed.
        seed: u64,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real { dir } => write!(f, "real digits from {}", dir.display()),
            Self::Generated { seed } => write!(f, "generated digits, seed {seed}"),
        }
    }
}

/// Labelled images of digits.
///
/// As [`Digits::new`] makes it: one label for each image, at least one image, values in `[0, 1]`,
/// labels from 0 to 9.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Digits {
    /// Pixels `(n, height, width)` in `[0, 1]`; 0 is paper and 1 is ink.
    pub images: Array3<f32>,
    /// One label from 0 to 9 for each image.
    pub labels: Vec<u8>,
    /// Where they come from.
    pub origin: Origin,
}

impl Digits {
    /// Checks and keeps images and labels.
    ///
    /// # Errors
    /// [`ImageError::InvalidDigits`] where there are no pixels, not one label for each image, a
    /// pixel that is NaN or outside `[0, 1]`, or a label above 9.
    pub fn new(images: Array3<f32>, labels: Vec<u8>, origin: Origin) -> Result<Self, ImageError> {
        let wrong = |expected, found| Err(ImageError::InvalidDigits { expected, found });
        if images.is_empty() {
            return wrong("at least one image of one pixel", format!("{:?}", images.dim()));
        }
        if images.dim().0 != labels.len() {
            let found = format!("{} images and {} labels", images.dim().0, labels.len());
            return wrong("one label for each image", found);
        }
        if let Some(label) = labels.iter().find(|&&label| usize::from(label) >= CLASSES) {
            return wrong("labels from 0 to 9", label.to_string());
        }
        if let Some((at, value)) =
            images.indexed_iter().find(|(_, value)| !(0.0..=1.0).contains(*value))
        {
            return wrong("values from 0 to 1", format!("{value} at {at:?}"));
        }
        Ok(Self { images, labels, origin })
    }

    /// Digits `start .. start + count` of the generator [`crate::digits`].
    ///
    /// # Errors
    /// [`ImageError::InvalidDigits`] where `count` is 0.
    pub fn generated(seed: u64, start: u64, count: usize) -> Result<Self, ImageError> {
        let (images, labels) = digits::generate(seed, start, count);
        Self::new(images, labels, Origin::Generated { seed })
    }

    /// Scales bytes to `[0, 1]`: a pixel `b` becomes `b / 255`.
    ///
    /// # Errors
    /// As [`Digits::new`].
    pub fn from_bytes(bytes: &Labelled, origin: Origin) -> Result<Self, ImageError> {
        Self::new(bytes.images.mapv(|b| f32::from(b) / 255.0), bytes.labels.clone(), origin)
    }

    /// The nearest bytes, for [`crate::idx::write_images`]; the exact inverse of
    /// [`Digits::from_bytes`], also for generated digits.
    pub fn to_bytes(&self) -> Labelled {
        let images = self.images.mapv(|value| (value * 255.0).round() as u8);
        Labelled { images, labels: self.labels.clone() }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Never true for a set made by [`Digits::new`].
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Height and width of an image in pixels.
    pub fn size(&self) -> (usize, usize) {
        let (_, height, width) = self.images.dim();
        (height, width)
    }

    /// How many images each class has.
    pub fn class_counts(&self) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for &label in &self.labels {
            counts[usize::from(label)] += 1;
        }
        counts
    }

    /// A SHA-256 sum of sizes, pixels and labels as 64 hexadecimal digits, for cache keys and
    /// reports. The origin does not enter: equal data have equal fingerprints.
    ///
    /// The sum is over the sums of 1,024 images each, which are found in parallel; the little-
    /// endian bytes of the `f32` values enter, so it does not depend on the machine.
    pub fn fingerprint(&self) -> String {
        let chunks: Vec<_> = self
            .images
            .axis_chunks_iter(Axis(0), FINGERPRINT_CHUNK)
            .into_par_iter()
            .map(|chunk| {
                let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
                Sha256::digest(&bytes)
            })
            .collect();
        let mut sum = Sha256::new();
        for &size in self.images.shape() {
            sum.update((size as u64).to_le_bytes());
        }
        for chunk in chunks {
            sum.update(chunk);
        }
        sum.update(&self.labels);
        sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
