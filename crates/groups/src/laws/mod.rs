//! The laws that groups, representations and metrics obey, as checks for implementations of your
//! own: write `check_group(&my_group, 100, &mut rng)?` in a test, or
//! [`assert_group_laws!`](crate::assert_group_laws),
//! [`assert_finite_group_laws!`](crate::assert_finite_group_laws),
//! [`assert_representation!`](crate::assert_representation) and
//! [`assert_irreps!`](crate::assert_irreps).

mod assertions;

use rand::Rng;

#[doc(hidden)]
pub use assertions::{SAMPLES, seeded};

use crate::quotient::QuotientMetric;
use crate::{FiniteGroup, Group, Irrep, Representation};

/// A law that does not hold, with the elements that break it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{structure}: {law} does not hold for {witness}")]
pub struct LawViolation {
    /// The group, representation or metric.
    pub structure: String,
    /// The law, as a formula.
    pub law: &'static str,
    /// Elements or vectors that break it, and by how much.
    pub witness: String,
}

/// Checks the group axioms on `samples` random triples.
///
/// # Errors
/// The first violation.
pub fn check_group<G: Group, R: Rng + ?Sized>(
    group: &G,
    samples: usize,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let e = group.identity();
    let law = |law, holds: bool, witness: &dyn Fn() -> String| {
        require(holds, || group.name(), law, witness)
    };
    for _ in 0..samples {
        let (a, b, c) = (group.sample(rng), group.sample(rng), group.sample(rng));
        let left = group.compose(&group.compose(&a, &b), &c);
        let right = group.compose(&a, &group.compose(&b, &c));
        law("(ab)c = a(bc)", group.same(&left, &right), &|| {
            format!("a = {a:?}, b = {b:?}, c = {c:?}")
        })?;
        law("ea = a", group.same(&group.compose(&e, &a), &a), &|| format!("a = {a:?}"))?;
        law("ae = a", group.same(&group.compose(&a, &e), &a), &|| format!("a = {a:?}"))?;
        let inverse = group.inverse(&a);
        law("a⁻¹a = e", group.same(&group.compose(&inverse, &a), &e), &|| format!("a = {a:?}"))?;
        law("aa⁻¹ = e", group.same(&group.compose(&a, &inverse), &e), &|| format!("a = {a:?}"))?;
        let cube = group.compose(&a, &group.compose(&a, &a));
        law("a³ = aaa", group.same(&group.power(&a, 3), &cube), &|| format!("a = {a:?}"))?;
    }
    Ok(())
}

/// Checks that the numbering of elements is a bijection that starts at the identity, and that the
/// generators reach every element. Lists the group.
///
/// # Errors
/// The first violation.
pub fn check_numbering<G: FiniteGroup>(group: &G) -> Result<(), LawViolation> {
    let law = |law, holds: bool, witness: &dyn Fn() -> String| {
        require(holds, || group.name(), law, witness)
    };
    law("element(0) = e", group.element(0) == group.identity(), &|| "0".into())?;
    for i in 0..group.order() {
        law("index(element(i)) = i", group.index(&group.element(i)) == i, &|| i.to_string())?;
    }
    let mut reached = vec![false; group.order()];
    reached[0] = true;
    let mut frontier = vec![group.identity()];
    while let Some(a) = frontier.pop() {
        for s in group.generators() {
            let next = group.compose(&s, &a);
            let index = group.index(&next);
            if !reached[index] {
                reached[index] = true;
                frontier.push(next);
            }
        }
    }
    law("the generators generate", reached.iter().all(|&r| r), &|| {
        format!("{} of {} elements", reached.iter().filter(|&&r| r).count(), group.order())
    })
}

/// Checks on `samples` random pairs that `ρ(ab) = ρ(a)ρ(b)`, `ρ(e) = 1` and `ρ(a)ᵀρ(a) = 1`, every
/// entry to `tolerance`.
///
/// # Errors
/// The first violation.
pub fn check_representation<G: Group, R: Rng + ?Sized>(
    rep: &Representation<G>,
    samples: usize,
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let group = rep.group();
    let identity = nalgebra::DMatrix::<f64>::identity(rep.dim(), rep.dim());
    let law = |law, difference: nalgebra::DMatrix<f64>, witness: &dyn Fn() -> String| {
        let error = difference.amax();
        require(error <= tolerance, || rep.name(), law, &|| {
            format!("{} (off by {error:e})", witness())
        })
    };
    law("ρ(e) = 1", rep.matrix(&group.identity()) - &identity, &|| "e".into())?;
    for _ in 0..samples {
        let (a, b) = (group.sample(rng), group.sample(rng));
        let (ma, mb) = (rep.matrix(&a), rep.matrix(&b));
        let product = rep.matrix(&group.compose(&a, &b));
        law("ρ(ab) = ρ(a)ρ(b)", product - &ma * mb, &|| format!("a = {a:?}, b = {b:?}"))?;
        law("ρ(a)ᵀρ(a) = 1", ma.transpose() * &ma - &identity, &|| format!("a = {a:?}"))?;
    }
    Ok(())
}

