//! Sorting each column by itself: a warning, not a tool.

use groups::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::network::Network;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Each column of `X ∈ R^{n×d}` in ascending order, for `S_n` moving rows. **A negative control.**
///
/// It divides by a permutation of its own for each column, `S_n^d`, and not by the one permutation
/// of the rows. Which entry of one column goes with which of another is lost: `{(0,0), (1,1)}` and
/// `{(0,1), (1,0)}` have the same image at distance `√2`. It is 1-Lipschitz, and for `d = 1` it is
/// [`Sort`](crate::Sort). [`SortedKeys`](crate::SortedKeys) mends it by sorting more columns than
/// there are features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSort {
    pub(crate) nodes: usize,
    pub(crate) features: usize,
}

impl ColumnSort {
    /// Sorting of the `features` columns of codes with `nodes` rows, stored row by row.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where either is 0.
    pub fn new(nodes: usize, features: usize) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 {
            return Err(ProjectionError::NoOutputs { projection: "column-sort" });
        }
        Ok(Self { nodes, features })
    }
}

impl<T: Real> Projection<T> for ColumnSort {
    fn metadata(&self) -> Metadata {
        let one = self.features == 1 || self.nodes == 1;
        Metadata {
            name: "column-sort",
            formula: "each column of X sorted",
            guarantee: if one { Guarantee::Isometric } else { Guarantee::Lossy },
            lipschitz: if one { Lipschitz::ISOMETRIC } else { Lipschitz::at_most(1.0) },
            cross_section: one,
            because: if one {
                "for one feature this is sorting, and one node has nothing to sort"
            } else {
                "each column is sorted by itself: which entries belong to one row is lost"
            },
            source: "Balan, Haghani & Singh 2022 (arXiv 2203.07546)",
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
        let (n, d) = (self.nodes, self.features);
        let network = Network::new(n);
        let (mut nodes, mut sorted) = (Array2::zeros((n, d)), Array2::zeros((n, d)));
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            // The numbers of a code need not lie together.
            nodes.iter_mut().zip(code).for_each(|(node, value)| *node = *value);
            network.sort_rows(nodes.t(), sorted.view_mut().reversed_axes());
            out.iter_mut().zip(&sorted).for_each(|(out, value)| *out = *value);
        }
    }
}
