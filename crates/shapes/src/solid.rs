//! The ten solids.

use std::f64::consts::{PI, TAU};

use nalgebra::Vector3;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// A kind of solid, given by how points are drawn from its surface or its skeleton.
///
/// None of them is the mirror image of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Solid {
    /// A sphere.
    Ball,
    /// The surface of a cube.
    Cube,
    /// The side of a cone, without its base.
    Cone,
    /// The side of a cylinder.
    Cylinder,
    /// A ring with a round section.
    Torus,
    /// A right-handed spring of two turns.
    Helix,
    /// The surface of a regular tetrahedron.
    Tetrahedron,
    /// Two square plates at a right angle.
    Bracket,
    /// Three rods of different lengths from one corner.
    Tripod,
    /// Half of a sphere.
    Bowl,
}

impl Solid {
    /// All, in the order of their labels.
    pub const ALL: [Self; 10] = [
        Self::Ball,
        Self::Cube,
        Self::Cone,
        Self::Cylinder,
        Self::Torus,
        Self::Helix,
        Self::Tetrahedron,
        Self::Bracket,
        Self::Tripod,
        Self::Bowl,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ball => "ball",
            Self::Cube => "cube",
            Self::Cone => "cone",
            Self::Cylinder => "cylinder",
            Self::Torus => "torus",
            Self::Helix => "helix",
            Self::Tetrahedron => "tetrahedron",
            Self::Bracket => "bracket",
            Self::Tripod => "tripod",
            Self::Bowl => "bowl",
        }
    }

    /// A random point of it, upright.
    pub(crate) fn point<R: Rng + ?Sized>(self, rng: &mut R) -> Vector3<f64> {
        match self {
            Self::Ball => direction(rng),
            Self::Cube => {
                let mut v = Vector3::from_fn(|_, _| rng.random_range(-1.0..1.0));
                let face = rng.random_range(0..3);
                v[face] = if rng.random() { 1.0 } else { -1.0 };
                v
            }
            Self::Cone => {
                // The side's area grows with the distance from the tip.
                let t = rng.random::<f64>().sqrt();
                let (sin, cos) = (rng.random::<f64>() * TAU).sin_cos();
                Vector3::new(t * cos, t * sin, 1.0 - 2.0 * t)
            }
            Self::Cylinder => {
                let (sin, cos) = (rng.random::<f64>() * TAU).sin_cos();
                Vector3::new(0.6 * cos, 0.6 * sin, rng.random_range(-1.2..1.2))
            }
            Self::Torus => {
                let (major, minor) = (1.0, 0.35);
                let angle = loop {
                    // The outer half of the ring has more area.
                    let angle = rng.random::<f64>() * TAU;
                    if rng.random::<f64>() * (major + minor) < major + minor * angle.cos() {
                        break angle;
                    }
                };
                let (sin, cos) = (rng.random::<f64>() * TAU).sin_cos();
                let r = major + minor * angle.cos();
                Vector3::new(r * cos, r * sin, minor * angle.sin())
            }
            Self::Helix => {
                let t: f64 = rng.random_range(-1.0..1.0);
                let (sin, cos) = (t * TAU).sin_cos();
                Vector3::new(0.7 * cos, 0.7 * sin, 1.1 * t)
            }
            Self::Tetrahedron => {
                let corners = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]];
                let left_out = rng.random_range(0..4);
                let face: Vec<_> = (0..4).filter(|i| *i != left_out).collect();
                let (mut a, mut b) = (rng.random::<f64>(), rng.random::<f64>());
                if a + b > 1.0 {
                    (a, b) = (1.0 - a, 1.0 - b);
                }
                let corner = |i: usize| Vector3::from_fn(|k, _| f64::from(corners[face[i]][k]));
                corner(0) * (1.0 - a - b) + corner(1) * a + corner(2) * b
            }
            Self::Bracket => {
                let (u, v) = (rng.random_range(-1.0..1.0), rng.random_range(0.0..2.0));
                if rng.random() { Vector3::new(u, v, 0.0) } else { Vector3::new(u, 0.0, v) }
            }
            Self::Tripod => {
                let lengths = [2.0, 1.4, 0.8];
                let mut at = rng.random_range(0.0..lengths.iter().sum());
                let mut v = Vector3::zeros();
                for (axis, length) in lengths.into_iter().enumerate() {
                    if at < length {
                        v[axis] = at;
                        break;
                    }
                    at -= length;
                }
                v
            }
            Self::Bowl => {
                let v = direction(rng);
                Vector3::new(v.x, v.y, -v.z.abs())
            }
        }
    }
}

/// Uniform on the sphere.
fn direction<R: Rng + ?Sized>(rng: &mut R) -> Vector3<f64> {
    let v = Vector3::from_fn(|_, _| StandardNormal.sample(rng));
    v.try_normalize(1e-9).unwrap_or_else(|| {
        let (sin, cos) = (PI * rng.random::<f64>()).sin_cos();
        Vector3::new(sin, 0.0, cos)
    })
}
