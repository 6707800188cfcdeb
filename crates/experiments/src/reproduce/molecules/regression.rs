//! Properties read from codes.

use analysis::neighbours::{SelfMatches, nearest};
use analysis::probes::{FourierFeatures, Regression, Ridge, Standardisation, knn_regress};
use analysis::statistics::{Bootstrap, Estimate};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::data::Molecules;
use super::neighbours::between_orbits;
use super::perceptron::Mlp;
use super::settings::Settings;

/// Neighbours of which the mean property is the guess.
const NEIGHBOURS: usize = 5;

/// Weight of the penalty of linear probes, on standardised codes.
const PENALTY: f64 = 1.0;

/// Weight of the penalty of linear probes on standardised Fourier features, and their number.
const KERNEL_PENALTY: f64 = 10.0;
const FEATURES: usize = 512;

/// What reads the property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Probe {
    Ridge,
    /// Ridge regression on random Fourier features.
    Kernel,
    Knn,
    Mlp,
}

impl Probe {
    pub(super) const ALL: [Self; 4] = [Self::Ridge, Self::Kernel, Self::Knn, Self::Mlp];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ridge => "ridge regression",
            Self::Kernel => "ridge on Fourier features",
            Self::Knn => "5 nearest neighbours",
            Self::Mlp => "perceptron",
        }
    }
}

/// R² on held-out molecules of one probe on one kind of codes, for each property.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reading {
    /// `raw`, `quotient-metric` or the projection's name.
    pub(super) codes: String,
    pub(super) probe: Probe,
    /// In the order of the properties.
    pub(super) r2: Vec<Estimate>,
}

/// Reads all properties from raw and projected codes.
pub(super) fn measure(
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Reading>> {
    let reader = Reader {
        train: molecules.values.slice_axis(Axis(0), Slice::from(..codes.train)),
        truth: molecules.values.slice_axis(Axis(0), Slice::from(codes.train..)),
        mlp: Mlp { epochs: settings.mlp_epochs, seed, ..Mlp::default() },
        bootstrap: Bootstrap { seed, ..Bootstrap::default() },
    };
    let mut readings = reader.all("raw", codes.training(), codes.held_out())?;
    let orbits = between_orbits(codes, codes.held_out(), NEIGHBOURS)?;
    let by_orbits =
        reader.each(|target, truth| Ok(knn_regress(&orbits, target, truth, NEIGHBOURS)?))?;
    readings.push(Reading { codes: "quotient-metric".into(), probe: Probe::Knn, r2: by_orbits });
    for projection in codes.catalogue(settings, seed)? {
        let train = projection.project(codes.training())?;
        let test = projection.project(codes.held_out())?;
        readings.extend(reader.all(projection.metadata().name, train.view(), test.view())?);
    }
    Ok(readings)
}

struct Reader<'a> {
    train: ArrayView2<'a, f64>,
    truth: ArrayView2<'a, f64>,
    mlp: Mlp,
    bootstrap: Bootstrap,
}

impl Reader<'_> {
    fn all(
        &self,
        name: &str,
        train: ArrayView2<'_, f32>,
        test: ArrayView2<'_, f32>,
    ) -> anyhow::Result<Vec<Reading>> {
        let found = nearest(test, train, NEIGHBOURS, SelfMatches::Keep)?;
        let (train, test) = standardised(train, test);
        let ridge = self.each(|target, truth| {
            let fitted = Ridge { penalty: PENALTY }.fit(train.view(), target)?;
            Ok(fitted.evaluate(test.view(), truth)?)
        })?;
        // Distances between standardised codes grow as the root of their dimension.
        let scale = (train.ncols() as f64).sqrt() / 1.2;
        let features = FourierFeatures { count: FEATURES, scale, seed: self.mlp.seed };
        let (wide_train, wide_test) =
            (features.transform(train.view())?, features.transform(test.view())?);
        let even = Standardisation::fit(wide_train.view());
        let (wide_train, wide_test) = (even.apply(wide_train.view()), even.apply(wide_test.view()));
        let kernel = self.each(|target, truth| {
            let fitted = Ridge { penalty: KERNEL_PENALTY }.fit(wide_train.view(), target)?;
            Ok(fitted.evaluate(wide_test.view(), truth)?)
        })?;
        let knn = self.each(|target, truth| Ok(knn_regress(&found, target, truth, NEIGHBOURS)?))?;
        let fitted = self.mlp.fit(train.view(), self.train)?;
        let mlp = fitted.evaluate(test.view(), self.truth)?;
        let mlp = mlp.iter().map(|r| Ok(r.r2_estimate(&self.bootstrap)?));
        let mlp = mlp.collect::<anyhow::Result<_>>()?;
        let reading = |probe, r2| Reading { codes: name.to_owned(), probe, r2 };
        Ok(vec![
            reading(Probe::Ridge, ridge),
            reading(Probe::Kernel, kernel),
            reading(Probe::Knn, knn),
            reading(Probe::Mlp, mlp),
        ])
    }

    /// R² of each property.
    fn each(
        &self,
        read: impl Fn(&[f64], &[f64]) -> anyhow::Result<Regression>,
    ) -> anyhow::Result<Vec<Estimate>> {
        self.train
            .columns()
            .into_iter()
            .zip(self.truth.columns())
            .map(|(target, truth)| {
                let outcome = read(&target.to_vec(), &truth.to_vec())?;
                Ok(outcome.r2_estimate(&self.bootstrap)?)
            })
            .collect()
    }
}

/// Columns with mean 0 and variance 1 over the training codes.
fn standardised(
    train: ArrayView2<'_, f32>,
    test: ArrayView2<'_, f32>,
) -> (Array2<f64>, Array2<f64>) {
    let [train, test] = [train, test].map(|codes| codes.mapv(f64::from));
    let scale = Standardisation::fit(train.view());
    (scale.apply(train.view()), scale.apply(test.view()))
}
