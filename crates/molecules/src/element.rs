//! Chemical elements and what the periodic table says of them.

use std::fmt;

/// Symbols by atomic number, from hydrogen.
const SYMBOLS: [&str; 118] = [
    "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In",
    "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
    "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl",
    "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk",
    "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh",
    "Fl", "Mc", "Lv", "Ts", "Og",
];

/// Standard atomic weights in g/mol, from hydrogen; mass numbers of the longest-lived isotope
/// where there is no standard weight.
const WEIGHTS: [f64; 118] = [
    1.008, 4.003, 6.941, 9.012, 10.812, 12.011, 14.007, 15.999, 18.998, 20.180, 22.990, 24.305,
    26.982, 28.086, 30.974, 32.067, 35.453, 39.948, 39.098, 40.078, 44.956, 47.867, 50.942, 51.996,
    54.938, 55.845, 58.933, 58.693, 63.546, 65.39, 69.723, 72.61, 74.922, 78.96, 79.904, 83.80,
    85.468, 87.62, 88.906, 91.224, 92.906, 95.94, 98.0, 101.07, 102.906, 106.42, 107.868, 112.412,
    114.818, 118.711, 121.760, 127.60, 126.904, 131.29, 132.905, 137.328, 138.906, 140.116,
    140.908, 144.24, 145.0, 150.36, 151.964, 157.25, 158.925, 162.50, 164.930, 167.26, 168.934,
    173.04, 174.967, 178.49, 180.948, 183.84, 186.207, 190.23, 192.217, 195.078, 196.967, 200.59,
    204.383, 207.2, 208.980, 209.0, 210.0, 222.0, 223.0, 226.0, 227.0, 232.038, 231.036, 238.029,
    237.0, 244.0, 243.0, 247.0, 247.0, 251.0, 252.0, 257.0, 258.0, 259.0, 262.0, 267.0, 268.0,
    269.0, 270.0, 269.0, 278.0, 281.0, 281.0, 285.0, 284.0, 289.0, 288.0, 293.0, 292.0, 294.0,
];

/// An element.
///
/// ```
/// use molecules::Element;
/// assert_eq!(Element::from_symbol("Cl").map(Element::atomic_number), Some(17));
/// assert_eq!(Element::CARBON.symbol(), "C");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(u8);

impl Element {
    /// H.
    pub const HYDROGEN: Self = Self(1);
    /// B.
    pub const BORON: Self = Self(5);
    /// C.
    pub const CARBON: Self = Self(6);
    /// N.
    pub const NITROGEN: Self = Self(7);
    /// O.
    pub const OXYGEN: Self = Self(8);
    /// F.
    pub const FLUORINE: Self = Self(9);
    /// P.
    pub const PHOSPHORUS: Self = Self(15);
    /// S.
    pub const SULFUR: Self = Self(16);
    /// Cl.
    pub const CHLORINE: Self = Self(17);
    /// Br.
    pub const BROMINE: Self = Self(35);
    /// I.
    pub const IODINE: Self = Self(53);

    /// The element with so many protons, from 1 to 118.
    pub fn from_atomic_number(number: u8) -> Option<Self> {
        (1..=118).contains(&number).then_some(Self(number))
    }

    /// The element of a symbol as the periodic table writes it.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        let at = SYMBOLS.iter().position(|&known| known == symbol)?;
        u8::try_from(at + 1).ok().map(Self)
    }

    /// Number of protons.
    pub fn atomic_number(self) -> u8 {
        self.0
    }

    /// The symbol, such as `Cl`.
    pub fn symbol(self) -> &'static str {
        SYMBOLS[usize::from(self.0) - 1]
    }

    /// Standard atomic weight in g/mol.
    pub fn weight(self) -> f64 {
        WEIGHTS[usize::from(self.0) - 1]
    }

    /// Whether SMILES may write the element without brackets.
    pub fn is_organic(self) -> bool {
        matches!(self.0, 5..=9 | 15..=17 | 35 | 53)
    }

    /// Whether SMILES may write the element in lower case.
    pub fn can_be_aromatic(self) -> bool {
        matches!(self.0, 5..=8 | 14..=16 | 33 | 34 | 52)
    }

    /// The usual valences of the neutral atom in ascending order; none for elements whose valence
    /// is not bounded here (most metals).
    pub fn valences(self) -> Option<&'static [u8]> {
        valences(self.0)
    }

    /// The valences of the atom with this charge: those of the neutral atom with as many
    /// electrons, so that C⁺ is like B, N⁺ like C and O⁻ like F.
    pub fn valences_with_charge(self, charge: i8) -> Option<&'static [u8]> {
        let own = self.valences()?;
        if charge == 0 {
            return Some(own);
        }
        match i16::from(self.0) - i16::from(charge) {
            0 => Some(&[0]),
            number => u8::try_from(number).ok().and_then(valences),
        }
    }

    /// Electrons in the outer shell of a main-group element.
    pub(crate) fn outer_electrons(self) -> Option<u8> {
        Some(match self.0 {
            1 => 1,
            2 => 2,
            number @ 3..=10 => number - 2,
            number @ 11..=18 => number - 10,
            19 | 37 | 55 | 87 => 1,
            20 | 38 | 56 | 88 => 2,
            number @ 31..=36 => number - 28,
            number @ 49..=54 => number - 46,
            number @ 81..=86 => number - 78,
            _ => return None,
        })
    }

    /// Whether the element draws electrons from `other`: it has more outer electrons, or as many
    /// and fewer shells.
    pub(crate) fn is_more_electronegative(self, other: Self) -> bool {
        match self.outer_electrons().cmp(&other.outer_electrons()) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => self.0 < other.0,
            std::cmp::Ordering::Less => false,
        }
    }
}

fn valences(number: u8) -> Option<&'static [u8]> {
    Some(match number {
        1 | 3 | 9 | 11 | 17 | 19 | 35 | 37 | 55 | 87 => &[1],
        2 | 10 | 18 | 36 | 86 => &[0],
        4 | 8 | 12 | 20 | 38 | 56 | 88 => &[2],
        5 | 7 | 31 | 49 => &[3],
        13 => &[3, 6],
        6 | 32 => &[4],
        14 => &[4, 6],
        15 | 33 | 51 => &[3, 5, 7],
        16 | 34 | 52 => &[2, 4, 6],
        50 => &[2, 4],
        53 => &[1, 3, 5],
        54 => &[0, 2, 4, 6],
        _ => return None,
    })
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_leads_back_to_its_element() {
        for number in 1..=118 {
            let element = Element::from_atomic_number(number).unwrap();
            assert_eq!(Element::from_symbol(element.symbol()), Some(element));
            assert!(element.weight() >= f64::from(number));
        }
        assert_eq!(Element::from_atomic_number(0), None);
        assert_eq!(Element::from_symbol("Xx"), None);
    }

    #[test]
    fn charged_atoms_bind_like_the_neutral_atom_with_as_many_electrons() {
        assert_eq!(Element::CARBON.valences_with_charge(1), Some(&[3][..]));
        assert_eq!(Element::NITROGEN.valences_with_charge(1), Some(&[4][..]));
        assert_eq!(Element::OXYGEN.valences_with_charge(-1), Some(&[1][..]));
        assert_eq!(Element::HYDROGEN.valences_with_charge(1), Some(&[0][..]));
    }
}
