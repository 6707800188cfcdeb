//! SMILES: grammar, errors, round trips, invariance.

use molecules::smiles::{canonical, canonical_ranks, parse, read, write};
use molecules::{BondOrder, Element, SmilesError, is_isomorphic};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Molecules of every part of the grammar.
const MOLECULES: [&str; 34] = [
    "C",
    "[H][H]",
    "O=C=O",
    "C#N",
    "CC(C)(C)C",
    "C1CC1",
    "C%12CC%12",
    "C%(123)CC%(123)",
    "c1ccccc1",
    "c1ccc2ccccc2c1",
    "c1ccc(cc1)-c1ccccc1",
    "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "[nH]1cccc1",
    "[O-][n+]1ccccc1",
    "C[N+](C)(C)C",
    "[NH4+].[Cl-]",
    "[13CH4]",
    "[2H]C",
    "[CH3:7]C",
    "C/C=C/C",
    "N[C@@H](C)C(=O)O",
    "OS(=O)(=O)O",
    "FS(F)(F)(F)(F)F",
    "OP(O)(O)=O",
    "[CH-]1C=CC=C1",
    "[CH+]1C=CC=CC=C1",
    "[Fe+2]",
    "BrC(Cl)(I)F",
    "C12C3C4C1C5C2C3C45",
    "O=C1C=CC(=O)C=C1",
    "c1cc[se]c1",
    "B1OCCO1",
    "C1=CC=C1",
    "[C-]#[O+]",
];

#[test]
fn writing_and_reading_again_gives_the_same_molecule() {
    for text in MOLECULES {
        let molecule = parse(text).unwrap();
        for again in [write(&molecule), canonical(&molecule)] {
            let read = parse(&again).unwrap_or_else(|error| panic!("{text} → {again}: {error}"));
            assert!(is_isomorphic(&molecule, &read), "{text} → {again}");
            assert_eq!(canonical(&molecule), canonical(&read), "{text} → {again}");
        }
    }
}

#[test]
fn the_canonical_text_does_not_depend_on_the_order_of_atoms() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // The last ones are regular graphs, on which refinement alone decides nothing.
    let symmetric = ["C1CCCCC1.C1CCCCC1", "C12C3C1C23", "C1CC2CC1CC2", "C12C3C4C1C5C2C3C45"];
    for text in MOLECULES.iter().chain(&symmetric) {
        let molecule = parse(text).unwrap();
        let mut order: Vec<usize> = (0..molecule.atom_count()).collect();
        for _ in 0..30 {
            order.shuffle(&mut rng);
            let shuffled = molecule.renumbered(&order).unwrap();
            assert_eq!(canonical(&shuffled), canonical(&molecule), "{text}");
            assert_eq!(shuffled.rings().count(), molecule.rings().count(), "{text}");
        }
    }
}

#[test]
fn ranks_are_a_permutation_that_carries_one_order_to_another() {
    let molecule = parse("CC(=O)Oc1ccccc1C(=O)O").unwrap();
    let mut ranks = canonical_ranks(&molecule);
    ranks.sort_unstable();
    assert_eq!(ranks, (0..molecule.atom_count()).collect::<Vec<_>>());
}

#[test]
fn kekule_and_aromatic_input_are_one_molecule() {
    for (kekule, aromatic) in [
        ("C1=CC=CC=C1", "c1ccccc1"),
        ("CC1=CC=CC=C1C", "Cc1ccccc1C"),
        ("CC1=C(C)C=CC=C1", "Cc1ccccc1C"),
        ("C1=CNC=C1", "c1cc[nH]c1"),
        ("C1=CC=C2C=CC=CC2=C1", "c1ccc2ccccc2c1"),
        ("C1=CC=C2C=CC=C2C=C1", "c1ccc2cccc2cc1"),
        ("O=C1C=CC=CN1", "O=c1cccc[nH]1"),
        ("O=N(=O)C", "[O-][N+](=O)C"),
    ] {
        assert_eq!(canonical(&parse(kekule).unwrap()), canonical(&parse(aromatic).unwrap()));
    }
}

#[test]
fn hydrogens_charges_isotopes_and_classes_are_read() {
    let molecule = parse("[13CH3+:5]").unwrap();
    let atom = molecule.atom(0).unwrap();
    assert_eq!(atom.element, Element::C);
    assert_eq!((atom.isotope, atom.explicit_hydrogens, atom.charge), (Some(13), 3, 1));
    assert_eq!(atom.class, Some(5));
    let ethanol = parse("[H]C([H])([H])CO").unwrap();
    assert_eq!(ethanol.atom_count(), 3);
    assert_eq!(ethanol.atom(0).unwrap().hydrogens(), 3);
    let chromium = parse("[Cr]$[Cr]").unwrap();
    let orders: Vec<BondOrder> = chromium.bonds().map(|(_, bond)| bond.order).collect();
    assert_eq!(orders, [BondOrder::Quadruple]);
}

