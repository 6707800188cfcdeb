//! The columns of QM9.

/// A property of a molecule in its ground state, B3LYP/6-31G(2df,p).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Property {
    /// Rotational constant A.
    A,
    /// Rotational constant B.
    B,
    /// Rotational constant C.
    C,
    /// Dipole moment.
    Mu,
    /// Isotropic polarisability.
    Alpha,
    /// Energy of the highest occupied orbital.
    Homo,
    /// Energy of the lowest unoccupied orbital.
    Lumo,
    /// Gap between both.
    Gap,
    /// Electronic spatial extent.
    R2,
    /// Zero-point vibrational energy.
    Zpve,
    /// Internal energy at 0 K.
    U0,
    /// Internal energy at 298.15 K.
    U298,
    /// Enthalpy at 298.15 K.
    H298,
    /// Free energy at 298.15 K.
    G298,
    /// Heat capacity at 298.15 K.
    Cv,
    /// Internal energy of atomisation at 0 K.
    U0Atom,
    /// Internal energy of atomisation at 298.15 K.
    U298Atom,
    /// Enthalpy of atomisation at 298.15 K.
    H298Atom,
    /// Free energy of atomisation at 298.15 K.
    G298Atom,
}

impl Property {
    /// All properties, in the order of the columns.
    pub const ALL: [Self; 19] = [
        Self::A,
        Self::B,
        Self::C,
        Self::Mu,
        Self::Alpha,
        Self::Homo,
        Self::Lumo,
        Self::Gap,
        Self::R2,
        Self::Zpve,
        Self::U0,
        Self::U298,
        Self::H298,
        Self::G298,
        Self::Cv,
        Self::U0Atom,
        Self::U298Atom,
        Self::H298Atom,
        Self::G298Atom,
    ];

    /// The name of the column.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::Mu => "mu",
            Self::Alpha => "alpha",
            Self::Homo => "homo",
            Self::Lumo => "lumo",
            Self::Gap => "gap",
            Self::R2 => "r2",
            Self::Zpve => "zpve",
            Self::U0 => "u0",
            Self::U298 => "u298",
            Self::H298 => "h298",
            Self::G298 => "g298",
            Self::Cv => "cv",
            Self::U0Atom => "u0_atom",
            Self::U298Atom => "u298_atom",
            Self::H298Atom => "h298_atom",
            Self::G298Atom => "g298_atom",
        }
    }

    /// The unit of the column.
    pub fn unit(self) -> &'static str {
        match self {
            Self::A | Self::B | Self::C => "GHz",
            Self::Mu => "D",
            Self::Alpha => "bohr³",
            Self::R2 => "bohr²",
            Self::Cv => "cal/(mol K)",
            Self::U0Atom | Self::U298Atom | Self::H298Atom | Self::G298Atom => "kcal/mol",
            _ => "hartree",
        }
    }
}
