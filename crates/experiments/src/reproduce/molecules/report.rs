//! The chapter of the report that shows it all.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::report::{Cell, Chapter, Figure, Section, Table};

use super::data::Molecules;
use super::measure::{Measurements, NetworkMeasurements};
use super::paths::Paths;
use super::regression::Probe;
use super::settings::{Ablation, Settings};
use crate::reproduce::picture::Picture;

/// The chapter of the report.
pub(super) fn chapter(
    runs: &[Measurements],
    figures: &[Picture],
    settings: &Settings,
    molecules: &Molecules,
) -> anyhow::Result<Chapter> {
    let first = runs.first().context("no run")?;
    let facts = &molecules.facts;
    let largest = first.networks.first().context("no network")?;
    let mut chapter = Chapter::new("Molecules: graphs of QM9");
    if facts.is_generated() {
        chapter = Chapter::new("Molecules: enumerated graphs").notice(
            "Generated data: all molecules that valences allow, drawn at random from an enumeration by the program itself, because no QM9 file was given (or --generated was). They have no calculated properties. For the real thing, run again with --data DIR, where DIR holds qm9.csv.gz.",
        );
    }
    chapter = chapter
        .summary(format!(
            "A permutation-equivariant autoencoder makes of a molecule one or more numbers for each atom, and from them the molecule again: {} of {} molecules that it has not seen come back exactly with {} numbers an atom. Nothing fixes the order of the atoms, so the code is known only up to a permutation. Sorting is a projection that loses nothing: the decoder makes the same molecule of the sorted code, and for one number an atom distances between sorted codes are exactly those of the orbits.",
            largest.lossless.reconstructed.percent(1),
            facts.held_out,
            largest.latent
        ))
        .fact("data", format!("{} ({}): {} training and {} held-out molecules", facts.name, facts.kind, facts.train, facts.held_out))
        .fact("rows that are no molecules", reasons(&facts.refused))
        .fact("molecules that are no graphs", reasons(&facts.omitted))
        .fact("stereo marks dropped", facts.stereo_marks.to_string())
        .fact("kinds of atoms", &facts.kinds)
        .fact("nodes", facts.nodes.to_string())
        .fact("seeds", runs.iter().map(|run| run.seed.to_string()).collect::<Vec<_>>().join(", "));
    for (network, measured) in settings.networks.iter().zip(&first.networks) {
        chapter = chapter.fact(
            format!("network, {} a node", network.latent),
            format!(
                "{} parameters, {} epochs, batches of {}, β = {}",
                measured.parameters,
                network.training.epochs,
                network.training.batch,
                network.training.beta
            ),
        );
    }
    let figure = |name: &str, caption: &str| -> anyhow::Result<Option<Figure>> {
        Ok(figures.iter().find(|f| f.name == name).map(|f| Figure::new(f.svg.clone(), caption)))
    };
    let mut sections = vec![reconstruction(runs, first)?];

    let mut paths = Section::new("Lines between codes")
        .paragraph("A straight line between two codes, decoded step by step. Raw: from z to w as they are. Projected: from s(z) to s(w), with s the cross-section (sort, or lexicographic sort). Aligned: from z to ρ(g*)w, with g* the best permutation; its length is the distance of the orbits, the least possible.");
    for network in &first.networks {
        let d = network.latent;
        if let Some(figure) = figure(
            &format!("path-to-copy-{d}"),
            &format!(
                "From a held-out molecule to the same molecule with its atoms in another order, {d} number{} an atom. The raw line leaves the molecule; the projected one cannot, as both ends are one point. Of 25 pairs the one with the median number of molecules on its raw line is drawn.",
                s(d)
            ),
        )? {
            paths = paths.figure(figure);
        }
        if let Some(figure) = figure(
            &format!("path-between-{d}"),
            &format!(
                "From one held-out molecule to another, {d} number{} an atom; chosen as above.",
                s(d)
            ),
        )? {
            paths = paths.figure(figure);
        }
        for (caption, all) in [
            (
                "From a molecule to itself, atoms in another order",
                &network.paths.to_permuted_copies,
            ),
            ("From one molecule to another", &network.paths.to_others),
        ] {
            paths = paths.table(path_table(
                &format!(
                    "{caption}, {d} number{} an atom: {} lines of {} steps. Length is relative to the distance of the orbits; variation is the sum of all changes along the line.",
                    s(d),
                    all.first().map_or(0, |p| p.molecules.n),
                    settings.steps
                ),
                all,
            ));
        }
    }
    sections.push(paths);

    let mut neighbours = Section::new("Neighbours and distances").paragraph(
        "Neighbours of held-out codes among the training codes, by Euclidean distance before and after each projection, against the exact neighbours between orbits (a linear assignment for each pair that a lower bound does not exclude).",
    );
    for network in &first.networks {
        neighbours = neighbours.table(geometry(network, settings));
        if let Some(figure) = figure(
            &format!("embeddings-{}", network.latent),
            &format!(
                "Held-out codes with {} number{} an atom, raw and projected, coloured by {}. The remark is how well that property is read from the five nearest points of the picture.",
                network.latent,
                s(network.latent),
                if facts.is_generated() { "logP" } else { "heat capacity in cal/(mol K)" }
            ),
        )? {
            neighbours = neighbours.figure(figure);
        }
    }
    sections.push(neighbours);

    let mut properties = Section::new("Properties read from codes")
        .paragraph("Probes are fitted to the training codes and asked about held-out molecules. Raw codes have their nodes in random order, as nothing fixes it. All codes are standardised for ridge regression and the perceptron, but not for neighbours.");
    for network in &first.networks {
        for probe in Probe::ALL {
            properties = properties.table(reading_table(network, molecules, probe));
            let name = serde_json::to_value(probe)?;
            if let Some(figure) = figure(
                &format!("{}-{}", name.as_str().unwrap_or_default(), network.latent),
                &format!(
                    "R² of {} on held-out molecules, {} number{} an atom.",
                    probe.name(),
                    network.latent,
                    s(network.latent)
                ),
            )? {
                properties = properties.figure(figure);
            }
        }
    }
    sections.push(properties);

    let mut sampling = Section::new("Molecules from random codes").paragraph(
        "Codes drawn from the prior, and from a Gaussian with the mean and covariance of the training codes, are decoded. Valid: a connected molecule. Unique: different among the valid. Novel: not in the data, among the unique.",
    );
    let mut table = Table::new(
        format!("{} random codes each.", settings.samples),
        ["numbers an atom", "codes from", "valid", "unique", "novel"],
    );
    for network in &first.networks {
        for sampled in &network.sampled {
            let percent = |e: Option<Estimate>| e.map_or("–".to_owned(), |e| e.percent(1));
            table = table.row([
                Cell::new(network.latent.to_string()),
                Cell::new(sampled.from.name()),
                Cell::new(sampled.valid.percent(1)),
                Cell::new(percent(sampled.unique)),
                Cell::new(percent(sampled.novel)),
            ]);
        }
    }
    sampling = sampling.table(table);
    for network in &first.networks {
        for (from, text) in [("prior", "the prior"), ("fitted", "the fitted Gaussian")] {
            if let Some(figure) = figure(
                &format!("samples-{from}-{}", network.latent),
                &format!(
                    "The first different molecules from {text}, {} number{} an atom.",
                    network.latent,
                    s(network.latent)
                ),
            )? {
                sampling = sampling.figure(figure);
            }
        }
    }
    sections.push(sampling);
    sections.push(Section::new("Files of the molecule suite").paragraph("molecules/figures holds the figures as SVG; molecules/seed-N/latent-D holds weights, checkpoints and all codes with their properties as .safetensors."));
    Ok(sections.into_iter().fold(chapter, Chapter::section))
}

