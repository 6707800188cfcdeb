//! Relaxation: what bonds, angles and room pull atoms to.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::point::{
    Point, add, cross, distance, dot, left_of, length, nearest_share, scaled, sub, unit,
};

/// Atoms that are not bonded stay at least so far apart, where there is room.
const ROOM: f64 = 1.25;

/// An atom stays at least so far from bonds of others, where there is room.
const BERTH: f64 = 0.55;

/// A spring: two atoms, the length at rest, and how stiff it is.
type Spring = ([usize; 2], f64, f64);

/// What is to be relaxed.
#[derive(Debug)]
pub(super) struct Relaxation {
    bonds: Vec<[usize; 2]>,
    springs: Vec<Spring>,
    /// Pairs of atoms without a spring, by index.
    apart: Vec<[usize; 2]>,
}

impl Relaxation {
    /// Bonds of length 1, and rings as regular as they can be.
    pub(super) fn of_rings(atoms: usize, bonds: &[[usize; 2]], rings: &[Vec<usize>]) -> Self {
        let mut chords: BTreeMap<[usize; 2], (f64, f64)> = BTreeMap::new();
        for ring in rings {
            let size = ring.len();
            let chord = 2.0 * (PI * (0.5 - 1.0 / size as f64)).sin();
            for at in 0..size {
                let (a, b) = (ring[at], ring[(at + 2) % size]);
                let pair = [a.min(b), a.max(b)];
                if size > 3 && !bonds.contains(&pair) {
                    let entry = chords.entry(pair).or_insert((0.0, 0.0));
                    *entry = (entry.0 + chord, entry.1 + 1.0);
                }
            }
        }
        let chords =
            chords.into_iter().map(|(pair, (sum, count))| (pair, sum / count, 0.25)).collect();
        Self::new(atoms, bonds, chords)
    }

    /// Bonds of length 1, and angles as they are drawn already.
    pub(super) fn of_drawing(points: &[Point], bonds: &[[usize; 2]]) -> Self {
        let mut kept = BTreeMap::new();
        for (index, [a, b]) in bonds.iter().enumerate() {
            for [c, d] in &bonds[index + 1..] {
                let pair = match (a == c, a == d, b == c, b == d) {
                    (true, ..) => [*b, *d],
                    (_, true, ..) => [*b, *c],
                    (_, _, true, _) => [*a, *d],
                    (.., true) => [*a, *c],
                    _ => continue,
                };
                let pair = [pair[0].min(pair[1]), pair[0].max(pair[1])];
                if !bonds.contains(&pair) {
                    kept.insert(pair, distance(points[pair[0]], points[pair[1]]));
                }
            }
        }
        let kept = kept.into_iter().map(|(pair, length)| (pair, length, 0.5)).collect();
        Self::new(points.len(), bonds, kept)
    }

    /// Bonds that give way, so that room counts most: for drawings that are too crowded for bonds
    /// of length 1.
    pub(super) fn spreading(atoms: usize, bonds: &[[usize; 2]], stiffness: f64) -> Self {
        Self::with(atoms, bonds, Vec::new(), stiffness)
    }

    fn new(atoms: usize, bonds: &[[usize; 2]], springs: Vec<Spring>) -> Self {
        Self::with(atoms, bonds, springs, 2.0)
    }

    fn with(atoms: usize, bonds: &[[usize; 2]], mut springs: Vec<Spring>, stiffness: f64) -> Self {
        springs.extend(bonds.iter().map(|&bond| (bond, 1.0, stiffness)));
        let sprung: std::collections::BTreeSet<[usize; 2]> =
            springs.iter().map(|spring| spring.0).collect();
        let pairs = (0..atoms).flat_map(|a| (a + 1..atoms).map(move |b| [a, b]));
        let apart = pairs.filter(|pair| !sprung.contains(pair)).collect();
        Self { bonds: bonds.to_vec(), springs, apart }
    }

