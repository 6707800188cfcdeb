//! An irrep as a minimal left ideal of the group ring.

use nalgebra::DMatrix;
use num_complex::Complex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustfft::FftPlanner;

use crate::GroupError;
use crate::characters::CharacterTable;
use crate::multiplication_table::MultiplicationTable;

type C64 = Complex<f64>;

/// An element `Σ_x f(x) x` of the group ring, by its coefficients.
type RingElement = Vec<C64>;

/// How often another random element of the Hecke algebra is tried.
const ATTEMPTS: u64 = 8;

/// The powers of one element of each conjugacy class, small orders first: projections on the
/// eigenspaces of such elements are cheap.
pub(super) fn cyclic_subgroups(
    products: &MultiplicationTable,
    table: &CharacterTable,
) -> Vec<Vec<usize>> {
    let classes = table.classes();
    let mut cyclic: Vec<Vec<usize>> =
        (0..classes.count()).map(|c| products.powers(classes.representative(c))).collect();
    cyclic.sort_by_key(Vec::len);
    cyclic
}

/// The matrices of `generators` in irrep `i` of dimension at least 2, in an orthonormal basis.
pub(super) fn matrices(
    products: &MultiplicationTable,
    table: &CharacterTable,
    i: usize,
    generators: &[usize],
    cyclic: &[Vec<usize>],
) -> Result<Vec<DMatrix<C64>>, GroupError> {
    let eigenspace = Eigenspace::smallest(table, i, cyclic);
    let start = eigenspace.project(products, &central_idempotent(table, i));
    for seed in 0..ATTEMPTS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let Some(seed_vector) = primitive(products, &eigenspace, start.clone(), &mut rng) else {
            continue;
        };
        if let Some(basis) = spin(products, generators, seed_vector, table.degree(i)) {
            let matrices: Vec<_> =
                generators.iter().map(|&s| matrix_on(products, &basis, s)).collect();
            if matrices.iter().all(is_unitary) {
                return Ok(matrices);
            }
        }
    }
    Err(GroupError::NoConvergence { operation: "the construction of an irrep" })
}

/// `e_χ = χ(1)/|G| Σ_x conj χ(x) x`.
fn central_idempotent(table: &CharacterTable, i: usize) -> RingElement {
    let scale = table.degree(i) as f64 / table.order() as f64;
    (0..table.order()).map(|x| table.value(i, table.classes().class_of(x)).conj() * scale).collect()
}

/// The eigenvectors of `ρ(g)` with eigenvalue `e^{2πij/m}`, `m` the order of `g`; as an idempotent
/// `e_λ = m⁻¹ Σ_l e^{−2πijl/m} gˡ`.
struct Eigenspace {
    /// Powers of `g` with their coefficients.
    idempotent: Vec<(usize, C64)>,
    dim: usize,
}

impl Eigenspace {
    /// One of least dimension, over the elements `g` with the given powers and their eigenvalues.
    /// Dimensions are the Fourier transform of `χ(gˡ)`.
    fn smallest(table: &CharacterTable, i: usize, cyclic: &[Vec<usize>]) -> Self {
        let classes = table.classes();
        let mut planner = FftPlanner::new();
        let mut best = Self { idempotent: vec![(0, C64::new(1.0, 0.0))], dim: table.degree(i) };
        for powers in cyclic {
            let m = powers.len();
            let mut dims: Vec<C64> =
                powers.iter().map(|&x| table.value(i, classes.class_of(x)) / m as f64).collect();
            planner.plan_fft_forward(m).process(&mut dims);
            for (j, dim) in dims.iter().enumerate() {
                let dim = dim.re.round() as usize;
                if dim > 0 && dim < best.dim {
                    let coefficient =
                        |l: usize| crate::characters::root_of_unity(m - j * l % m, m) / m as f64;
                    let idempotent =
                        powers.iter().enumerate().map(|(l, &x)| (x, coefficient(l))).collect();
                    best = Self { idempotent, dim };
                }
            }
            if best.dim == 1 {
                break;
            }
        }
        best
    }

    /// `f e_λ`.
    fn project(&self, products: &MultiplicationTable, f: &RingElement) -> RingElement {
        times(products, f, &self.idempotent)
    }
}

/// `f·y = Σ_x Σ_y f(x) c_y xy`.
fn times(products: &MultiplicationTable, f: &RingElement, y: &[(usize, C64)]) -> RingElement {
    let mut out = vec![C64::new(0.0, 0.0); f.len()];
    for (x, value) in f.iter().enumerate() {
        let row = products.row(x);
        for &(element, coefficient) in y {
            out[usize::from(row[element])] += value * coefficient;
        }
    }
    out
}

