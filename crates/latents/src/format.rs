//! Which format a name stands for.

use std::path::Path;

use super::LatentsError;

/// A format of files of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Tensors with a JSON header, as `safetensors.torch.save_file` writes them.
    Safetensors,
    /// One array, as `numpy.save` writes it.
    Npy,
    /// A zip archive of arrays, as `numpy.savez` and `numpy.savez_compressed` write it.
    Npz,
    /// Comma-separated numbers, with or without a line of names.
    Csv,
    /// The same, compressed by gzip.
    CsvGz,
    /// Columns of numbers, or a column of lists of equal length.
    Parquet,
}

impl Format {
    /// The extensions of all formats.
    pub const EXTENSIONS: [&'static str; 6] =
        [".safetensors", ".npy", ".npz", ".csv", ".csv.gz", ".parquet"];

    /// The format that the extension names, in upper or lower case.
    ///
    /// # Errors
    /// [`LatentsError::Extension`].
    ///
    /// ```
    /// use latents::Format;
    /// assert_eq!(Format::of("codes.CSV.gz".as_ref())?, Format::CsvGz);
    /// # Ok::<(), latents::LatentsError>(())
    /// ```
    pub fn of(path: &Path) -> Result<Self, LatentsError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let formats =
            [Self::Safetensors, Self::Npy, Self::Npz, Self::Csv, Self::CsvGz, Self::Parquet];
        Self::EXTENSIONS
            .iter()
            .zip(formats)
            .find(|(extension, _)| name.ends_with(*extension))
            .map(|(_, format)| format)
            .ok_or_else(|| LatentsError::Extension {
                path: path.to_owned(),
                got: name.rfind('.').map_or("none", |dot| &name[dot..]).to_owned(),
            })
    }

    /// Whether a file that was written in part can be gone on with, see
    /// [`resumable`](super::resumable).
    pub fn resumes(self) -> bool {
        matches!(self, Self::Safetensors | Self::Npy | Self::Csv)
    }
}
