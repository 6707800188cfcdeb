//! Pictures of clouds and of their codes.

use analysis::embed::Pca;
use figures::{ImageCell, ImageGrid, ScatterPanel, ScatterPanels};
use nalgebra::{Rotation3, Vector3};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use projections::{CoOrbit, Projection};
use shapes::{Clouds, Pose, Solid};

use super::measure::Codes;
use super::settings::Settings;
use crate::reproduce::picture::Picture;

/// Points of a cloud in pictures, and the side of a picture in pixels.
const PICTURED: usize = 2_500;
const SIDE: usize = 64;

/// Draws the solids, and the codes of the network for the rotations of the cube.
pub(super) fn draw(codes: &Codes, settings: &Settings, seed: u64) -> anyhow::Result<Vec<Picture>> {
    Ok(vec![
        Picture::new("solids", solids(seed)?),
        Picture::new("embeddings", embeddings(codes, settings, seed)?),
    ])
}

/// One cloud of each solid, upright and turned, seen from the front and a little from above. Drawn
/// with more points than the networks see.
fn solids(seed: u64) -> anyhow::Result<String> {
    let upright = Clouds::generate(Solid::ALL.len(), PICTURED, seed);
    let turned = upright.posed(&Pose::Rotations, seed);
    let cells = |clouds: &Clouds| {
        let image = |(cloud, label): (ArrayView2<'_, f32>, &usize)| {
            ImageCell::new(seen(cloud).view(), Solid::ALL[*label].name())
        };
        clouds.points.outer_iter().zip(&clouds.labels).map(image).collect::<Vec<_>>()
    };
    Ok(ImageGrid::new("One cloud of each solid, upright and turned")
        .row("upright", cells(&upright))
        .row("turned", cells(&turned))
        .render()?)
}

/// A cloud as a picture: near points bright, far ones dim.
fn seen(cloud: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut image = Array2::zeros((SIDE, SIDE));
    let view =
        Rotation3::from_euler_angles(0.35, 0.0, 0.0) * Rotation3::from_euler_angles(0.0, 0.0, 0.4);
    let pixel = |v: f64| (SIDE as f64 / 2.0 + v * SIDE as f64 / 4.4).round();
    for point in cloud.rows() {
        let v = view * Vector3::new(point[0], point[1], point[2]).cast::<f64>();
        let (x, y) = (pixel(v.x), pixel(-v.z));
        let inside = 0.0..SIDE as f64;
        if inside.contains(&x) && inside.contains(&y) {
            let bright = (0.65 - 0.25 * v.y).clamp(0.2, 1.0) as f32;
            let here: &mut f32 = &mut image[(y as usize, x as usize)];
            *here = here.max(bright);
        }
    }
    image
}

/// Principal components of raw and of projected test codes.
fn embeddings(codes: &Codes, settings: &Settings, seed: u64) -> anyhow::Result<String> {
    let group = groups::MatrixGroup::octahedral()?;
    let regular = groups::Representation::regular(&group);
    let rep = regular.copies(codes.test.ncols() / regular.dim());
    let templates = (2 * rep.dim()).div_ceil(regular.dim());
    let projection = CoOrbit::<f32>::random(&rep, templates, seed)?;
    let rows = Slice::from(..settings.pictured.min(codes.test.nrows()));
    let raw = codes.test.slice_axis(Axis(0), rows);
    let invariant = projection.project(raw)?;
    let labels = &codes.test_labels[..raw.nrows()];
    let mut figure = ScatterPanels::new(
        "Codes of turned clouds, raw and after an invariant projection",
        Solid::ALL.map(|solid| solid.name().to_owned()),
    );
    for (title, codes) in [("raw codes", raw), ("invariant codes (co-orbits)", invariant.view())] {
        let points = Pca::fit(codes, 2)?.transform(codes)?;
        figure = figure.panel(ScatterPanel::from_embedding(
            format!("principal components, {title}"),
            points.view(),
            labels.to_vec(),
        )?);
    }
    Ok(figure.render()?)
}
