//! Drawings: complete, deterministic, and legible on many molecules.

use molecules::depict::{Cell, DepictError, Drawing, Grid, Layout, Row};
use molecules::enumerate::Enumeration;
use molecules::{Molecule, depict, smiles};

fn read(text: &str) -> Molecule {
    smiles::parse(text).unwrap()
}

#[test]
fn drawings_show_every_hetero_atom_and_are_deterministic() {
    for text in ["CCO", "N#Cc1ccccc1", "C12C3C4C1C5C2C3C45", "C[NH3+].[Cl-]", "FC(F)F"] {
        let molecule = read(text);
        let drawing = depict::svg(&molecule);
        assert_eq!(drawing, depict::svg(&molecule));
        let labels = drawing.matches("<text").count();
        let hetero = molecule.atoms().filter(|atom| atom.element.symbol() != "C").count();
        assert!(labels >= hetero, "{text}: {labels} labels");
        assert!(!drawing.contains("NaN"), "{text}");
    }
}

/// Rings and chains that fit into the plane are drawn with equal bonds, none crossing.
#[test]
fn planar_molecules_are_drawn_with_equal_bonds_and_no_crossing() {
    for text in [
        "CCCCCCCC",
        "c1ccccc1",
        "c1ccc2ccccc2c1",
        "CC(C)CC(C)(C)C",
        "O=C(O)Cc1ccc(N)cc1",
        "C1CC1C1CCC1",
        "CN1C=NC2=C1C(=O)N(C)C(=O)N2C",
        "C1CC2CC2C1",
        "OC1CC11CC1",
    ] {
        let layout = Layout::of(&read(text));
        assert_eq!(layout.crossings(), 0, "{text}");
        for length in layout.bond_lengths() {
            assert!((length - 1.0).abs() < 0.02, "{text}: a bond of {length}");
        }
        assert!(layout.closest_atoms() > 0.5, "{text}: {}", layout.closest_atoms());
    }
}

/// Over all molecules of up to 4 atoms and random ones of 9, cages included, atoms stay apart and
/// bonds keep a drawable length.
#[test]
fn all_kinds_of_small_molecules_are_legible() {
    let all = Enumeration { heavy_atoms: 4, ..Enumeration::default() }.run().unwrap();
    let large = Enumeration { heavy_atoms: 9, ..Enumeration::default() }.sample(300, 1).unwrap();
    for molecule in all.iter().chain(&large) {
        let layout = Layout::of(molecule);
        let text = smiles::canonical(molecule);
        assert_eq!(layout.positions().len(), molecule.atom_count());
        assert!(layout.positions().iter().flatten().all(|x| x.is_finite()), "{text}");
        assert!(layout.closest_atoms() > 0.2, "{text}: atoms at {}", layout.closest_atoms());
        for length in layout.bond_lengths() {
            assert!((0.3..3.0).contains(&length), "{text}: a bond of {length}");
        }
    }
}

#[test]
fn grids_hold_drawings_notes_and_captions() {
    let (water, ethanol) = (read("O"), read("CCO"));
    let row = |label: &str| {
        Row::new(label)
            .cell(Cell::new(&water).caption("a & b"))
            .cell(Cell::note("not a molecule"))
            .cell(Cell::new(&ethanol).highlight_atoms([2]))
    };
    let svg = Grid::new("Two rows").row(row("raw")).row(row("projected")).render().unwrap();
    for text in [">Two rows<", ">raw<", ">projected<", ">a &amp; b<", ">not a molecule<"] {
        assert!(svg.contains(text), "{text} in {svg}");
    }
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
}

#[test]
fn highlights_that_are_not_there_are_refused() {
    let water = read("O");
    let atom = Drawing::new(&water).highlight_atoms([1]).render();
    assert_eq!(atom, Err(DepictError::NoSuchAtom { atoms: 1, found: 1 }));
    let bond = Drawing::new(&water).highlight_bonds([0]).render();
    assert_eq!(bond, Err(DepictError::NoSuchBond { bonds: 0, found: 0 }));
}
