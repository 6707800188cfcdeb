//! Burnside's algorithm over a prime field (Dixon 1967, *High speed computation of group
//! characters*; Schneider 1990).
//!
//! The class sums `K_s = Σ_{g ∈ C_s} g` span the centre of the group ring and multiply by
//! `K_r K_s = Σ_t a_rst K_t`. An irreducible `χ` gives the algebra map
//! `ω_χ(K_s) = |C_s| χ(g_s) / χ(1)`, so `ω_χ` is an eigenvector of each matrix `(a_rst)_st`. Over
//! `Z/p`, `p ≡ 1` modulo the exponent, all of them are found exactly.

use num_complex::Complex;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::classes::ConjugacyClasses;
use super::polynomial::{minimal_polynomial, roots};
use super::prime_field::PrimeField;
use super::root_of_unity;
use crate::multiplication_table::MultiplicationTable;

/// How often other random numbers are tried; one draw fails with probability about `k²/p`, at most
/// a few in a thousand.
const ATTEMPTS: u64 = 20;

/// The irreducible characters as `values[χ][class]`, or nothing where no draw succeeded.
pub(super) fn characters(
    table: &MultiplicationTable,
    classes: &ConjugacyClasses,
    exponent: usize,
) -> Option<Vec<Vec<Complex<f64>>>> {
    let field = PrimeField::with_roots_of_unity(exponent);
    let eigenvectors = (0..ATTEMPTS).find_map(|seed| {
        common_eigenvectors(field, table, classes, &mut ChaCha8Rng::seed_from_u64(seed))
    })?;
    let modular: Option<Vec<_>> = eigenvectors
        .into_iter()
        .map(|omega| character_modulo_p(field, table.order(), classes, omega))
        .collect();
    lift(field, exponent, table, classes, &modular?)
}

/// All `ω_χ`, as the eigenvectors of one random combination of the matrices `(a_rst)_st`.
///
/// The matrix is self-adjoint for the form `⟨f, h⟩ = Σ_s f_s h_{s⁻¹} / |C_s|`, for which the `ω_χ`
/// are orthogonal; so the minimal polynomial comes from the vectors `Mⁱv`, `i ≤ k`, and the
/// eigenvector of `λ` is `q(M)v` with `q = f/(x − λ)`.
fn common_eigenvectors<R: Rng>(
    field: PrimeField,
    table: &MultiplicationTable,
    classes: &ConjugacyClasses,
    rng: &mut R,
) -> Option<Vec<Vec<u64>>> {
    let k = classes.count();
    let mut random = || (0..k).map(|_| rng.random_range(0..field.size())).collect::<Vec<u64>>();
    let (weights, start) = (random(), random());
    let mut matrix = vec![vec![0u64; k]; k];
    for t in 0..k {
        let row = table.row(classes.representative(t));
        // Σ_r c_r a_rst = Σ over y in C_s of c at the class of g_t y⁻¹.
        for (x, &product) in row.iter().enumerate() {
            let s = classes.inverse(classes.class_of(x));
            matrix[s][t] += weights[classes.class_of(usize::from(product))];
        }
    }
    // Elements of the field fit 32 bits, which halves the traffic of the products below.
    let matrix: Vec<Vec<u32>> = matrix
        .into_iter()
        .map(|row| row.into_iter().map(|v| (v % field.size()) as u32).collect())
        .collect();

    let mut krylov: Vec<Vec<u32>> = vec![start.iter().map(|&v| v as u32).collect()];
    for i in 0..k {
        let next = matrix.iter().map(|row| field.dot(row, &krylov[i]) as u32).collect();
        krylov.push(next);
    }
    let weights: Vec<u64> = (0..k).map(|s| field.inverse(classes.size(s) as u64)).collect();
    let form = |f: &[u32], h: &[u32]| {
        let dual: Vec<u32> = (0..k)
            .map(|s| field.mul(weights[s], u64::from(h[classes.inverse(s)])) as u32)
            .collect();
        field.dot(f, &dual)
    };
    let sequence: Vec<u64> =
        (0..2 * k).map(|j| form(&krylov[j.div_ceil(2)], &krylov[j / 2])).collect();
    let polynomial = minimal_polynomial(field, &sequence);
    if polynomial.len() != k + 1 {
        return None;
    }
    let eigenvalues = roots(field, &polynomial, rng);
    if eigenvalues.len() != k {
        return None;
    }
    krylov.pop();
    let columns: Vec<Vec<u32>> = (0..k).map(|s| krylov.iter().map(|v| v[s]).collect()).collect();
    eigenvalues
        .iter()
        .map(|&lambda| {
            let mut quotient = vec![0u32; k];
            let mut carry = 0;
            for i in (0..k).rev() {
                carry = field.add(polynomial[i + 1], field.mul(lambda, carry));
                quotient[i] = carry as u32;
            }
            let omega: Vec<u64> = columns.iter().map(|c| field.dot(c, &quotient)).collect();
            let scale = field.inverse(omega[0]);
            (scale != 0).then(|| omega.iter().map(|&v| field.mul(v, scale)).collect())
        })
        .collect()
}

