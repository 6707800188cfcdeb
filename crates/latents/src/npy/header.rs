//! The header of an array: a Python dictionary in text.

use std::io::{self, Read};
use std::path::Path;

use crate::{Dtype, LatentsError};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Bytes of text in a header; NumPy itself reads no more than 10,000.
const LONGEST: usize = 1 << 16;

/// What a header says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    pub(crate) shape: Vec<usize>,
    /// NumPy's code of the type.
    descr: String,
    pub(crate) fortran: bool,
    /// Length of magic, version and text.
    pub(crate) bytes: u64,
}

/// How the strings of an array are stored: all in the same number of characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strings {
    pub(crate) length: usize,
    /// Four bytes a character, not one.
    pub(crate) unicode: bool,
    pub(crate) big_endian: bool,
}

impl Header {
    /// The type of the numbers, and whether they are big-endian.
    pub(crate) fn numbers(&self, path: &Path, tensor: &str) -> Result<(Dtype, bool), LatentsError> {
        dtype(&self.descr).ok_or_else(|| LatentsError::Dtype {
            path: path.to_owned(),
            tensor: tensor.to_owned(),
            got: self.descr.clone(),
            remedy: remedy(&self.descr),
        })
    }

    /// How the strings are stored, if it holds some.
    pub(crate) fn strings(&self) -> Option<Strings> {
        let (big_endian, kind) = order(&self.descr);
        let unicode = kind.starts_with('U');
        let length = kind.strip_prefix(['U', 'S', 'a'])?.parse().ok()?;
        Some(Strings { length, unicode, big_endian })
    }
}

/// Reads a header, and nothing after it.
pub(crate) fn read(input: &mut dyn Read, path: &Path) -> Result<Header, LatentsError> {
    let corrupt = |expected: &str, got: String| LatentsError::Corrupt {
        path: path.to_owned(),
        expected: expected.to_owned(),
        got,
    };
    let ended = |source: io::Error| match source.kind() {
        io::ErrorKind::UnexpectedEof => {
            corrupt("a header of NumPy's format", "an end within it".to_owned())
        }
        _ => LatentsError::Io { action: "read", path: path.to_owned(), source },
    };
    let mut start = [0; 8];
    input.read_exact(&mut start).map_err(ended)?;
    if !start.starts_with(MAGIC) {
        let got = format!("bytes `{}`", start[..6].escape_ascii());
        return Err(corrupt("NumPy's magic bytes `\\x93NUMPY`", got));
    }
    let (length, prefix) = match start[6] {
        1 => {
            let mut length = [0; 2];
            input.read_exact(&mut length).map_err(ended)?;
            (usize::from(u16::from_le_bytes(length)), 10)
        }
        2 | 3 => {
            let mut length = [0; 4];
            input.read_exact(&mut length).map_err(ended)?;
            (u32::from_le_bytes(length) as usize, 12)
        }
        version => return Err(corrupt("version 1, 2 or 3", format!("version {version}"))),
    };
    if length > LONGEST {
        return Err(corrupt("a header of at most 65,536 bytes", format!("{length} bytes")));
    }
    let mut text = vec![0; length];
    input.read_exact(&mut text).map_err(ended)?;
    let text = String::from_utf8_lossy(&text);
    let dictionary = "a dictionary of `descr`, `fortran_order` and `shape`";
    let fields =
        parse(&text).ok_or_else(|| corrupt(dictionary, format!("`{}`", text.trim_end())))?;
    let bytes = (prefix + length) as u64;
    Ok(Header { shape: fields.shape, descr: fields.descr, fortran: fields.fortran, bytes })
}

/// A header of version 1 for numbers in C order, padded so that the data begin at a multiple of
/// 64 bytes. `None` for types that NumPy does not have.
pub(crate) fn write(shape: &[usize], dtype: Dtype) -> Option<Vec<u8>> {
    let code = match dtype {
        Dtype::F16 => "<f2",
        Dtype::F32 => "<f4",
        Dtype::F64 => "<f8",
        Dtype::I8 => "|i1",
        Dtype::I16 => "<i2",
        Dtype::I32 => "<i4",
        Dtype::I64 => "<i8",
        Dtype::U8 => "|u1",
        Dtype::U16 => "<u2",
        Dtype::U32 => "<u4",
        Dtype::U64 => "<u8",
        Dtype::Bool => "|b1",
        Dtype::BF16 => return None,
    };
    let lengths: Vec<_> = shape.iter().map(|n| format!("{n},")).collect();
    let shape = lengths.join(" ");
    let mut text =
        format!("{{'descr': '{code}', 'fortran_order': False, 'shape': ({shape}), }}").into_bytes();
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text.resize(length - 1, b' ');
    text.push(b'\n');
    let mut header = MAGIC.to_vec();
    header.extend([1, 0]);
    header.extend(u16::try_from(length).ok()?.to_le_bytes());
    header.extend(text);
    Some(header)
}

/// Whether a type is big-endian, and its code without the order of bytes. NumPy reads a code without
/// one in the order of the machine, which is little-endian here as nearly everywhere.
fn order(code: &str) -> (bool, &str) {
    match code.strip_prefix('>') {
        Some(kind) => (true, kind),
        None => (false, code.strip_prefix(['<', '|', '=']).unwrap_or(code)),
    }
}

