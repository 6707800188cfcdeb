//! The isotypic decomposition of a representation.

use std::ops::Range;

use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Irreps;
use crate::representation::Irrep;
use crate::{FiniteGroup, GroupError, Representation};

/// Vectors drawn beyond the multiplicity, so that the ones kept are well conditioned.
const SPARE: usize = 2;

/// `ρ ≅ ⊕ m_i ψ_i`, with the change of basis: `Qᵀ ρ(g) Q` is block diagonal with the irreps' own
/// matrices, copies of one irrep side by side.
///
/// ```
/// use groups::{Irreps, Representation, Symmetric};
/// let s4 = Symmetric::new(4)?;
/// let irreps = Irreps::of(&s4)?;
/// // R⁴ is the line of constants and an irrep of dimension 3.
/// let decomposition = irreps.decompose(&s4.natural())?;
/// assert_eq!(decomposition.multiplicities().iter().sum::<usize>(), 2);
/// assert_eq!(decomposition.basis().shape(), (4, 4));
/// // Two kinds of linear maps commute with permutations: z and its mean.
/// assert_eq!(decomposition.intertwiners(&decomposition)?.len(), 2);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decomposition<G: FiniteGroup> {
    irreps: Irreps<G>,
    representation: Representation<G>,
    multiplicities: Vec<usize>,
    components: Vec<Component>,
    basis: DMatrix<f64>,
}

/// The part of a representation that is made of copies of one irrep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Number of the real irrep.
    pub irrep: usize,
    /// How many copies there are.
    pub multiplicity: usize,
    /// The columns of the basis that belong to it, copy by copy.
    pub columns: Range<usize>,
}

impl<G: FiniteGroup> Decomposition<G> {
    /// Each copy of `ψ` is the image of an intertwiner `T = Σ_g ρ(g) x (ψ(g) y)ᵀ`, `x` and `y`
    /// random. `TᵀT` is symmetric and commutes with `ψ`, so it is a multiple of 1 for every type of
    /// irrep; and for two of them `T' − T Tᵀ T'` is an intertwiner again, onto what `T` leaves.
    pub(super) fn new(irreps: &Irreps<G>, rho: &Representation<G>) -> Result<Self, GroupError> {
        let multiplicities = irreps.multiplicities(rho)?;
        let dim = rho.dim();
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut draw =
            |n: usize| -> Vec<f64> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
        // For each irrep that occurs, its draws of x and y and the sums T.
        let mut draws = Vec::new();
        for (i, &multiplicity) in multiplicities.iter().enumerate() {
            if multiplicity > 0 {
                let d = irreps.real()[i].representation().dim();
                let pairs: Vec<_> =
                    (0..multiplicity + SPARE).map(|_| (draw(dim), draw(d))).collect();
                let sums = vec![DMatrix::zeros(dim, d); pairs.len()];
                draws.push((i, pairs, sums));
            }
        }
        for g in irreps.group().elements() {
            let operator = rho.operator(&g);
            for (i, pairs, sums) in &mut draws {
                let psi = irreps.real()[*i].representation().operator(&g);
                for ((x, y), sum) in pairs.iter().zip(sums) {
                    let (x, y) = (operator.apply(x), psi.apply(y));
                    for (j, y) in y.iter().enumerate() {
                        let mut column = sum.column_mut(j);
                        column.iter_mut().zip(&x).for_each(|(sum, x)| *sum += x * y);
                    }
                }
            }
        }
        let mut columns = Vec::with_capacity(dim);
        let mut components = Vec::new();
        for (irrep, _, sums) in draws {
            let first = columns.len();
            let multiplicity = multiplicities[irrep];
            for copy in independent(sums, multiplicity)? {
                columns.extend(copy.column_iter().map(|c| c.into_owned()));
            }
            components.push(Component { irrep, multiplicity, columns: first..columns.len() });
        }
        if columns.len() != dim {
            return Err(GroupError::NoConvergence { operation: OPERATION });
        }
        let basis = if dim == 0 { DMatrix::zeros(0, 0) } else { DMatrix::from_columns(&columns) };
        Ok(Self {
            irreps: irreps.clone(),
            representation: rho.clone(),
            multiplicities,
            components,
            basis,
        })
    }

    /// The representation that was decomposed.
    pub fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// `m_i` for every real irrep, zeros included.
    pub fn multiplicities(&self) -> &[usize] {
        &self.multiplicities
    }

    /// The irreps that occur, in order.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// `Q`, orthogonal, `dim × dim`.
    pub fn basis(&self) -> &DMatrix<f64> {
        &self.basis
    }

    /// `⊕ m_i ψ_i`, the block diagonal form.
    ///
    /// # Errors
    /// [`GroupError::EmptySum`] for the representation on the zero space.
    pub fn block_form(&self) -> Result<Representation<G>, GroupError> {
        let summands: Vec<_> = self
            .components
            .iter()
            .map(|c| self.irreps.real()[c.irrep].representation().copies(c.multiplicity))
            .collect();
        Representation::direct_sum(&summands)
    }

