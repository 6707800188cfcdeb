//! Which bonds atoms of all elements and charges may have, against RDKit.

use std::path::Path;

use molecules::perception::{implicit_hydrogens, most_bonds};
use molecules::{Element, smiles};

/// Most bonds that the file tells apart; it has 9 for more as well.
const MOST: u32 = 9;

#[test]
fn every_element_and_charge_binds_as_in_rdkit() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/valences_rdkit.csv");
    let mut table = csv::Reader::from_path(path).unwrap();
    let mut rows = 0;
    for row in table.records() {
        let row = row.unwrap();
        let element = Element::from_symbol(&row[0]).unwrap();
        for (charge, field) in (-4i8..=4).zip(row.iter().skip(1)) {
            let ours = most_bonds(element, charge).map_or(MOST, |most| most.min(MOST));
            let theirs: u32 = field.parse().unwrap();
            // A nucleus without electrons binds nothing here; RDKit sets no bound. Lithium, whose
            // valence is not bounded, is no exception to that of metals.
            let nucleus =
                i16::from(element.atomic_number()) <= i16::from(charge) && &row[0] != "Li";
            let expected = if nucleus { 0 } else { theirs };
            assert_eq!(ours, expected, "{element} of charge {charge:+}");
        }
        let added = row[10].split_whitespace();
        for (bonds, field) in (0u32..).zip(added) {
            match field.parse::<u8>() {
                Ok(hydrogens) => {
                    assert_eq!(implicit_hydrogens(element, bonds, false), hydrogens, "{element}");
                    assert!(smiles::parse(&halide(element, bonds)).is_ok());
                }
                Err(_) => assert!(smiles::parse(&halide(element, bonds)).is_err(), "{element}"),
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 118);
}

/// An atom with so many fluorines.
fn halide(element: Element, bonds: u32) -> String {
    format!("{element}{}", "(F)".repeat(bonds as usize))
}

/// Texts that RDKit 2026.09.1 reads, with what it makes of them, and texts that it refuses.
#[test]
fn ions_are_written_as_rdkit_writes_them() {
    for (text, ion) in [
        ("OCl(=O)(=O)=O", "O[Cl+3]([O-])([O-])[O-]"),
        ("O=BrO", "[O-][Br+]O"),
        ("OI(=O)(=O)=O", "O[I+3]([O-])([O-])[O-]"),
        ("O=I(O)(O)(O)(O)O", "[O-][I+](O)(O)(O)(O)O"),
        ("[O-]Cl=O", "[O-][Cl+][O-]"),
        ("COCl(=O)=O", "CO[Cl+2]([O-])[O-]"),
        ("[K+].[O-]I(=O)=O", "[K+].[O-][I+2]([O-])[O-]"),
        ("ClO[Cl](=O)=O", "[O-][Cl+2]([O-])OCl"),
        ("[ClH](=O)=O", "[ClH+2]([O-])[O-]"),
        ("CP(=O)=CC", "CC=[P+](C)[O-]"),
        ("CN=P(=O)C", "CN=[P+](C)[O-]"),
        ("CN(=O)=C", "C=[N+](C)[O-]"),
        ("CN(C)(C)=O", "C[N+](C)(C)[O-]"),
        // Left as they are.
        ("CP(=O)=C", "C=P(C)=O"),
        ("CP(=O)=O", "CP(=O)=O"),
        ("CI=O", "O=IC"),
        ("OI(O)O", "OI(O)O"),
        ("I(=O)=O", "O=I=O"),
        ("F[P-](F)(F)(F)(F)F", "F[P-](F)(F)(F)(F)F"),
        ("F[Si-2](F)(F)(F)(F)F", "F[Si-2](F)(F)(F)(F)F"),
        ("I[I-]I", "I[I-]I"),
        ("CS[S-](=S)=S", "CS[S-](=S)=S"),
        ("C[Mg](C)(C)C", "C[Mg](C)(C)C"),
    ] {
        let [one, other] = [text, ion].map(|text| {
            let molecule = smiles::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            smiles::canonical(&molecule)
        });
        assert_eq!(one, other, "{text}");
    }
    for text in [
        "CP(C)(C)(C)(C)C",
        "C[As](C)(C)(C)(C)C",
        "C[Sb](C)(C)(C)(C)C",
        "C[Bi](C)(C)(C)(C)C",
        "C[Al](C)(C)C",
        "F[Si](F)(F)(F)(F)F",
        "CCl=O",
        "FCl(=O)=O",
        "OCl(O)O",
        "O=Cl=O",
        "Cl[Cl-]Cl",
        "C[B](C)(C)C",
        "P(=O)(=O)=O",
        "CC#NC",
    ] {
        assert!(smiles::parse(text).is_err(), "{text}");
    }
}
