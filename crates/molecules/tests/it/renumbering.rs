//! What is said of a molecule does not depend on the order of its atoms, bit by bit.

use std::collections::BTreeSet;
use std::path::Path;

use molecules::descriptors::Descriptors;
use molecules::{Molecule, smiles};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::rings::{cycloparaphenylene, ring_of_squares};

/// Rings as sets of atoms in the numbers of another order, of the sizes that are complete.
fn rings(molecule: &Molecule, order: &[usize]) -> BTreeSet<BTreeSet<usize>> {
    let rings = molecule.rings();
    let complete = rings.all().iter().filter(|ring| rings.is_complete(ring.size()));
    complete.map(|ring| ring.atoms.iter().map(|&atom| order[atom]).collect()).collect()
}

/// A molecule and renumberings of it say the same.
fn check(text: &str, times: usize, rng: &mut ChaCha8Rng) {
    let molecule = smiles::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let same: Vec<usize> = (0..molecule.atom_count()).collect();
    let (of, canonical) = (Descriptors::of(&molecule), smiles::canonical(&molecule));
    let rings_of = rings(&molecule, &same);
    let mut order = same.clone();
    for _ in 0..times {
        order.shuffle(rng);
        let other = molecule.renumbered(&order).unwrap();
        let again = Descriptors::of(&other);
        assert_eq!(again, of, "{text}");
        for (one, two) in [
            (again.log_p, of.log_p),
            (again.tpsa, of.tpsa),
            (again.molecular_weight, of.molecular_weight),
        ] {
            assert_eq!(one.to_bits(), two.to_bits(), "{text}");
        }
        assert_eq!(smiles::canonical(&other), canonical, "{text}");
        assert_eq!(rings(&other, &order), rings_of, "{text}");
        for (atom, &old) in order.iter().enumerate() {
            assert_eq!(other.atom(atom), molecule.atom(old), "{text}");
        }
    }
}

#[test]
fn hundreds_of_molecules_are_the_same_in_every_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(23);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/crippen_rdkit.csv");
    let mut count = 0;
    for row in csv::Reader::from_path(path).unwrap().records() {
        check(&row.unwrap()[0], 5, &mut rng);
        count += 1;
    }
    assert!(count > 300);
    check("CC(=O)Oc1ccccc1C(=O)O", 50, &mut rng);
}

#[test]
fn rings_of_rings_and_cages_are_the_same_in_every_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(24);
    for rings in [4, 6, 10, 11, 14] {
        check(&cycloparaphenylene(rings), 3, &mut rng);
        check(&ring_of_squares(rings), 3, &mut rng);
    }
    check(&ring_of_squares(70), 1, &mut rng);
    for text in [
        // C60, C20, cubane, prismane, adamantane, basketane.
        include_str!("../data/c60.smi").trim(),
        "C12C3C4C5C1C1C6C2C2C3C3C4C4C5C1C1C6C2C3C41",
        "C12C3C4C1C5C2C3C45",
        "C12C3C1C1C3C21",
        "C1C2CC3CC1CC(C2)C3",
        "C1CC2C3C4C1C1C2C3C41",
        // A crown ether, a calixarene, two cucurbiturils, porphin.
        "C1COCCOCCOCCOCCOCCO1",
        "C1c2cccc(c2O)Cc2cccc(c2O)Cc2cccc(c2O)Cc2cccc1c2O",
        "O=C1N2CN3C(=O)N4CN5C(=O)N6CN7C(=O)N8CN9C(=O)N%10CN1C1C2N2CN%11C(=O)N(CN%12C(=O)N(CN%13C(=O)N(CN%14C(=O)N(CN1C2=O)C%10C9%14)C8C7%13)C6C5%12)C4C3%11",
        "O=C1N2CN3C(=O)N4CN5C(=O)N6CN7C(=O)N8CN9C(=O)N%10CN%11C(=O)N%12CN%13C(=O)N%14CN%15C(=O)N%16CN1C1C2N2CN%17C(=O)N(CN%18C(=O)N(CN%19C(=O)N(CN%20C(=O)N(CN%21C(=O)N(CN%22C(=O)N(CN%23C(=O)N(CN1C2=O)C%16C%15%23)C%14C%13%22)C%12C%11%21)C%10C9%20)C8C7%19)C6C5%18)C4C3%17",
        "C1=CC2=CC3=CC=C(N3)C=C3C=CC(=N3)C=C3C=CC(=CC1=N2)N3",
        // Dendralenes.
        "C=CC(=C)C=C",
        "C=CC(=C)C(=C)C(=C)C=C",
        // Belts: of hexagons, of squares; a lattice; equal parts.
        "C1C2CC3CC4CC5CC6CC1C1CC2CC3CC4CC5CC6C1",
        "C12C3C4C5C6C7C8C9C%10C%11C%12C1C1%13C2%14C2%15C%16C%17C%18C%19C%20C%21C%22C%23C%24C%25C%26C%16C21C%261C%12%13C%112C%251C%241C%102C92C%231C%221C%219C%20%10C%19%11C%18%12C%17%15C3%14C4%12C5%11C6%10C79C821",
        "C1C2C3C4CC5C6C7CC8C9C%10CC%11C%12C1C21C32C45C63C78C94C%11%10C%121C234",
        "C1CC1.C1CC1.C1CCC1.[Na+].[Cl-].O.O",
    ] {
        check(text, 5, &mut rng);
    }
}
