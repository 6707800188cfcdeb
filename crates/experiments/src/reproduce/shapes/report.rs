//! The chapter of the report that shows it all.

use anyhow::Context;
use figures::claims::Claim;
use figures::report::{Cell, Chapter, Figure, Section, Table};

use super::measure::{Measurements, Network};
use super::settings::Settings;
use crate::reproduce::comparison::{combined_rows, geometry, table};
use crate::reproduce::picture::Picture;

/// The chapter of the report.
pub(super) fn chapter(
    runs: &[Measurements],
    claims: &[Claim],
    figures: &[Picture],
    settings: &Settings,
) -> anyhow::Result<Chapter> {
    let first = runs.first().context("no run")?;
    let held = claims.iter().filter(|claim| claim.holds).count();
    let figure = |name: &str, caption: &str| -> anyhow::Result<Figure> {
        let picture =
            figures.iter().find(|f| f.name == name).with_context(|| format!("no figure {name}"))?;
        Ok(Figure::new(picture.svg.clone(), caption))
    };
    let chapter = Chapter::new("Shapes: solids as point clouds")
        .summary("Groups that no layer was written for: the 24 rotations of the cube, given by matrices, and all rotations of space. The same layers, solved from the representations, make a network for each; both are trained on upright solids only and know turned ones. Their codes turn, too, and mislead in the same way as those of digits; the same projections repair them.")
        .summary(format!("{held} of the {} claims of this suite hold on this run.", claims.len()))
        .fact("data", format!("{} training and {} test clouds of {} points, ten solids, generated", settings.train, settings.test, settings.points))
        .fact("training", format!("{} epochs, batches of {}, upright clouds", settings.training.epochs, settings.training.batch))
        .fact("seeds", runs.iter().map(|run| run.seed.to_string()).collect::<Vec<_>>().join(", "));
    let clouds = Section::new("What the networks see")
        .paragraph("Each cloud is drawn from the surface of a solid that is stretched along its axes by random factors, with a little noise; the centroid lies at the origin.")
        .figure(figure("solids", "One cloud of each solid, upright as in training, and turned at random as in the test.")?);
    let cube = network_section(
        "The rotations of the cube",
        "A lifting convolution makes a value for each of the 24 rotations; equivariant linear maps and rectifiers follow. Codes are regular fields of a group that is not abelian: there is no cyclic order and no plain Fourier transform to lean on.",
        runs,
        |run| &run.cube,
    )?
    .figure(figure("embeddings", "The first two principal components of codes of turned test clouds. Raw codes of one solid lie in up to 24 places.")?);
    let mut rotations = network_section(
        "All rotations",
        "Spherical moments, equivariant linear maps and gates between sums of irreps of SO(3). The quotient metric has no closed form here; the row quotient-metric is the least distance over the 60 rotations of the icosahedron. Exact under all rotations are the linear invariants, the norms, and the roots of the Gram matrices within each degree, which lose how the degrees stand to each other.",
        runs,
        |run| &run.rotations,
    )?;
    let mut under = Table::new(
        "Change of the images under random rotations, relative to the distance between images; first seed.",
        ["codes", "change"],
    );
    for (name, error) in &first.rotations.under_rotations {
        let error = if *error < 1e-3 { format!("{error:.1e}") } else { format!("{error:.3}") };
        under = under.row([Cell::new(name), Cell::new(error)]);
    }
    rotations = rotations.table(under);
    let files = Section::new("Files").paragraph("shapes/seed-N holds, for cube and rotations, weights, checkpoints and codes with their labels as .safetensors; `equivariant audit` reads those of cube with a file of generators.");
    Ok(chapter.section(clouds).section(cube).section(rotations).section(files))
}

fn network_section(
    title: &str,
    about: &str,
    runs: &[Measurements],
    pick: fn(&Measurements) -> &Network,
) -> anyhow::Result<Section> {
    let first = pick(runs.first().context("no run")?);
    let tables: Vec<_> = runs.iter().map(|run| &pick(run).table[..]).collect();
    let rows = combined_rows(&tables)?;
    Ok(Section::new(title)
        .paragraph(about)
        .paragraph(format!(
            "Codes: {}, {} dimensions; {} parameters. The network itself is right on {} of the turned test clouds. Within an orbit codes lie {:.2} times as far apart as codes of different clouds, {} of the ten nearest neighbours of a raw code are not among the ten nearest in the quotient, and the best projection ({}) gains {}.",
            first.representation,
            first.dim,
            first.parameters,
            first.accuracy.percent(1),
            first.orbit_spread,
            first.changed_neighbours.percent(1),
            first.gap.best,
            first.gap.difference.points(1)
        ))
        .table(table(
            "5-NN and linear probes on codes of turned test clouds, with upright labelled clouds or labelled clouds in random poses.",
            &rows,
            &[
                ("5-NN, upright", |r| Some(r.knn_upright), |e| e.percent(1)),
                ("5-NN, rotated", |r| Some(r.knn_rotated), |e| e.percent(1)),
                ("probe, upright", |r| r.probe_upright, |e| e.percent(1)),
                ("probe, rotated", |r| r.probe_rotated, |e| e.percent(1)),
                ("silhouette", |r| r.silhouette, |e| e.decimals(3)),
            ],
        ))
        .table(geometry(&first.table)))
}
