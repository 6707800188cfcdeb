//! The least distortion that any Euclidean invariant can have.

use std::f64::consts::{PI, TAU};

use groups::{BlockKind, FiniteGroup, Operator, Representation, Structure};
use nalgebra::{Complex, DVector, Matrix2};
use serde::Serialize;

use crate::AnalysisError;

/// The largest group whose elements are searched for cones.
const LARGEST_ORDER: usize = 1024;

/// Eigenlines of one element that are tried, alone and in pairs.
const LINES: usize = 12;

/// Entries of orthogonal matrices closer than this are equal.
const TOLERANCE: f64 = 1e-9;

/// A proved lower bound of the distortion `β/α` of every map from `Z/G` to a Euclidean space.
///
/// **Theorem.** Let `p` be a code, `K` its stabilizer, and `V` a plane such that some `h ∈ K` turns
/// `V` by `2πm/r`, `gcd(m, r) = 1`, and `max_{g ∈ K} ⟨v, ρ(g)w⟩ = max_k ⟨v, ρ(hᵏ)w⟩` for all
/// `v, w ∈ V`. Then every invariant has distortion at least `r·sin(π/2r)`.
///
/// *Proof.* Near `p`, `d([p+v], [p+w]) = min_{g ∈ K} ‖v − ρ(g)w‖`, so a small disc of `p + V` is the
/// tip of a cone of angle `2π/r`. Take `N` points in equal steps on a circle about the tip, `N` even.
/// Neighbours are `2ε sin(π/rN)` apart, opposite points `2ε sin(π/2r)`. In a Euclidean space
/// `Σ‖x_i − x_{i+N/2}‖² ≤ sin⁻²(π/N) Σ‖x_i − x_{i+1}‖²` (Fourier series), so
/// `α sin(π/2r) ≤ β sin(π/rN) / sin(π/N) → β/r`. ∎
///
/// It is 1.5607 for `C_8` on regular fields and tends to `π/2`. `S_n` on `R^{n×d}`, `d ≥ 2`, has it
/// with `r = n`: of two regular polygons about one centre, rows numbered in turn, the best assignment
/// is a cyclic shift, since that gives each corner its nearest one. (`r = 2` gives `√2`, two rows
/// that nearly coincide.) Reflection groups have no such plane, and their chambers attain 1.
///
/// A bound of 1 says that no cone was found: for reflection groups 1 is attained, in general the
/// least distortion may be larger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Floor {
    /// `r·sin(π/2r)`, or 1 without a cone.
    pub bound: f64,
    /// What proves it.
    pub cone: Option<Cone>,
}

/// A cone of angle `2π/r` in the quotient: the plane `V` about `p`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cone {
    /// `r`.
    pub order: usize,
    /// `p`, zero or of length 1.
    pub tip: Vec<f64>,
    /// An orthonormal basis of `V`.
    pub plane: [Vec<f64>; 2],
}

impl Floor {
    fn of(cone: Option<Cone>) -> Self {
        let bound = cone.as_ref().map_or(1.0, |cone| {
            let r = cone.order as f64;
            r * (PI / (2.0 * r)).sin()
        });
        Self { bound, cone }
    }
}

