//! Compact groups: rotations and reflections of the plane and of space.
//!
//! Sums over a finite group become integrals with the Haar measure. Irreps are listed to a given
//! degree, and [`CompactGroup::quadrature`] integrates their matrix entries exactly:
//!
//! | group | irreps | dimension | type |
//! |---|---|---|---|
//! | [`SO2`] | frequency 0 | 1 | real |
//! | | frequency `k ≥ 1` | 2 | complex |
//! | [`O2`] | trivial, determinant | 1 | real |
//! | | frequency `k ≥ 1` | 2 | real |
//! | [`SO3`] | degree `l` ([`wigner`]) | `2l + 1` | real |
//! | [`O3`] | degree `l`, each parity | `2l + 1` | real |
//!
//! The quotient metric of these groups is that of [`Isometries`].
//!
//! ```
//! use groups::Group;
//! use groups::compact::{CompactGroup, SO3};
//! // Schur: the mean of χ² over the group is 1 for an irrep of real type.
//! let psi = SO3.irrep(2)?;
//! let rep = psi.representation();
//! let square = SO3.mean(4, |g| rep.character(g).powi(2));
//! assert!((square - 1.0).abs() < 1e-12);
//! // Two generic rotations generate a dense subgroup, so fixed spaces and intertwiners need no
//! // integral: 2 ⊗ 2 = 0 ⊕ 1 ⊕ 2 ⊕ 3 ⊕ 4 has one invariant.
//! assert_eq!(rep.tensor(rep)?.fixed_dim(), 1);
//! # Ok::<(), groups::GroupError>(())
//! ```

mod isometries;
mod plane;
mod pose;
mod quadrature;
mod space;
pub mod wigner;

pub use isometries::{Aligner, Isometries};
pub use plane::{Angle, O2, PlaneIsometry, SO2};
pub use quadrature::gauss_legendre;
pub use space::{O3, SO3, SpaceIsometry, SpaceRotation};

use crate::Group;
use crate::representation::Irrep;

/// A compact group whose integrals and irreps are known.
pub trait CompactGroup: Group {
    /// Elements `g_i` and weights `w_i > 0`, `Σ w_i = 1`, with `Σ w_i f(g_i) = ∫ f dg` for every
    /// matrix entry `f` of an irrep of degree (or frequency) up to `degree`. A product of entries of
    /// degrees `k` and `l` is a sum of entries of degrees up to `k + l`.
    fn quadrature(&self, degree: usize) -> Vec<(Self::Element, f64)>;

    /// The irreps of degrees (or frequencies) `0..=degree`, the trivial one first.
    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>>;

    /// `∫ f dg`, exact for sums of matrix entries of irreps of degree up to `degree`.
    fn mean(&self, degree: usize, f: impl Fn(&Self::Element) -> f64) -> f64 {
        self.quadrature(degree).iter().map(|(g, w)| w * f(g)).sum()
    }
}

/// Largest difference of matrix entries, or of angles, at which two elements are the same.
const SAME: f64 = 1e-9;
