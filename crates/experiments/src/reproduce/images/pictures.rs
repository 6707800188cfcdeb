//! Pictures of digits and codes.

use std::f64::consts::TAU;

use analysis::embed::{Pca, TSne};
use analysis::neighbours::{SelfMatches, nearest};
use analysis::probes::knn_classify;
use figures::{ImageCell, ImageGrid, OrbitPanel, OrbitPaths, ScatterPanel, ScatterPanels};
use groups::PlanarGroup;
use images::cnn::SteerableCnn;
use images::dataset::Split;
use images::rotate::rotate_by;
use ndarray::{Array2, Array3, ArrayView2, Axis, Slice};
use projections::{MaxFilter, Projection};

use super::latents::{Latents, rotate_test};
use super::settings::Settings;
use crate::reproduce::picture::Picture;

/// Draws the digits, the embeddings and the orbits of one network.
pub(super) fn draw<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    split: &Split,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Picture>> {
    let rep = network.representation();
    let filter = MaxFilter::<f32>::random(&rep, 2 * rep.dim(), seed)?;
    Ok(vec![
        Picture::new("digits", digits(split, seed)?),
        Picture::new("embeddings", embeddings(&filter, latents, settings, seed)?),
        Picture::new("orbits", orbits(network, &filter, split, latents, settings)?),
    ])
}

/// One digit of each class, upright and as the network sees it.
fn digits(split: &Split, seed: u64) -> anyhow::Result<String> {
    let (rotated, angles) = rotate_test(split, seed)?;
    let first: Vec<usize> =
        (0..10u8).filter_map(|class| split.test.labels.iter().position(|&l| l == class)).collect();
    let upright = first
        .iter()
        .map(|&i| {
            ImageCell::new(
                split.test.images.index_axis(Axis(0), i),
                split.test.labels[i].to_string(),
            )
        })
        .collect();
    let turned = first
        .iter()
        .map(|&i| {
            let caption = format!("{:.0}°", angles[i].to_degrees());
            ImageCell::new(rotated.index_axis(Axis(0), i), caption)
        })
        .collect();
    Ok(ImageGrid::new("Test digits, upright and at random angles")
        .row("upright", upright)
        .row("rotated", turned)
        .render()?)
}

/// PCA and t-SNE of raw and projected test codes, same colours.
fn embeddings(
    filter: &MaxFilter<f32>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<String> {
    let rows = Slice::from(..settings.points.min(latents.test.nrows()));
    let raw = latents.test.slice_axis(Axis(0), rows);
    let labels = &latents.test_labels[..raw.nrows()];
    let invariant = filter.project(raw)?;
    let tsne = TSne { epochs: settings.tsne_epochs, seed, ..TSne::default() };
    let mut figure = ScatterPanels::new(
        "Codes of digits at random angles, raw and after an invariant projection",
        (0..10).map(|class| class.to_string()),
    );
    for (method, is_tsne) in [("PCA", false), ("t-SNE", true)] {
        for (kind, codes) in
            [("raw codes", raw), ("invariant codes (max filter)", invariant.view())]
        {
            let points: Array2<f64> =
                if is_tsne { tsne.embed(codes)? } else { Pca::fit(codes, 2)?.transform(codes)? };
            let purity = picture_accuracy(points.view(), labels, settings.k)?;
            let panel = ScatterPanel::from_embedding(
                format!("{method}, {kind}"),
                points.view(),
                labels.to_vec(),
            )?
            .note(format!(
                "{}-NN in the picture: {:.0} %",
                settings.k,
                100.0 * purity
            ));
            figure = figure.panel(if is_tsne { panel.named_clusters() } else { panel });
        }
    }
    Ok(figure.render()?)
}

/// Share of points whose `k` nearest in the picture vote for their class.
fn picture_accuracy(
    points: ArrayView2<'_, f64>,
    labels: &[usize],
    k: usize,
) -> anyhow::Result<f64> {
    let neighbours = nearest(points, points, k, SelfMatches::Exclude)?;
    Ok(knn_classify(&neighbours, labels, labels, k)?.accuracy())
}

/// A full turn of a few digits as a path among the codes of all.
fn orbits<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    filter: &MaxFilter<f32>,
    split: &Split,
    latents: &Latents,
    settings: &Settings,
) -> anyhow::Result<String> {
    const STEPS: usize = 48;
    const CLASSES: [u8; 4] = [2, 3, 4, 7];
    let chosen: Vec<usize> = CLASSES
        .iter()
        .filter_map(|class| split.test.labels.iter().position(|label| label == class))
        .collect();
    let (_, height, width) = split.test.images.dim();
    let paths = chosen
        .iter()
        .map(|&i| {
            let image = split.test.images.index_axis(Axis(0), i);
            let copies = Array3::from_shape_fn((STEPS, height, width), |(_, r, c)| image[(r, c)]);
            let angles: Vec<f64> = (0..STEPS).map(|s| TAU * s as f64 / STEPS as f64).collect();
            let turned =
                rotate_by(copies.view(), &angles, groups::action::image::Interpolation::Bicubic)?;
            Ok(network.encode(turned.view())?)
        })
        .collect::<anyhow::Result<Vec<Array2<f32>>>>()?;
    let rows = Slice::from(..settings.points.min(latents.test.nrows()));
    let all = latents.test.slice_axis(Axis(0), rows);
    let mut figure = OrbitPaths::new(
        "A full turn of four digits, as a path among all codes",
        chosen.iter().map(|&i| format!("a {}, turned by 0° to 360°", split.test.labels[i])),
    );
    let to_points =
        |a: Array2<f64>| -> Vec<[f64; 2]> { a.rows().into_iter().map(|r| [r[0], r[1]]).collect() };
    for (title, projected) in [("raw codes", false), ("invariant codes (max filter)", true)] {
        let map = |codes: ArrayView2<'_, f32>| -> anyhow::Result<Array2<f32>> {
            if projected { Ok(filter.project(codes)?) } else { Ok(codes.to_owned()) }
        };
        let background = map(all)?;
        let pca = Pca::fit(background.view(), 2)?;
        let orbits = paths
            .iter()
            .map(|path| Ok(to_points(pca.transform(map(path.view())?.view())?)))
            .collect::<anyhow::Result<_>>()?;
        figure = figure.panel(OrbitPanel {
            title: format!("PCA, {title}"),
            note: String::new(),
            axes: None,
            background: to_points(pca.transform(background.view())?),
            orbits,
        });
    }
    Ok(figure.render()?)
}