fn s(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn reasons(counts: &std::collections::BTreeMap<String, usize>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.iter().map(|(why, n)| format!("{n} {why}")).collect::<Vec<_>>().join(", ")
}

fn reconstruction(runs: &[Measurements], first: &Measurements) -> anyhow::Result<Section> {
    let mut table = Table::new(
        "Held-out molecules: how many come back exactly, as graphs up to isomorphism; how many decoded graphs are molecules; and how many codes are decoded alike after the projection to a cross-section.",
        ["numbers an atom", "reconstructed", "valid", "cross-section", "decoded alike"],
    );
    for (i, network) in first.networks.iter().enumerate() {
        let over = |f: fn(&NetworkMeasurements) -> Estimate| {
            Estimate::over_runs(&runs.iter().map(|run| f(&run.networks[i])).collect::<Vec<_>>())
        };
        table = table.row([
            Cell::new(network.latent.to_string()),
            Cell::new(over(|n| n.lossless.reconstructed)?.percent(1)),
            Cell::new(over(|n| n.lossless.valid)?.percent(1)),
            Cell::new(&network.lossless.section),
            Cell::new(network.lossless.decoded_alike.percent(1)),
        ]);
    }
    let mut section = Section::new("Reconstruction, and what a projection loses")
        .paragraph("Encoder and decoder commute with permutations of the nodes, so the loss needs no matching of graphs. An equivariant map alone gives equal atoms equal codes, and no decoder could tell which of two equal atoms binds to which of two others; a quarter of QM9 has such atoms. The encoder is therefore told a number for each of them, from a canonical order that is unique up to symmetries of the molecule; codes of a molecule in any order of its atoms still lie on one orbit.")
        .table(table);
    if !first.ablations.is_empty() {
        let mut table = Table::new(
            "What helped: networks that lack one thing, all trained as long.",
            ["without", "numbers an atom", "parameters", "epochs", "reconstructed", "nats"],
        );
        for ablated in &first.ablations {
            table = table.row([
                Cell::new(ablated.without.map_or("– (nothing)", Ablation::name)),
                Cell::new(ablated.latent.to_string()),
                Cell::new(ablated.parameters.to_string()),
                Cell::new(ablated.epochs.to_string()),
                Cell::new(ablated.reconstructed.percent(1)),
                Cell::new(format!("{:.3}", ablated.nats)),
            ]);
        }
        section = section.table(table);
    }
    Ok(section)
}

fn path_table(caption: &str, paths: &[Paths]) -> Table {
    let mut table = Table::new(
        caption,
        ["line", "molecules", "most", "valid steps", "length", "variation of logP", "of TPSA"],
    );
    for path in paths {
        table = table.row([
            Cell::new(path.route.name()),
            Cell::new(path.molecules.decimals(2)),
            Cell::new(format!("{:.0}", path.most)),
            Cell::new(path.valid.percent(1)),
            Cell::new(path.length.map_or("–".to_owned(), |e| e.decimals(2))),
            Cell::new(path.log_p.decimals(2)),
            Cell::new(path.tpsa.decimals(0)),
        ]);
    }
    table
}

fn geometry(network: &NetworkMeasurements, settings: &Settings) -> Table {
    let mut table = Table::new(
        format!(
            "{} number{} an atom: share of the {} nearest that are not the nearest between orbits, and ratios of distances to those of orbits over {} pairs. Orbits are {:.2} times as wide as codes lie apart.",
            network.latent,
            s(network.latent),
            settings.k,
            network.lossless.pairs,
            network.ambiguity.orbit_spread
        ),
        [
            "codes",
            "neighbours changed",
            "least ratio",
            "median",
            "largest",
            "distortion",
            "Spearman",
        ],
    );
    for (name, d) in &network.lossless.distortions {
        let changed = match network.ambiguity.changed_after.iter().find(|(n, _)| n == name) {
            Some((_, changed)) => *changed,
            None => network.ambiguity.changed,
        };
        table = table.row([
            Cell::new(name),
            Cell::new(changed.percent(1)),
            Cell::new(format!("{:.3}", d.min)),
            Cell::new(format!("{:.3}", d.median)),
            Cell::new(format!("{:.3}", d.max)),
            Cell::new(format!("{:.3}", d.empirical())),
            Cell::new(format!("{:.3}", d.spearman)),
        ]);
    }
    table
}

fn reading_table(network: &NetworkMeasurements, molecules: &Molecules, probe: Probe) -> Table {
    let names = molecules.properties.iter().map(|p| match p.unit.as_str() {
        "" => p.name.clone(),
        unit => format!("{} ({unit})", p.name),
    });
    let mut table = Table::new(
        format!("R² of {}, {} number{} an atom.", probe.name(), network.latent, s(network.latent)),
        ["codes".to_owned()].into_iter().chain(names),
    );
    let rows: Vec<_> = network.readings.iter().filter(|r| r.probe == probe).collect();
    for row in &rows {
        let mut cells = vec![Cell::new(&row.codes)];
        for (i, estimate) in row.r2.iter().enumerate() {
            let best = rows.iter().map(|r| r.r2[i].value).fold(f64::MIN, f64::max);
            let text = estimate.decimals(3);
            cells.push(if estimate.value == best { Cell::best(text) } else { Cell::new(text) });
        }
        table = table.row(cells);
    }
    table
}
