//! The group of the network, as a flag.

use std::fmt;
use std::str::FromStr;

/// `cN` or `dN`: a finite group of rotations, or of rotations and reflections, of the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanarName {
    Cyclic(usize),
    Dihedral(usize),
}

impl FromStr for PlanarName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let wrong = || {
            format!("no group `{name}`; expected cN or dN with N from 1 to 64, such as c8 or d4")
        };
        let lower = name.to_lowercase();
        let (family, n) = lower.split_at_checked(1).ok_or_else(wrong)?;
        let n: usize = n.parse().map_err(|_| wrong())?;
        match family {
            "c" if (1..=64).contains(&n) => Ok(Self::Cyclic(n)),
            "d" if (1..=64).contains(&n) => Ok(Self::Dihedral(n)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for PlanarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cyclic(n) => write!(f, "c{n}"),
            Self::Dihedral(n) => write!(f, "d{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!("c8".parse(), Ok(PlanarName::Cyclic(8)));
        assert_eq!("D4".parse(), Ok(PlanarName::Dihedral(4)));
        for wrong in ["", "c", "c0", "c65", "e8", "8", "é8"] {
            assert!(wrong.parse::<PlanarName>().unwrap_err().contains("such as c8"), "{wrong}");
        }
    }
}
