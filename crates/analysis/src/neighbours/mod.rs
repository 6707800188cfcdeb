//! Exact k nearest neighbours, Euclidean and between orbits.
//!
//! | you want | call |
//! |---|---|
//! | neighbours by `‖z − w‖` | [`nearest`] |
//! | neighbours by `d([z], [w]) = min_g ‖z − ρ(g)w‖` | [`nearest_in_quotient`] |
//! | the same for groups too large to list, such as `S_n` on `R^{n×d}` | [`nearest_by_bound`] |
//! | those of one code in a stream of any length | [`StreamedNearest`] |
//! | neighbours in a geometry of your own | [`nearest_in`] |

mod bounded;
mod search;
mod streamed;
mod top;

use groups::{FiniteGroup, Real, Representation};
use ndarray::{Array2, ArrayView2};

pub use bounded::{Bounded, nearest_by_bound};
pub use search::nearest_in;
pub use streamed::{Near, StreamedNearest};

use crate::AnalysisError;
use crate::geometry::{Euclidean, Quotient};

/// Whether a code may be its own neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelfMatches {
    /// Queries and base are different codes: every base code counts.
    Keep,
    /// Queries **are** the base: base code `i` is not a neighbour of query `i`.
    Exclude,
}

/// The `k` nearest base codes of each query, in ascending order of distance.
///
/// Equal distances are ordered by index. Row `i` belongs to query `i`; both arrays are `(n, k)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    indices: Array2<usize>,
    distances: Array2<f64>,
}

impl Neighbours {
    /// Neighbours found elsewhere.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] if the arrays differ in shape, [`AnalysisError::Option`] if
    /// distances do not ascend along a row.
    pub fn from_parts(
        indices: Array2<usize>,
        distances: Array2<f64>,
    ) -> Result<Self, AnalysisError> {
        const OPERATION: &str = "Neighbours::from_parts";
        if indices.dim() != distances.dim() {
            return Err(AnalysisError::Shape {
                operation: OPERATION,
                expected: format!("distances of shape {:?}", indices.dim()),
                got: format!("{:?}", distances.dim()),
            });
        }
        let ascends = |row: ndarray::ArrayView1<'_, f64>| {
            row.iter().all(|d| *d >= 0.0) && row.iter().zip(row.iter().skip(1)).all(|(a, b)| a <= b)
        };
        if let Some(i) = distances.rows().into_iter().position(|row| !ascends(row)) {
            return Err(AnalysisError::Option {
                operation: OPERATION,
                option: "distances",
                expected: "non-negative and ascending along each row",
                got: format!("row {i}"),
            });
        }
        Ok(Self { indices, distances })
    }

    /// Row `i` holds the numbers of the base codes nearest to query `i`.
    pub fn indices(&self) -> ArrayView2<'_, usize> {
        self.indices.view()
    }

    /// The distances that belong to [`indices`](Self::indices), in the units of the codes.
    pub fn distances(&self) -> ArrayView2<'_, f64> {
        self.distances.view()
    }

    /// Number of queries.
    pub fn len(&self) -> usize {
        self.indices.nrows()
    }

    /// Whether there are no queries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Neighbours per query.
    pub fn k(&self) -> usize {
        self.indices.ncols()
    }
}

/// The exact `k` nearest neighbours by the Euclidean distance `‖z − w‖`.
///
/// `queries` is `(n, dim)`, `base` is `(m, dim)`. Memory is `O(n·k + m·dim)`, time `O(n·m·dim)`
/// spread over rayon's threads; the result is the same for any number of them.
///
/// # Errors
/// As [`nearest_in`].
///
/// # Example
/// ```
/// use analysis::neighbours::{SelfMatches, nearest};
/// use ndarray::array;
///
/// let codes = array![[0.0], [1.0], [3.0]];
/// let found = nearest(codes.view(), codes.view(), 1, SelfMatches::Exclude)?;
/// assert_eq!(found.indices().column(0).to_vec(), [1, 0, 1]);
/// assert_eq!(found.distances()[[2, 0]], 2.0);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn nearest<T: Real>(
    queries: ArrayView2<'_, T>,
    base: ArrayView2<'_, T>,
    k: usize,
    self_matches: SelfMatches,
) -> Result<Neighbours, AnalysisError> {
    nearest_in(&Euclidean, queries, base, k, self_matches)
}

/// The exact `k` nearest neighbours by the quotient distance `d([z],[w]) = min_g ‖z − ρ(g)w‖`.
///
/// `|G|` dense products take the place of one, so this is meant for groups of moderate order.
///
/// # Errors
/// As [`nearest_in`], and [`AnalysisError::NotOrthogonal`] for a representation that changes
/// lengths.
pub fn nearest_in_quotient<T: Real, G: FiniteGroup>(
    queries: ArrayView2<'_, T>,
    base: ArrayView2<'_, T>,
    representation: &Representation<G>,
    k: usize,
    self_matches: SelfMatches,
) -> Result<Neighbours, AnalysisError> {
    nearest_in(&Quotient::new(representation)?, queries, base, k, self_matches)
}
