//! Multinomial logistic regression: the linear probe.

use groups::{Real, linalg::matmul};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::lbfgs::minimise;
use super::{Classification, Standardisation};
use crate::blocks::{ranges, rows};
use crate::{AnalysisError, checks};

const FIT: &str = "LogisticRegression::fit";
const EVALUATE: &str = "FittedLogisticRegression";

/// Rows that one task evaluates. Fixed, so that sums do not depend on the number of threads.
const ROWS: usize = 1024;

/// Multinomial logistic regression with an L2 penalty on the coefficients.
///
/// Minimises, with the intercept `b` free of penalty,
///
/// ```text
/// −Σ_i log softmax(xᵢW + b)[yᵢ] + penalty/2 · ‖W‖²
/// ```
///
/// which is scikit-learn's `LogisticRegression(C = 1/penalty)` for three classes and more. For two it has
/// one column of weights, the difference of the two here; these are opposite, and `‖W‖²` is half of the
/// square of that column: `C = 2/penalty`. Fitted in double precision by L-BFGS; the same for any number
/// of threads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticRegression {
    /// Weight of the L2 penalty, at least 0. With 0, separable classes have no finite optimum.
    pub penalty: f64,
    /// Whether features are brought to mean 0 and variance 1 (on the training codes) first, so
    /// that the penalty treats them alike.
    pub standardise: bool,
    /// The fit ends when no component of the gradient of the *mean* loss exceeds this.
    pub tolerance: f64,
    /// The fit ends after this many iterations in any case.
    pub max_iterations: usize,
}

impl Default for LogisticRegression {
    /// Penalty 1, standardised, tolerance 1e-5, 500 iterations.
    fn default() -> Self {
        Self { penalty: 1.0, standardise: true, tolerance: 1e-5, max_iterations: 500 }
    }
}

impl LogisticRegression {
    /// Fits `(n, dim)` training codes to their classes.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] if codes and labels differ in number;
    /// - [`AnalysisError::TooFew`] with fewer than two classes;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::Option`] for a negative penalty;
    /// - [`AnalysisError::Solver`] if the loss overflows.
    pub fn fit<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        labels: &[usize],
    ) -> Result<FittedLogisticRegression, AnalysisError> {
        checks::same(FIT, "labels, one per code", codes.nrows(), labels.len())?;
        if !(self.penalty >= 0.0 && self.penalty.is_finite()) {
            return Err(AnalysisError::Option {
                operation: FIT,
                option: "penalty",
                expected: "finite and at least 0",
                got: self.penalty.to_string(),
            });
        }
        let codes = checks::to_f64(FIT, codes)?;
        let mut classes = labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        checks::at_least(FIT, "classes", 2, classes.len())?;
        let targets: Vec<usize> =
            labels.iter().map(|label| classes.partition_point(|c| c < label)).collect();

        let standardisation = if self.standardise {
            Standardisation::fit(codes.view())
        } else {
            Standardisation::identity(codes.ncols())
        };
        let features = standardisation.apply(codes.view());
        let (dim, c) = (features.ncols(), classes.len());
        let loss =
            |parameters: &[f64]| mean_loss(features.view(), &targets, c, self.penalty, parameters);
        let start = vec![0.0; (dim + 1) * c];
        let minimum = minimise(loss, start, self.tolerance, self.max_iterations).ok_or(
            AnalysisError::Solver { operation: FIT, iterations: 0, reason: "the loss overflows" },
        )?;
        let (weights, bias) = minimum.x.split_at(dim * c);
        Ok(FittedLogisticRegression {
            classes,
            standardisation,
            coefficients: Array2::from_shape_fn((dim, c), |(i, j)| weights[i * c + j]),
            intercept: bias.iter().copied().collect(),
            iterations: minimum.iterations,
            converged: minimum.converged,
        })
    }
}

