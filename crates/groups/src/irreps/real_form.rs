//! The real irrep that a complex one belongs to.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use num_complex::Complex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{ElementMatrices, Source, Walk};
use crate::representation::{Irrep, IrrepType};
use crate::{FiniteGroup, GroupError, Representation};

type C64 = Complex<f64>;

/// The real irrep made of a complex one of the given type, and the unitary matrix that undoes it.
pub(super) fn real_form<G: FiniteGroup>(
    group: &G,
    name: String,
    complex: &ElementMatrices<C64>,
    kind: IrrepType,
) -> Result<(Irrep<G>, DMatrix<C64>), GroupError> {
    let d = complex.dim;
    let mut unitary = match kind {
        IrrepType::Real => DMatrix::identity(d, d),
        _ => as_pair(d),
    };
    let dim = if kind == IrrepType::Real { complex.dim } else { 2 * complex.dim };
    let matrices = match &complex.source {
        // Of dimension one: values are exact as they are.
        Source::Formula(matrix) => {
            let matrix = Arc::clone(matrix);
            ElementMatrices::from_formula(complex.order, dim, move |g| match kind {
                IrrepType::Real => matrix(g).map(|v| v.re),
                _ => as_real(&matrix(g)),
            })
        }
        Source::Generators(walk, on_generators) => {
            let on_generators = match kind {
                IrrepType::Real => {
                    let basis = real_basis(on_generators, walk, complex.order).ok_or(
                        GroupError::NoConvergence { operation: "the real form of an irrep" },
                    )?;
                    let real = |m: &DMatrix<C64>| (basis.adjoint() * m * &basis).map(|v| v.re);
                    let matrices = on_generators.iter().map(real).collect();
                    unitary = basis;
                    matrices
                }
                _ => on_generators.iter().map(as_real).collect(),
            };
            ElementMatrices::from_generators(complex.order, walk, on_generators)
        }
    };
    let numbering = group.clone();
    let rep = Representation::from_matrices(group, name, dim, move |g: &G::Element| {
        matrices.get(numbering.index(g)).clone()
    });
    Ok((Irrep::new(rep, kind), unitary))
}

/// `(x, y) ↦ (x + iy, x − iy)/√2`: takes [`as_real`] of `ρ` to `ρ ⊕ ρ̄`.
fn as_pair(d: usize) -> DMatrix<C64> {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    DMatrix::from_fn(2 * d, 2 * d, |i, j| match (i % d == j % d, i < d, j < d) {
        (false, ..) => C64::new(0.0, 0.0),
        (true, _, true) => C64::new(half, 0.0),
        (true, true, false) => C64::new(0.0, half),
        (true, false, false) => C64::new(0.0, -half),
    })
}

/// `C^d` as `R^{2d}`: `A + iB` becomes `[[A, −B], [B, A]]`.
fn as_real(m: &DMatrix<C64>) -> DMatrix<f64> {
    let d = m.nrows();
    DMatrix::from_fn(2 * d, 2 * d, |i, j| {
        let v = m[(i % d, j % d)];
        match (i < d, j < d) {
            (true, true) | (false, false) => v.re,
            (true, false) => -v.im,
            (false, true) => v.im,
        }
    })
}

/// A basis in which an irrep of real type is real.
///
/// `U = Σ_g ρ(g) x xᵀ ρ(g)ᵀ` is symmetric with `ρ(g) U = U conj ρ(g)`, unitary up to scale by
/// Schur's lemma; so `J v = U v̄` commutes with the group and `J² = 1`. The inner products of vectors
/// that `J` fixes are real, and so are the matrices in an orthonormal basis of such vectors.
fn real_basis(on_generators: &[DMatrix<C64>], walk: &Walk, order: usize) -> Option<DMatrix<C64>> {
    let d = on_generators.first().map_or(1, DMatrix::nrows);
    for seed in 0..8 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = || rng.random_range(-1.0..1.0);
        let x = DVector::from_fn(d, |_, _| C64::new(draw(), draw()));
        let mut orbit = vec![x.clone(); order];
        for step in &walk.tree.steps {
            orbit[step.to] = &on_generators[step.generator] * &orbit[step.from];
        }
        let mut u = DMatrix::<C64>::zeros(d, d);
        for v in &orbit {
            u.gerc(C64::new(1.0, 0.0), v, &v.map(|c| c.conj()), C64::new(1.0, 0.0));
        }
        let scale = u.norm() / (d as f64).sqrt();
        // Of order |G|·‖x‖²/d unless x is close to a vector that averages out.
        if scale < 1e-3 * order as f64 * x.norm_squared() / d as f64 {
            continue;
        }
        u /= C64::from(scale);
        return fixed_by(&u);
    }
    None
}

/// An orthonormal basis of `{v : U v̄ = v}` from `v + U v̄` for unit vectors `v = e_i` and `i e_i`,
/// always going on with the one that is furthest from those before.
fn fixed_by(u: &DMatrix<C64>) -> Option<DMatrix<C64>> {
    let d = u.nrows();
    let mut candidates: Vec<DVector<C64>> = (0..d)
        .flat_map(|i| {
            [C64::new(1.0, 0.0), C64::new(0.0, 1.0)].map(|unit| {
                let mut v = u.column(i) * unit.conj();
                v[i] += unit;
                v
            })
        })
        .collect();
    let mut basis: Vec<DVector<C64>> = Vec::with_capacity(d);
    for _ in 0..d {
        let best = (0..candidates.len())
            .max_by(|&a, &b| candidates[a].norm().total_cmp(&candidates[b].norm()))?;
        let mut v = candidates.swap_remove(best);
        for q in &basis {
            let component = q.dotc(&v).re;
            v -= q * C64::from(component);
        }
        let norm = v.norm();
        if norm < 1e-6 {
            return None;
        }
        v /= C64::from(norm);
        for candidate in &mut candidates {
            let component = v.dotc(candidate).re;
            *candidate -= &v * C64::from(component);
        }
        basis.push(v);
    }
    Some(DMatrix::from_columns(&basis))
}
