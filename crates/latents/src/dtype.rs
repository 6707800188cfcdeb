//! Scalar types of files.

use std::fmt;

use half::{bf16, f16};
use ndarray::Array2;

use super::Codes;

/// The type of a number in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dtype {
    /// Half precision, IEEE 754.
    F16,
    /// The upper half of an `f32`.
    BF16,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Signed, 8 bits.
    I8,
    /// Signed, 16 bits.
    I16,
    /// Signed, 32 bits.
    I32,
    /// Signed, 64 bits; read as `f64`, exact up to `2^53`.
    I64,
    /// Unsigned, 8 bits.
    U8,
    /// Unsigned, 16 bits.
    U16,
    /// Unsigned, 32 bits.
    U32,
    /// Unsigned, 64 bits; read as `f64`, exact up to `2^53`.
    U64,
    /// One byte, 0 or 1.
    Bool,
}

impl Dtype {
    /// Its name, such as `f32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::BF16 => "bf16",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::Bool => "bool",
        }
    }

    /// Bytes of a number.
    pub fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 | Self::Bool => 1,
            Self::F16 | Self::BF16 | Self::I16 | Self::U16 => 2,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }

    /// Whether it counts rather than measures.
    pub fn is_integer(self) -> bool {
        !matches!(self, Self::F16 | Self::BF16 | Self::F32 | Self::F64)
    }

    /// Whether an `f32` holds each of its values, so that codes are read as [`Codes::F32`].
    pub fn fits_single(self) -> bool {
        !matches!(self, Self::F64 | Self::I32 | Self::I64 | Self::U32 | Self::U64)
    }

    /// Whether a number can be rounded to one of this type.
    pub(super) fn fits(self, v: f64) -> bool {
        let whole = v.round();
        match self {
            Self::F16 => !v.is_finite() || f16::from_f64(v).is_finite(),
            Self::BF16 => !v.is_finite() || bf16::from_f64(v).is_finite(),
            Self::F32 => !v.is_finite() || (v as f32).is_finite(),
            Self::F64 => true,
            // `as` stops at the ends, which doubles hold exactly, or as a power of two beyond them.
            Self::I64 => {
                (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole)
            }
            Self::U64 => (0.0..18_446_744_073_709_551_616.0).contains(&whole),
            Self::I8 => f64::from(whole as i8) == whole,
            Self::I16 => f64::from(whole as i16) == whole,
            Self::I32 => f64::from(whole as i32) == whole,
            Self::U8 => f64::from(whole as u8) == whole,
            Self::U16 => f64::from(whole as u16) == whole,
            Self::U32 => f64::from(whole as u32) == whole,
            Self::Bool => whole == 0.0 || whole == 1.0,
        }
    }

    /// What it holds, for messages.
    pub(super) fn range(self) -> &'static str {
        match self {
            Self::F16 => "it ends at 65504",
            Self::BF16 | Self::F32 => "it ends at 3.4e38",
            Self::F64 => "it ends at 1.8e308",
            Self::I8 => "it holds -128 to 127",
            Self::I16 => "it holds -32768 to 32767",
            Self::I32 => "it holds -2^31 to 2^31 - 1",
            Self::I64 => "it holds -2^63 to 2^63 - 1",
            Self::U8 => "it holds 0 to 255",
            Self::U16 => "it holds 0 to 65535",
            Self::U32 => "it holds 0 to 2^32 - 1",
            Self::U64 => "it holds 0 to 2^64 - 1",
            Self::Bool => "it holds 0 and 1",
        }
    }

    /// Numbers from bytes, `dim` in a row.
    pub(super) fn decode(self, bytes: &[u8], big_endian: bool, dim: usize) -> Codes {
        macro_rules! numbers {
            ($codes:ident, $scalar:ty, $to:expr) => {{
                const SIZE: usize = size_of::<$scalar>();
                let one = |b: &[u8]| {
                    let mut word = [0; SIZE];
                    word.copy_from_slice(b);
                    let value = if big_endian {
                        <$scalar>::from_be_bytes(word)
                    } else {
                        <$scalar>::from_le_bytes(word)
                    };
                    $to(value)
                };
                let numbers: Vec<_> = bytes.chunks_exact(SIZE).map(one).collect();
                Codes::$codes(rows_of(numbers, dim))
            }};
        }
        match self {
            Self::F16 => numbers!(F32, f16, f16::to_f32),
            Self::BF16 => numbers!(F32, bf16, bf16::to_f32),
            Self::F32 => numbers!(F32, f32, |v| v),
            Self::F64 => numbers!(F64, f64, |v| v),
            Self::I8 => numbers!(F32, i8, f32::from),
            Self::I16 => numbers!(F32, i16, f32::from),
            Self::U8 => numbers!(F32, u8, f32::from),
            Self::U16 => numbers!(F32, u16, f32::from),
            Self::Bool => numbers!(F32, u8, |v| f32::from(u8::from(v != 0))),
            Self::I32 => numbers!(F64, i32, f64::from),
            Self::U32 => numbers!(F64, u32, f64::from),
            Self::I64 => numbers!(F64, i64, |v| v as f64),
            Self::U64 => numbers!(F64, u64, |v| v as f64),
        }
    }

    /// Little-endian bytes of codes that [fit](Self::fits), rounded to the nearest number of this type.
    pub(super) fn encode(self, codes: &Codes, out: &mut Vec<u8>) {
        match codes {
            Codes::F32(codes) => match self {
                // Single precision stays as it is, NaNs included.
                Self::F32 => codes.iter().for_each(|v| out.extend(v.to_le_bytes())),
                Self::F16 => codes.iter().for_each(|&v| out.extend(f16::from_f32(v).to_le_bytes())),
                Self::BF16 => {
                    codes.iter().for_each(|&v| out.extend(bf16::from_f32(v).to_le_bytes()));
                }
                _ => codes.iter().for_each(|&v| self.encode_one(f64::from(v), out)),
            },
            Codes::F64(codes) => codes.iter().for_each(|&v| self.encode_one(v, out)),
        }
    }

    fn encode_one(self, v: f64, out: &mut Vec<u8>) {
        let whole = v.round();
        match self {
            Self::F16 => out.extend(f16::from_f64(v).to_le_bytes()),
            Self::BF16 => out.extend(bf16::from_f64(v).to_le_bytes()),
            Self::F32 => out.extend((v as f32).to_le_bytes()),
            Self::F64 => out.extend(v.to_le_bytes()),
            Self::I8 => out.extend((whole as i8).to_le_bytes()),
            Self::I16 => out.extend((whole as i16).to_le_bytes()),
            Self::I32 => out.extend((whole as i32).to_le_bytes()),
            Self::I64 => out.extend((whole as i64).to_le_bytes()),
            Self::U8 => out.push(whole as u8),
            Self::U16 => out.extend((whole as u16).to_le_bytes()),
            Self::U32 => out.extend((whole as u32).to_le_bytes()),
            Self::U64 => out.extend((whole as u64).to_le_bytes()),
            Self::Bool => out.push(u8::from(whole != 0.0)),
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Numbers, `dim` in a row; an unfinished row is dropped.
pub(super) fn rows_of<T: Clone + Default>(mut numbers: Vec<T>, dim: usize) -> Array2<T> {
    let rows = numbers.len() / dim.max(1);
    numbers.truncate(rows * dim);
    Array2::from_shape_vec((rows, dim), numbers).unwrap_or_else(|_| Array2::default((0, dim)))
}
