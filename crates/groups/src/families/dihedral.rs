//! `D_N`, the symmetries of a regular polygon.

use nalgebra::{DMatrix, Matrix2};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::cyclic::rotation_by_fraction;
use crate::group::Structure;
use crate::representation::{Irrep, IrrepType};
use crate::spec::element;
use crate::{FiniteGroup, Group, GroupError, HasIrreps, PlanarGroup, Representation};

/// The dihedral group `D_N` of order `2N`: rotations by `2πk/N` and reflections.
///
/// `D_N = ⟨r, s | r^N, s², (sr)²⟩`, where `s` is the reflection `y ↦ −y` about the `x` axis.
/// The rotations come first in the numbering, then the reflections `r^k s`.
///
/// ```
/// use groups::{Dihedral, DihedralElement, Group};
/// let d4 = Dihedral::new(4)?;
/// let (r, s) = (DihedralElement::rotation(1), DihedralElement::reflection(0));
/// // s r s = r⁻¹
/// assert_eq!(d4.compose(&s, &d4.compose(&r, &s)), d4.inverse(&r));
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Dihedral {
    n: usize,
}

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(rename = "Dihedral")]
struct Unchecked {
    n: usize,
}

impl TryFrom<Unchecked> for Dihedral {
    type Error = GroupError;

    fn try_from(read: Unchecked) -> Result<Self, GroupError> {
        Self::new(read.n)
    }
}

/// The element `r^rotation · s^reflected` of a dihedral group: reflect first, then rotate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DihedralElement {
    /// The power of the rotation by `2π/N`.
    pub rotation: usize,
    /// Whether the reflection `y ↦ −y` comes before it.
    pub reflected: bool,
}

impl DihedralElement {
    /// The rotation `r^k`.
    pub fn rotation(k: usize) -> Self {
        Self { rotation: k, reflected: false }
    }

    /// The reflection `r^k s`.
    pub fn reflection(k: usize) -> Self {
        Self { rotation: k, reflected: true }
    }
}

impl Dihedral {
    /// The symmetries of the regular `n`-gon, a group of order `2n`.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for `n = 0`.
    pub fn new(n: usize) -> Result<Self, GroupError> {
        if n == 0 {
            return Err(GroupError::Empty {
                group: "dihedral group",
                parameter: "number of corners",
            });
        }
        Ok(Self { n })
    }
}

fn planar(rotation: usize, reflected: bool, n: usize) -> Matrix2<f64> {
    let turn = rotation_by_fraction(rotation, n);
    if reflected { turn * Matrix2::new(1.0, 0.0, 0.0, -1.0) } else { turn }
}

impl Group for Dihedral {
    type Element = DihedralElement;

    fn name(&self) -> String {
        format!("D{}", self.n)
    }

    fn identity(&self) -> DihedralElement {
        DihedralElement::rotation(0)
    }

    fn compose(&self, a: &DihedralElement, b: &DihedralElement) -> DihedralElement {
        // r^a s · r^b = r^(a − b) s, since s r s = r⁻¹.
        let b_turn = b.rotation % self.n;
        let turn = if a.reflected { self.n - b_turn } else { b_turn };
        DihedralElement {
            rotation: (a.rotation + turn) % self.n,
            reflected: a.reflected != b.reflected,
        }
    }

    fn inverse(&self, a: &DihedralElement) -> DihedralElement {
        let rotation = a.rotation % self.n;
        DihedralElement {
            rotation: if a.reflected { rotation } else { (self.n - rotation) % self.n },
            reflected: a.reflected,
        }
    }

    fn generators(&self) -> Vec<DihedralElement> {
        let s = DihedralElement::reflection(0);
        if self.n == 1 { vec![s] } else { vec![DihedralElement::rotation(1), s] }
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> DihedralElement {
        DihedralElement { rotation: rng.random_range(0..self.n), reflected: rng.random() }
    }

    fn structure(&self) -> Structure<DihedralElement> {
        Structure::Dihedral { corners: self.n }
    }
}

impl FiniteGroup for Dihedral {
    fn order(&self) -> usize {
        2 * self.n
    }

    fn element(&self, index: usize) -> DihedralElement {
        assert!(index < 2 * self.n, "{} has no element number {index}", self.name());
        DihedralElement { rotation: index % self.n, reflected: index >= self.n }
    }

    fn index(&self, element: &DihedralElement) -> usize {
        element.rotation % self.n + if element.reflected { self.n } else { 0 }
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        element::plane(self)
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(self.irreps())
    }

    fn element_syntax(&self) -> String {
        format!(
            "a number from 0 to {}, a word such as r^3, s or r^3 s, or an angle such as -{}deg, with s \
             after it for the reflection y ↦ −y before it",
            self.order() - 1,
            element::decimals(720.0 / self.order() as f64)
        )
    }

    /// Rotations come first in the numbering, then the reflections.
    fn read_element(&self, text: &str) -> Option<DihedralElement> {
        if let Ok(index) = text.trim().parse::<usize>() {
            return (index < self.order()).then(|| self.element(index));
        }
        let word = element::word(&element::squeeze(text))?;
        let (rotation, reflected) = element::of_polygon(&word, self.order() / 2).ok()?;
        Some(DihedralElement { rotation, reflected })
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        element::nearest_turns(text, self.order() / 2)
    }

    fn write_element(&self, g: &DihedralElement) -> String {
        format!("r^{}{}", g.rotation, if g.reflected { " s" } else { "" })
    }
}

impl HasIrreps for Dihedral {
    /// All irreps. They are of real type: the one-dimensional `A1` (trivial), `A2`
    /// (`r ↦ 1, s ↦ −1`), for even `N` also `B1` (`r ↦ −1, s ↦ 1`) and `B2` (`r ↦ −1, s ↦ −1`),
    /// then the two-dimensional `E_k`, `1 ≤ k < N/2`.
    fn irreps(&self) -> Vec<Irrep<Self>> {
        let n = self.n;
        let line = |name: &str, r: f64, s: f64| {
            let value = move |g: &DihedralElement| {
                let rotation = if g.rotation.is_multiple_of(2) { 1.0 } else { r };
                DMatrix::from_element(1, 1, if g.reflected { rotation * s } else { rotation })
            };
            Irrep::new(Representation::from_matrices(self, name.into(), 1, value), IrrepType::Real)
        };
        let mut irreps =
            vec![Irrep::new(Representation::trivial(self), IrrepType::Real), line("A2", 1.0, -1.0)];
        if n.is_multiple_of(2) {
            irreps.push(line("B1", -1.0, 1.0));
            irreps.push(line("B2", -1.0, -1.0));
        }
        irreps.extend((1..n.div_ceil(2)).map(|k| {
            let plane = move |g: &DihedralElement| {
                let m = planar(k * g.rotation, g.reflected, n);
                DMatrix::from_iterator(2, 2, m.iter().copied())
            };
            let rep = Representation::from_matrices(self, format!("E{k}"), 2, plane);
            Irrep::new(rep, IrrepType::Real)
        }));
        irreps
    }
}

impl PlanarGroup for Dihedral {
    fn planar_matrix(&self, g: &DihedralElement) -> Matrix2<f64> {
        planar(g.rotation, g.reflected, self.n)
    }
}
