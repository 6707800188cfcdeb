//! Molecules as text and numbers, on one thread, and enumerated on all.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use candle_core::{Device, Tensor};
use flate2::read::MultiGzDecoder;
use molecules::descriptors::Descriptors;
use molecules::enumerate::Enumeration;
use molecules::{Molecule, smiles};
use ndarray::Array2;

use super::{Bench, Group};
use crate::floor::Least;
use crate::session::{Measurements, Work};

const PARSE: &str = "molecules/parse";
const CANONICAL: &str = "molecules/parse-and-canonical";
const DESCRIPTORS: &str = "molecules/descriptors";
const ENUMERATE: &str = "molecules/enumerate";

pub(super) const GROUP: Group = Group {
    name: "molecules",
    script: Some("molecules.py"),
    benches: &[
        Bench { name: PARSE, what: "SMILES to molecules with rings and aromaticity, one thread" },
        Bench { name: CANONICAL, what: "SMILES to canonical SMILES, one thread" },
        Bench {
            name: DESCRIPTORS,
            what: "weight, formula, rings, hydrogen bonds, TPSA and log P of molecules, one thread",
        },
        Bench { name: ENUMERATE, what: "all molecules of C, N, O and F up to 5 atoms" },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let molecules = molecules(m.wanted.smiles.as_deref(), m.size(20_000, 2_000))?;
    let texts: Vec<String> = molecules.iter().map(smiles::write).collect();
    share_text(m, "smiles", &texts)?;
    let work = || Work {
        parameters: vec![("molecules", texts.len()), ("threads", 1)],
        amount: texts.len(),
        unit: "molecules",
        least: Least::default(),
    };
    if m.wants(PARSE) {
        m.measure(PARSE, work(), || {
            Ok(texts.iter().map(|text| smiles::parse(text)).collect::<Result<Vec<_>, _>>()?)
        })?;
    }
    if m.wants(CANONICAL) {
        let canonical = |text: &String| Ok(smiles::canonical(&smiles::parse(text)?));
        let made = texts.iter().map(canonical).collect::<anyhow::Result<Vec<_>>>()?;
        share_text(m, "canonical", &made)?;
        m.measure(CANONICAL, work(), || {
            texts.iter().map(canonical).collect::<anyhow::Result<Vec<_>>>()
        })?;
    }
    if m.wants(DESCRIPTORS) {
        // Read anew each time: molecules may keep what has been computed of them.
        let read =
            || Ok(texts.iter().map(|text| smiles::parse(text)).collect::<Result<Vec<_>, _>>()?);
        let rows: Vec<[f32; 3]> = read()?
            .iter()
            .map(Descriptors::of)
            .map(|d| [d.molecular_weight, d.tpsa, d.log_p].map(|v| v as f32))
            .collect();
        let values = Array2::from_shape_fn((rows.len(), 3), |(i, j)| rows[i][j]);
        m.share_rows(format!("{DESCRIPTORS}.result"), values.view())?;
        m.measure_after(DESCRIPTORS, work(), read, |read: Vec<Molecule>| {
            Ok(read.iter().map(Descriptors::of).collect::<Vec<_>>())
        })?;
    }
    if m.wants(ENUMERATE) {
        let settings = Enumeration::default();
        let count = settings.run()?.len();
        let parameters = vec![("molecules", count)];
        let work = Work { parameters, amount: count, unit: "molecules", least: Least::default() };
        m.measure(ENUMERATE, work, || Ok(settings.run()?))?;
    }
    Ok(())
}

/// `count` molecules of up to nine heavy atoms: spread over a file, or generated.
pub(super) fn molecules(file: Option<&Path>, count: usize) -> anyhow::Result<Vec<Molecule>> {
    let Some(path) = file else {
        return Ok(Enumeration { heavy_atoms: 9, ..Default::default() }.sample(count, 0)?);
    };
    let texts = column(path).with_context(|| format!("read {}", path.display()))?;
    anyhow::ensure!(!texts.is_empty(), "{} holds no molecules", path.display());
    let step = (texts.len() / count).max(1);
    let chosen = texts.iter().step_by(step).filter_map(|text| smiles::parse(text).ok());
    Ok(chosen.take(count).collect())
}

/// The column `smiles` of a table, or its only one; gzip or plain.
fn column(path: &Path) -> anyhow::Result<Vec<String>> {
    let file = std::fs::File::open(path)?;
    let reader: Box<dyn Read> = match path.extension().is_some_and(|ending| ending == "gz") {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    };
    let mut lines = BufReader::new(reader).lines();
    let head = lines.next().transpose()?.unwrap_or_default();
    let at = head.split(',').position(|name| name.trim() == "smiles");
    let at = at.context("no column `smiles`")?;
    let mut texts = Vec::new();
    for line in lines {
        texts.extend(line?.split(',').nth(at).map(|text| text.trim().to_owned()));
    }
    Ok(texts)
}

/// Lines as bytes: the peers are given numbers only.
fn share_text(m: &mut Measurements<'_>, name: &str, lines: &[String]) -> anyhow::Result<()> {
    let bytes = lines.join("\n").into_bytes();
    let length = bytes.len();
    m.share(name, &Tensor::from_vec(bytes, length, &Device::Cpu)?)?;
    Ok(())
}