    /// The orthogonal projection on all copies of one irrep, which commutes with the group.
    pub fn isotypic_projection(&self, irrep: usize) -> DMatrix<f64> {
        let dim = self.representation.dim();
        match self.components.iter().find(|c| c.irrep == irrep) {
            None => DMatrix::zeros(dim, dim),
            Some(c) => {
                let part = self.basis.columns(c.columns.start, c.columns.len());
                part * part.transpose()
            }
        }
    }

    /// A basis of `Hom_G(ρ, σ)`, the linear maps `T` with `T ρ(g) = σ(g) T`, orthonormal for
    /// `⟨S, T⟩ = tr SᵀT`. Each is a `dim σ × dim ρ` matrix.
    ///
    /// By Schur's lemma there are `Σ_i m_i n_i dim Hom_G(ψ_i, ψ_i)`. Where groups are too large to
    /// be listed, [`Representation::intertwiners`] finds them from generators.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for a representation of another group.
    pub fn intertwiners(&self, other: &Self) -> Result<Vec<DMatrix<f64>>, GroupError> {
        if self.irreps.group() != other.irreps.group() {
            return Err(GroupError::GroupMismatch {
                left: self.irreps.group().name(),
                right: other.irreps.group().name(),
            });
        }
        let mut maps = Vec::new();
        for from in &self.components {
            let Some(to) = other.components.iter().find(|c| c.irrep == from.irrep) else {
                continue;
            };
            let psi = &self.irreps.real()[from.irrep];
            let d = psi.representation().dim();
            let commuting = endomorphisms(psi)?;
            for j in 0..from.multiplicity {
                let source = self.basis.columns(from.columns.start + j * d, d);
                for i in 0..to.multiplicity {
                    let target = other.basis.columns(to.columns.start + i * d, d);
                    maps.extend(commuting.iter().map(|e| target * e * source.transpose()));
                }
            }
        }
        Ok(maps)
    }
}

const OPERATION: &str = "the isotypic decomposition";

/// From intertwiners of one irrep, `count` isometries with orthogonal images, always going on with
/// the one that the images so far explain least.
pub(super) fn independent(
    mut sums: Vec<DMatrix<f64>>,
    count: usize,
) -> Result<Vec<DMatrix<f64>>, GroupError> {
    let scale = sums.iter().map(|t| t.norm()).fold(0.0, f64::max);
    let mut copies: Vec<DMatrix<f64>> = Vec::with_capacity(count);
    for _ in 0..count {
        let best = (0..sums.len())
            .max_by(|&a, &b| sums[a].norm().total_cmp(&sums[b].norm()))
            .ok_or(GroupError::NoConvergence { operation: OPERATION })?;
        let mut copy = sums.swap_remove(best);
        for image in &copies {
            copy -= image * (image.transpose() * &copy);
        }
        let norm = copy.norm() / (copy.ncols() as f64).sqrt();
        if norm.is_nan() || norm <= 1e-8 * scale {
            return Err(GroupError::NoConvergence { operation: OPERATION });
        }
        copy /= norm;
        for sum in &mut sums {
            *sum -= &copy * (copy.transpose() * &*sum);
        }
        copies.push(copy);
    }
    Ok(copies)
}

/// An orthonormal basis of `Hom_G(ψ, ψ)`, the identity first, by averaging random maps.
pub(super) fn endomorphisms<G: FiniteGroup>(
    psi: &Irrep<G>,
) -> Result<Vec<DMatrix<f64>>, GroupError> {
    let rho = psi.representation();
    let (d, count) = (rho.dim(), psi.kind().endomorphism_dim());
    let mut basis = vec![DMatrix::<f64>::identity(d, d) / (d as f64).sqrt()];
    if count == 1 {
        return Ok(basis);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut draw = || -> Vec<f64> { (0..d).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let pairs: Vec<_> = (0..count - 1 + SPARE).map(|_| (draw(), draw())).collect();
    let mut sums = vec![DMatrix::<f64>::zeros(d, d); pairs.len()];
    for g in rho.group().elements() {
        let operator = rho.operator(&g);
        for ((x, y), sum) in pairs.iter().zip(&mut sums) {
            let x = nalgebra::DVector::from_vec(operator.apply(x));
            let y = nalgebra::DVector::from_vec(operator.apply(y));
            sum.ger(1.0, &x, &y, 1.0);
        }
    }
    while basis.len() < count {
        for sum in &mut sums {
            for e in basis.iter().chain(&basis) {
                *sum -= e * e.dot(sum);
            }
        }
        let best = (0..sums.len())
            .max_by(|&a, &b| sums[a].norm().total_cmp(&sums[b].norm()))
            .ok_or(GroupError::NoConvergence { operation: OPERATION })?;
        let next = sums.swap_remove(best);
        let norm = next.norm();
        if norm.is_nan() || norm < 1e-8 {
            return Err(GroupError::NoConvergence { operation: OPERATION });
        }
        basis.push(next / norm);
    }
    Ok(basis)
}
