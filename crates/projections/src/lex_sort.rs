//! Lexicographic sorting of rows: a cross-section of `S_n` on `R^{n×d}` that jumps.

use groups::{Permutation, Real};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use crate::matrix::random_rotation;
use crate::{CrossSection, Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// The rows of `X ∈ R^{n×d}` in lexicographic order, for `S_n` moving rows.
///
/// A cross-section: nothing is lost, codes stay decodable, and equal images mean equal orbits. It is
/// **not continuous**: where the first features of two rows cross, the rows change places with all
/// their other features, so codes that are as close as one likes have images that are far apart.
/// Use it to decode, not to measure; for `d > 1` no cross-section is isometric.
///
/// [`rotated`](Self::rotated) sorts by the rows of `XQ` with a fixed random rotation `Q` instead (it
/// still returns rows of `X`), so that the order hangs on no single feature. Rows that are equal to
/// the last bit are interchangeable, and `−0` comes before `+0`, so the image does not depend on the
/// order of the input, to the bit.
///
/// **Sets of different size.** Rows that fill up empty places are sorted among the others. To keep
/// them apart, use [`sort_set`](Self::sort_set), which takes any number of rows.
///
/// Cost `d·n log n`, and `nd²` for the rotation.
///
/// ```
/// use ndarray::array;
/// use projections::{LexSort, Projection};
///
/// // Three nodes with two features each.
/// let s = LexSort::new(3, 2)?.project(array![[1.0, 5.0, 0.0, 9.0, 1.0, 4.0]].view())?;
/// assert_eq!(s, array![[0.0, 9.0, 1.0, 4.0, 1.0, 5.0]]);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LexSort {
    nodes: usize,
    pub(crate) features: usize,
    /// `Q`, `(d, d)`.
    rotation: Option<Array2<f64>>,
}

impl LexSort {
    const NAME: &str = "lexicographic-sort";

    /// Sorting of `nodes` rows of `features` scalars by the first feature, equal ones by the second,
    /// and so on.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where either is 0.
    pub fn new(nodes: usize, features: usize) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        Ok(Self { nodes, features, rotation: None })
    }

    /// Sorting by randomly rotated features; the rotation is drawn from `seed`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn rotated(nodes: usize, features: usize, seed: u64) -> Result<Self, ProjectionError> {
        let plain = Self::new(nodes, features)?;
        Ok(Self { rotation: Some(random_rotation(features, seed)), ..plain })
    }

    /// Sorts one set of any number of rows, given one after the other, and says where each row went.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] where the values are not whole rows,
    /// [`ProjectionError::NotFinite`], in row 0.
    ///
    /// ```
    /// let (s, sigma) = projections::LexSort::new(9, 2)?.sort_set(&[3.0, 0.0, 1.0, 0.0])?;
    /// assert_eq!(s, [1.0, 0.0, 3.0, 0.0]);
    /// assert_eq!(sigma.images(), [1, 0]);
    /// # Ok::<(), projections::ProjectionError>(())
    /// ```
    pub fn sort_set<T: Real>(&self, rows: &[T]) -> Result<(Vec<T>, Permutation), ProjectionError> {
        let whole = rows.len().next_multiple_of(self.features);
        crate::projection::check(Self::NAME, whole, ArrayView1::from(rows).insert_axis(Axis(0)))?;
        let sigma = self.sorting(rows);
        let mut out = vec![T::zero(); rows.len()];
        move_rows(&sigma, self.features, rows, &mut out);
        Ok((out, sigma))
    }

    fn sorting<T: Real>(&self, rows: &[T]) -> Permutation {
        let keys: Vec<Vec<i64>> =
            rows.chunks_exact(self.features)
                .map(|row| {
                    let rotated = self.rotation.iter().flat_map(|q| q.columns()).map(|column| {
                        row.iter().zip(column).map(|(x, q)| x.as_f64() * q).sum::<f64>()
                    });
                    // The row itself decides where rotated rows agree to the last bit.
                    rotated.chain(row.iter().map(|x| x.as_f64())).map(Real::ordinal).collect()
                })
                .collect();
        Permutation::sorting(&keys)
    }
}

/// Moves row `i` to place `σ(i)`.
fn move_rows<T: Real>(sigma: &Permutation, features: usize, rows: &[T], out: &mut [T]) {
    for (row, &place) in rows.chunks_exact(features).zip(sigma.images()) {
        out[place * features..][..features].copy_from_slice(row);
    }
}

impl<T: Real> Projection<T> for LexSort {
    fn metadata(&self) -> Metadata {
        let one = self.features == 1 || self.nodes == 1;
        Metadata {
            name: Self::NAME,
            formula: "rows of X in the lexicographic order of the rows of XQ",
            guarantee: if one { Guarantee::Isometric } else { Guarantee::Separating },
            lipschitz: if one { Lipschitz::ISOMETRIC } else { Lipschitz::NEVER_CONTRACTS },
            cross_section: true,
            because: if one {
                "for one feature this is sorting, and one node has nothing to sort"
            } else {
                "s(z) lies on the orbit of z; it jumps where the first keys of two rows cross"
            },
            source: "Dym, Lawrence & Siegel 2024 (arXiv 2402.16077), on the limits of canonicalization",
        }
    }

    fn input_dim(&self) -> usize {
        self.nodes * self.features
    }

    fn output_dim(&self) -> usize {
        self.nodes * self.features
    }

    fn is_injective(&self) -> bool {
        self.nodes == 1
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let mut sorted = vec![T::zero(); self.nodes * self.features];
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            self.section_row(&code.to_vec(), &mut sorted);
            out.iter_mut().zip(&sorted).for_each(|(out, value)| *out = *value);
        }
    }
}

impl<T: Real> CrossSection<T> for LexSort {
    type Element = Permutation;

    fn section_row(&self, code: &[T], out: &mut [T]) -> Permutation {
        let sigma = self.sorting(code);
        move_rows(&sigma, self.features, code, out);
        sigma
    }

    fn take_back_row(&self, element: &Permutation, code: &[T], out: &mut [T]) {
        move_rows(&element.inverse(), self.features, code, out);
    }
}
