//! Straight lines between codes, decoded step by step.

use std::collections::BTreeSet;

use analysis::statistics::{Bootstrap, Estimate, PerSample};
use groups::Symmetric;
use groups::quotient::QuotientMetric;
use molecules::Molecule;
use molecules::descriptors::Descriptors;
use molecules::graph::Graph;
use molecules::smiles;
use molecules::vae::Autoencoder;
use ndarray::{ArrayView1, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::codes::{Codes, Section, to_array};
use super::data::Molecules;
use super::settings::Settings;

/// How two codes are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Route {
    /// From `z` to `w` as they are.
    Raw,
    /// From `s(z)` to `s(w)`.
    Projected,
    /// From `z` to `ρ(g*)w`, with `g*` the best permutation: a shortest path between the orbits.
    Aligned,
}

impl Route {
    pub(super) const ALL: [Self; 3] = [Self::Raw, Self::Projected, Self::Aligned];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Projected => "projected",
            Self::Aligned => "aligned",
        }
    }
}

/// What was seen on all paths of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Paths {
    pub(super) route: Route,
    /// Different molecules on a path.
    pub(super) molecules: Estimate,
    /// The most on any path.
    pub(super) most: f64,
    /// Share of the steps of a path that are connected molecules.
    pub(super) valid: Estimate,
    /// Length of the path over the distance of the orbits; missing where that is zero.
    pub(super) length: Option<Estimate>,
    /// Total variation of logP along the molecules of a path.
    pub(super) log_p: Estimate,
    /// Total variation of TPSA, in Å².
    pub(super) tpsa: Estimate,
}

/// Paths between a molecule and itself with its nodes in another order, and between two molecules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct AllPaths {
    pub(super) to_permuted_copies: Vec<Paths>,
    pub(super) to_others: Vec<Paths>,
}

/// Joins codes in a straight line.
pub(super) struct Joiner {
    section: Section,
    metric: QuotientMetric<Symmetric>,
    steps: usize,
}

impl Joiner {
    pub(super) fn new(codes: &Codes, steps: usize) -> anyhow::Result<Self> {
        let rep = Symmetric::new(codes.nodes)?.node_features(codes.latent);
        Ok(Self { section: codes.section()?, metric: QuotientMetric::new(&rep)?, steps })
    }

    /// The ends of the path.
    fn ends(&self, route: Route, z: &[f32], w: &[f32]) -> anyhow::Result<[Vec<f32>; 2]> {
        let section = |code: &[f32]| -> anyhow::Result<Vec<f32>> {
            let row = ArrayView1::from(code).insert_axis(Axis(0));
            Ok(self.section.project(row)?.row(0).to_vec())
        };
        Ok(match route {
            Route::Raw => [z.to_vec(), w.to_vec()],
            Route::Projected => [section(z)?, section(w)?],
            Route::Aligned => {
                let best = self.metric.align(z, w).element;
                [z.to_vec(), self.metric.representation().act(&best, w)]
            }
        })
    }

    /// Codes along the path, ends included.
    pub(super) fn join(&self, route: Route, z: &[f32], w: &[f32]) -> anyhow::Result<Vec<Vec<f32>>> {
        let [z, w] = self.ends(route, z, w)?;
        let at = |t: f32| z.iter().zip(&w).map(|(a, b)| (1.0 - t) * a + t * b).collect();
        Ok((0..self.steps).map(|step| at(step as f32 / (self.steps - 1) as f32)).collect())
    }
}

/// The connected molecule that a graph shows, with its canonical SMILES.
pub(super) fn shown(graph: &Graph, molecules: &Molecules) -> Option<(Molecule, String)> {
    let molecule = graph.molecule(&molecules.vocabulary).ok()?;
    let text = smiles::canonical(&molecule);
    (!text.contains('.')).then_some((molecule, text))
}

/// A random order of the nodes of a code.
pub(super) fn permuted(code: &[f32], nodes: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let d = code.len() / nodes;
    let mut order: Vec<usize> = (0..nodes).collect();
    order.shuffle(rng);
    order.iter().flat_map(|&node| code[node * d..][..d].iter().copied()).collect()
}

/// Follows all paths.
pub(super) fn measure(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<AllPaths> {
    let joiner = Joiner::new(codes, settings.steps)?;
    let held_out = codes.held_out();
    let count = settings.paths.min(held_out.nrows() / 2);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let starts: Vec<Vec<f32>> = (0..count).map(|i| held_out.row(i).to_vec()).collect();
    let copies: Vec<Vec<f32>> =
        starts.iter().map(|code| permuted(code, codes.nodes, &mut rng)).collect();
    let others: Vec<Vec<f32>> = (0..count).map(|i| held_out.row(count + i).to_vec()).collect();
    let all = |ends: &[Vec<f32>]| -> anyhow::Result<Vec<Paths>> {
        Route::ALL
            .into_iter()
            .map(|route| follow(network, molecules, &joiner, route, &starts, ends, seed))
            .collect()
    };
    Ok(AllPaths { to_permuted_copies: all(&copies)?, to_others: all(&others)? })
}

fn follow(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    joiner: &Joiner,
    route: Route,
    starts: &[Vec<f32>],
    ends: &[Vec<f32>],
    seed: u64,
) -> anyhow::Result<Paths> {
    let mut seen = Vec::new();
    let (mut valid, mut length) = (Vec::new(), Vec::new());
    let (mut log_p, mut tpsa) = (Vec::new(), Vec::new());
    for (z, w) in starts.iter().zip(ends) {
        let path = joiner.join(route, z, w)?;
        let distance = joiner.metric.distance(z, w);
        let ends = to_array(vec![path[0].clone(), path[path.len() - 1].clone()])?;
        let straight: f64 =
            (&ends.row(0) - &ends.row(1)).iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        if distance > 1e-4 {
            length.push(straight / distance);
        }
        let found: Vec<(Molecule, String)> =
            network.decode(&path)?.iter().filter_map(|graph| shown(graph, molecules)).collect();
        let different: BTreeSet<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        seen.push(different.len() as f64);
        valid.push(found.len() as f64 / path.len() as f64);
        let described: Vec<Descriptors> = found.iter().map(|(m, _)| Descriptors::of(m)).collect();
        let variation = |value: fn(&Descriptors) -> f64| -> f64 {
            described.windows(2).map(|pair| (value(&pair[1]) - value(&pair[0])).abs()).sum()
        };
        log_p.push(variation(|d| d.log_p));
        tpsa.push(variation(|d| d.tpsa));
    }
    let most = seen.iter().copied().fold(0.0, f64::max);
    let estimate = |values: Vec<f64>| -> anyhow::Result<Estimate> {
        Ok(PerSample::new(values).estimate(&Bootstrap { seed, ..Bootstrap::default() })?)
    };
    Ok(Paths {
        route,
        molecules: estimate(seen)?,
        most,
        valid: estimate(valid)?,
        length: if length.len() == starts.len() { Some(estimate(length)?) } else { None },
        log_p: estimate(log_p)?,
        tpsa: estimate(tpsa)?,
    })
}
