//! Molecules from random codes.

use std::collections::BTreeSet;

use analysis::statistics::{Estimate, wilson};
use molecules::Molecule;
use molecules::vae::Autoencoder;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::data::Molecules;
use super::paths::shown;
use super::settings::Settings;

/// Where random codes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum From {
    /// The prior, `N(0, I)`.
    Prior,
    /// A Gaussian with mean and covariance of the training codes. Its covariance is an intertwiner
    /// of `R^{n×d}`: one matrix for the mean of the nodes, one for what differs between them.
    Fitted,
}

impl From {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Prior => "prior N(0, I)",
            Self::Fitted => "Gaussian fitted to the codes",
        }
    }
}

/// What random codes are decoded to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Sampled {
    pub(super) from: From,
    /// Share that are connected molecules.
    pub(super) valid: Estimate,
    /// Share of the valid ones that are different.
    pub(super) unique: Option<Estimate>,
    /// Share of the different ones that are not in the data.
    pub(super) novel: Option<Estimate>,
    #[serde(skip)]
    pub(super) examples: Vec<Molecule>,
}

/// Samples and decodes.
pub(super) fn measure(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Sampled>> {
    let known: BTreeSet<&str> = molecules.canonical.iter().map(String::as_str).collect();
    [From::Prior, From::Fitted]
        .into_iter()
        .map(|from| {
            let random = draw(from, codes, settings.samples, seed);
            let found: Vec<(Molecule, String)> = network
                .decode(&random)?
                .iter()
                .filter_map(|graph| shown(graph, molecules))
                .collect();
            let mut different = BTreeSet::new();
            let mut examples = Vec::new();
            for (molecule, text) in &found {
                if different.insert(text.as_str()) && examples.len() < 16 {
                    examples.push(molecule.clone());
                }
            }
            let novel = different.iter().filter(|text| !known.contains(*text)).count();
            let share = |part: usize, of: usize| -> anyhow::Result<Option<Estimate>> {
                if of == 0 { Ok(None) } else { Ok(Some(wilson(part, of)?)) }
            };
            Ok(Sampled {
                from,
                valid: wilson(found.len(), random.len())?,
                unique: share(different.len(), found.len())?,
                novel: share(novel, different.len())?,
                examples,
            })
        })
        .collect()
}

fn draw(from: From, codes: &Codes, count: usize, seed: u64) -> Vec<Vec<f32>> {
    let (n, d) = (codes.nodes, codes.latent);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(17);
    let mut noise =
        || -> Vec<f64> { (0..n * d).map(|_| StandardNormal.sample(&mut rng)).collect() };
    let exchangeable = Exchangeable::of(codes);
    (0..count)
        .map(|_| {
            let noise = noise();
            let code = match from {
                From::Prior => noise,
                From::Fitted => exchangeable.colour(&noise),
            };
            code.into_iter().map(|value| value as f32).collect()
        })
        .collect()
}

/// A Gaussian on `R^{n×d}` that does not depend on the order of nodes. Its covariance splits, as
/// `R^n` does under `S_n`, into a part on the mean of the nodes and one on the differences to it.
struct Exchangeable {
    n: usize,
    centre: Vec<f64>,
    /// Triangular roots of the two covariances, (d, d).
    of_mean: nalgebra::DMatrix<f64>,
    of_rest: nalgebra::DMatrix<f64>,
}

impl Exchangeable {
    fn of(codes: &Codes) -> Self {
        let (n, d) = (codes.nodes, codes.latent);
        let rows: Vec<Vec<f64>> = codes
            .training()
            .rows()
            .into_iter()
            .map(|row| row.iter().map(|&v| f64::from(v)).collect())
            .collect();
        let count = rows.len() as f64;
        let mean_of = |row: &[f64], feature: usize| {
            (0..n).map(|node| row[node * d + feature]).sum::<f64>() / n as f64
        };
        let means: Vec<Vec<f64>> =
            rows.iter().map(|row| (0..d).map(|feature| mean_of(row, feature)).collect()).collect();
        let centre: Vec<f64> =
            (0..d).map(|f| means.iter().map(|m| m[f]).sum::<f64>() / count).collect();
        let mut of_mean = nalgebra::DMatrix::zeros(d, d);
        let mut of_rest = nalgebra::DMatrix::zeros(d, d);
        for (row, mean) in rows.iter().zip(&means) {
            for a in 0..d {
                for b in 0..d {
                    of_mean[(a, b)] += (mean[a] - centre[a]) * (mean[b] - centre[b]) / count;
                    of_rest[(a, b)] += (0..n)
                        .map(|node| (row[node * d + a] - mean[a]) * (row[node * d + b] - mean[b]))
                        .sum::<f64>()
                        / (count * (n - 1).max(1) as f64);
                }
            }
        }
        Self { n, centre, of_mean: root(of_mean), of_rest: root(of_rest) }
    }

    /// A code from standard normal noise.
    fn colour(&self, noise: &[f64]) -> Vec<f64> {
        let (n, d) = (self.n, self.centre.len());
        let mean_noise: Vec<f64> = (0..d)
            .map(|f| (0..n).map(|node| noise[node * d + f]).sum::<f64>() / (n as f64).sqrt())
            .collect();
        let mean = &self.of_mean * nalgebra::DVector::from_vec(mean_noise.clone());
        (0..n)
            .flat_map(|node| {
                let rest = nalgebra::DVector::from_fn(d, |f, _| {
                    noise[node * d + f] - mean_noise[f] / (n as f64).sqrt()
                });
                let rest = &self.of_rest * rest;
                (0..d).map(|f| self.centre[f] + mean[f] + rest[f]).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// The symmetric root of a covariance.
fn root(covariance: nalgebra::DMatrix<f64>) -> nalgebra::DMatrix<f64> {
    let eigen = covariance.symmetric_eigen();
    let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
    &eigen.eigenvectors * nalgebra::DMatrix::from_diagonal(&roots) * eigen.eigenvectors.transpose()
}
