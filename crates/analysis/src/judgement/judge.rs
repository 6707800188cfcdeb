//! Judging projections on one set of codes.

use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Real, Representation};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use projections::Projection;
use serde::Serialize;

use super::contradiction::contradiction;
use super::neighbourhood::{Labelled, VOTES, all_distances, from_distances};
use super::pairs::{Draw, Pairs, posed, size};
use super::search::{Search, images_apart};
use super::{Family, Floor, Information, Judgement, floor};
use crate::metrics::{distortion, neighbour_overlap};
use crate::neighbours::{Neighbours, SelfMatches, nearest};
use crate::{AnalysisError, checks};

const OPERATION: &str = "judgement";

/// Codes of each kind at which the derivative is taken.
const DERIVATIVES: usize = 3;

/// How hard projections are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Pairs of each family.
    pub pairs: usize,
    /// Steps of the searches.
    pub steps: usize,
    /// Neighbours that are compared.
    pub k: usize,
    /// Pairs of each family in a figure.
    pub points: usize,
    /// Everything random is drawn from it.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pairs: 400, steps: 60, k: 10, points: 150, seed: 0 }
    }
}

/// Pairs of codes, neighbours and floor: what all projections of one representation are judged by.
#[derive(Debug)]
pub struct Judge<G: FiniteGroup> {
    pub(super) metric: QuotientMetric<G>,
    pub(super) settings: Settings,
    codes: Array2<f64>,
    pub(super) size: f64,
    floor: Floor,
    pub(super) pairs: Vec<Pairs>,
    neighbours: Neighbours,
    distances: Array2<f64>,
    labelled: Option<Labelled>,
}

impl<G: FiniteGroup> Judge<G> {
    /// A judge of projections of `(n, dim)` codes. Every code is moved by a random element first, so
    /// nothing can rest on their poses. Costs `n²/2` quotient distances and those of all pairs.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] for codes of another dimension;
    /// - [`AnalysisError::TooFew`] for at most `k` or fewer than 12 codes, no pairs or no neighbours;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::Option`] if all codes are zero;
    /// - [`AnalysisError::Group`] where there is no quotient metric for a group so large.
    pub fn new<T: Real>(
        representation: &Representation<G>,
        codes: ArrayView2<'_, T>,
        settings: Settings,
    ) -> Result<Self, AnalysisError> {
        checks::same(OPERATION, "columns", representation.dim(), codes.ncols())?;
        checks::at_least(OPERATION, "neighbours", 1, settings.k)?;
        checks::at_least(OPERATION, "pairs", 2, settings.pairs)?;
        checks::at_least(OPERATION, "codes", (settings.k + 1).max(2 * VOTES + 2), codes.nrows())?;
        let codes = checks::to_f64(OPERATION, codes)?;
        let codes = posed(representation, codes.view(), settings.seed);
        let size = size(codes.view());
        if size == 0.0 {
            return Err(AnalysisError::Option {
                operation: OPERATION,
                option: "codes",
                expected: "not all zero",
                got: "zeros".to_owned(),
            });
        }
        let metric = QuotientMetric::new(representation)?;
        let floor = floor(representation)?;
        let pairs = Draw {
            representation,
            metric: &metric,
            codes: codes.view(),
            floor: &floor,
            count: settings.pairs,
            seed: settings.seed,
        }
        .all();
        let distances = all_distances(&metric, codes.view());
        let all: Vec<usize> = (0..codes.nrows()).collect();
        let neighbours = from_distances(distances.view(), &all, &all, settings.k)?;
        let labelled = None;
        Ok(Self { metric, settings, codes, size, floor, pairs, neighbours, distances, labelled })
    }

    /// Judges what is left of labels, too, one a code.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for another number of labels.
    pub fn labelled(mut self, labels: &[usize]) -> Result<Self, AnalysisError> {
        self.labelled = Some(Labelled::new(labels, self.distances.view())?);
        Ok(self)
    }

    /// The representation.
    pub fn representation(&self) -> &Representation<G> {
        self.metric.representation()
    }

