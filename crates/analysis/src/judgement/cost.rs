//! What a code costs.

use std::time::Instant;

use ndarray::ArrayView2;
use projections::Projection;

use crate::{AnalysisError, checks};

/// The best of this many runs counts: others do not disturb it as easily as a mean.
const RUNS: usize = 3;

/// Wall time a code in microseconds, on one thread, in a batch of the given codes.
///
/// Two runs differ in it, so it stands in no [`Judgement`](super::Judgement).
///
/// # Errors
/// [`AnalysisError::TooFew`] without codes, [`AnalysisError::Projection`] for codes that the
/// projection does not take, [`AnalysisError::ThreadPool`] if no thread could be started.
pub fn microseconds_a_code(
    projection: &dyn Projection<f64>,
    codes: ArrayView2<'_, f64>,
) -> Result<f64, AnalysisError> {
    const OPERATION: &str = "microseconds_a_code";
    checks::at_least(OPERATION, "codes", 1, codes.nrows())?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| {
        AnalysisError::ThreadPool { operation: OPERATION, reason: error.to_string() }
    })?;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        let images = pool.install(|| projection.project(codes))?;
        best = best.min(start.elapsed().as_secs_f64());
        std::hint::black_box(images);
    }
    Ok(1e6 * best / codes.nrows() as f64)
}
