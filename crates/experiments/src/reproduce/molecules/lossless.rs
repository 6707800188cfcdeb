//! What a projection loses: whether decoding still gives the same molecule, and whether distances
//! are those of orbits.

use analysis::metrics::{
    Distortion, distortion, euclidean_distances, quotient_distances, random_pairs,
};
use analysis::statistics::{Estimate, wilson};
use groups::Symmetric;
use groups::quotient::QuotientMetric;
use molecules::graph::Graph;
use molecules::is_isomorphic;
use molecules::vae::Autoencoder;
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::codes::{Codes, to_rows};
use super::data::Molecules;
use super::settings::Settings;

/// What the network reconstructs and what projections lose, on held-out molecules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Lossless {
    /// Share of molecules that come back exactly, as graphs up to isomorphism.
    pub(super) reconstructed: Estimate,
    /// Share of decoded graphs that are molecules.
    pub(super) valid: Estimate,
    /// Name of the cross-section.
    pub(super) section: String,
    /// Share of codes `z` with `decode(s(z)) ≅ decode(z)`: the graph decoded from `s(z) = ρ(g)z` is
    /// the one decoded from `z`, its nodes permuted by `g`.
    pub(super) decoded_alike: Estimate,
    /// `max |‖s(z) − s(w)‖ − d| / max d` over pairs, for the cross-section; `d` by linear assignment.
    pub(super) isometry_error: f64,
    /// The same ratio for the projection for distances and for raw codes.
    pub(super) distortions: Vec<(String, Distortion)>,
    /// Pairs behind distances.
    pub(super) pairs: usize,
}

/// Measures reconstruction, decoding of projected codes, and distances.
pub(super) fn measure(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Lossless> {
    let held_out = codes.held_out();
    let decoded = network.decode(&to_rows(held_out))?;
    let same = decoded.iter().zip(molecules.held_out()).filter(|(a, b)| alike(a, b, molecules));
    let valid = decoded.iter().filter(|graph| graph.molecule(&molecules.vocabulary).is_ok());
    let (same, valid) = (same.count(), valid.count());

    let section = codes.section()?;
    let (projected, elements) = section.project_with_elements(held_out)?;
    let again = network.decode(&to_rows(projected.view()))?;
    let alike = decoded
        .iter()
        .zip(&again)
        .zip(&elements)
        .filter(|((z, s), g)| z.permuted(g.images()).is_ok_and(|moved| moved == **s))
        .count();

    let pairs = random_pairs(held_out.nrows(), settings.pairs, seed)?;
    let quotient = orbit_distances(codes, held_out, &pairs)?;
    let sections = euclidean_distances(projected.view(), &pairs)?;
    let largest = quotient.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let error = sections.iter().zip(&quotient).map(|(s, d)| (s - d).abs()).fold(0.0, f64::max);
    let mut distortions =
        vec![("raw".to_owned(), distortion(&euclidean_distances(held_out, &pairs)?, &quotient)?)];
    for projection in codes.catalogue(settings, seed)? {
        let distances = euclidean_distances(projection.project(held_out)?.view(), &pairs)?;
        let name = projection.metadata().name.to_owned();
        distortions.push((name, distortion(&distances, &quotient)?));
    }
    let count = decoded.len();
    Ok(Lossless {
        reconstructed: wilson(same, count)?,
        valid: wilson(valid, count)?,
        section: section.metadata().name.to_owned(),
        decoded_alike: wilson(alike, count)?,
        isometry_error: error / largest,
        distortions,
        pairs: pairs.len(),
    })
}

/// Whether two graphs show one molecule.
pub(super) fn alike(a: &Graph, b: &Graph, molecules: &Molecules) -> bool {
    if a == b {
        return true;
    }
    match (a.molecule(&molecules.vocabulary), b.molecule(&molecules.vocabulary)) {
        (Ok(a), Ok(b)) => is_isomorphic(&a, &b),
        _ => false,
    }
}

/// Distances between orbits by linear assignment, for one scalar a node too: there a second scalar
/// that is zero keeps the metric from sorting, which is what is to be checked.
fn orbit_distances(
    codes: &Codes,
    held_out: ArrayView2<'_, f32>,
    pairs: &[(usize, usize)],
) -> anyhow::Result<Vec<f64>> {
    let group = Symmetric::new(codes.nodes)?;
    if codes.latent > 1 {
        let metric = QuotientMetric::new(&group.node_features(codes.latent))?;
        return Ok(quotient_distances(held_out, &metric, pairs)?);
    }
    let metric = QuotientMetric::new(&group.node_features(2))?;
    let mut wide = Array2::zeros((held_out.nrows(), 2 * codes.nodes));
    for (row, mut wide) in held_out.rows().into_iter().zip(wide.rows_mut()) {
        row.iter().enumerate().for_each(|(i, &value)| wide[2 * i] = value);
    }
    Ok(quotient_distances(wide.view(), &metric, pairs)?)
}