/// A vector of `C[G] e_χ e_λ` that generates one copy of the irrep.
///
/// `e_χ e_λ C[G] e_λ` is the algebra of `m × m` matrices, `m` the dimension of the eigenspace. On
/// the powers of a random self-adjoint member `a` of it, Lanczos' method gives eigenvectors
/// `v a = μ v`; where eigenvalues are simple, `v` is a multiple of a primitive idempotent.
fn primitive(
    products: &MultiplicationTable,
    eigenspace: &Eigenspace,
    start: RingElement,
    rng: &mut ChaCha8Rng,
) -> Option<RingElement> {
    let m = eigenspace.dim;
    let mut krylov = vec![normalised(start)?];
    if m == 1 {
        return krylov.pop();
    }
    let mut y = Vec::new();
    for _ in 0..8 {
        let x = rng.random_range(0..products.order());
        let c = C64::new(rng.random_range(-1.0..1.0), rng.random_range(-1.0..1.0));
        y.extend([(x, c), (products.inverse(x), c.conj())]);
    }
    let mut tridiagonal = DMatrix::<f64>::zeros(m, m);
    for k in 0..m {
        let mut next = eigenspace.project(products, &times(products, &krylov[k], &y));
        tridiagonal[(k, k)] = inner(&krylov[k], &next).re;
        remove(&mut next, &krylov);
        if k + 1 < m {
            let norm = inner(&next, &next).re.sqrt();
            if norm < 1e-6 {
                return None;
            }
            tridiagonal[(k, k + 1)] = norm;
            tridiagonal[(k + 1, k)] = norm;
            krylov.push(normalised(next)?);
        }
    }
    let eigen = tridiagonal.symmetric_eigen();
    let gap = |i: usize| {
        let others = (0..m).filter(|&j| j != i);
        others.map(|j| (eigen.eigenvalues[i] - eigen.eigenvalues[j]).abs()).fold(f64::MAX, f64::min)
    };
    let best = (0..m).max_by(|&i, &j| gap(i).total_cmp(&gap(j)))?;
    if gap(best) < 1e-4 {
        return None;
    }
    let mut vector = vec![C64::new(0.0, 0.0); products.order()];
    for (k, q) in krylov.iter().enumerate() {
        let weight = eigen.eigenvectors[(k, best)];
        vector.iter_mut().zip(q).for_each(|(v, q)| *v += q * weight);
    }
    normalised(vector)
}

/// An orthonormal basis of the left ideal that `start` generates, from translates of it. Translates
/// that are nearly orthogonal to those before are preferred: where the irrep is monomial, its
/// matrices come out so.
fn spin(
    products: &MultiplicationTable,
    generators: &[usize],
    start: RingElement,
    dim: usize,
) -> Option<Vec<RingElement>> {
    let mut basis = vec![start];
    for threshold in [0.99, 0.5, 0.1, 1e-2, 1e-4] {
        let mut next = 0;
        while next < basis.len() && basis.len() < dim {
            for &s in generators {
                let mut moved = translate(products, s, &basis[next]);
                remove(&mut moved, &basis);
                if inner(&moved, &moved).re.sqrt() > threshold && basis.len() < dim {
                    remove(&mut moved, &basis);
                    basis.push(normalised(moved)?);
                }
            }
            next += 1;
        }
    }
    (basis.len() == dim).then_some(basis)
}

/// `s·f`.
fn translate(products: &MultiplicationTable, s: usize, f: &RingElement) -> RingElement {
    let mut out = vec![C64::new(0.0, 0.0); f.len()];
    for (value, &to) in f.iter().zip(products.row(s)) {
        out[usize::from(to)] = *value;
    }
    out
}

fn matrix_on(products: &MultiplicationTable, basis: &[RingElement], s: usize) -> DMatrix<C64> {
    let moved: Vec<RingElement> = basis.iter().map(|b| translate(products, s, b)).collect();
    DMatrix::from_fn(basis.len(), basis.len(), |i, j| inner(&basis[i], &moved[j]))
}

fn is_unitary(m: &DMatrix<C64>) -> bool {
    let difference = m.adjoint() * m - DMatrix::identity(m.nrows(), m.nrows());
    difference.iter().all(|v| v.norm() < 1e-9)
}

fn inner(f: &[C64], h: &[C64]) -> C64 {
    f.iter().zip(h).map(|(a, b)| a.conj() * b).sum()
}

fn normalised(mut f: RingElement) -> Option<RingElement> {
    let norm = inner(&f, &f).re.sqrt();
    if norm.is_nan() || norm < 1e-12 {
        return None;
    }
    f.iter_mut().for_each(|v| *v /= norm);
    Some(f)
}

/// Takes off the components along an orthonormal system.
fn remove(f: &mut RingElement, system: &[RingElement]) {
    for q in system {
        let component = inner(q, f);
        f.iter_mut().zip(q).for_each(|(v, q)| *v -= q * component);
    }
}
