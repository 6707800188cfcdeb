//! A small neural network for numbers: what can be read from codes at all.

use candle_core::{DType, Device, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::init::{he_stdev, stream};
use equivariant_nn::training::{self, BatchLoss, Plan, Task};
use equivariant_nn::{AdamWConfig, Mode, NnError, Parameters};
use groups::Real;
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::seq::SliceRandom;

use super::{Regression, Standardisation};
use crate::{AnalysisError, checks};

const FIT: &str = "Mlp::fit";
const EVALUATE: &str = "FittedMlp";

/// A multilayer perceptron for several targets at once.
///
/// Codes and targets are standardised; hidden layers have rectifiers; the loss is the mean squared
/// error over all targets, lowered by AdamW with a one-cycle rate. A tenth of the training codes is
/// held out, and the weights are kept that were best on them after any epoch, so that codes from
/// which little can be learnt are not punished for overfitting.
///
/// The result depends on the seed and on no number of threads.
///
/// ```
/// use analysis::probes::Mlp;
/// use ndarray::Array2;
///
/// let codes = Array2::from_shape_fn((400, 2), |(i, j)| ((i * (j + 2)) as f64).sin());
/// let target = Array2::from_shape_fn((400, 1), |(i, _)| codes[[i, 0]] * codes[[i, 1]]);
/// let mlp = Mlp { hidden: vec![32, 32], epochs: 60, ..Mlp::default() };
/// let fitted = mlp.fit(codes.view(), target.view())?;
/// assert!(fitted.evaluate(codes.view(), target.view())?[0].r2() > 0.9);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mlp {
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Passes over the training codes.
    pub epochs: usize,
    /// Codes a step.
    pub batch: usize,
    /// The largest learning rate.
    pub peak_rate: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Seed of weights, order and held-out codes.
    pub seed: u64,
}

impl Default for Mlp {
    /// Two hidden layers of 128, 40 epochs, batches of 128, rate 3e-3, weight decay 1e-2, seed 0.
    fn default() -> Self {
        Self {
            hidden: vec![128, 128],
            epochs: 40,
            batch: 128,
            peak_rate: 3e-3,
            weight_decay: 1e-2,
            seed: 0,
        }
    }
}

impl Mlp {
    /// Fits `(n, dim)` training codes to `(n, targets)` numbers.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] if codes and targets differ in number;
    /// - [`AnalysisError::TooFew`] for fewer than 20 codes;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::Network`] where the training fails or diverges.
    pub fn fit<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        targets: ArrayView2<'_, f64>,
    ) -> Result<FittedMlp, AnalysisError> {
        checks::same(FIT, "targets, one row per code", codes.nrows(), targets.nrows())?;
        checks::at_least(FIT, "codes", 20, codes.nrows())?;
        let codes = checks::to_f64(FIT, codes)?;
        let targets = checks::to_f64(FIT, targets)?;
        let scales = [Standardisation::fit(codes.view()), Standardisation::fit(targets.view())];
        let (x, y) = (scales[0].apply(codes.view()), scales[1].apply(targets.view()));
        let parameters = Parameters::new(self.seed, DType::F32, Device::Cpu);
        let layers = self.layers(x.ncols(), y.ncols(), &parameters)?;

        let mut order: Vec<usize> = (0..x.nrows()).collect();
        order.shuffle(&mut stream(self.seed, "mlp held out"));
        let (held, train) = order.split_at(x.nrows() / 10);
        let plan = Plan {
            samples: train.len(),
            batch: self.batch,
            epochs: self.epochs,
            peak_rate: self.peak_rate,
            optimizer: AdamWConfig { weight_decay: self.weight_decay, ..AdamWConfig::default() },
            seed: self.seed,
        };
        let mut fit = Fit {
            best: (f64::INFINITY, copies(&layers)?),
            order: train.to_vec(),
            held: [rows(&x, held)?, rows(&y, held)?],
            layers,
            codes: [x, y],
        };
        training::train(&parameters, &plan, &Identity::new(), None, &mut |_: &_| true, &mut fit)?;
        Ok(FittedMlp { layers: fit.best.1, scales })
    }

    fn layers(
        &self,
        inputs: usize,
        outputs: usize,
        parameters: &Parameters,
    ) -> Result<Vec<Dense>, NnError> {
        let sizes: Vec<usize> =
            [inputs].into_iter().chain(self.hidden.iter().copied()).chain([outputs]).collect();
        let dense = |i: usize, vb: VarBuilder<'_>| -> Result<Dense, NnError> {
            let stdev = he_stdev(sizes[i], 1, 1.0);
            let weight = Init::Randn { mean: 0.0, stdev };
            Ok(Dense {
                weight: vb.get_with_hints((sizes[i], sizes[i + 1]), "weight", weight)?,
                bias: vb.get_with_hints(sizes[i + 1], "bias", Init::Const(0.0))?,
            })
        };
        (0..sizes.len() - 1).map(|i| dense(i, parameters.builder().pp(format!("{i}")))).collect()
    }
}

