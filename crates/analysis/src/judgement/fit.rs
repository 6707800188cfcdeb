//! Templates that are fitted to hard pairs.

use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Representation};
use ndarray::{Array2, Axis};
use projections::{TemplateFit, TightCoOrbit};
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use super::floor;
use super::pairs::{CLOSE, Draw, generator, size};
use super::search::images_apart;
use crate::{AnalysisError, checks};

const OPERATION: &str = "fit_templates";

/// Codes that pairs of one round are made of.
const CODES: usize = 160;

/// The exponent of the soft minimum.
const SHARPNESS: f64 = 25.0;

/// The first step as a part of the size of the templates; later ones are shorter in proportion.
const LENGTH: f64 = 0.03;

/// How long templates are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FitSettings {
    /// Draws of new pairs.
    pub rounds: usize,
    /// Steps on each draw.
    pub steps: usize,
    /// Pairs of each family in a draw.
    pub pairs: usize,
    /// Pairs that are kept: those with the least ratios.
    pub hardest: usize,
    /// Everything random is drawn from it.
    pub seed: u64,
}

impl Default for FitSettings {
    fn default() -> Self {
        Self { rounds: 30, steps: 4, pairs: 150, hardest: 400, seed: 0 }
    }
}

/// A tight bank of co-orbits whose templates are fitted to hard pairs, so that the least of
/// `‖s(z) − s(w)‖ / d([z],[w])` over them is as large as it gets.
///
/// Pairs are those of the [families](super::Family) that a [`Judge`](super::Judge) draws, about standard
/// normal codes: nothing but the representation and the seed goes in. A judge with another seed judges
/// by pairs and searches that the fit has not seen.
///
/// Cost: a step costs `4KkND` operations for `K` hardest pairs and `k` templates.
///
/// # Errors
/// [`AnalysisError::TooFew`] for no rounds, steps, hardest pairs or fewer than two pairs;
/// [`AnalysisError::Projection`] as [`TightCoOrbit::random`]; [`AnalysisError::Group`] where there is no
/// quotient metric for a group so large.
///
/// ```
/// use analysis::judgement::{FitSettings, fit_templates};
/// use groups::{Cyclic, Representation};
/// use projections::Projection;
///
/// let rep = Representation::regular(&Cyclic::new(4)?).copies(2);
/// let settings = FitSettings { rounds: 3, pairs: 40, ..FitSettings::default() };
/// let fitted = fit_templates(&rep, 32, settings)?;
/// assert!(Projection::<f64>::output_dim(&fitted) <= 32);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit_templates<G: FiniteGroup>(
    representation: &Representation<G>,
    outputs: usize,
    settings: FitSettings,
) -> Result<TightCoOrbit<f64>, AnalysisError> {
    checks::at_least(OPERATION, "rounds", 1, settings.rounds)?;
    checks::at_least(OPERATION, "steps", 1, settings.steps)?;
    checks::at_least(OPERATION, "pairs", 2, settings.pairs)?;
    checks::at_least(OPERATION, "hardest pairs", 1, settings.hardest)?;
    let metric = QuotientMetric::new(representation)?;
    let floor = floor(representation)?;
    let mut fit = TemplateFit::new(representation, outputs, settings.seed)?;
    let all = (settings.rounds * settings.steps) as f64;
    for round in 0..settings.rounds {
        // A seed of its own for each round, far from the small ones that people choose.
        let seed = settings.seed ^ 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(round as u64 + 1);
        let mut rng = generator(seed, 0);
        let codes = Array2::from_shape_simple_fn((CODES, representation.dim()), || {
            StandardNormal.sample(&mut rng)
        });
        let least = 0.5 * CLOSE * size(codes.view());
        let draw = Draw {
            representation,
            metric: &metric,
            codes: codes.view(),
            floor: &floor,
            count: settings.pairs,
            seed,
        };
        let projection = fit.projection::<f64>()?;
        let families = draw.all();
        let mut found: Vec<(f64, usize, usize)> = Vec::new();
        for (f, pairs) in families.iter().enumerate() {
            let apart = images_apart(&projection, pairs.z.view(), pairs.w.view())?;
            let ratios = apart.iter().zip(&pairs.d).enumerate();
            found.extend(ratios.filter(|(_, (_, d))| **d > least).map(|(i, (e, d))| (e / d, f, i)));
        }
        // All pairs may lie in one orbit each, such as those of a trivial space.
        if found.is_empty() {
            break;
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        found.truncate(settings.hardest);
        let pick = |second: bool| {
            let mut codes = Array2::zeros((found.len(), representation.dim()));
            for (mut row, (_, f, i)) in codes.axis_iter_mut(Axis(0)).zip(&found) {
                let pairs = &families[*f];
                row.assign(&if second { pairs.w.row(*i) } else { pairs.z.row(*i) });
            }
            codes
        };
        let (z, w) = (pick(false), pick(true));
        let d: Vec<f64> = found.iter().map(|(_, f, i)| families[*f].d[*i]).collect();
        for step in 0..settings.steps {
            let done = (round * settings.steps + step) as f64;
            let length = LENGTH * (1.0 - done / all);
            fit.ascend(z.view(), w.view(), &d, SHARPNESS, length)?;
        }
    }
    Ok(fit.projection()?)
}