/// The type by NumPy's code, as a number of bytes, a letter or a name, and whether it is big-endian.
fn dtype(code: &str) -> Option<(Dtype, bool)> {
    let (big_endian, kind) = order(code);
    let dtype = match kind {
        "f2" | "e" | "float16" => Dtype::F16,
        "f4" | "f" | "float32" => Dtype::F32,
        "f8" | "d" | "float64" => Dtype::F64,
        "i1" | "b" | "int8" => Dtype::I8,
        "i2" | "h" | "int16" => Dtype::I16,
        "i4" | "i" | "int32" => Dtype::I32,
        "i8" | "q" | "int64" => Dtype::I64,
        "u1" | "B" | "uint8" => Dtype::U8,
        "u2" | "H" | "uint16" => Dtype::U16,
        "u4" | "I" | "uint32" => Dtype::U32,
        "u8" | "Q" | "uint64" => Dtype::U64,
        "b1" | "?" | "bool" => Dtype::Bool,
        _ => return None,
    };
    Some((dtype, big_endian))
}

/// How to save what is of no type of numbers.
fn remedy(code: &str) -> &'static str {
    match order(code).1 {
        kind if kind.starts_with('[') => {
            "a structured array: save `numpy.lib.recfunctions.structured_to_unstructured(z)`"
        }
        kind if kind.starts_with('O') => {
            "pickled objects, which are not opened: save `numpy.stack(z).astype(\"float32\")`"
        }
        kind if kind.starts_with(['U', 'S', 'a']) => "words, which can be labels but no codes",
        kind if kind.starts_with('c') => "complex: save real and imaginary parts, `z.view(\"f8\")`",
        kind if kind.starts_with('V') => "bytes, as of bfloat16: save `z.astype(\"float32\")`",
        kind if kind.starts_with(['M', 'm']) => "times: save `z.astype(\"int64\")`",
        _ => "save `z.astype(\"float64\")`",
    }
}

struct Fields {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

/// The three fields of the dictionary, in any order.
fn parse(text: &str) -> Option<Fields> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let (key, after) = string(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        match key {
            // Structured types are lists; they come back whole, as no type.
            "descr" if rest.starts_with('[') => {
                let end = rest.rfind(']')? + 1;
                descr = Some(rest[..end].to_owned());
                rest = &rest[end..];
            }
            "descr" => {
                let (value, after) = string(rest)?;
                descr = Some(value.to_owned());
                rest = after;
            }
            "fortran_order" => {
                let (value, after) = match rest.strip_prefix("True") {
                    Some(after) => (true, after),
                    None => (false, rest.strip_prefix("False")?),
                };
                fortran = Some(value);
                rest = after;
            }
            "shape" => {
                let (inner, after) = rest.strip_prefix('(')?.split_once(')')?;
                let lengths = inner.split(',').map(str::trim).filter(|length| !length.is_empty());
                // Python 2 wrote long integers as `3L`.
                let lengths = lengths.map(|n| n.trim_end_matches('L').parse().ok());
                shape = Some(lengths.collect::<Option<Vec<usize>>>()?);
                rest = after;
            }
            _ => return None,
        }
        rest = rest.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after,
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(Fields { descr: descr?, fortran: fortran?, shape: shape? })
}

/// A string in single or double quotes, and what follows.
fn string(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<Header, LatentsError> {
        read(&mut &bytes[..], Path::new("a.npy"))
    }

    #[test]
    fn headers_of_old_versions_and_other_orders_of_keys_are_read() {
        let text = "{\"shape\": (3L, 4L), 'descr': '>f8', 'fortran_order': True}\n";
        let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
        let header = read_bytes(&bytes).unwrap();
        assert_eq!(header.shape, [3, 4]);
        assert_eq!(header.numbers(Path::new("a.npy"), "a").unwrap(), (Dtype::F64, true));
        assert!(header.fortran);
        assert_eq!(header.bytes, bytes.len() as u64);
    }

    #[test]
    fn structured_complex_and_pickled_arrays_are_refused_by_type() {
        for (descr, remedy) in [
            ("'<c8'", "real and imaginary"),
            ("'|O'", "pickled"),
            ("'<U4'", "labels"),
            ("[('a', '<f4'), ('b', '<f4')]", "structured"),
            ("'|V2'", "bfloat16"),
            ("'<f16'", "float64"),
            ("'<M8[ns]'", "times"),
        ] {
            let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (3,), }}\n");
            let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
            bytes.extend((text.len() as u16).to_le_bytes());
            bytes.extend(text.as_bytes());
            let header = read_bytes(&bytes).unwrap();
            let error = header.numbers(Path::new("a.npy"), "a").unwrap_err();
            assert!(matches!(error, LatentsError::Dtype { .. }), "{descr}: {error}");
            assert!(error.to_string().contains(remedy), "{descr}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(shape in proptest::collection::vec(0usize..1 << 40, 0..5)) {
            let bytes = write(&shape, Dtype::F16).unwrap();
            prop_assert_eq!(bytes.len() % 64, 0);
            let header = read_bytes(&bytes).unwrap();
            prop_assert_eq!(header.shape, shape);
            prop_assert_eq!(header.bytes, bytes.len() as u64);
        }

        #[test]
        fn arbitrary_text_gives_a_header_or_an_error(text in "[ -~]{0,80}|\\{.{0,60}\\}") {
            let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
            bytes.extend((text.len() as u16).to_le_bytes());
            bytes.extend(text.as_bytes());
            let _ = read_bytes(&bytes);
        }
    }
}
