//! Penalties of linear probes, chosen on the codes that are fitted.

use nalgebra::{DMatrix, DVector};
use ndarray::{Array2, ArrayView2, Axis};

use super::{FittedLogisticRegression, FittedRidge, LogisticRegression, Regression, Ridge};
use crate::moments::{centred, column_means, cross_products};
use crate::{AnalysisError, checks};

const RIDGE: &str = "Ridge::cross_validated";
const LOGISTIC: &str = "LogisticRegression::cross_validated";

/// Parts that each are predicted from the others.
const FOLDS: usize = 5;

/// Above this number of coefficients one part is predicted, not all.
const MANY: usize = 20_000;

/// A probe with the penalty that predicts codes best that were not fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidated<M> {
    /// Fitted to all codes.
    pub model: M,
    /// Its penalty.
    pub penalty: f64,
    /// What it reached in cross-validation: `R²`, or the share of classes that is right.
    pub score: f64,
}

/// The rows of a part and those of the others: every fifth row in the order of `order`, so that equal
/// codes give equal parts.
fn split(order: &[usize], folds: usize, fold: usize) -> (Vec<usize>, Vec<usize>) {
    let (mut out, mut rest) = (Vec::new(), Vec::new());
    for (place, row) in order.iter().enumerate() {
        if place % folds == fold { out.push(*row) } else { rest.push(*row) }
    }
    (out, rest)
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|i| values[*i]).collect()
}

impl Ridge {
    /// The penalty of a list with the least squared error in five-fold cross-validation, fitted to all
    /// `(n, dim)` codes. Row `i` belongs to part `i mod 5`; of equal errors the first penalty is taken.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`AnalysisError::TooFew`] without penalties or with fewer than two codes.
    ///
    /// ```
    /// use analysis::probes::Ridge;
    /// use ndarray::Array2;
    /// let x = Array2::from_shape_fn((40, 1), |(i, _)| i as f64);
    /// let y: Vec<f64> = (0..40).map(|i| 3.0 * f64::from(i)).collect();
    /// let found = Ridge::cross_validated(x.view(), &y, &[1e4, 1.0, 1e-4])?;
    /// assert_eq!(found.penalty, 1e-4);
    /// assert!(found.score > 0.999);
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    pub fn cross_validated(
        codes: ArrayView2<'_, f64>,
        targets: &[f64],
        penalties: &[f64],
    ) -> Result<CrossValidated<FittedRidge>, AnalysisError> {
        checks::same(RIDGE, "targets, one per code", codes.nrows(), targets.len())?;
        checks::at_least(RIDGE, "codes", 2, targets.len())?;
        checks::finite(RIDGE, codes)?;
        checks::finite_values(RIDGE, targets)?;
        let order: Vec<usize> = (0..targets.len()).collect();
        let folds = FOLDS.min(targets.len());
        let mut predicted = vec![vec![0.0; targets.len()]; penalties.len()];
        for fold in 0..folds {
            let (out, rest) = split(&order, folds, fold);
            let fitted = codes.select(Axis(0), &rest);
            let asked = codes.select(Axis(0), &out);
            let path = Path::new(&fitted, &pick(targets, &rest), &asked);
            for (penalty, predicted) in penalties.iter().zip(&mut predicted) {
                let values = path.predict(*penalty);
                for (i, row) in out.iter().enumerate() {
                    predicted[*row] = values.as_ref().map_or(f64::NAN, |values| values[i]);
                }
            }
        }
        let mut best: Option<(f64, f64)> = None;
        for (penalty, predicted) in penalties.iter().zip(predicted) {
            let score = Regression::new(predicted, targets.to_vec())?.r2();
            if best.is_none_or(|(_, known)| score > known || known.is_nan()) {
                best = Some((*penalty, score));
            }
        }
        let (penalty, score) = best.ok_or_else(|| none(RIDGE))?;
        Ok(CrossValidated { model: Ridge { penalty }.fit(codes, targets)?, penalty, score })
    }
}

