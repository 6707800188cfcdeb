//! A block of codes in the precision of its file.

use ndarray::{Array2, Axis, ShapeError, concatenate};

use super::Dtype;

/// Codes, one a row, in the precision in which their file holds them.
#[derive(Debug, Clone, PartialEq)]
pub enum Codes {
    /// Single precision.
    F32(Array2<f32>),
    /// Double precision.
    F64(Array2<f64>),
}

impl Codes {
    /// Number of codes, `n`.
    pub fn rows(&self) -> usize {
        match self {
            Self::F32(codes) => codes.nrows(),
            Self::F64(codes) => codes.nrows(),
        }
    }

    /// Dimension of a code.
    pub fn dim(&self) -> usize {
        match self {
            Self::F32(codes) => codes.ncols(),
            Self::F64(codes) => codes.ncols(),
        }
    }

    /// Row, column and value of the first NaN or infinity.
    pub fn first_not_finite(&self) -> Option<(usize, usize, f64)> {
        match self {
            Self::F32(codes) => codes
                .indexed_iter()
                .find(|(_, v)| !v.is_finite())
                .map(|((i, j), &v)| (i, j, f64::from(v))),
            Self::F64(codes) => {
                codes.indexed_iter().find(|(_, v)| !v.is_finite()).map(|((i, j), &v)| (i, j, v))
            }
        }
    }

    /// Row, column and value of the first number that no number of a type is near: finite ones beyond
    /// its largest, and for integers NaN and infinities too.
    pub fn first_beyond(&self, dtype: Dtype) -> Option<(usize, usize, f64)> {
        match (self, dtype) {
            (Self::F32(_), Dtype::F32) | (_, Dtype::F64) => None,
            (Self::F32(codes), _) => codes
                .indexed_iter()
                .find(|(_, v)| !dtype.fits(f64::from(**v)))
                .map(|((i, j), &v)| (i, j, f64::from(v))),
            (Self::F64(codes), _) => {
                codes.indexed_iter().find(|(_, v)| !dtype.fits(**v)).map(|((i, j), &v)| (i, j, v))
            }
        }
    }

    /// The codes in single precision, rounded where they are doubles, to infinity where they are
    /// [beyond](Self::first_beyond) it.
    pub fn into_f32(self) -> Array2<f32> {
        match self {
            Self::F32(codes) => codes,
            Self::F64(codes) => codes.mapv(|v| v as f32),
        }
    }

    /// The codes in double precision, exactly.
    pub fn into_f64(self) -> Array2<f64> {
        match self {
            Self::F32(codes) => codes.mapv(f64::from),
            Self::F64(codes) => codes,
        }
    }

    /// Blocks of the same file one below the other. No blocks are `(0, dim)` codes. An error where a
    /// block is of another dimension.
    pub(super) fn stack(blocks: Vec<Self>, dim: usize, single: bool) -> Result<Self, ShapeError> {
        Ok(if single {
            let blocks: Vec<_> = blocks.into_iter().map(Self::into_f32).collect();
            Self::F32(below_each_other(&blocks, dim)?)
        } else {
            let blocks: Vec<_> = blocks.into_iter().map(Self::into_f64).collect();
            Self::F64(below_each_other(&blocks, dim)?)
        })
    }
}

impl From<Array2<f32>> for Codes {
    fn from(codes: Array2<f32>) -> Self {
        Self::F32(codes)
    }
}

impl From<Array2<f64>> for Codes {
    fn from(codes: Array2<f64>) -> Self {
        Self::F64(codes)
    }
}

fn below_each_other<T: Clone + Default>(
    blocks: &[Array2<T>],
    dim: usize,
) -> Result<Array2<T>, ShapeError> {
    let none = Array2::default((0, dim));
    let views: Vec<_> =
        [none.view()].into_iter().chain(blocks.iter().map(|block| block.view())).collect();
    concatenate(Axis(0), &views)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn blocks_of_another_dimension_are_an_error() {
        let two = Codes::F64(array![[1.0, 2.0], [3.0, 4.0]]);
        let three = Codes::F64(array![[1.0, 2.0, 3.0]]);
        assert_eq!(Codes::stack(vec![], 2, true), Ok(Codes::F32(Array2::zeros((0, 2)))));
        assert_eq!(Codes::stack(vec![two.clone()], 2, false), Ok(two.clone()));
        assert!(Codes::stack(vec![two, three.clone()], 2, false).is_err());
        assert!(Codes::stack(vec![three], 2, true).is_err());
    }
}
