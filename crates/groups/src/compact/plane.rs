//! `SO(2)` and `O(2)`.

use std::f64::consts::{PI, TAU};

use nalgebra::{DMatrix, Matrix2};
use rand::{Rng, RngExt};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{CompactGroup, SAME};
use crate::representation::{BlockKind, Irrep, IrrepType};
use crate::{Group, Representation};

/// The rotation of the plane by an angle in radians, counter-clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Angle(#[serde(deserialize_with = "reduced")] f64);

/// A finite angle from a file, in `[0, 2π)`.
fn reduced<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let radians = f64::deserialize(deserializer)?;
    if radians.is_finite() {
        return Ok(Angle::new(radians).0);
    }
    Err(D::Error::custom(format!("an angle must be finite, got {radians}")))
}

impl Angle {
    /// The rotation by `radians`, which is reduced to `[0, 2π)`.
    pub fn new(radians: f64) -> Self {
        let reduced = radians.rem_euclid(TAU);
        // Rounding takes tiny negative angles to 2π itself.
        Self(if reduced < TAU { reduced } else { 0.0 })
    }

    /// The angle, in `[0, 2π)`.
    pub fn radians(self) -> f64 {
        self.0
    }

    /// Along the circle, in `[0, π]`.
    fn distance(self, other: Self) -> f64 {
        PI - ((self.0 - other.0).abs() - PI).abs()
    }
}

/// The rotations of the plane.
///
/// ```
/// use groups::Group;
/// use groups::compact::{Angle, SO2};
/// let turn = Angle::new(1.5);
/// assert!(SO2.same(&SO2.power(&turn, 4), &Angle::new(6.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SO2;

impl SO2 {
    /// The irrep of a frequency: trivial for 0, else the rotation by `k` times the angle, of complex
    /// type.
    pub fn irrep(&self, frequency: usize) -> Irrep<Self> {
        if frequency == 0 {
            return Irrep::new(Representation::trivial(self), IrrepType::Real);
        }
        let matrix = move |a: &Angle| dynamic(rotation(frequency as f64 * a.0));
        Irrep::new(plane(self, frequency, matrix), IrrepType::Complex)
    }
}

impl Group for SO2 {
    type Element = Angle;

    fn name(&self) -> String {
        "SO(2)".into()
    }

    fn identity(&self) -> Angle {
        Angle(0.0)
    }

    fn compose(&self, a: &Angle, b: &Angle) -> Angle {
        Angle::new(a.0 + b.0)
    }

    fn inverse(&self, a: &Angle) -> Angle {
        Angle::new(-a.0)
    }

    /// One radian, no rational part of a turn.
    fn generators(&self) -> Vec<Angle> {
        vec![Angle(1.0)]
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Angle {
        Angle::new(rng.random_range(0.0..TAU))
    }

    fn same(&self, a: &Angle, b: &Angle) -> bool {
        a.distance(*b) < SAME
    }
}

impl CompactGroup for SO2 {
    fn quadrature(&self, degree: usize) -> Vec<(Angle, f64)> {
        let n = degree + 1;
        (0..n).map(|i| (Angle::new(TAU * i as f64 / n as f64), (n as f64).recip())).collect()
    }

    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>> {
        (0..=degree).map(|k| self.irrep(k)).collect()
    }
}

/// A rotation or reflection of the plane: reflect `y ↦ −y` first, where asked for, then rotate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaneIsometry {
    /// The rotation.
    pub angle: Angle,
    /// Whether the reflection comes before it.
    pub reflected: bool,
}

/// The rotations and reflections of the plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct O2;

impl O2 {
    /// The two-dimensional irrep of a frequency `k ≥ 1`, of real type; `None` for 0, where there are
    /// the [trivial](Representation::trivial) one and the [determinant](Self::determinant).
    pub fn irrep(&self, frequency: usize) -> Option<Irrep<Self>> {
        if frequency == 0 {
            return None;
        }
        let matrix = move |g: &PlaneIsometry| {
            let turn = rotation(frequency as f64 * g.angle.0);
            let flip = Matrix2::new(1.0, 0.0, 0.0, -1.0);
            dynamic(if g.reflected { turn * flip } else { turn })
        };
        Some(Irrep::new(plane(self, frequency, matrix), IrrepType::Real))
    }

    /// `+1` on rotations, `−1` on reflections.
    pub fn determinant(&self) -> Irrep<Self> {
        let value =
            |g: &PlaneIsometry| DMatrix::from_element(1, 1, if g.reflected { -1.0 } else { 1.0 });
        let kind = BlockKind::Harmonic { degree: 0, odd: true };
        let rep = Representation::of_kind(self, "determinant".into(), 1, kind, value);
        Irrep::new(rep, IrrepType::Real)
    }
}

impl Group for O2 {
    type Element = PlaneIsometry;

    fn name(&self) -> String {
        "O(2)".into()
    }

    fn identity(&self) -> PlaneIsometry {
        PlaneIsometry { angle: Angle(0.0), reflected: false }
    }

    fn compose(&self, a: &PlaneIsometry, b: &PlaneIsometry) -> PlaneIsometry {
        // A reflection turns the rotation after it round.
        let turn = if a.reflected { -b.angle.0 } else { b.angle.0 };
        PlaneIsometry { angle: Angle::new(a.angle.0 + turn), reflected: a.reflected != b.reflected }
    }

    fn inverse(&self, a: &PlaneIsometry) -> PlaneIsometry {
        let angle = if a.reflected { a.angle } else { Angle::new(-a.angle.0) };
        PlaneIsometry { angle, reflected: a.reflected }
    }

    fn generators(&self) -> Vec<PlaneIsometry> {
        [(1.0, false), (0.0, true)]
            .map(|(angle, reflected)| PlaneIsometry { angle: Angle(angle), reflected })
            .to_vec()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> PlaneIsometry {
        PlaneIsometry { angle: SO2.sample(rng), reflected: rng.random() }
    }

    fn same(&self, a: &PlaneIsometry, b: &PlaneIsometry) -> bool {
        a.reflected == b.reflected && SO2.same(&a.angle, &b.angle)
    }
}

impl CompactGroup for O2 {
    fn quadrature(&self, degree: usize) -> Vec<(PlaneIsometry, f64)> {
        let both = [false, true];
        let rotations = SO2.quadrature(degree).into_iter();
        rotations
            .flat_map(|(angle, w)| {
                both.map(|reflected| (PlaneIsometry { angle, reflected }, w / 2.0))
            })
            .collect()
    }

    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>> {
        let lines =
            [Irrep::new(Representation::trivial(self), IrrepType::Real), self.determinant()];
        lines.into_iter().chain((1..=degree).filter_map(|k| self.irrep(k))).collect()
    }
}

/// The plane, turned by `frequency` times the angle.
fn plane<G: Group>(
    group: &G,
    frequency: usize,
    matrix: impl Fn(&G::Element) -> DMatrix<f64> + Send + Sync + 'static,
) -> Representation<G> {
    let kind = BlockKind::Harmonic { degree: frequency, odd: false };
    Representation::of_kind(group, format!("frequency {frequency}"), 2, kind, matrix)
}

fn rotation(angle: f64) -> Matrix2<f64> {
    let (s, c) = angle.sin_cos();
    Matrix2::new(c, -s, s, c)
}

fn dynamic(m: Matrix2<f64>) -> DMatrix<f64> {
    DMatrix::from_iterator(2, 2, m.iter().copied())
}