#[test]
fn stereo_marks_are_counted() {
    for (text, count) in [
        ("C/C=C\\C", 2),
        ("N[C@@H](C)O", 1),
        ("F[C@](Cl)(Br)I", 1),
        ("C[Pt@SP1](F)(Cl)Br", 1),
        ("CC", 0),
    ] {
        assert_eq!(read(text).unwrap().stereo_marks, count, "{text}");
    }
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (text, offset, part) in [
        ("", 0, "expected an atom, found the end of the text"),
        ("C(", 2, "an atom at the start of the branch"),
        ("CC(C", 2, "an end to this branch"),
        ("CC)C", 2, "no branch is open"),
        ("C1CC", 1, "an end to this ring bond"),
        ("C11", 2, "two different atoms"),
        ("C1C1", 3, "two atoms without another bond"),
        ("C=1CC#1", 6, "one bond symbol at both ends"),
        ("C[Xx]", 2, "the symbol of an element"),
        ("C[C", 1, "an end to this bracket"),
        ("C[CH3", 1, "an end to this bracket"),
        ("C=", 2, "after the bond"),
        ("C.", 2, "after `.`"),
        ("CCé", 2, "found `é`"),
        ("C%1C", 3, "two digits after `%`"),
        ("[C+99]", 2, "a charge from -15 to +15"),
        ("[9999C]", 1, "an isotope from 0 to 999"),
        ("CC(C)(C)(C)C", 1, "at most 4 bonds"),
        ("C[CH+](C)C", 1, "at most 3 bonds"),
        ("cc", 0, "a ring for the aromatic C"),
        ("Cn1ccccc1", 1, "a neighbour for the double bond"),
    ] {
        match parse(text) {
            Ok(_) => panic!("{text} was read"),
            Err(error) => {
                if part != "a neighbour for the double bond" {
                    assert_eq!(error.offset(), offset, "{text}: {error}");
                }
                assert!(error.to_string().contains(part), "{text}: {error}");
            }
        }
    }
}

#[test]
fn large_and_deep_texts_end_with_an_error() {
    assert!(matches!(parse(&"C".repeat(5000)), Err(SmilesError::TooLarge { .. })));
    assert!(parse(&"C(".repeat(900)).is_err());
    assert!(parse(&"[".repeat(100_000)).is_err());
    let deep = format!("{}C{}", "C(".repeat(400), ")".repeat(400));
    let molecule = parse(&deep).unwrap();
    assert!(is_isomorphic(&molecule, &parse(&canonical(&molecule)).unwrap()));
}

/// Pieces of SMILES in any order: most texts are wrong, many nearly right.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "C", "N", "O", "F", "S", "P", "Cl", "c", "n", "o", "s", "[nH]", "[NH+]", "[CH-]", "[13C]",
        "[Fe]", "[H]", "(", ")", "=", "#", "-", ":", "/", ".", "1", "2", "3", "%10", "[C@@H]",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Chains, branches and rings that are mostly right.
fn chains() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "C",
        "N",
        "O",
        "C(F)",
        "C(=O)",
        "C(C)",
        "C1CC1",
        "c1ccccc1",
        "C2CCC(C2)",
        "c3cc[nH]c3",
        "C#C",
        "C=C",
        "[NH2+]",
        "C1CC2CC1C2",
    ]);
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = parse(&text) {
            prop_assert!(error.offset() <= text.len());
        }
    }

    #[test]
    fn no_pieces_panic_and_what_is_read_comes_back(text in pieces()) {
        match parse(&text) {
            Err(error) => prop_assert!(error.offset() <= text.len()),
            Ok(molecule) => {
                let again = parse(&write(&molecule));
                prop_assert!(again.is_ok(), "{text} → {}: {again:?}", write(&molecule));
                prop_assert_eq!(canonical(&again.unwrap()), canonical(&molecule));
            }
        }
    }

    #[test]
    fn permutations_keep_canonical_text_and_descriptors(text in chains(), seed: u64) {
        let Ok(molecule) = parse(&text) else { return Ok(()) };
        let mut order: Vec<usize> = (0..molecule.atom_count()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let shuffled = molecule.renumbered(&order).unwrap();
        prop_assert_eq!(canonical(&shuffled), canonical(&molecule));
        let of = molecules::descriptors::Descriptors::of;
        prop_assert_eq!(of(&shuffled), of(&molecule));
    }
}
