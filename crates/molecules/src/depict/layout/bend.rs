//! Bonds that bend and stretch, where mirroring makes no room.

use std::f64::consts::PI;

use super::grow::reached;
use super::part::Part;
use super::point::{Point, add, at_angle, length, scaled, sub, turned, unit};

/// Turns at an atom.
const TURNS: [f64; 4] = [PI / 9.0, -PI / 9.0, PI / 4.5, -PI / 4.5];

/// What a bond becomes longer by.
const LONGER: [f64; 2] = [0.4, 0.8];

/// No bond is stretched beyond.
const LONGEST: f64 = 2.0;

/// A change of what lies behind a bond outside of rings.
#[derive(Debug)]
pub(super) enum Bend {
    /// Turned around an atom.
    Turn { pivot: usize, turn: Point, moving: Vec<usize> },
    /// Moved away from an atom along the bond to another.
    Stretch { from: usize, to: usize, by: f64, moving: Vec<usize> },
}

impl Bend {
    /// All changes, of the lesser side of each bond.
    pub(super) fn all(part: &Part, in_ring: impl Fn(usize, usize) -> bool) -> Vec<Self> {
        let mut bends = Vec::new();
        for &[a, b] in part.bonds.iter().filter(|[a, b]| !in_ring(*a, *b)) {
            let behind_b = reached(part, b, |from, to| (from, to) == (b, a));
            let behind_a = reached(part, a, |from, to| (from, to) == (a, b));
            let (from, to, moving) = match behind_b.len() <= behind_a.len() {
                true => (a, b, behind_b),
                false => (b, a, behind_a),
            };
            for turn in TURNS.map(at_angle) {
                bends.push(Self::Turn { pivot: from, turn, moving: moving.clone() });
                if moving.len() > 1 {
                    bends.push(Self::Turn { pivot: to, turn, moving: moving.clone() });
                }
            }
            for by in LONGER {
                bends.push(Self::Stretch { from, to, by, moving: moving.clone() });
            }
        }
        bends
    }

    /// Moves the atoms.
    pub(super) fn apply(&self, points: &mut [Point]) {
        match self {
            Self::Turn { pivot, turn, moving } => {
                let at = points[*pivot];
                for &atom in moving {
                    points[atom] = add(at, turned(sub(points[atom], at), *turn));
                }
            }
            Self::Stretch { from, to, by, moving } => {
                let bond = sub(points[*to], points[*from]);
                let step = scaled(unit(bond), by.min(LONGEST - length(bond)).max(0.0));
                for &atom in moving {
                    points[atom] = add(points[atom], step);
                }
            }
        }
    }
}
