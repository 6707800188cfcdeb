//! Rings of graphs whose rings are known.

use molecules::smiles::parse;

#[test]
fn counts_of_smallest_and_relevant_rings() {
    // (SMILES, size of the basis, relevant cycles)
    for (text, basis, relevant) in [
        ("CCCC", 0, 0),
        ("C1CC1", 1, 1),
        ("C1CC1C1CC1", 2, 2),
        ("C1CCC2CC2C1", 2, 2),
        ("C1CC2CC1CC2", 2, 2),
        ("C1CC2CC1C2", 2, 3),
        ("C1CC2CCC1CC2", 2, 3),
        ("C12C3C4C1C5C2C3C45", 5, 6),
        ("C12C3C1C23", 3, 4),
        ("C1C2CC3CC1CC(C2)C3", 3, 4),
        ("c1ccc2ccccc2c1", 2, 2),
        ("C1CC1.C1CCC1", 2, 2),
    ] {
        let molecule = parse(text).unwrap();
        let rings = molecule.rings();
        assert_eq!(rings.smallest().count(), basis, "{text}");
        assert_eq!(rings.count(), relevant, "{text}");
        for ring in rings.all() {
            assert_eq!(ring.atoms.len(), ring.bonds.len());
            for (place, &bond) in ring.bonds.iter().enumerate() {
                let next = ring.atoms[(place + 1) % ring.size()];
                let link = molecule.links(ring.atoms[place]).iter().find(|l| l.bond == bond);
                assert_eq!(link.map(|link| link.atom), Some(next), "{text}");
            }
        }
    }
}
