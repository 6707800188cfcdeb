//! Families of pairs of codes on which projections are tried.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a pair of codes comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Family {
    /// Two of the codes, drawn at random.
    Random,
    /// A code and another one at 1/1000 of the codes' size.
    Close,
    /// Two codes close to one and the same code that some element of the group leaves alone.
    NearStabilizer,
    /// Two points of the circle that proves the [`Floor`](super::Floor).
    Cone,
    /// A code and the same with every regular field reversed, `z(g) ↦ z(g⁻¹)`.
    Reversal,
    /// A code and the same with one field moved by an element of the group, the others not.
    FieldShift,
    /// A code and the same with one column of node features permuted, the others not.
    ColumnShuffle,
    /// Where the derivative shrinks most or stretches most, at a few codes.
    Derivative,
    /// What a search for near-collisions and for expansion has found.
    Search,
}

impl Family {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 9] = [
        Self::Random,
        Self::Close,
        Self::NearStabilizer,
        Self::Cone,
        Self::Reversal,
        Self::FieldShift,
        Self::ColumnShuffle,
        Self::Derivative,
        Self::Search,
    ];
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "random",
            Self::Close => "close",
            Self::NearStabilizer => "near stabilizer",
            Self::Cone => "cone",
            Self::Reversal => "reversal",
            Self::FieldShift => "field shift",
            Self::ColumnShuffle => "column shuffle",
            Self::Derivative => "derivative",
            Self::Search => "search",
        })
    }
}
