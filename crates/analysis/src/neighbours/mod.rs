//! Exact k nearest neighbours, Euclidean and between orbits.
//!
//! | you want | call |
//! |---|---|
//! | neighbours by `‖z − w‖` | [`nearest`] |
//! | neighbours by `d([z], [w]) = min_g ‖z − ρ(g)w‖` | [`nearest_in_quotient`] |
//! | the same by an invariant of your own | [`nearest_by_bound`] |
//! | those of one code in a stream of any length | [`StreamedNearest`] |
//! | neighbours in a geometry of your own | [`nearest_in`] |

mod bounded;
mod search;
mod streamed;
mod top;

use groups::{FiniteGroup, Kind, Real, Representation, Space, Symmetry};
use ndarray::{Array2, ArrayView2};
use projections::catalogue::{self, Candidate};
use projections::{IsotypicGram, Projection, SpectralSection};

pub use bounded::{Bounded, nearest_by_bound};
pub use search::nearest_in;
pub use streamed::{Near, StreamedNearest};

use crate::geometry::{Euclidean, LARGEST_ORDER, Quotient};
use crate::{AnalysisError, checks};

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

/// The exact `k` nearest neighbours by the quotient distance `d([z],[w]) = min_g ‖z − ρ(g)w‖`, whatever the group.
///
/// For groups of at most 1,024 elements `|G|` dense products take the place of one. For others base codes are ruled
/// out by a 1-Lipschitz invariant, see [`nearest_by_bound`]: that of the most outputs in the catalogue, of rotations
/// the root of the Gram matrices.
///
/// # Errors
/// As [`nearest_in`]; [`AnalysisError::NotOrthogonal`] for a representation that changes lengths,
/// [`AnalysisError::Group`] where no exact metric is known.
///
/// ```
/// use analysis::neighbours::{SelfMatches, nearest_in_quotient};
/// use groups::Space;
/// use ndarray::array;
///
/// // Two points of the plane; the third code is the first one turned by a quarter.
/// let space = Space::parse("so2", "2 points x 2")?;
/// let codes = array![[1.0, 0.0, 0.0, 2.0], [3.0, 0.0, 0.0, 2.0], [0.0, 1.0, -2.0, 0.0]];
/// let found = nearest_in_quotient(codes.view(), codes.view(), &space, 1, SelfMatches::Exclude)?;
/// assert_eq!(found.indices()[[0, 0]], 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn nearest_in_quotient<T: Real, G: Symmetry>(
    queries: ArrayView2<'_, T>,
    base: ArrayView2<'_, T>,
    representation: &Representation<G>,
    k: usize,
    self_matches: SelfMatches,
) -> Result<Neighbours, AnalysisError> {
    let space = Space::from(representation);
    let invariants: Box<dyn Projection<T>> = match space.kind() {
        Kind::Finite(rep) if rep.group().order() <= LARGEST_ORDER => {
            return nearest_in(&Quotient::new(&rep)?, queries, base, k, self_matches);
        }
        Kind::Finite(_) => {
            let contracts = |c: &Candidate<T>| {
                c.projection.metadata().lipschitz.upper.is_some_and(|upper| upper <= 1.0)
            };
            let all = catalogue::applicable::<T>(&space, 0).usable.into_iter().filter(contracts);
            match all.max_by_key(|c| c.projection.output_dim()) {
                Some(candidate) => Box::new(candidate.projection),
                None => Box::new(SpectralSection::norm(space.dim())?),
            }
        }
        Kind::Isometries(rep) => Box::new(IsotypicGram::new(&rep)?),
    };
    for codes in [queries, base] {
        checks::same("nearest_in_quotient", "columns", space.dim(), codes.ncols())?;
        checks::finite("nearest_in_quotient", codes)?;
    }
    let stretch = T::of(invariants.metadata().lipschitz.upper.unwrap_or(1.0).max(1.0));
    let bound = |codes| Ok::<_, AnalysisError>(invariants.project(codes)? / stretch);
    let (left, right) = (bound(queries)?, bound(base)?);
    let queries = Bounded { codes: queries, invariants: left.view() };
    let base = Bounded { codes: base, invariants: right.view() };
    nearest_by_bound(&space.metric()?, queries, base, k, self_matches)
}
