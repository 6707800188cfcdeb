//! What an audit asks of a group.

use groups::quotient::QuotientMetric;
use groups::{AnyGroup, FiniteGroup, GroupOrder, Kind, Space};
use ndarray::{Array2, Axis};
use projections::catalogue::{self, Candidate};
use projections::{IsotypicGram, Projection};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::AnalysisError;
use crate::metrics::{OrbitSpread, orbit_spread, orbit_spread_of_encodings};
use crate::neighbours::{Bounded, Neighbours, SelfMatches, nearest_by_bound, nearest_in_quotient};

/// Groups of more elements are searched by bounds, and sampled.
pub(super) const LISTED: usize = 1024;

/// Elements that stand for a large group.
const DRAWN: usize = 64;

/// A group with its exact metric and its projections.
pub(super) struct Setting {
    pub(super) metric: QuotientMetric<AnyGroup>,
}

impl Setting {
    pub(super) fn space(&self) -> &Space {
        self.metric.representation()
    }

    /// `None` where it is infinite.
    pub(super) fn order(&self) -> Option<GroupOrder> {
        self.space().finite().map(|rep| rep.group().exact_order())
    }

    /// Exact neighbours in the quotient.
    pub(super) fn neighbours(
        &self,
        queries: &Array2<f64>,
        base: &Array2<f64>,
        k: usize,
    ) -> Result<Neighbours, AnalysisError> {
        match self.space().kind() {
            Kind::Finite(rep) if rep.group().order() <= LISTED => {
                nearest_in_quotient(queries.view(), base.view(), &rep, k, SelfMatches::Keep)
            }
            Kind::Finite(_) => {
                // A 1-Lipschitz invariant: that of the most outputs in the catalogue.
                let contracts = |c: &Candidate<f64>| {
                    c.projection.metadata().lipschitz.upper.is_some_and(|upper| upper <= 1.0)
                };
                let all = catalogue::applicable::<f64>(self.space(), 0).usable;
                let best =
                    all.into_iter().filter(contracts).max_by_key(|c| c.projection.output_dim());
                self.by_bound(queries, base, k, |codes| match &best {
                    Some(candidate) => Ok(candidate.projection.project(codes.view())?),
                    None => Ok(norms(codes)),
                })
            }
            Kind::Isometries(rep) => {
                let gram = IsotypicGram::new(&rep)?;
                let stretch = Projection::<f64>::metadata(&gram).lipschitz.upper.unwrap_or(1.0);
                self.by_bound(queries, base, k, |codes| Ok(gram.project(codes.view())? / stretch))
            }
        }
    }

    /// How wide orbits are, and on how many elements this was measured; no spread for one element.
    pub(super) fn spread(
        &self,
        codes: &Array2<f64>,
        seed: u64,
    ) -> Result<(Option<OrbitSpread>, usize), AnalysisError> {
        match self.space().kind() {
            Kind::Finite(rep) if rep.group().order() == 1 => Ok((None, 1)),
            Kind::Finite(rep) if rep.group().order() <= LISTED => {
                Ok((Some(orbit_spread(codes.view(), &rep)?), rep.group().order()))
            }
            _ => Ok((Some(self.drawn_spread(codes, seed)?), DRAWN)),
        }
    }

    fn by_bound(
        &self,
        queries: &Array2<f64>,
        base: &Array2<f64>,
        k: usize,
        bound: impl Fn(&Array2<f64>) -> Result<Array2<f64>, AnalysisError>,
    ) -> Result<Neighbours, AnalysisError> {
        let (left, right) = (bound(queries)?, bound(base)?);
        let queries = Bounded { codes: queries.view(), invariants: left.view() };
        let base = Bounded { codes: base.view(), invariants: right.view() };
        nearest_by_bound(&self.metric, queries, base, k, SelfMatches::Keep)
    }

    /// The spread over random elements.
    fn drawn_spread(&self, codes: &Array2<f64>, seed: u64) -> Result<OrbitSpread, AnalysisError> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 1);
        let encodings: Vec<Array2<f64>> = (0..DRAWN)
            .map(|_| self.space().act_rows(&self.space().random_element(&mut rng), codes.view()))
            .collect::<Result<_, _>>()?;
        let views: Vec<_> = encodings.iter().map(|e| e.view()).collect();
        orbit_spread_of_encodings(&views)
    }
}

fn norms(codes: &Array2<f64>) -> Array2<f64> {
    codes.map_axis(Axis(1), |row| row.dot(&row).sqrt()).insert_axis(Axis(1))
}