/// The floor of the distortion for a representation.
///
/// Node features of `S_n` are known; other groups are searched, up to 1,024 elements: one element
/// of each class, its eigenplanes along coordinates and along pairs of them. Beyond, the bound is 1.
///
/// # Errors
/// [`AnalysisError::TooFew`] for a representation on the zero space.
///
/// ```
/// use analysis::judgement::floor;
/// use groups::{Cyclic, Representation, Symmetric};
/// let fields = Representation::regular(&Cyclic::new(8)?).copies(4);
/// assert!((floor(&fields)?.bound - 1.5607).abs() < 1e-4);
/// assert_eq!(floor(&Symmetric::new(9)?.natural())?.bound, 1.0);
/// assert!((floor(&Symmetric::new(9)?.node_features(8))?.bound - 1.5628).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn floor<G: FiniteGroup>(representation: &Representation<G>) -> Result<Floor, AnalysisError> {
    crate::checks::at_least("floor", "dimensions", 1, representation.dim())?;
    if let Some(known) = of_node_features(representation) {
        return Ok(known);
    }
    let group = representation.group();
    if group.order() > LARGEST_ORDER {
        return Ok(Floor::of(None));
    }
    let operators: Vec<Operator> = group.elements().map(|g| representation.operator(&g)).collect();
    // One element of each class, with its powers, by the order of the rotations it may give.
    let mut seen = vec![false; group.order()];
    let mut candidates = Vec::new();
    for h in group.elements() {
        if seen[group.index(&h)] {
            continue;
        }
        for g in group.elements() {
            seen[group.index(&group.compose(&group.compose(&g, &h), &group.inverse(&g)))] = true;
        }
        let mut powers = vec![0];
        let mut next = h.clone();
        while group.index(&next) != 0 {
            powers.push(group.index(&next));
            next = group.compose(&next, &h);
        }
        let orders = (2..=powers.len()).filter(|q| powers.len().is_multiple_of(*q));
        candidates.extend(orders.map(|q| (q, powers.clone())));
    }
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (order, powers) in candidates {
        if let Some(cone) = cone_of(&operators, order, &powers) {
            return Ok(Floor::of(Some(cone)));
        }
    }
    Ok(Floor::of(None))
}

/// `S_n` on node features, and trivial blocks beside.
fn of_node_features<G: FiniteGroup>(representation: &Representation<G>) -> Option<Floor> {
    let Structure::Symmetric { degree: n, .. } = representation.group().structure() else {
        return None;
    };
    let mut columns = Vec::new();
    for block in representation.blocks() {
        match block.kind {
            BlockKind::Trivial => {}
            BlockKind::NodeFeatures { nodes, features } if nodes == n => {
                columns.extend((0..features).map(|j| (block.offset + j, features)));
            }
            _ => return None,
        }
    }
    let [x, y, ..] = columns[..] else { return Some(Floor::of(None)) };
    if n < 2 {
        return Some(Floor::of(None));
    }
    // Regular polygons: row k at angle 2πk/n.
    let dim = representation.dim();
    let scale = (n as f64).sqrt().recip();
    let mut plane = [vec![0.0; dim], vec![0.0; dim]];
    for k in 0..n {
        let (sin, cos) = (TAU * k as f64 / n as f64).sin_cos();
        plane[0][x.0 + k * x.1] = scale * cos;
        plane[0][y.0 + k * y.1] = scale * sin;
        plane[1][x.0 + k * x.1] = -scale * sin;
        plane[1][y.0 + k * y.1] = scale * cos;
    }
    Some(Floor::of(Some(Cone { order: n, tip: vec![0.0; dim], plane })))
}

/// A plane that the element with these powers turns by a primitive `order`-th root, and that makes
/// a cone.
fn cone_of(operators: &[Operator], order: usize, powers: &[usize]) -> Option<Cone> {
    let dim = operators[0].dim();
    let tip = fixed_point(operators, powers, dim);
    let moved =
        |g: &Operator| g.apply(&tip).iter().zip(&tip).any(|(a, b)| (a - b).abs() > TOLERANCE);
    let stabilizer: Vec<&Operator> = operators.iter().filter(|g| !moved(g)).collect();
    let coprime = |m: &usize| gcd(*m, order) == 1;
    for m in (1..=order / 2).filter(coprime) {
        let lines = eigenlines(operators, order, m, powers, dim);
        for plane in planes(&lines, order) {
            if stabilizer.iter().all(|g| shrinks_into_polygon(g, &plane, order)) {
                let plane = plane.map(|v| v.iter().copied().collect());
                return Some(Cone { order, tip, plane });
            }
        }
    }
    None
}

