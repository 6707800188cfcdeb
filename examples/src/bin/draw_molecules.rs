//! Draws molecules: SMILES in, one SVG with a caption under each molecule out.
//!
//! `cargo run -p examples --bin draw_molecules -- molecules.svg 'CCO' 'c1ccccc1O' 'O=C1CC1'`
#![allow(clippy::print_stdout)]

use anyhow::Context;
use molecules::depict::{Cell, Grid};
use molecules::descriptors::Descriptors;
use molecules::{Molecule, smiles};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "molecules.svg".to_owned());
    let mut texts: Vec<String> = arguments.collect();
    if texts.is_empty() {
        texts = ["CCO", "Oc1ccccc1", "CN1C=NC2=C1C(=O)N(C)C(=O)N2C"].map(str::to_owned).into();
    }
    let molecules: Vec<Molecule> = texts
        .iter()
        .map(|text| smiles::parse(text).with_context(|| format!("SMILES {text}")))
        .collect::<anyhow::Result<_>>()?;
    let cells = molecules.iter().map(|molecule| {
        Cell::new(molecule)
            .caption(smiles::canonical(molecule))
            .caption(Descriptors::of(molecule).formula)
    });
    std::fs::write(&path, Grid::new("").wrapped(6, cells).render()?)
        .with_context(|| format!("writing {path}"))?;
    println!("{} molecules in {path}", molecules.len());
    Ok(())
}
