//! What an audit asks of a group: finite ones, and rotations and reflections.

use groups::compact::Isometries;
use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Group, GroupOrder, Representation};
use ndarray::{Array2, Axis};
use projections::catalogue::{self, Applicable, Candidate};
use projections::{IsotypicGram, Projection};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::ambiguity::moved;
use crate::AnalysisError;
use crate::metrics::{OrbitSpread, orbit_spread, orbit_spread_of_encodings};
use crate::neighbours::{Bounded, Neighbours, SelfMatches, nearest_by_bound, nearest_in_quotient};

/// Groups of more elements are searched by bounds, and sampled.
pub(super) const LISTED: usize = 1024;

/// Elements that stand for a large group.
const DRAWN: usize = 64;

/// A group with its exact metric and its projections.
pub(super) trait Setting {
    /// The group.
    type Group: Group;

    fn metric(&self) -> &QuotientMetric<Self::Group>;

    /// `None` where it is infinite.
    fn order(&self) -> Option<GroupOrder>;

    fn catalogue(&self, seed: u64) -> Applicable<f64>;

    /// Exact neighbours in the quotient.
    fn neighbours(
        &self,
        queries: &Array2<f64>,
        base: &Array2<f64>,
        k: usize,
    ) -> Result<Neighbours, AnalysisError>;

    /// How wide orbits are, and on how many elements this was measured; no spread for one element.
    fn spread(
        &self,
        codes: &Array2<f64>,
        seed: u64,
    ) -> Result<(Option<OrbitSpread>, usize), AnalysisError>;

    fn representation(&self) -> &Representation<Self::Group> {
        self.metric().representation()
    }
}

/// A finite group.
pub(super) struct Finite<G: FiniteGroup>(pub(super) QuotientMetric<G>);

impl<G: FiniteGroup> Setting for Finite<G> {
    type Group = G;

    fn metric(&self) -> &QuotientMetric<G> {
        &self.0
    }

    fn order(&self) -> Option<GroupOrder> {
        Some(self.representation().group().exact_order())
    }

    fn catalogue(&self, seed: u64) -> Applicable<f64> {
        catalogue::applicable(self.representation(), seed)
    }

    fn neighbours(
        &self,
        queries: &Array2<f64>,
        base: &Array2<f64>,
        k: usize,
    ) -> Result<Neighbours, AnalysisError> {
        let representation = self.representation();
        if representation.group().order() <= LISTED {
            let (queries, base) = (queries.view(), base.view());
            return nearest_in_quotient(queries, base, representation, k, SelfMatches::Keep);
        }
        // A 1-Lipschitz invariant: that of the most outputs in the catalogue.
        let contracts = |c: &Candidate<f64>| {
            c.projection.metadata().lipschitz.upper.is_some_and(|upper| upper <= 1.0)
        };
        let all = catalogue::applicable::<_, f64>(representation, 0).usable;
        let best = all.into_iter().filter(contracts).max_by_key(|c| c.projection.output_dim());
        let bound = |codes: &Array2<f64>| match &best {
            Some(candidate) => Ok(candidate.projection.project(codes.view())?),
            None => Ok(norms(codes)),
        };
        by_bound(&self.0, queries, base, k, bound)
    }

    fn spread(
        &self,
        codes: &Array2<f64>,
        seed: u64,
    ) -> Result<(Option<OrbitSpread>, usize), AnalysisError> {
        match self.representation().group().order() {
            1 => Ok((None, 1)),
            order if order <= LISTED => {
                Ok((Some(orbit_spread(codes.view(), self.representation())?), order))
            }
            _ => Ok((Some(drawn_spread(self.representation(), codes, seed)?), DRAWN)),
        }
    }
}

/// Rotations of the plane or of space, perhaps with reflections.
pub(super) struct OfIsometries<G: Isometries>(pub(super) QuotientMetric<G>);

impl<G: Isometries> Setting for OfIsometries<G> {
    type Group = G;

    fn metric(&self) -> &QuotientMetric<G> {
        &self.0
    }

    fn order(&self) -> Option<GroupOrder> {
        None
    }

    fn catalogue(&self, seed: u64) -> Applicable<f64> {
        catalogue::applicable_to_isometries(self.representation(), seed)
    }

    fn neighbours(
        &self,
        queries: &Array2<f64>,
        base: &Array2<f64>,
        k: usize,
    ) -> Result<Neighbours, AnalysisError> {
        let gram = IsotypicGram::new(self.representation())?;
        let stretch = Projection::<f64>::metadata(&gram).lipschitz.upper.unwrap_or(1.0);
        let bound = |codes: &Array2<f64>| Ok(gram.project(codes.view())? / stretch);
        by_bound(&self.0, queries, base, k, bound)
    }

    fn spread(
        &self,
        codes: &Array2<f64>,
        seed: u64,
    ) -> Result<(Option<OrbitSpread>, usize), AnalysisError> {
        Ok((Some(drawn_spread(self.representation(), codes, seed)?), DRAWN))
    }
}

fn by_bound<G: Group>(
    metric: &QuotientMetric<G>,
    queries: &Array2<f64>,
    base: &Array2<f64>,
    k: usize,
    bound: impl Fn(&Array2<f64>) -> Result<Array2<f64>, AnalysisError>,
) -> Result<Neighbours, AnalysisError> {
    let (left, right) = (bound(queries)?, bound(base)?);
    let queries = Bounded { codes: queries.view(), invariants: left.view() };
    let base = Bounded { codes: base.view(), invariants: right.view() };
    nearest_by_bound(metric, queries, base, k, SelfMatches::Keep)
}

fn norms(codes: &Array2<f64>) -> Array2<f64> {
    codes.map_axis(Axis(1), |row| row.dot(&row).sqrt()).insert_axis(Axis(1))
}

/// The spread over random elements.
fn drawn_spread<G: Group>(
    representation: &Representation<G>,
    codes: &Array2<f64>,
    seed: u64,
) -> Result<OrbitSpread, AnalysisError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 1);
    let encodings: Vec<Array2<f64>> = (0..DRAWN)
        .map(|_| {
            let g = representation.group().sample(&mut rng);
            moved(&representation.operator(&g), codes)
        })
        .collect();
    let views: Vec<_> = encodings.iter().map(|e| e.view()).collect();
    orbit_spread_of_encodings(&views)
}