/// A generic unit vector among those that the element leaves alone, or zero.
fn fixed_point(operators: &[Operator], powers: &[usize], dim: usize) -> Vec<f64> {
    let generic: Vec<f64> = (0..dim).map(|i| (1.0 + 0.7 * i as f64).sin()).collect();
    let mut mean = DVector::zeros(dim);
    for &k in powers {
        mean += DVector::from_vec(operators[k].apply(&generic)) / powers.len() as f64;
    }
    let norm = mean.norm();
    if norm < TOLERANCE { vec![0.0; dim] } else { (mean / norm).iter().copied().collect() }
}

/// Different complex lines `P e_i` with `ρ(h)` acting by `exp(2πim/order)`, as unit vectors.
fn eigenlines(
    operators: &[Operator],
    order: usize,
    m: usize,
    powers: &[usize],
    dim: usize,
) -> Vec<DVector<Complex<f64>>> {
    let mut lines: Vec<DVector<Complex<f64>>> = Vec::new();
    let mut unit = vec![0.0; dim];
    for i in 0..dim {
        unit[i] = 1.0;
        let mut line = DVector::from_element(dim, Complex::new(0.0, 0.0));
        for (k, &power) in powers.iter().enumerate() {
            let root = Complex::from_polar(1.0, -TAU * ((m * k) % order) as f64 / order as f64);
            for (to, from) in line.iter_mut().zip(operators[power].apply(&unit)) {
                *to += root * from;
            }
        }
        unit[i] = 0.0;
        let norm = line.norm();
        if norm < TOLERANCE {
            continue;
        }
        line /= Complex::new(norm, 0.0);
        if lines.iter().all(|other| other.dotc(&line).norm() < 1.0 - TOLERANCE) {
            lines.push(line);
            if lines.len() == LINES {
                break;
            }
        }
    }
    lines
}

/// Orthonormal bases of planes that the element turns: real and imaginary part of a line, or of a
/// mixture of two; of a half-turn any two lines.
fn planes(lines: &[DVector<Complex<f64>>], order: usize) -> Vec<[DVector<f64>; 2]> {
    let mut found = Vec::new();
    let mut push = |line: DVector<Complex<f64>>| {
        let (x, y) = (line.map(|c| c.re), line.map(|c| c.im));
        let (a, b) = (x.norm(), y.norm());
        if a > TOLERANCE && b > TOLERANCE {
            found.push([x / a, y / b]);
        }
    };
    if order > 2 {
        lines.iter().cloned().for_each(&mut push);
    }
    for (i, a) in lines.iter().enumerate() {
        for b in &lines[..i] {
            let b = if order == 2 { b - a * a.dotc(b) } else { b.clone() };
            let turned = b * Complex::new(0.0, 1.0);
            push(a + &turned);
            if order > 2 {
                push(a - turned);
            }
        }
    }
    found
}