/// `χ` from `ω_χ`: `|G| / χ(1)² = Σ_s ω(K_s) ω(K_{s⁻¹}) / |C_s|`.
fn character_modulo_p(
    field: PrimeField,
    order: usize,
    classes: &ConjugacyClasses,
    omega: Vec<u64>,
) -> Option<Vec<u64>> {
    let sizes: Vec<u64> =
        (0..classes.count()).map(|s| field.inverse(classes.size(s) as u64)).collect();
    let sum = (0..classes.count()).fold(0, |sum, s| {
        let term = field.mul(field.mul(omega[s], omega[classes.inverse(s)]), sizes[s]);
        field.add(sum, term)
    });
    let square = field.mul(order as u64, field.inverse(sum));
    let degree =
        (1..=order as u64).take_while(|d| d * d <= order as u64).find(|d| d * d == square)?;
    Some(omega.iter().zip(&sizes).map(|(w, s)| field.mul(degree, field.mul(*w, *s))).collect())
}

/// The complex characters. On the powers of an element of order `m`, `χ(gˡ) = Σ_j m_j ζʲˡ` with
/// whole numbers `0 ≤ m_j ≤ χ(1)`, the multiplicities of the eigenvalues of `ρ(g)`; a Fourier
/// transform modulo `p` gives them exactly.
fn lift(
    field: PrimeField,
    exponent: usize,
    table: &MultiplicationTable,
    classes: &ConjugacyClasses,
    modular: &[Vec<u64>],
) -> Option<Vec<Vec<Complex<f64>>>> {
    let k = classes.count();
    let root = field.root_of_unity(exponent);
    let mut cyclic: Vec<Vec<usize>> =
        (0..k).map(|c| table.powers(classes.representative(c))).collect();
    // A class that holds a power of an element of larger order is done with that one.
    cyclic.sort_by_key(|powers| std::cmp::Reverse(powers.len()));
    let mut done = vec![false; k];
    let mut values = vec![vec![Complex::new(0.0, 0.0); k]; modular.len()];
    for powers in cyclic {
        let m = powers.len();
        let along: Vec<usize> = powers.iter().map(|&g| classes.class_of(g)).collect();
        let mut open: Vec<usize> = Vec::new();
        for l in 0..m {
            if !done[along[l]] {
                done[along[l]] = true;
                open.push(l);
            }
        }
        if open.is_empty() {
            continue;
        }
        let inverse_root = field.inverse(field.pow(root, (exponent / m) as u64));
        let inverse_m = field.inverse(m as u64);
        let roots: Vec<Complex<f64>> = (0..m).map(|j| root_of_unity(j, m)).collect();
        for (chi, values) in modular.iter().zip(&mut values) {
            let x: Vec<u64> = along.iter().map(|&c| chi[c]).collect();
            let transform = field.fourier(&x, inverse_root);
            let multiplicities: Vec<(usize, u64)> = transform
                .iter()
                .map(|&v| field.mul(v, inverse_m))
                .enumerate()
                .filter(|&(_, multiplicity)| multiplicity > 0)
                .collect();
            if multiplicities.iter().map(|(_, n)| n).sum::<u64>() != chi[0] {
                return None;
            }
            for &l in &open {
                values[along[l]] =
                    multiplicities.iter().map(|&(j, n)| roots[j * l % m] * n as f64).sum();
            }
        }
    }
    Some(values)
}
