//! The chapter of the report that shows it all.

use super::Measurements;
use super::judge::Row;
use analysis::statistics::Estimate;
use figures::report::{Cell, Chapter, Figure, Section, Table};

/// The chapter of the report.
pub(super) fn chapter(
    runs: &[Measurements],
    figure: &str,
    generated: bool,
) -> anyhow::Result<Chapter> {
    let over_runs = Measurements::over_runs(runs)?;
    let mut chapter = Chapter::new("Augmentation: ordinary networks");
    if generated {
        chapter = chapter.notice("Generated data: digits drawn and molecules enumerated by the program itself, as in the chapters above.");
    }
    chapter = chapter
        .summary("Networks without symmetry, trained on inputs under random transformations, learn to answer alike for all of them, but their codes still differ: the same ambiguity, without a known law. Every network is asked about transformed inputs, with canonical ones (upright digits, atoms in canonical order) as neighbours, before and after a cure.")
        .fact("seeds", runs.iter().map(|run| run.seed.to_string()).collect::<Vec<_>>().join(", "))
        .fact("values", if runs.len() > 1 { "means over the networks" } else { "of one network" })
        .fact("in brackets", super::intervals(runs.len()))
        .fact("property read from molecules", &over_runs.property)
        .fact(
            "parameters of the autoencoders",
            format!("{} equivariant, {} ordinary", over_runs.parameters[0], over_runs.parameters[1]),
        );
    let digits = Section::new("Digits: an ordinary CNN, with and without augmentation, and an autoencoder")
        .paragraph("All have about as many parameters as the C8 network and codes of the same dimension. Cures: the code averaged over the eight rotations of the input; the input turned until its principal axis is horizontal; the action of the rotation by 45° that fits the codes best, made into a representation of C8, and random max filters for it. For the C8 network the action is known, too.")
        .table(table("Orbit spread is the RMS distance between codes of one digit under the rotations of C8 over that between digits. Accuracies are of test digits at random angles; neighbours are canonical (upright) or at random angles, too, and linear probes are fitted to canonical codes. What 5-NN gained is among canonical neighbours, against the same network without a cure.", &over_runs.digits, true))
        .figure(Figure::new(figure, "Four digits, each turned through a full circle in 48 steps, in the plane of the two principal components of all test codes at random angles. The large dot is the upright digit. Augmentation does not close the orbits; the average over the orbit nearly does."))
        .table(learned(&over_runs));
    let molecules = Section::new("Molecules: an ordinary autoencoder of adjacency matrices")
        .paragraph(format!("Perceptrons on the matrices of atoms and bonds, written out as one list, trained with the atoms in a new order in every epoch. Read from the codes: {}. Cures: the code averaged over random orders; the input in canonical order; the learned action of cyclic shifts of the atoms, which divides out a small part of the group only.", over_runs.property))
        .table(table("Orbit spread is over random orders of the atoms. R² of held-out molecules whose atoms are in random order, columns as above.", &over_runs.molecules, false));
    Ok(chapter.section(digits).section(molecules))
}

fn table(caption: &str, rows: &[Row], percent: bool) -> Table {
    let mut table = Table::new(
        caption,
        [
            "network",
            "cure",
            "outputs",
            "orbit spread",
            "neighbours changed",
            "5-NN, canonical",
            "5-NN, transformed",
            "linear probe",
            "5-NN gained",
        ],
    );
    let score = |e: &Estimate| if percent { e.percent(1) } else { e.decimals(3) };
    for row in rows {
        let gain = row
            .gain
            .map_or("–".to_owned(), |e| if percent { e.points(1) } else { format!("{e:+.3}") });
        table = table.row([
            Cell::new(&row.network),
            Cell::new(&row.cure),
            Cell::new(row.outputs.to_string()),
            Cell::new(format!("{:.3}", row.orbit_spread)),
            Cell::new(row.changed.percent(1)),
            Cell::new(score(&row.knn_canonical)),
            Cell::new(score(&row.knn_moved)),
            Cell::new(score(&row.probe_canonical)),
            Cell::new(gain),
        ]);
    }
    table
}

fn learned(run: &Measurements) -> Table {
    let mut table = Table::new(
        "What networks have learnt of the rotation by 45° (of the cyclic shift of atoms): the share of the spread of the moved codes that the best orthogonal matrix leaves over, what its nearest true representation leaves over, and how far the matrix is from it (1 is the most that rounding its angles can be, 0.58 is chance).",
        ["network", "left over", "left over by a representation", "distance from a representation"],
    );
    for learned in &run.learned {
        table = table.row([
            Cell::new(&learned.network),
            Cell::new(format!("{:.3}", learned.residual)),
            Cell::new(format!("{:.3}", learned.rounded_residual)),
            Cell::new(format!("{:.3}", learned.defect)),
        ]);
    }
    table
}