    /// The energy, and with `forces` the downward slope of it.
    fn energy(&self, points: &[Point], mut forces: Option<&mut [Point]>) -> f64 {
        let mut energy = 0.0;
        let mut pull = |atom: usize, force: Point| {
            if let Some(forces) = forces.as_deref_mut() {
                forces[atom] = add(forces[atom], force);
            }
        };
        for &([a, b], rest, stiffness) in &self.springs {
            let along = sub(points[b], points[a]);
            let off = length(along) - rest;
            energy += stiffness * off * off;
            let force = scaled(unit(along), 2.0 * stiffness * off);
            pull(a, force);
            pull(b, scaled(force, -1.0));
        }
        for &[a, b] in &self.apart {
            let along = sub(points[b], points[a]);
            let near = ROOM - length(along);
            if near > 0.0 {
                energy += near * near;
                let force = scaled(unit(along), 2.0 * near);
                pull(b, force);
                pull(a, scaled(force, -1.0));
            }
        }
        for &[a, b] in &self.bonds {
            for (atom, &point) in points.iter().enumerate() {
                if atom == a || atom == b {
                    continue;
                }
                let share = nearest_share(point, points[a], points[b]);
                let along = sub(points[b], points[a]);
                let away = sub(point, add(points[a], scaled(along, share)));
                let near = BERTH - length(away);
                if near > 0.0 {
                    energy += 8.0 * near * near;
                    let sideways = if length(away) < 1e-9 { left_of(along) } else { away };
                    let force = scaled(unit(sideways), 16.0 * near);
                    pull(atom, force);
                    pull(a, scaled(force, share - 1.0));
                    pull(b, scaled(force, -share));
                }
            }
        }
        energy
    }

    /// How far a drawing is from what is wanted of it.
    pub(super) fn strain(&self, points: &[Point]) -> f64 {
        self.energy(points, None)
            + 1.5 * super::quality::crossings(points, &self.bonds) as f64
            + sharpness(points, &self.bonds)
    }

    /// Moves atoms downhill for so many steps.
    ///
    /// Reference: E. Bitzek and others, *Structural Relaxation Made Simple*, Physical Review
    /// Letters 97 (2006), 170201.
    pub(super) fn run(&self, points: &mut [Point], steps: usize) {
        let mut velocity = vec![[0.0; 2]; points.len()];
        let (mut time, mut mixing, mut downhill) = (0.05, 0.1, 0);
        for _ in 0..steps {
            let mut forces = vec![[0.0; 2]; points.len()];
            self.energy(points, Some(&mut forces));
            let power: f64 = velocity.iter().zip(&forces).map(|(&v, &f)| dot(v, f)).sum();
            let norm = |vectors: &[Point]| vectors.iter().map(|&v| dot(v, v)).sum::<f64>().sqrt();
            let (speed, force) = (norm(&velocity), norm(&forces));
            if force < 1e-7 {
                return;
            }
            if power > 0.0 {
                for (v, &f) in velocity.iter_mut().zip(&forces) {
                    *v = add(scaled(*v, 1.0 - mixing), scaled(f, mixing * speed / force));
                }
                downhill += 1;
                if downhill > 5 {
                    time = f64::min(time * 1.1, 0.2);
                    mixing *= 0.99;
                }
            } else {
                velocity.fill([0.0; 2]);
                (time, mixing, downhill) = (time * 0.5, 0.1, 0);
            }
            for ((point, v), &f) in points.iter_mut().zip(&mut velocity).zip(&forces) {
                *v = add(*v, scaled(f, time));
                // No atom leaps over a bond.
                let step = scaled(*v, time);
                let long = length(step);
                *point = add(*point, if long > 0.1 { scaled(step, 0.1 / long) } else { step });
            }
        }
    }
}

/// A penalty for bonds of one atom that leave it in nearly the same direction.
fn sharpness(points: &[Point], bonds: &[[usize; 2]]) -> f64 {
    let mut sum = 0.0;
    for (index, &[a, b]) in bonds.iter().enumerate() {
        for &[c, d] in &bonds[index + 1..] {
            let (apex, one, two) = match (a == c, a == d, b == c, b == d) {
                (true, ..) => (a, b, d),
                (_, true, ..) => (a, b, c),
                (_, _, true, _) => (b, a, d),
                (.., true) => (b, a, c),
                _ => continue,
            };
            let (one, two) = (sub(points[one], points[apex]), sub(points[two], points[apex]));
            let angle = cross(one, two).abs().atan2(dot(one, two));
            let narrow = (0.7 - angle).max(0.0);
            sum += 4.0 * narrow * narrow;
            // Two bonds on a line look like one.
            let flat = (angle - (PI - 0.35)).max(0.0);
            sum += 0.5 * flat;
        }
    }
    sum
}
