//! `C_N`, the rotations of a regular polygon.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, Matrix2};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::group::Structure;
use crate::representation::{Irrep, IrrepType};
use crate::spec::element::{self, Letter};
use crate::{FiniteGroup, Group, GroupError, HasIrreps, PlanarGroup, Representation};

/// The cyclic group `C_N = ⟨r | r^N⟩`: element `k` is the rotation `r^k` by `2πk/N`.
///
/// ```
/// use groups::{Cyclic, Group};
/// let c8 = Cyclic::new(8)?;
/// assert_eq!(c8.compose(&5, &6), 3);
/// assert_eq!(c8.inverse(&3), 5);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Cyclic {
    order: usize,
}

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(rename = "Cyclic")]
struct Unchecked {
    order: usize,
}

impl TryFrom<Unchecked> for Cyclic {
    type Error = GroupError;

    fn try_from(read: Unchecked) -> Result<Self, GroupError> {
        Self::new(read.order)
    }
}

impl Cyclic {
    /// The cyclic group of the given order.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for order 0.
    pub fn new(order: usize) -> Result<Self, GroupError> {
        if order == 0 {
            return Err(GroupError::Empty { group: "cyclic group", parameter: "order" });
        }
        Ok(Self { order })
    }

    /// The real irrep of frequency `k`, `0 ≤ k ≤ N/2`.
    ///
    /// Frequency 0 is trivial; `N/2` (even `N`) is the sign `r ↦ −1`; every other is the rotation
    /// of the plane by `2πk/N`, of complex type: over the complex numbers it splits into the
    /// characters `e^{±2πik/N}`.
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] for larger `k`.
    pub fn irrep(&self, frequency: usize) -> Result<Irrep<Self>, GroupError> {
        let n = self.order;
        if frequency > n / 2 {
            return Err(GroupError::NoSuchIrrep {
                group: self.name(),
                irrep: frequency.to_string(),
                available: format!("frequencies 0 to {}", n / 2),
            });
        }
        let name = format!("irrep {frequency}");
        Ok(if frequency == 0 {
            Irrep::new(Representation::trivial(self), IrrepType::Real)
        } else if 2 * frequency == n {
            let sign = |k: &usize| {
                DMatrix::from_element(1, 1, if k.is_multiple_of(2) { 1.0 } else { -1.0 })
            };
            Irrep::new(Representation::from_matrices(self, name, 1, sign), IrrepType::Real)
        } else {
            let rotation = move |k: &usize| rotation_block(frequency * k, n);
            Irrep::new(Representation::from_matrices(self, name, 2, rotation), IrrepType::Complex)
        })
    }
}

impl Group for Cyclic {
    type Element = usize;

    fn name(&self) -> String {
        format!("C{}", self.order)
    }

    fn identity(&self) -> usize {
        0
    }

    fn compose(&self, a: &usize, b: &usize) -> usize {
        (a + b) % self.order
    }

    fn inverse(&self, a: &usize) -> usize {
        (self.order - a % self.order) % self.order
    }

    fn generators(&self) -> Vec<usize> {
        if self.order == 1 { vec![] } else { vec![1] }
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        rng.random_range(0..self.order)
    }

    fn structure(&self) -> Structure<usize> {
        Structure::Cyclic { order: self.order }
    }
}

impl FiniteGroup for Cyclic {
    fn order(&self) -> usize {
        self.order
    }

    fn element(&self, index: usize) -> usize {
        assert!(index < self.order, "{} has no element number {index}", self.name());
        index
    }

    fn index(&self, element: &usize) -> usize {
        element % self.order
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        element::plane(self)
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(self.irreps())
    }

    fn element_syntax(&self) -> String {
        format!(
            "a number from 0 to {}, a power of the generator such as r^3 or r^-1, or an angle such \
             as -{}deg",
            self.order() - 1,
            element::decimals(360.0 / self.order() as f64)
        )
    }

    fn read_element(&self, text: &str) -> Option<usize> {
        let text = element::squeeze(text);
        let word = match text.parse::<i64>() {
            Ok(power) => vec![Letter::Power(power)],
            Err(_) => element::word(&text)?,
        };
        match element::of_polygon(&word, self.order()).ok()? {
            (turn, false) => Some(turn),
            (_, true) => None,
        }
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        element::nearest_turns(text, self.order())
    }
}

impl HasIrreps for Cyclic {
    /// By frequency: see [`Cyclic::irrep`].
    fn irreps(&self) -> Vec<Irrep<Self>> {
        (0..=self.order / 2).filter_map(|k| self.irrep(k).ok()).collect()
    }
}

impl PlanarGroup for Cyclic {
    fn planar_matrix(&self, g: &usize) -> Matrix2<f64> {
        rotation_by_fraction(*g, self.order)
    }
}

/// Cosine and sine of `2πk/n`, exact at multiples of a quarter turn.
pub(crate) fn cos_sin_of_fraction(k: usize, n: usize) -> (f64, f64) {
    let k = k % n;
    match 4 * k {
        0 => (1.0, 0.0),
        q if q == n => (0.0, 1.0),
        q if q == 2 * n => (-1.0, 0.0),
        q if q == 3 * n => (0.0, -1.0),
        _ => {
            let (sin, cos) = (TAU * k as f64 / n as f64).sin_cos();
            (cos, sin)
        }
    }
}

/// The rotation of the plane by `2πk/n`.
pub(crate) fn rotation_by_fraction(k: usize, n: usize) -> Matrix2<f64> {
    let (c, s) = cos_sin_of_fraction(k, n);
    Matrix2::new(c, -s, s, c)
}

/// [`rotation_by_fraction`] as a dynamically sized matrix.
pub(crate) fn rotation_block(k: usize, n: usize) -> DMatrix<f64> {
    DMatrix::from_iterator(2, 2, rotation_by_fraction(k, n).iter().copied())
}
