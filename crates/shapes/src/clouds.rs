//! Sets of clouds, and their poses.

use groups::compact::SO3;
use groups::{FiniteGroup, Group, MatrixGroup};
use nalgebra::{Matrix3, Vector3};
use ndarray::{Array3, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use sha2::{Digest, Sha256};

use crate::{ShapesError, Solid};

/// Standard deviation of the noise on each coordinate, before the cloud is scaled.
const NOISE: f64 = 0.03;
/// Solids are stretched along their own axes by factors from this interval.
const STRETCH: std::ops::Range<f64> = 0.8..1.25;

/// Streams of random numbers from here on are for poses, those below for clouds.
const POSES: u64 = 1 << 40;

/// Labelled clouds of points, each with its centroid at the origin and mean squared distance 1 from
/// it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clouds {
    /// Clouds, points, coordinates: (n, P, 3).
    pub points: Array3<f32>,
    /// Index into [`Solid::ALL`].
    pub labels: Vec<usize>,
}

/// How clouds are turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pose {
    /// Not at all.
    Upright,
    /// Each by a random one of the 24 rotations of the cube.
    CubeRotations,
    /// Each by a random rotation.
    Rotations,
}

impl Clouds {
    /// `n` clouds of `points` points, upright, solid by solid in turn. Each is stretched along its
    /// axes by random factors, and its points are drawn and moved a little at random.
    pub fn generate(n: usize, points: usize, seed: u64) -> Self {
        let mut values = Array3::zeros((n, points, 3));
        let labels: Vec<usize> = (0..n).map(|i| i % Solid::ALL.len()).collect();
        for ((i, mut cloud), &label) in values.outer_iter_mut().enumerate().zip(&labels) {
            let mut rng = stream(seed, i as u64);
            let stretch = Vector3::from_fn(|_, _| rng.random_range(STRETCH));
            let mut drawn: Vec<Vector3<f64>> = (0..points)
                .map(|_| {
                    let noise = Vector3::from_fn(|_, _| NOISE * normal(&mut rng));
                    Solid::ALL[label].point(&mut rng).component_mul(&stretch) + noise
                })
                .collect();
            normalise(&mut drawn);
            for (mut row, v) in cloud.axis_iter_mut(Axis(0)).zip(&drawn) {
                row.iter_mut().zip(v.iter()).for_each(|(out, v)| *out = *v as f32);
            }
        }
        Self { points: values, labels }
    }

    /// How many clouds there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The first of the clouds, all if there are no more.
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self {
            points: self.points.slice_axis(Axis(0), ndarray::Slice::from(..count)).to_owned(),
            labels: self.labels[..count].to_vec(),
        }
    }

    /// The clouds, each turned at random.
    pub fn posed(&self, pose: &Pose, seed: u64) -> Self {
        let cube = match pose {
            Pose::Upright => return self.clone(),
            Pose::CubeRotations => cube_rotations().ok(),
            Pose::Rotations => None,
        };
        let mut posed = self.clone();
        for (i, mut cloud) in posed.points.outer_iter_mut().enumerate() {
            let mut rng = stream(seed, POSES + i as u64);
            let rotation = match &cube {
                Some(all) => all[rng.random_range(0..all.len())],
                None => SO3.sample(&mut rng).to_rotation_matrix().into_inner(),
            };
            turn(&mut cloud, &rotation);
        }
        posed
    }

    /// The clouds, all turned by one orthogonal matrix.
    pub fn turned(&self, rotation: &Matrix3<f64>) -> Self {
        let mut turned = self.clone();
        turned.points.outer_iter_mut().for_each(|mut cloud| turn(&mut cloud, rotation));
        turned
    }

    /// A hash of all points and labels.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        self.points.iter().for_each(|v| hash.update(v.to_le_bytes()));
        self.labels.iter().for_each(|label| hash.update(label.to_le_bytes()));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The rotation matrices of the cube, the identity first.
fn cube_rotations() -> Result<Vec<Matrix3<f64>>, ShapesError> {
    let group = MatrixGroup::octahedral()?;
    let matrix = |g| Matrix3::from_iterator(group.matrix(&g).iter().copied());
    Ok(group.elements().map(matrix).collect())
}

fn turn(cloud: &mut ndarray::ArrayViewMut2<'_, f32>, rotation: &Matrix3<f64>) {
    for mut row in cloud.axis_iter_mut(Axis(0)) {
        let v = rotation * Vector3::from_fn(|k, _| f64::from(row[k]));
        row.iter_mut().zip(v.iter()).for_each(|(out, v)| *out = *v as f32);
    }
}

fn normalise(points: &mut [Vector3<f64>]) {
    let n = points.len().max(1) as f64;
    let centroid = points.iter().sum::<Vector3<f64>>() / n;
    points.iter_mut().for_each(|v| *v -= centroid);
    let size = (points.iter().map(Vector3::norm_squared).sum::<f64>() / n).sqrt();
    if size > 0.0 {
        points.iter_mut().for_each(|v| *v /= size);
    }
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A stream for each cloud and each pose: adding clouds changes none that were there, and a pose says
/// nothing of the cloud.
fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
