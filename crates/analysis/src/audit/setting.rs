//! What an audit asks of a group.

use groups::quotient::QuotientMetric;
use groups::{AnyGroup, FiniteGroup, GroupOrder, Kind, Space};
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::AnalysisError;
use crate::metrics::{OrbitSpread, orbit_spread, orbit_spread_of_encodings};

/// Groups of more elements are searched by bounds, and sampled.
pub(super) const LISTED: usize = 1024;

/// Elements that stand for a large group.
const DRAWN: usize = 64;

/// A space with its exact metric.
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
