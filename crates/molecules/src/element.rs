//! Chemical elements and what the periodic table says of them.

use std::fmt;

use crate::isotopes;

/// Symbols by atomic number, from hydrogen, and a constant for each.
macro_rules! elements {
    ($($symbol:ident)*) => {
        const SYMBOLS: [&str; 118] = [$(stringify!($symbol)),*];

        #[allow(dead_code)]
        enum Number { Zero, $($symbol),* }

        #[expect(non_upper_case_globals, reason = "named as chemists write them")]
        impl Element {
            $(
                #[doc = concat!("The element ", stringify!($symbol), ".")]
                pub const $symbol: Self = Self(Number::$symbol as u8);
            )*
        }
    };
}

elements! {
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br
    Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho
    Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es
    Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
}

/// Standard atomic weights in thousandths of g/mol, from hydrogen; mass numbers of the longest-lived
/// isotope where there is no standard weight.
const WEIGHTS: [u32; 118] = [
    1_008, 4_003, 6_941, 9_012, 10_812, 12_011, 14_007, 15_999, 18_998, 20_180, 22_990, 24_305,
    26_982, 28_086, 30_974, 32_067, 35_453, 39_948, 39_098, 40_078, 44_956, 47_867, 50_942, 51_996,
    54_938, 55_845, 58_933, 58_693, 63_546, 65_390, 69_723, 72_610, 74_922, 78_960, 79_904, 83_800,
    85_468, 87_620, 88_906, 91_224, 92_906, 95_940, 98_000, 101_070, 102_906, 106_420, 107_868,
    112_412, 114_818, 118_711, 121_760, 127_600, 126_904, 131_290, 132_905, 137_328, 138_906,
    140_116, 140_908, 144_240, 145_000, 150_360, 151_964, 157_250, 158_925, 162_500, 164_930,
    167_260, 168_934, 173_040, 174_967, 178_490, 180_948, 183_840, 186_207, 190_230, 192_217,
    195_078, 196_967, 200_590, 204_383, 207_200, 208_980, 209_000, 210_000, 222_000, 223_000,
    226_000, 227_000, 232_038, 231_036, 238_029, 237_000, 244_000, 243_000, 247_000, 247_000,
    251_000, 252_000, 257_000, 258_000, 259_000, 262_000, 267_000, 268_000, 269_000, 270_000,
    269_000, 278_000, 281_000, 281_000, 285_000, 284_000, 289_000, 288_000, 293_000, 292_000,
    294_000,
];

/// An element.
///
/// ```
/// use molecules::Element;
/// assert_eq!(Element::from_symbol("Cl").map(Element::atomic_number), Some(17));
/// assert_eq!(Element::C.symbol(), "C");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(u8);

impl Element {
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
        f64::from(WEIGHTS[usize::from(self.0) - 1]) / 1e3
    }

    /// The mass of an isotope in g/mol; the mass number for the rare ones of which it is not known
    /// here.
    ///
    /// ```
    /// use molecules::Element;
    /// assert_eq!(Element::H.isotope_mass(2), 2.014102);
    /// ```
    pub fn isotope_mass(self, mass_number: u16) -> f64 {
        self.micro_mass(Some(mass_number)) as f64 / 1e6
    }

    /// The mass of an isotope, or the standard weight where none is given, in millionths of g/mol.
    pub(crate) fn micro_mass(self, isotope: Option<u16>) -> i64 {
        match isotope {
            None => 1000 * i64::from(WEIGHTS[usize::from(self.0) - 1]),
            Some(number) => {
                isotopes::mass(self.0, number).map_or(1_000_000 * i64::from(number), i64::from)
            }
        }
    }

    /// Whether SMILES may write the element without brackets.
    pub fn is_organic(self) -> bool {
        matches!(self.0, 5..=9 | 15..=17 | 35 | 53)
    }

    /// Whether SMILES may write the element in lower case.
    pub fn can_be_aromatic(self) -> bool {
        matches!(self.0, 5..=8 | 14..=16 | 33 | 34 | 52)
    }

    /// The usual valences of the neutral atom in ascending order; none for metals, whose valence is
    /// not bounded here.
    pub fn valences(self) -> Option<&'static [u8]> {
        valences(self.0)
    }

    /// The valences of the atom with this charge: those of the neutral atom with as many
    /// electrons, so that C⁺ is like B, N⁺ like C and O⁻ like F.
    ///
    /// Anions of P, S, As and Se that would be like a halogen or a noble gas keep the shell of the
    /// neutral atom and lose a bond for each electron (S⁻: 1, 3, 5). A nucleus without electrons
    /// has no bonds. Ions of metals, and those like a metal, are not bounded.
    pub fn valences_with_charge(self, charge: i8) -> Option<&'static [u8]> {
        let own = self.valences()?;
        if charge == 0 {
            return Some(own);
        }
        let electrons = i16::from(self.0) - i16::from(charge);
        let Ok(electrons @ 1..) = u8::try_from(electrons) else {
            return (electrons <= 0).then_some(&[0]);
        };
        match (self.0, electrons) {
            (1, 2) => Some(&[0, 2]),
            (15, 17..) | (33, 35..) => anion(&[3, 5], charge),
            (16, 17..) | (34, 35..) => anion(&[2, 4, 6], charge),
            _ => valences(electrons),
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
        1 | 9 | 17 | 35 | 55 | 87 => &[1],
        2 | 10 | 18 | 36 | 86 => &[0],
        4 | 8 => &[2],
        5 | 7 | 13 | 31 | 49 => &[3],
        6 | 14 | 32 => &[4],
        15 | 33 | 51 | 83 => &[3, 5],
        16 | 34 | 52 | 84 => &[2, 4, 6],
        50 | 82 => &[2, 4],
        53 | 85 => &[1, 3, 5],
        54 => &[0, 2, 4, 6],
        _ => return None,
    })
}

/// The valences of an anion that keeps the shell of the neutral atom.
fn anion(neutral: &[u8], charge: i8) -> Option<&'static [u8]> {
    let most = neutral.last().map_or(0, |&most| i16::from(most) + i16::from(charge));
    Some(match most {
        5 => &[1, 3, 5],
        4 => &[0, 2, 4],
        3 => &[1, 3],
        2 => &[0, 2],
        1 => &[1],
        _ => &[0],
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
        assert_eq!(Element::C.valences_with_charge(1), Some(&[3][..]));
        assert_eq!(Element::N.valences_with_charge(1), Some(&[4][..]));
        assert_eq!(Element::O.valences_with_charge(-1), Some(&[1][..]));
        assert_eq!(Element::H.valences_with_charge(1), Some(&[0][..]));
    }
}