/// Checks that `irreps` are all real irreps of a group, each once: representations with
/// `⟨χ_ψ, χ_φ⟩ = 0` for different ones and `dim Hom_G(ψ, ψ)` for equal ones, which is 1, 2 or 4 by
/// their type, and `Σ (dim ψ)² / dim Hom_G(ψ, ψ) = |G|`, all to `tolerance`. Lists the group.
///
/// # Errors
/// The first violation.
pub fn check_irreps<G: FiniteGroup, R: Rng + ?Sized>(
    group: &G,
    irreps: &[Irrep<G>],
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let law = |law, holds: bool, witness: &dyn Fn() -> String| {
        require(holds, || format!("irreps of {}", group.name()), law, witness)
    };
    // Characters of all elements: one row an irrep.
    let mut characters: Vec<Vec<f64>> = Vec::with_capacity(irreps.len());
    let mut dimension = 0;
    for (i, psi) in irreps.iter().enumerate() {
        let rep = psi.representation();
        law("ψ represents the group", rep.group() == group, &|| format!("irrep {i}"))?;
        check_representation(rep, 10, tolerance, rng)?;
        let character: Vec<f64> = group.elements().map(|g| rep.character(&g)).collect();
        characters.push(character);
        dimension += rep.dim() * rep.dim() / psi.kind().endomorphism_dim();
        for (j, other) in characters.iter().enumerate() {
            let sum: f64 = characters[i].iter().zip(other).map(|(a, b)| a * b).sum();
            let product = sum / group.order() as f64;
            let expected = if i == j { psi.kind().endomorphism_dim() } else { 0 };
            let holds = (product - expected as f64).abs() <= tolerance;
            law("⟨χ_ψ, χ_φ⟩ = δ dim Hom_G(ψ, ψ)", holds, &|| {
                format!("irreps {i} and {j}: {product} where {expected} was expected")
            })?;
        }
    }
    law("Σ (dim ψ)² / dim Hom_G(ψ, ψ) = |G|", dimension == group.order(), &|| {
        format!("{} irreps: {dimension} where {} was expected", irreps.len(), group.order())
    })
}

/// Checks the axioms of a metric on orbits over all triples of `codes`, to `tolerance`: symmetry,
/// the triangle inequality, `d([z],[ρ(g)z]) = 0`, `d([z],[ρ(g)w]) = d([z],[w]) ≤ ‖z − w‖`, and that
/// [`QuotientMetric::align`] attains the distance.
///
/// # Errors
/// The first violation.
pub fn check_quotient_metric<G: Group, R: Rng + ?Sized>(
    metric: &QuotientMetric<G>,
    codes: &[Vec<f64>],
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let rep = metric.representation();
    let norm = |z: &[f64], w: &[f64]| -> f64 {
        z.iter().zip(w).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    let law = |law, excess: f64, indices: &dyn Fn() -> String| {
        require(excess <= tolerance, || format!("quotient metric of {}", rep.name()), law, &|| {
            format!("codes {} (off by {excess:e})", indices())
        })
    };
    for (i, z) in codes.iter().enumerate() {
        let moved = rep.act(&rep.group().sample(rng), z);
        law("d([z],[gz]) = 0", metric.distance(z, &moved), &|| i.to_string())?;
        for (j, w) in codes.iter().enumerate() {
            let d = metric.distance(z, w);
            let both = || format!("{i}, {j}");
            law("d([z],[w]) = d([w],[z])", (d - metric.distance(w, z)).abs(), &both)?;
            law("d([z],[w]) ≤ ‖z − w‖", d - norm(z, w), &both)?;
            let moved = rep.act(&rep.group().sample(rng), w);
            law("d([z],[gw]) = d([z],[w])", (metric.distance(z, &moved) - d).abs(), &both)?;
            let best = metric.align(z, w);
            let attained = norm(z, &rep.act(&best.element, w));
            law("‖z − ρ(g*)w‖ = d([z],[w])", (attained - d).abs(), &both)?;
            for (k, v) in codes.iter().enumerate() {
                let detour = metric.distance(z, v) + metric.distance(v, w);
                law("d([z],[w]) ≤ d([z],[v]) + d([v],[w])", d - detour, &|| {
                    format!("{i}, {j}, {k}")
                })?;
            }
        }
    }
    Ok(())
}

fn require(
    holds: bool,
    structure: impl Fn() -> String,
    law: &'static str,
    witness: &dyn Fn() -> String,
) -> Result<(), LawViolation> {
    if holds {
        return Ok(());
    }
    Err(LawViolation { structure: structure(), law, witness: witness() })
}
