//! SMILES from arbitrary text: an error, or a molecule that survives writing and reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use molecules::{depict, descriptors::Descriptors, is_isomorphic, smiles};

fuzz_target!(|text: &str| {
    let Ok(molecule) = smiles::parse(text) else { return };
    let canonical = smiles::canonical(&molecule);
    let again = smiles::parse(&canonical).expect("the canonical SMILES is read");
    assert!(molecule.atom_count() > 60 || is_isomorphic(&molecule, &again), "{canonical}");
    if molecule.atom_count() <= 60 {
        assert_eq!(smiles::canonical(&again), canonical);
        let _ = Descriptors::of(&molecule);
        assert!(!depict::svg(&molecule).contains("NaN"));
    }
});
