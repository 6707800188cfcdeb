//! The symmetries of the Platonic solids and of the cube in any dimension, as matrix groups.

use nalgebra::{DMatrix, dmatrix};

use crate::multiplication_table::TABLE_LIMIT;
use crate::{GroupError, MatrixGroup};

/// Finite subgroups of `O(3)`, in Schoenflies' notation, and the hyperoctahedral groups.
impl MatrixGroup {
    /// `T ≅ A_4`, the 12 rotations of the tetrahedron with corners `(±1, ±1, ±1)`, an even number of
    /// signs negative.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn tetrahedral() -> Result<Self, GroupError> {
        Self::generated_by("T", &[three_fold(), half_turn()], 12)
    }

    /// `T_d ≅ S_4`, all 24 symmetries of the tetrahedron.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn full_tetrahedral() -> Result<Self, GroupError> {
        let swap = dmatrix![0.0, 1.0, 0.0; 1.0, 0.0, 0.0; 0.0, 0.0, 1.0];
        Self::generated_by("Td", &[three_fold(), half_turn(), swap], 24)
    }

    /// `O ≅ S_4`, the 24 rotations of the cube.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn octahedral() -> Result<Self, GroupError> {
        Self::generated_by("O", &[three_fold(), quarter_turn()], 24)
    }

    /// `O_h ≅ S_4 × C_2`, all 48 symmetries of the cube.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn full_octahedral() -> Result<Self, GroupError> {
        Self::generated_by("Oh", &[three_fold(), quarter_turn(), inversion()], 48)
    }

    /// `I ≅ A_5`, the 60 rotations of the icosahedron with corners `(0, ±1, ±φ)` and their cyclic
    /// permutations, `φ = (1 + √5)/2`.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn icosahedral() -> Result<Self, GroupError> {
        Self::generated_by("I", &[three_fold(), five_fold()], 60)
    }

    /// `I_h ≅ A_5 × C_2`, all 120 symmetries of the icosahedron.
    ///
    /// # Errors
    /// Never; a `Result` like its siblings.
    pub fn full_icosahedral() -> Result<Self, GroupError> {
        Self::generated_by("Ih", &[three_fold(), five_fold(), inversion()], 120)
    }

    /// `B_n`, the `2ⁿ n!` symmetries of the `n`-dimensional cube, listed: up to `n = 5`. For larger
    /// `n`, [`Wreath::hyperoctahedral`](crate::Wreath::hyperoctahedral) lists nothing.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for `n = 0`, [`GroupError::TooLarge`] above `n = 5`.
    pub fn hyperoctahedral(n: usize) -> Result<Self, GroupError> {
        if n == 0 {
            return Err(GroupError::Empty {
                group: "hyperoctahedral group",
                parameter: "dimension",
            });
        }
        if n > 5 {
            return Err(GroupError::TooLarge {
                operation: "the closure of matrices",
                group: format!("B{n}"),
                order: (1..=n).fold(1, |order: usize, i| order.saturating_mul(2 * i)),
                limit: TABLE_LIMIT,
            });
        }
        let mut flip = DMatrix::identity(n, n);
        flip[(0, 0)] = -1.0;
        let mut swap = DMatrix::identity(n, n);
        if n > 1 {
            swap.swap_columns(0, 1);
        }
        let cycle = DMatrix::from_fn(n, n, |i, j| f64::from(i == (j + 1) % n));
        Self::generated_by(format!("B{n}"), &[flip, swap, cycle], TABLE_LIMIT)
    }
}

/// The turn by 120° about `(1, 1, 1)`.
fn three_fold() -> DMatrix<f64> {
    dmatrix![0.0, 0.0, 1.0; 1.0, 0.0, 0.0; 0.0, 1.0, 0.0]
}

/// The turn by 180° about `z`.
fn half_turn() -> DMatrix<f64> {
    dmatrix![-1.0, 0.0, 0.0; 0.0, -1.0, 0.0; 0.0, 0.0, 1.0]
}

/// The turn by 90° about `z`.
fn quarter_turn() -> DMatrix<f64> {
    dmatrix![0.0, -1.0, 0.0; 1.0, 0.0, 0.0; 0.0, 0.0, 1.0]
}

/// The turn by 72° about the corner `(0, 1, φ)` of the icosahedron. Its entries are `±1/2`, `±φ/2`
/// and `±(φ − 1)/2`.
fn five_fold() -> DMatrix<f64> {
    let a = 0.5;
    let b = (1.0 + 5f64.sqrt()) / 4.0;
    let c = b - a;
    dmatrix![c, -b, a; b, a, c; -a, c, b]
}

fn inversion() -> DMatrix<f64> {
    -DMatrix::<f64>::identity(3, 3)
}
