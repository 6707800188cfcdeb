//! Zip archives of arrays in NumPy's format.
//!
//! Entries are read by name and never unpacked to files, so that names such as `../x` lead
//! nowhere.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::error::io_error;
use super::fortran::FortranStream;
use super::npy::header::Header;
use super::raw::{Bytes, Rows, check_length};
use super::reader::{note_of_others, pick};
use super::select::Purpose;
use super::{CodeReader, LatentsError, npy, side_car};

/// The entry that holds metadata.
pub(super) const METADATA: &str = "metadata.json";

/// The end of the names of arrays.
const SUFFIX: &str = ".npy";

/// Where an entry lies in the archive.
struct Entry {
    start: u64,
    compressed: u64,
    size: u64,
    crc: u32,
    deflated: bool,
}

/// An array of an archive, up to its header.
struct Array {
    tensor: String,
    entry: Entry,
    header: Header,
    /// The bytes after the header.
    input: Box<dyn Read + Send>,
    metadata: Option<String>,
    /// The other arrays.
    others: Vec<String>,
}

/// Opens an array of an archive.
pub(super) fn open(
    path: &Path,
    tensor: Option<&str>,
    purpose: Purpose,
) -> Result<Box<dyn CodeReader>, LatentsError> {
    let Array { tensor, entry, header, mut input, metadata, others } = find(path, tensor, purpose)?;
    let mut layout = npy::layout(path, &tensor, &header, metadata)?;
    layout.notes.extend(note_of_others(&others));
    check_length(&layout, layout.check()?, entry.size.saturating_sub(header.bytes))?;
    if !header.fortran || layout.shape.len() < 2 {
        let (_, big_endian) = header.numbers(path, &tensor)?;
        return Ok(Box::new(Rows::new(layout, Bytes::Stream(input), big_endian)?));
    }
    if entry.deflated {
        let (_, big_endian) = header.numbers(path, &tensor)?;
        let (path, start) = (path.to_owned(), header.bytes);
        let again = move || {
            let mut input = stream(&path, &entry)?;
            let mut header = (&mut input).take(start);
            io::copy(&mut header, &mut io::sink()).map_err(|error| invalid(&path, error))?;
            Ok(input)
        };
        return Ok(Box::new(FortranStream::new(layout, Box::new(again), big_endian)));
    }
    // Columns are read here and there: check the sum of the bytes first.
    io::copy(&mut input, &mut io::sink()).map_err(|error| invalid(path, error))?;
    let file = File::open(path).map_err(io_error("read", path))?;
    npy::rows(layout, &header, file, entry.start + header.bytes)
}

/// The words of an array that holds strings.
pub(super) fn read_text(
    path: &Path,
    tensor: Option<&str>,
) -> Result<Option<Vec<String>>, LatentsError> {
    let Array { tensor, header, mut input, .. } = find(path, tensor, Purpose::Labels)?;
    npy::words(path, &tensor, &header, &mut input)
}

fn find(path: &Path, tensor: Option<&str>, purpose: Purpose) -> Result<Array, LatentsError> {
    let file = File::open(path).map_err(io_error("read", path))?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| invalid(path, error.into()))?;
    let files = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| invalid(path, error.into()))?;
    let names: Vec<String> =
        files.iter().filter_map(|name| name.strip_suffix(SUFFIX)).map(str::to_owned).collect();
    // NumPy takes both `codes` and `codes.npy`.
    let tensor = tensor.map(|name| name.strip_suffix(SUFFIX).unwrap_or(name));
    let tensor = pick(path, tensor, purpose, &names)?;

    let metadata = match files.iter().position(|name| name == METADATA) {
        Some(index) => {
            let entry = entry(path, &mut archive, index)?;
            let mut bytes = Vec::new();
            stream(path, &entry)?
                .take(side_car::LONGEST + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| invalid(path, error))?;
            Some(side_car::text(path, bytes)?)
        }
        None => None,
    };
    let name = format!("{tensor}{SUFFIX}");
    let index = files.iter().position(|file| *file == name).unwrap_or_default();
    let entry = entry(path, &mut archive, index)?;
    let mut input = stream(path, &entry)?;
    let header = npy::header::read(&mut input, path)?;
    let others = names.into_iter().filter(|name| *name != tensor).collect();
    Ok(Array { tensor, entry, header, input, metadata, others })
}

fn entry(
    path: &Path,
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
) -> Result<Entry, LatentsError> {
    let file = archive.by_index_raw(index).map_err(|error| invalid(path, error.into()))?;
    let unsupported = |what: String| LatentsError::Unsupported {
        path: path.to_owned(),
        what,
        remedy: "write the file by `numpy.savez` or `numpy.savez_compressed`",
    };
    if file.encrypted() {
        return Err(unsupported("an encrypted entry".to_owned()));
    }
    let deflated = match file.compression() {
        CompressionMethod::Stored => false,
        method if method == CompressionMethod::DEFLATE => true,
        method => return Err(unsupported(format!("compression {method:?}"))),
    };
    let start = file.data_start().ok_or_else(|| {
        invalid(path, io::Error::new(io::ErrorKind::InvalidData, "an entry without data"))
    })?;
    Ok(Entry {
        start,
        compressed: file.compressed_size(),
        size: file.size(),
        crc: file.crc32(),
        deflated,
    })
}

/// The bytes of an entry, checked by their sum at the end.
fn stream(path: &Path, entry: &Entry) -> Result<Box<dyn Read + Send>, LatentsError> {
    let mut file = File::open(path).map_err(io_error("read", path))?;
    file.seek(SeekFrom::Start(entry.start)).map_err(io_error("read", path))?;
    let input = BufReader::with_capacity(1 << 18, file.take(entry.compressed));
    Ok(if entry.deflated {
        Box::new(Checked::new(DeflateDecoder::new(input), entry))
    } else {
        Box::new(Checked::new(input, entry))
    })
}

/// A stream that compares its length and sum at its end with those that it should have.
struct Checked<R> {
    input: R,
    sum: Crc,
    left: u64,
    crc: u32,
}

impl<R: Read> Checked<R> {
    fn new(input: R, entry: &Entry) -> Self {
        Self { input, sum: Crc::new(), left: entry.size, crc: entry.crc }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.sum.update(&buffer[..read]);
        let error = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| error("an entry is longer than the archive says"))?;
        if read == 0 && !buffer.is_empty() && self.left == 0 && self.sum.sum() != self.crc {
            return Err(error("the checksum of an entry is wrong"));
        }
        Ok(read)
    }
}

fn invalid(path: &Path, error: io::Error) -> LatentsError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => io_error("read", path)(error),
        _ => LatentsError::Corrupt {
            path: path.to_owned(),
            expected: "a zip archive of arrays".to_owned(),
            got: error.to_string(),
        },
    }
}