    /// The least distortion that is possible.
    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The codes, each in its random pose.
    pub fn codes(&self) -> ArrayView2<'_, f64> {
        self.codes.view()
    }

    /// Judges one projection.
    ///
    /// # Errors
    /// [`AnalysisError::Projection`] where it does not take the codes,
    /// [`AnalysisError::NotFinite`] where its images are not finite.
    pub fn judge(
        &self,
        name: &str,
        projection: &dyn Projection<f64>,
    ) -> Result<Judgement, AnalysisError> {
        let search = Search {
            projection,
            metric: &self.metric,
            size: self.size,
            steps: self.settings.steps,
            seed: self.settings.seed,
        };
        let derivative = search.by_derivative(self.points_of_derivatives().view())?;
        let mut tried: Vec<(&Pairs, Vec<f64>)> = Vec::new();
        for pairs in self.pairs.iter().chain([&derivative]) {
            let apart = images_apart(projection, pairs.z.view(), pairs.w.view())?;
            checks::finite_values(OPERATION, &apart)?;
            let ratios = apart.iter().zip(&pairs.d).map(|(e, d)| e / d).collect();
            tried.push((pairs, ratios));
        }
        let found = search.climb(&tried)?;

        let mut families = Vec::new();
        let mut points = Vec::new();
        let mut measured = Vec::new();
        let all = tried.iter().map(|(pairs, _)| *pairs).chain([&found]);
        for pairs in all {
            let apart = images_apart(projection, pairs.z.view(), pairs.w.view())?;
            match distortion(&apart, &pairs.d) {
                Ok(distortion) => families.push((pairs.family, distortion)),
                // All pairs of a family may lie in one orbit, such as reversals of one short field.
                Err(AnalysisError::TooFew { .. }) => continue,
                Err(error) => return Err(error),
            }
            let both: Vec<[f64; 2]> = pairs.d.iter().zip(&apart).map(|(d, e)| [*d, *e]).collect();
            let some = self.settings.points;
            points.extend(both.iter().take(some).map(|both| (pairs.family, *both)));
            measured.push((pairs.family, both));
        }
        checks::at_least(OPERATION, "families of pairs", 1, families.len())?;
        let (mut least, mut largest) = (0, 0);
        let images = projection.project(self.codes.view())?;
        let metadata = projection.metadata();
        let sizes = [self.size, size(images.view())];
        let contradicted = contradiction(&metadata, &measured, sizes);
        for (i, (_, distortion)) in families.iter().enumerate() {
            if distortion.min < families[least].1.min {
                least = i;
            }
            if distortion.max > families[largest].1.max {
                largest = i;
            }
        }
        let k = self.settings.k;
        let found = nearest(images.view(), images.view(), k, SelfMatches::Exclude)?;
        let information = match &self.labelled {
            None => None,
            Some(labelled) => Some(Information {
                accuracy: labelled.accuracy(images.view())?,
                oracle: labelled.oracle,
                chance: labelled.chance,
            }),
        };
        Ok(Judgement {
            name: name.to_owned(),
            metadata,
            contradicted,
            representation: self.representation().name(),
            input_dim: projection.input_dim(),
            output_dim: projection.output_dim(),
            alpha: families[least].1.min,
            beta: families[largest].1.max,
            shrinks_at: families[least].0,
            stretches_at: families[largest].0,
            floor: self.floor.bound,
            families,
            k,
            overlap: neighbour_overlap(&found, &self.neighbours)?.mean(),
            overlap_chance: k as f64 / (self.codes.nrows() - 1) as f64,
            information,
            points,
        })
    }

    /// The first codes, and the first that lie near stabilizers.
    fn points_of_derivatives(&self) -> Array2<f64> {
        let mut points = Array2::zeros((2 * DERIVATIVES, self.codes.ncols()));
        let first = Slice::from(..DERIVATIVES);
        points.slice_axis_mut(Axis(0), first).assign(&self.codes.slice_axis(Axis(0), first));
        if let Some(pairs) = self.pairs.iter().find(|p| p.family == Family::NearStabilizer) {
            let some = pairs.z.nrows().min(DERIVATIVES);
            points
                .slice_axis_mut(Axis(0), Slice::from(DERIVATIVES..DERIVATIVES + some))
                .assign(&pairs.z.slice_axis(Axis(0), Slice::from(..some)));
        }
        points
    }
}
