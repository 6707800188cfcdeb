//! Drawings: complete, deterministic, and legible on many molecules.

use molecules::depict::{Cell, DepictError, Drawing, Grid, Layout, Row};
use molecules::enumerate::Enumeration;
use molecules::{Molecule, depict, smiles};
use rayon::prelude::*;

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

/// Bridged, crowded and ordinary molecules: no atom lies on another or on a bond of two others, and
/// few bonds cross.
#[test]
fn two_thousand_molecules_are_drawn_without_overlaps() {
    let texts: Vec<&str> = include_str!("../data/varied.smi").lines().collect();
    assert_eq!(texts.len(), 2000);
    let crossed: usize = texts
        .par_iter()
        .map(|text| {
            let layout = Layout::of(&read(text));
            let (atoms, bonds) = (layout.closest_atoms(), layout.closest_bond());
            assert!(atoms >= 0.5, "{text}: atoms at {atoms}");
            assert!(bonds >= 0.3, "{text}: an atom at {bonds} from a bond");
            for length in layout.bond_lengths() {
                assert!((0.5..2.5).contains(&length), "{text}: a bond of {length}");
            }
            usize::from(layout.crossings() > 0)
        })
        .sum();
    // Cages that are not planar have no drawing without.
    assert!(crossed < 100, "{crossed} drawings with bonds that cross");
}

/// Long chains go on in a zigzag, and large trees do not lie on themselves.
#[test]
fn large_chains_and_trees_are_drawn_without_overlaps() {
    let tree = |leaf: String| format!("C(CO{leaf})(CO{leaf})CO{leaf}");
    let chain = "C".repeat(300);
    let three = tree(tree(tree("C".to_owned())));
    for text in [chain, "N=N".repeat(60), three, "OCC(=O)NC".repeat(25)] {
        let layout = Layout::of(&read(&text));
        assert!(layout.closest_atoms() >= 0.5, "{text}: {}", layout.closest_atoms());
        assert!(layout.closest_bond() >= 0.3, "{text}: {}", layout.closest_bond());
    }
}

/// Substituents of atoms that rings share are outside of the rings, where there is room.
#[test]
fn angular_groups_are_outside_of_rings() {
    let steroid = read("CC12CCC3C(CCC4=CC(=O)CCC34C)C1CCC2O");
    let layout = Layout::of(&steroid);
    for ring in steroid.rings().all() {
        let corners: Vec<[f64; 2]> =
            ring.atoms.iter().map(|&atom| layout.positions()[atom]).collect();
        for atom in (0..steroid.atom_count()).filter(|atom| !ring.atoms.contains(atom)) {
            let [x, y] = layout.positions()[atom];
            let next = corners.iter().cycle().skip(1);
            let crossed = corners.iter().zip(next).filter(|([ax, ay], [bx, by])| {
                (*ay > y) != (*by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
            });
            assert_eq!(crossed.count() % 2, 0, "atom {atom} is in a ring");
        }
    }
}

/// Programs that read no style find the size in attributes, and no `height:auto`, which some take
/// for no height.
#[test]
fn the_size_is_written_for_every_renderer() {
    let svg = depict::svg(&read("c1ccccc1"));
    let attribute = |name: &str| {
        let start = svg.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        svg[start..].split('"').next().unwrap().to_owned()
    };
    let (width, height) = (attribute("width"), attribute("height"));
    assert_eq!(attribute("viewBox"), format!("0 0 {width} {height}"));
    assert!(width.parse::<f64>().unwrap() > 40.0 && height.parse::<f64>().unwrap() > 40.0);
    assert!(!svg.contains("auto"), "{svg}");
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