/// The mean penalised loss and its gradient at `parameters`: `(dim, c)` weights, then `c` biases.
fn mean_loss(
    features: ArrayView2<'_, f64>,
    targets: &[usize],
    c: usize,
    penalty: f64,
    parameters: &[f64],
) -> (f64, Vec<f64>) {
    let (n, dim) = features.dim();
    let (weights, bias) = parameters.split_at(dim * c);
    let (Ok(w), Ok(b)) =
        (ArrayView2::from_shape((dim, c), weights), ArrayView2::from_shape((1, c), bias))
    else {
        return (f64::NAN, Vec::new());
    };
    let chunks: Vec<_> = ranges(n, ROWS).collect();
    let partial: Vec<(f64, Vec<f64>)> = chunks
        .into_par_iter()
        .map(|range| {
            let x = rows(features, range.clone());
            let mut residual = log_probabilities(x, w, b);
            let mut loss = 0.0;
            for (mut row, target) in residual.axis_iter_mut(Axis(0)).zip(&targets[range]) {
                loss -= row[*target];
                row.mapv_inplace(f64::exp);
                row[*target] -= 1.0;
            }
            let mut gradient = Array2::zeros((dim, c));
            matmul(1.0, x.t(), residual.view(), 0.0, gradient.view_mut());
            let mut gradient = gradient.into_raw_vec_and_offset().0;
            gradient.extend(residual.sum_axis(Axis(0)));
            (loss, gradient)
        })
        .collect();
    let mut value = 0.5 * penalty * weights.iter().map(|v| v * v).sum::<f64>();
    let mut gradient: Vec<f64> = weights.iter().map(|v| penalty * v).collect();
    gradient.resize(parameters.len(), 0.0);
    for (loss, part) in &partial {
        value += loss;
        gradient.iter_mut().zip(part).for_each(|(g, p)| *g += p);
    }
    gradient.iter_mut().for_each(|g| *g /= n as f64);
    (value / n as f64, gradient)
}

/// `log softmax(xW + b)`, by row, with each row's maximum taken out first.
fn log_probabilities(
    x: ArrayView2<'_, f64>,
    weights: ArrayView2<'_, f64>,
    bias: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let mut logits = Array2::zeros((x.nrows(), weights.ncols()));
    matmul(1.0, x, weights, 0.0, logits.view_mut());
    logits += &bias;
    for mut row in logits.rows_mut() {
        let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = row.iter().map(|v| (v - max).exp()).sum::<f64>().ln() + max;
        row.mapv_inplace(|v| v - log_sum);
    }
    logits
}

/// A fitted [`LogisticRegression`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLogisticRegression {
    classes: Vec<usize>,
    standardisation: Standardisation,
    coefficients: Array2<f64>,
    intercept: Array1<f64>,
    iterations: usize,
    converged: bool,
}

impl FittedLogisticRegression {
    /// The classes, ascending: the columns of everything else.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// `W`, shape `(dim, classes)`, on (standardised) features.
    pub fn coefficients(&self) -> ArrayView2<'_, f64> {
        self.coefficients.view()
    }

    /// `b`, one per class.
    pub fn intercept(&self) -> &Array1<f64> {
        &self.intercept
    }

    /// What was done to features before the fit.
    pub fn standardisation(&self) -> &Standardisation {
        &self.standardisation
    }

    /// Iterations that the fit took.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the tolerance was reached.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// `log P(class | code)`, shape `(n, classes)`.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for codes of another dimension, [`AnalysisError::NotFinite`] for
    /// NaN or infinities.
    pub fn log_probabilities<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<Array2<f64>, AnalysisError> {
        checks::same(EVALUATE, "columns", self.coefficients.nrows(), codes.ncols())?;
        let features = self.standardisation.apply(checks::to_f64(EVALUATE, codes)?.view());
        let bias = self.intercept.view().insert_axis(Axis(0));
        Ok(log_probabilities(features.view(), self.coefficients.view(), bias))
    }

    /// Predicts the most probable class of each code (the first of equals).
    ///
    /// # Errors
    /// As [`log_probabilities`](Self::log_probabilities), and [`AnalysisError::Shape`] if codes and
    /// `truth` differ in number.
    pub fn evaluate<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        truth: &[usize],
    ) -> Result<Classification, AnalysisError> {
        checks::same(EVALUATE, "labels, one per code", codes.nrows(), truth.len())?;
        let scores = self.log_probabilities(codes)?;
        let predicted = scores
            .rows()
            .into_iter()
            .map(|row| {
                let best = row.iter().enumerate().fold((0, f64::NEG_INFINITY), |best, (i, v)| {
                    if *v > best.1 { (i, *v) } else { best }
                });
                self.classes[best.0]
            })
            .collect();
        Classification::new(predicted, truth.to_vec())
    }

    /// The mean of `−log P(true class | code)`, in nats.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate); [`AnalysisError::Option`] for a class that was not in the
    /// training labels.
    pub fn log_loss<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        truth: &[usize],
    ) -> Result<f64, AnalysisError> {
        checks::same(EVALUATE, "labels, one per code", codes.nrows(), truth.len())?;
        checks::at_least(EVALUATE, "codes", 1, truth.len())?;
        let scores = self.log_probabilities(codes)?;
        let mut sum = 0.0;
        for (row, label) in scores.rows().into_iter().zip(truth) {
            let column = self.classes.binary_search(label).map_err(|_| AnalysisError::Option {
                operation: EVALUATE,
                option: "truth",
                expected: "classes seen in training",
                got: label.to_string(),
            })?;
            sum -= row[column];
        }
        Ok(sum / truth.len() as f64)
    }
}