/// A training: the best weights so far, by the loss on held-out codes.
struct Fit {
    best: (f64, Vec<Dense>),
    /// Shuffled further in every epoch.
    order: Vec<usize>,
    held: [Tensor; 2],
    layers: Vec<Dense>,
    codes: [Array2<f64>; 2],
}

impl Task for &mut Fit {
    type Error = NnError;

    fn order(&mut self, plan: &Plan, epoch: usize) -> Vec<usize> {
        self.order.shuffle(&mut stream(plan.seed, &format!("mlp order {epoch}")));
        self.order.clone()
    }

    fn loss(&mut self, _: usize, chosen: &[usize], _: Mode) -> Result<BatchLoss, NnError> {
        let [x, y] = &self.codes;
        BatchLoss::new(error(&self.layers, &rows(x, chosen)?, &rows(y, chosen)?)?)
    }

    fn epoch_done(&mut self) -> Result<(), NnError> {
        let loss =
            f64::from(error(&self.layers, &self.held[0], &self.held[1])?.to_scalar::<f32>()?);
        if loss < self.best.0 {
            self.best = (loss, copies(&self.layers)?);
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
struct Dense {
    weight: Tensor,
    bias: Tensor,
}

fn forward(layers: &[Dense], x: &Tensor) -> Result<Tensor, NnError> {
    let mut x = x.clone();
    for (i, layer) in layers.iter().enumerate() {
        x = x.matmul(&layer.weight)?.broadcast_add(&layer.bias)?;
        if i + 1 < layers.len() {
            x = x.relu()?;
        }
    }
    Ok(x)
}

fn error(layers: &[Dense], x: &Tensor, y: &Tensor) -> Result<Tensor, NnError> {
    Ok((forward(layers, x)? - y)?.sqr()?.mean_all()?)
}

fn copies(layers: &[Dense]) -> Result<Vec<Dense>, NnError> {
    let copy = |t: &Tensor| t.detach().copy();
    layers
        .iter()
        .map(|layer| Ok(Dense { weight: copy(&layer.weight)?, bias: copy(&layer.bias)? }))
        .collect()
}

fn rows(values: &Array2<f64>, chosen: &[usize]) -> Result<Tensor, NnError> {
    let flat: Vec<f32> = values.select(Axis(0), chosen).iter().map(|&value| value as f32).collect();
    Ok(Tensor::from_vec(flat, (chosen.len(), values.ncols()), &Device::Cpu)?)
}

/// A fitted [`Mlp`].
#[derive(Debug, Clone)]
pub struct FittedMlp {
    layers: Vec<Dense>,
    scales: [Standardisation; 2],
}

impl FittedMlp {
    /// Predicts each target of each code, beside `(n, targets)` true ones.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for codes or targets of another dimension or number,
    /// [`AnalysisError::NotFinite`] for NaN or infinities.
    pub fn evaluate<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        truth: ArrayView2<'_, f64>,
    ) -> Result<Vec<Regression>, AnalysisError> {
        let [inputs, outputs] = &self.scales;
        checks::same(EVALUATE, "columns", inputs.mean().len(), codes.ncols())?;
        checks::same(EVALUATE, "targets", outputs.mean().len(), truth.ncols())?;
        checks::same(EVALUATE, "rows of targets", codes.nrows(), truth.nrows())?;
        let truth = checks::to_f64(EVALUATE, truth)?;
        let x = inputs.apply(checks::to_f64(EVALUATE, codes)?.view());
        let all: Vec<usize> = (0..x.nrows()).collect();
        let y = forward(&self.layers, &rows(&x, &all)?)?;
        let y: Vec<Vec<f32>> = y.to_vec2().map_err(NnError::from)?;
        (0..truth.ncols())
            .map(|t| {
                let predicted: Array1<f64> = y
                    .iter()
                    .map(|row| f64::from(row[t]) * outputs.scale()[t] + outputs.mean()[t])
                    .collect();
                Regression::new(predicted.to_vec(), truth.column(t).to_vec())
            })
            .collect()
    }
}