fn none(operation: &'static str) -> AnalysisError {
    AnalysisError::TooFew { operation, what: "penalties", needed: 1, got: 0 }
}

/// Ridge regression by the smaller of `XᵀX` and `XXᵀ`, for several penalties.
struct Path {
    /// `XᵀX` and `Xᵀy`, or `XXᵀ` and `y`.
    gram: DMatrix<f64>,
    right: DVector<f64>,
    /// Of codes that are asked about: themselves, or their products with those fitted.
    asked: DMatrix<f64>,
    mean: f64,
}

impl Path {
    fn new(fitted: &Array2<f64>, targets: &[f64], asked: &Array2<f64>) -> Self {
        let centre = column_means(fitted.view());
        let x = centred(fitted.view(), centre.view());
        let asked = centred(asked.view(), centre.view());
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let y: Vec<f64> = targets.iter().map(|t| t - mean).collect();
        let matrix = |a: &Array2<f64>| DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[[i, j]]);
        let y = DVector::from_vec(y);
        if x.ncols() <= x.nrows() {
            let gram = matrix(&cross_products(x.view(), x.view()));
            return Self { gram, right: matrix(&x).transpose() * y, asked: matrix(&asked), mean };
        }
        let gram = matrix(&x.dot(&x.t()));
        Self { gram, right: y, asked: matrix(&asked.dot(&x.t())), mean }
    }

    /// `None` where the system is singular.
    fn predict(&self, penalty: f64) -> Option<DVector<f64>> {
        let mut system = self.gram.clone();
        (0..system.nrows()).for_each(|i| system[(i, i)] += penalty);
        let solution = system.cholesky()?.solve(&self.right);
        Some((&self.asked * solution).add_scalar(self.mean))
    }
}

impl LogisticRegression {
    /// These settings with the penalty of a list, the largest first, whose log loss in cross-validation is
    /// least, fitted to all `(n, dim)` codes.
    ///
    /// Of five parts, each with its share of every class, each is predicted from the others; one alone
    /// where there are more than 20,000 coefficients. The search ends where smaller penalties lose.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`AnalysisError::TooFew`] without penalties.
    pub fn cross_validated(
        &self,
        codes: ArrayView2<'_, f64>,
        labels: &[usize],
        penalties: &[f64],
    ) -> Result<CrossValidated<FittedLogisticRegression>, AnalysisError> {
        checks::same(LOGISTIC, "labels, one per code", codes.nrows(), labels.len())?;
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.sort_by_key(|i| labels[*i]);
        let folds = FOLDS.min(labels.len());
        let mut classes = labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        let tried = if codes.ncols() * classes.len() > MANY { 1 } else { folds };
        let mut best: Option<(f64, f64, f64)> = None;
        for penalty in penalties {
            let settings = Self { penalty: *penalty, ..*self };
            let (mut loss, mut right, mut asked) = (0.0, 0.0, 0);
            for fold in 0..tried {
                let (out, rest) = split(&order, folds, fold);
                let known = pick(labels, &rest);
                // A class of one code cannot be learnt from the others.
                let out: Vec<usize> =
                    out.into_iter().filter(|i| known.contains(&labels[*i])).collect();
                if out.is_empty() || known.iter().all(|label| *label == known[0]) {
                    continue;
                }
                let model = settings.fit(codes.select(Axis(0), &rest).view(), &known)?;
                let (codes, truth) = (codes.select(Axis(0), &out), pick(labels, &out));
                loss += model.log_loss(codes.view(), &truth)? * out.len() as f64;
                right += model.evaluate(codes.view(), &truth)?.accuracy() * out.len() as f64;
                asked += out.len();
            }
            let (loss, score) = (loss / asked as f64, right / asked as f64);
            match best {
                Some((_, known, _)) if loss >= known || loss.is_nan() => break,
                _ => best = Some((*penalty, loss, score)),
            }
        }
        let (penalty, _, score) = best.ok_or_else(|| none(LOGISTIC))?;
        let model = Self { penalty, ..*self }.fit(codes, labels)?;
        Ok(CrossValidated { model, penalty, score })
    }
}