/// Whether `⟨v, gw⟩ ≤ max_k ⟨v, hᵏw⟩` for all `v, w` of the plane: on it, `g` followed by the
/// projection is `w ↦ aw + b w̄` in complex numbers, and `a + b·S¹` must lie in the regular polygon
/// of the `order`-th roots of unity.
fn shrinks_into_polygon(g: &Operator, plane: &[DVector<f64>; 2], order: usize) -> bool {
    let moved = [0, 1].map(|j| DVector::from_vec(g.apply(plane[j].as_slice())));
    let m = Matrix2::from_fn(|i, j| plane[i].dot(&moved[j]));
    let a = Complex::new(m[(0, 0)] + m[(1, 1)], m[(1, 0)] - m[(0, 1)]) / 2.0;
    let b = Complex::new(m[(0, 0)] - m[(1, 1)], m[(1, 0)] + m[(0, 1)]) / 2.0;
    let apothem = (PI / order as f64).cos();
    (0..order).all(|k| {
        let normal = Complex::from_polar(1.0, PI * (2 * k + 1) as f64 / order as f64);
        (a * normal.conj()).re + b.norm() <= apothem + TOLERANCE
    })
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use groups::quotient::QuotientMetric;
    use groups::{Cyclic, Dihedral, Symmetric, Wreath};

    use super::*;

    fn bound(r: f64) -> f64 {
        r * (PI / (2.0 * r)).sin()
    }

    /// Opposite points of the cone are as far apart as the theorem says, and neighbours too.
    fn check<G: FiniteGroup>(rep: &Representation<G>, order: usize) {
        let Floor { bound: value, cone } = floor(rep).unwrap();
        assert!((value - bound(order as f64)).abs() < 1e-12, "{rep}: {value}");
        let cone = cone.unwrap();
        let metric = QuotientMetric::new(rep).unwrap();
        let size = 1e-3;
        let at = |angle: f64| -> Vec<f64> {
            let (sin, cos) = angle.sin_cos();
            let offset = |i: usize| size * (cos * cone.plane[0][i] + sin * cone.plane[1][i]);
            (0..rep.dim()).map(|i| cone.tip[i] + offset(i)).collect()
        };
        for step in 0..=40 {
            let angle = TAU * step as f64 / (40.0 * order as f64);
            let least = angle.min(TAU / order as f64 - angle);
            let d = metric.distance(&at(0.3), &at(0.3 + angle));
            assert!((d - size * 2.0 * (least / 2.0).sin()).abs() < 1e-9, "{rep}: {angle} {d}");
        }
    }

    #[test]
    fn cones_are_cones() {
        check(&Representation::regular(&Cyclic::new(8).unwrap()), 8);
        check(&Representation::regular(&Cyclic::new(8).unwrap()).copies(4), 8);
        check(&Representation::regular(&Dihedral::new(4).unwrap()), 4);
        check(&Symmetric::new(9).unwrap().node_features(2), 9);
        check(&Symmetric::new(5).unwrap().node_features(3), 5);
        check(&Symmetric::new(2).unwrap().node_features(2), 2);
        // The search finds for S_4 what is known of it.
        let s4 = Symmetric::new(4).unwrap();
        let plain = Representation::from_matrices(&s4, "two columns".into(), 8, |g| {
            Symmetric::new(4).map_or_else(
                |_| nalgebra::DMatrix::identity(8, 8),
                |s| s.node_features(2).matrix(g),
            )
        });
        check(&plain, 4);
    }

    #[test]
    fn reflection_groups_have_none() {
        assert_eq!(floor(&Symmetric::new(6).unwrap().natural()).unwrap(), Floor::of(None));
        for n in [3, 4, 8] {
            let dihedral = Dihedral::new(n).unwrap();
            let plane = Representation::from_matrices(&dihedral, "plane".into(), 2, move |g| {
                let m = groups::PlanarGroup::planar_matrix(&Dihedral::new(n).unwrap(), g);
                nalgebra::DMatrix::from_fn(2, 2, |i, j| m[(i, j)])
            });
            assert_eq!(floor(&plane).unwrap(), Floor::of(None));
        }
        let b4 = Wreath::hyperoctahedral(4).unwrap().signed_permutations();
        assert_eq!(floor(&b4).unwrap(), Floor::of(None));
    }

    #[test]
    fn signs_on_a_plane_give_the_root_of_two() {
        let c2 = Cyclic::new(2).unwrap();
        let signs = Representation::from_matrices(&c2, "sign".into(), 1, |g| {
            nalgebra::DMatrix::from_element(1, 1, if *g == 0 { 1.0 } else { -1.0 })
        });
        assert_eq!(floor(&signs).unwrap().bound, 1.0);
        assert!((floor(&signs.copies(3)).unwrap().bound - 2f64.sqrt()).abs() < 1e-12);
    }
}
