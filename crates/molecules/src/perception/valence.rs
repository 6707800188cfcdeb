//! How many bonds an atom can have.

use crate::Element;

/// Implicit hydrogens of a neutral atom of the organic subset whose bonds add up to `bonds`.
///
/// An aromatic atom counts each aromatic bond once and needs one more for its double bond, and
/// only its lowest valence counts; other atoms take the lowest valence that holds their bonds.
///
/// ```
/// use molecules::{Element, perception::implicit_hydrogens};
/// assert_eq!(implicit_hydrogens(Element::C, 1, false), 3);
/// assert_eq!(implicit_hydrogens(Element::S, 3, false), 1);
/// assert_eq!(implicit_hydrogens(Element::C, 2, true), 1);
/// assert_eq!(implicit_hydrogens(Element::N, 2, true), 0);
/// ```
pub fn implicit_hydrogens(element: Element, bonds: u32, aromatic: bool) -> u8 {
    let valences = element.valences().unwrap_or(&[]);
    let count = if aromatic {
        let lowest = valences.first().copied().map_or(0, u32::from);
        lowest.saturating_sub(bonds + 1)
    } else {
        let holding = valences.iter().copied().map(u32::from).find(|&valence| valence >= bonds);
        holding.map_or(0, |valence| valence - bonds)
    };
    u8::try_from(count).unwrap_or(0)
}

/// The largest sum of bond orders and hydrogens of an atom; none where it is not bounded.
///
/// A charged atom is bounded like the neutral one with as many electrons. Only upper bounds are
/// checked: carbenes, radicals and ions with fewer bonds are molecules.
///
/// ```
/// use molecules::{Element, perception::most_bonds};
/// assert_eq!(most_bonds(Element::C, 0), Some(4));
/// assert_eq!(most_bonds(Element::C, 1), Some(3));
/// assert_eq!(most_bonds(Element::N, 1), Some(4));
/// ```
pub fn most_bonds(element: Element, charge: i8) -> Option<u32> {
    element.valences_with_charge(charge)?.last().copied().map(u32::from)
}
