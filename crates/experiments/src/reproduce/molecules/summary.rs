//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use figures::claims::Claim;

use super::data::Molecules;
use super::measure::Measurements;
use super::regression::Probe;
use crate::reproduce::markdown;

/// Claims, reconstruction, paths and properties.
pub(super) fn summary(
    runs: &[Measurements],
    claims: &[Claim],
    molecules: &Molecules,
    command: &str,
) -> anyhow::Result<String> {
    let facts = &molecules.facts;
    let mut text = String::new();
    writeln!(
        text,
        "`{command}`: {} ({}), {} training and {} held-out molecules, seeds {}.\n",
        facts.name,
        facts.kind,
        facts.train,
        facts.held_out,
        runs.iter().map(|r| r.seed.to_string()).collect::<Vec<_>>().join(", ")
    )?;
    markdown::claims(&mut text, claims)?;
    let Some(run) = runs.first() else { return Ok(text) };
    writeln!(
        text,
        "\n| scalars a node | parameters | reconstructed | decoded alike after projection | neighbours changed, raw | valid from the prior |\n|---|---|---|---|---|---|"
    )?;
    for network in &run.networks {
        writeln!(
            text,
            "| {} | {} | {} | {} ({}) | {} | {} |",
            network.latent,
            network.parameters,
            network.lossless.reconstructed.percent(1),
            network.lossless.decoded_alike.percent(1),
            network.lossless.section,
            network.ambiguity.changed.percent(1),
            network.sampled.first().map_or("–".into(), |s| s.valid.percent(1)),
        )?;
    }
    writeln!(
        text,
        "\n| scalars a node | line | molecules to a permuted copy | molecules to another molecule | valid steps |\n|---|---|---|---|---|"
    )?;
    for network in &run.networks {
        let paths = &network.paths;
        for (copy, other) in paths.to_permuted_copies.iter().zip(&paths.to_others) {
            writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                network.latent,
                copy.route.name(),
                copy.molecules.decimals(2),
                other.molecules.decimals(2),
                other.valid.percent(1)
            )?;
        }
    }
    let names: Vec<&str> = molecules.properties.iter().map(|p| p.name.as_str()).collect();
    writeln!(
        text,
        "\nR² on held-out molecules:\n\n| scalars a node | probe | codes | {} |\n|---|---|---|{}",
        names.join(" | "),
        "---|".repeat(names.len())
    )?;
    for network in &run.networks {
        for probe in Probe::ALL {
            for reading in network.readings.iter().filter(|r| r.probe == probe) {
                let r2: Vec<String> = reading.r2.iter().map(|e| e.decimals(3)).collect();
                writeln!(
                    text,
                    "| {} | {} | {} | {} |",
                    network.latent,
                    probe.name(),
                    reading.codes,
                    r2.join(" | ")
                )?;
            }
        }
    }
    if !run.ablations.is_empty() {
        writeln!(
            text,
            "\n| without | scalars a node | epochs | reconstructed | nats |\n|---|---|---|---|---|"
        )?;
        for ablated in &run.ablations {
            writeln!(
                text,
                "| {} | {} | {} | {} | {:.3} |",
                ablated.without.map_or("nothing", |a| a.name()),
                ablated.latent,
                ablated.epochs,
                ablated.reconstructed.percent(1),
                ablated.nats
            )?;
        }
    }
    Ok(text)
}
