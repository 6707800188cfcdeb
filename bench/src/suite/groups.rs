//! What it costs to make groups, their character tables and their irreps, on one thread.

use groups::{
    CharacterTable, Cyclic, Dihedral, FiniteGroup, Irreps, PermutationGroup, Product,
    Representation, Semidirect, Symmetric,
};

use super::{Bench, Group};
use crate::floor::Least;
use crate::session::{Measurements, Work};

const CHAIN: &str = "groups/stabilizer-chain";
const TABLE: &str = "groups/character-table";
const SMALL: &str = "groups/irreps-small";
const IRREPS: &str = "groups/irreps";
const DECOMPOSE: &str = "groups/decomposition";

pub(super) const GROUP: Group = Group {
    name: "groups",
    script: None,
    benches: &[
        Bench { name: CHAIN, what: "S60 from its generators by Schreier and Sims" },
        Bench { name: TABLE, what: "the character table of C250 × D4" },
        Bench { name: SMALL, what: "the irreps of p4 on 7 × 7 pixels, order 196" },
        Bench { name: IRREPS, what: "the irreps of S6" },
        Bench { name: DECOMPOSE, what: "the regular representation of S5 into irreps" },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    if m.wants(CHAIN) {
        m.measure(CHAIN, work(60), || Ok(PermutationGroup::symmetric(60)?))?;
    }
    if m.wants(TABLE) {
        let product = Product::new(Cyclic::new(250)?, Dihedral::new(4)?);
        m.measure(TABLE, work(product.order()), || Ok(CharacterTable::of(&product)?))?;
    }
    if m.wants(SMALL) {
        irreps(m, SMALL, &Semidirect::p4(7)?)?;
    }
    if m.wants(IRREPS) {
        irreps(m, IRREPS, &Symmetric::new(6)?)?;
    }
    if m.wants(DECOMPOSE) {
        let group = Symmetric::new(5)?;
        let (irreps, regular) = (Irreps::of(&group)?, Representation::regular(&group));
        m.measure(DECOMPOSE, work(group.order()), || Ok(irreps.decompose(&regular)?))?;
    }
    Ok(())
}

/// Every real irrep, with the matrices of all elements made.
fn irreps<G: FiniteGroup>(
    m: &mut Measurements<'_>,
    name: &'static str,
    group: &G,
) -> anyhow::Result<()> {
    let last = group.element(group.order() - 1);
    m.measure(name, work(group.order()), || {
        let irreps = Irreps::of(group)?;
        Ok(irreps.real().iter().map(|psi| psi.representation().character(&last)).sum::<f64>())
    })
}

fn work(size: usize) -> Work {
    let least = Least::default();
    Work { parameters: vec![("size", size)], amount: 1, unit: "times", least }
}
