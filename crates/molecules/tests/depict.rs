//! Drawings.

use molecules::{depict, smiles};

#[test]
fn drawings_show_every_hetero_atom_and_are_deterministic() {
    for text in ["CCO", "N#Cc1ccccc1", "C12C3C4C1C5C2C3C45", "C[NH3+].[Cl-]", "FC(F)F"] {
        let molecule = smiles::parse(text).unwrap();
        let drawing = depict::svg(&molecule).unwrap();
        assert_eq!(drawing, depict::svg(&molecule).unwrap());
        let labels = drawing.matches("<text").count();
        let hetero = molecule.atoms().filter(|atom| atom.element.symbol() != "C").count();
        assert!(labels >= hetero, "{text}: {labels} labels");
        assert!(!drawing.contains("NaN"), "{text}");
    }
}
