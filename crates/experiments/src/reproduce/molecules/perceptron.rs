//! A small neural network for numbers: what can be read from codes at all.

use analysis::probes::{Regression, Standardisation};
use anyhow::ensure;
use candle_core::{DType, Device, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::init::{he_stdev, stream};
use equivariant_nn::training::{self, BatchLoss, Plan, Task};
use equivariant_nn::{AdamWConfig, Mode, NnError, Parameters};
use ndarray::{Array2, ArrayView2, Axis};
use rand::seq::SliceRandom;

/// A multilayer perceptron for several targets at once.
///
/// Codes and targets are standardised; hidden layers have rectifiers; the loss is the mean squared
/// error over all targets, lowered by AdamW with a one-cycle rate. A tenth of the training codes is
/// held out, and the weights are kept that were best on them after any epoch, so that codes from
/// which little can be learnt are not punished for overfitting.
///
/// The result depends on the seed and on no number of threads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mlp {
    /// Units of each hidden layer.
    pub(super) hidden: Vec<usize>,
    /// Passes over the training codes.
    pub(super) epochs: usize,
    /// Codes a step.
    pub(super) batch: usize,
    /// The largest learning rate.
    pub(super) peak_rate: f64,
    /// Decoupled weight decay.
    pub(super) weight_decay: f64,
    /// Seed of weights, order and held-out codes.
    pub(super) seed: u64,
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
    pub(super) fn fit(
        &self,
        codes: ArrayView2<'_, f64>,
        targets: ArrayView2<'_, f64>,
    ) -> anyhow::Result<FittedMlp> {
        let n = codes.nrows();
        ensure!(n >= 20, "perceptron: needs at least 20 codes, got {n}");
        ensure!(n == targets.nrows(), "perceptron: {n} codes and {} targets", targets.nrows());
        ensure!(
            codes.iter().chain(targets).all(|v| v.is_finite()),
            "perceptron: expected finite codes and targets"
        );
        let scales = [Standardisation::fit(codes), Standardisation::fit(targets)];
        let (x, y) = (scales[0].apply(codes), scales[1].apply(targets));
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
pub(super) struct FittedMlp {
    layers: Vec<Dense>,
    scales: [Standardisation; 2],
}

impl FittedMlp {
    /// Predicts each target of each code, beside `(n, targets)` true ones.
    pub(super) fn evaluate(
        &self,
        codes: ArrayView2<'_, f64>,
        truth: ArrayView2<'_, f64>,
    ) -> anyhow::Result<Vec<Regression>> {
        let [inputs, outputs] = &self.scales;
        let expected = [codes.nrows(), inputs.mean().len(), outputs.mean().len()];
        let got = [truth.nrows(), codes.ncols(), truth.ncols()];
        ensure!(got == expected, "perceptron: expected rows and columns {expected:?}, got {got:?}");
        let x = inputs.apply(codes);
        let all: Vec<usize> = (0..x.nrows()).collect();
        let y: Vec<Vec<f32>> = forward(&self.layers, &rows(&x, &all)?)?.to_vec2()?;
        (0..truth.ncols())
            .map(|t| {
                let (scale, mean) = (outputs.scale()[t], outputs.mean()[t]);
                let predicted = y.iter().map(|row| f64::from(row[t]) * scale + mean).collect();
                Ok(Regression::new(predicted, truth.column(t).to_vec())?)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use analysis::probes::Ridge;

    use super::*;

    fn product(n: usize) -> (Array2<f64>, Array2<f64>) {
        let codes = Array2::from_shape_fn((n, 3), |(i, j)| ((i * (2 * j + 3)) as f64 * 0.7).sin());
        let target = Array2::from_shape_fn((n, 2), |(i, t)| match t {
            0 => 1e3 + 50.0 * codes[[i, 0]] * codes[[i, 1]],
            _ => codes[[i, 2]],
        });
        (codes, target)
    }

    #[test]
    fn it_learns_what_a_linear_probe_cannot() {
        let (codes, targets) = product(800);
        let half = |a: &Array2<f64>, test: bool| {
            let rows: Vec<usize> = (0..800).filter(|i| (i % 4 == 3) == test).collect();
            a.select(Axis(0), &rows)
        };
        let (x, y) = (half(&codes, false), half(&targets, false));
        let fitted = Mlp::default().fit(x.view(), y.view()).unwrap();
        let outcome = fitted.evaluate(half(&codes, true).view(), half(&targets, true).view());
        for regression in outcome.unwrap() {
            assert!(regression.r2() > 0.97, "{}", regression.r2());
        }
        let linear = Ridge::default().fit(x.view(), &y.column(0).to_vec()).unwrap();
        let linear = linear.evaluate(x.view(), &y.column(0).to_vec()).unwrap();
        assert!(linear.r2() < 0.2, "{}", linear.r2());
    }

    #[test]
    fn equal_seeds_give_equal_predictions() {
        let (codes, targets) = product(200);
        let mlp = Mlp { epochs: 3, seed: 4, ..Mlp::default() };
        let run = |mlp: &Mlp| {
            let fitted = mlp.fit(codes.view(), targets.view()).unwrap();
            fitted.evaluate(codes.view(), targets.view()).unwrap()
        };
        assert_eq!(run(&mlp), run(&mlp));
        assert_ne!(run(&mlp), run(&Mlp { seed: 5, ..mlp.clone() }));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (codes, targets) = product(50);
        let few = codes.slice_axis(Axis(0), ndarray::Slice::from(..19));
        assert!(Mlp::default().fit(few, targets.view()).is_err());
        let mlp = Mlp { epochs: 1, ..Mlp::default() };
        let fitted = mlp.fit(codes.view(), targets.view()).unwrap();
        assert!(fitted.evaluate(targets.view(), targets.view()).is_err());
    }
}
