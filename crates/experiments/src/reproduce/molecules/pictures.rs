//! Pictures of molecules and codes.

use analysis::embed::{Pca, TSne};
use analysis::neighbours::{SelfMatches, nearest};
use analysis::probes::knn_regress;
use analysis::statistics::quantile;
use anyhow::Context;
use figures::{Bars, ScatterPanel, ScatterPanels};
use molecules::depict::{Cell, Grid, Row};
use molecules::descriptors::Descriptors;
use molecules::vae::Autoencoder;
use ndarray::{Array2, ArrayView2, Axis, Slice};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::claims::reading;
use super::codes::Codes;
use super::data::Molecules;
use super::measure::{Measurements, NetworkMeasurements};
use super::paths::{Joiner, Route, permuted, shown};
use super::regression::Probe;
use super::settings::Settings;
use crate::reproduce::picture::Picture;

/// Steps of the paths that are drawn.
const DRAWN: usize = 7;

/// Steps of the colour scale.
const STEPS: usize = 5;

/// Draws paths, samples and embeddings of one network.
pub(super) fn draw(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    measured: &NetworkMeasurements,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Picture>> {
    let d = codes.latent;
    let mut pictures = vec![
        Picture {
            name: format!("path-to-copy-{d}"),
            svg: path(network, molecules, codes, true, seed)?,
        },
        Picture {
            name: format!("path-between-{d}"),
            svg: path(network, molecules, codes, false, seed)?,
        },
        Picture {
            name: format!("embeddings-{d}"),
            svg: embeddings(molecules, codes, settings, seed)?,
        },
    ];
    for sampled in measured.sampled.iter().filter(|s| !s.examples.is_empty()) {
        let cells =
            sampled.examples.iter().map(|m| Cell::new(m).caption(Descriptors::of(m).formula));
        let svg = Grid::new("").wrapped(8, cells).render()?;
        let from = serde_json::to_value(sampled.from)?;
        let name = format!("samples-{}-{d}", from.as_str().unwrap_or_default());
        pictures.push(Picture::new(name, svg));
    }
    Ok(pictures)
}

/// One path, raw, projected and aligned under each other. To show what is typical, the pair is
/// the one with the median number of molecules on its raw path among the first held-out ones.
fn path(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    to_copy: bool,
    seed: u64,
) -> anyhow::Result<String> {
    let joiner = Joiner::new(codes, DRAWN)?;
    let held_out = codes.held_out();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut candidates = Vec::new();
    for i in 0..25.min(held_out.nrows() / 2) {
        let z = held_out.row(2 * i).to_vec();
        let w = match to_copy {
            true => permuted(&z, codes.nodes, &mut rng),
            false => held_out.row(2 * i + 1).to_vec(),
        };
        let graphs = network.decode(&joiner.join(Route::Raw, &z, &w)?)?;
        let found = graphs.iter().filter_map(|g| Some(shown(g, molecules)?.1));
        let different = found.collect::<std::collections::BTreeSet<_>>().len();
        candidates.push((different, i, z, w));
    }
    candidates.sort_by_key(|candidate| (candidate.0, candidate.1));
    let middle = candidates.len() / 2;
    let (_, _, z, w) = candidates.into_iter().nth(middle).context("no held-out molecules")?;
    let mut paths = Vec::new();
    for route in Route::ALL {
        if to_copy && route == Route::Aligned {
            continue;
        }
        let graphs = network.decode(&joiner.join(route, &z, &w)?)?;
        let found: Vec<_> = graphs
            .iter()
            .map(|g| (shown(g, molecules), g.molecule(&molecules.vocabulary).is_ok()))
            .collect();
        paths.push((route, found));
    }
    let mut grid = Grid::new("");
    for (route, found) in &paths {
        let cells = found.iter().map(|(shown, valid)| match shown {
            Some((molecule, _)) => {
                let of = Descriptors::of(molecule);
                Cell::new(molecule)
                    .caption(of.formula)
                    .caption(format!("logP {:.2}", of.log_p))
                    .caption(format!("TPSA {:.0}", of.tpsa))
            }
            None if *valid => Cell::note("in pieces"),
            None => Cell::note("no molecule"),
        });
        grid = grid.row(Row::new(route.name()).cells(cells));
    }
    Ok(grid.render()?)
}

/// Raw and projected held-out codes, coloured by a property.
fn embeddings(
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<String> {
    let held_out = codes.held_out();
    let some = Slice::from(..settings.points.min(held_out.nrows()));
    let raw = held_out.slice_axis(Axis(0), some);
    let projection = codes.metric(settings, seed)?;
    let projected = projection.project(raw)?;
    let name = projection.metadata().name;
    // The colour: heat capacity, or logP where nothing was calculated.
    let column = molecules
        .properties
        .iter()
        .position(|p| p.name == "cv")
        .or_else(|| molecules.properties.iter().position(|p| p.name == "logP"))
        .context("no property to colour by")?;
    let property = &molecules.properties[column];
    let values: Vec<f64> = molecules
        .values
        .column(column)
        .iter()
        .skip(codes.train)
        .take(raw.nrows())
        .copied()
        .collect();
    let (classes, names) = steps(&values, &property.unit);
    let tsne = TSne { epochs: settings.tsne_epochs, seed, ..TSne::default() };
    let mut figure = ScatterPanels::new(
        format!("Codes of held-out molecules, raw and projected, coloured by {}", property.name),
        names,
    )
    .ordered();
    for (method, is_tsne) in [("PCA", false), ("t-SNE", true)] {
        for (kind, codes) in [("raw codes", raw), (name, projected.view())] {
            let points: Array2<f64> =
                if is_tsne { tsne.embed(codes)? } else { Pca::fit(codes, 2)?.transform(codes)? };
            let panel = ScatterPanel::from_embedding(
                format!("{method}, {kind}"),
                points.view(),
                classes.clone(),
            )?
            .note(format!("R² of 5-NN in the picture: {:.2}", picture_r2(points.view(), &values)?));
            figure = figure.panel(panel);
        }
    }
    Ok(figure.render()?)
}

/// How well a property is read from the five nearest in the picture.
fn picture_r2(points: ArrayView2<'_, f64>, values: &[f64]) -> anyhow::Result<f64> {
    let neighbours = nearest(points, points, 5, SelfMatches::Exclude)?;
    Ok(knn_regress(&neighbours, values, values, 5)?.r2())
}

/// Fifths of the values, with their names.
fn steps(values: &[f64], unit: &str) -> (Vec<usize>, Vec<String>) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut limits: Vec<f64> =
        (1..STEPS).map(|i| quantile(&sorted, i as f64 / STEPS as f64)).collect();
    limits.dedup();
    let classes = values.iter().map(|v| limits.iter().filter(|limit| v > limit).count()).collect();
    let mut names: Vec<String> = limits.iter().map(|limit| format!("up to {limit:.1}")).collect();
    names.push(format!("more {unit}").trim().to_owned());
    (classes, names)
}

/// R² of every property, raw against projected, one figure a probe.
pub(super) fn bars(run: &Measurements, molecules: &Molecules) -> anyhow::Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    for network in &run.networks {
        let metric = if network.latent == 1 { "sort" } else { "sorted-keys" };
        for probe in Probe::ALL {
            let mut figure = Bars::new(
                format!("R² of {}, {} scalars a node", probe.name(), network.latent),
                "R² on held-out molecules",
                [metric, "raw codes"],
            );
            let projected = reading(&network.readings, metric, probe)?;
            let raw = reading(&network.readings, "raw", probe)?;
            for (i, property) in molecules.properties.iter().enumerate() {
                let values = [Some(projected.r2[i]), Some(raw.r2[i])];
                figure = figure.group(property.name.clone(), values);
            }
            let probe = serde_json::to_value(probe)?;
            let name = format!("{}-{}", probe.as_str().unwrap_or_default(), network.latent);
            pictures.push(Picture::new(name, figure.render()?));
        }
    }
    Ok(pictures)
}
