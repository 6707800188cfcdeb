//! What a layer or a Fourier transform asks of the irreps of a group, finite or compact.

use nalgebra::DMatrix;

use super::decomposition::{endomorphisms, independent};
use super::{Component, Irreps};
use crate::compact::CompactGroup;
use crate::representation::Irrep;
use crate::{FiniteGroup, Group, GroupError, Representation};

/// `ρ ≅ ⊕ m_i ψ_i`: the irreps that occur and the orthogonal change of basis `Q` with
/// `Qᵀ ρ(g) Q = ⊕ m_i ψ_i(g)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Isotypic {
    /// The irreps that occur, each with its columns of the basis.
    pub components: Vec<Component>,
    /// `Q`, `dim × dim`.
    pub basis: DMatrix<f64>,
}

/// How often an irrep `ψ` occurs in a tensor product, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct ClebschGordan {
    /// The number of `ψ` among the irreps.
    pub irrep: usize,
    /// The Clebsch–Gordan maps: a basis of `Hom_G(ψ, ψ_i ⊗ ψ_j)` of isometries `T`, `TᵀT = 1`, that are
    /// orthogonal for `tr SᵀT`; each `d_i d_j × d`. Coordinates of `x ⊗ y` are `x_a y_b` with `b` running
    /// fastest.
    pub maps: Vec<DMatrix<f64>>,
}

/// Irreps of a group, and how a representation is made of them.
///
/// [`Irreps`] knows all irreps of a finite group, [`IrrepsTo`] those of a compact group up to a
/// degree. What is built on this trait works for both.
pub trait IrrepTheory<G: Group> {
    /// The group.
    fn group(&self) -> &G;

    /// Real irreps, no two of them equivalent, the trivial one first.
    fn irreps(&self) -> &[Irrep<G>];

    /// The decomposition of a representation.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for a representation of another group,
    /// [`GroupError::NoSuchIrrep`] where it has a part that is none of [`irreps`](Self::irreps),
    /// [`GroupError::NoConvergence`] where `rho` is no representation.
    fn isotypic(&self, rho: &Representation<G>) -> Result<Isotypic, GroupError>;

    /// A basis of `Hom_G(ψ, ψ)` of the irrep of that number, orthonormal for `⟨S, T⟩ = tr SᵀT`. By
    /// Schur's lemma each map is an isometry times `1/√dim ψ`.
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] where there are fewer.
    fn endomorphisms(&self, irrep: usize) -> Result<Vec<DMatrix<f64>>, GroupError>;

    /// How those of [`irreps`](Self::irreps) that occur in `ψ_i ⊗ ψ_j` occur in it, in order.
    ///
    /// ```
    /// use groups::{IrrepTheory, IrrepsTo, compact::SO3};
    /// // Vector ⊗ vector: the inner product, the cross product, and traceless symmetric matrices.
    /// let products = IrrepsTo::new(SO3, 2).couplings(1, 1)?;
    /// let shapes: Vec<_> = products.iter().map(|c| (c.irrep, c.maps.len(), c.maps[0].shape())).collect();
    /// assert_eq!(shapes, [(0, 1, (9, 1)), (1, 1, (9, 3)), (2, 1, (9, 5))]);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] where there are fewer.
    fn couplings(&self, i: usize, j: usize) -> Result<Vec<ClebschGordan>, GroupError>;
}

impl<G: FiniteGroup> IrrepTheory<G> for Irreps<G> {
    fn group(&self) -> &G {
        self.group()
    }

    fn irreps(&self) -> &[Irrep<G>] {
        self.real()
    }

    fn isotypic(&self, rho: &Representation<G>) -> Result<Isotypic, GroupError> {
        let decomposition = self.decompose(rho)?;
        Ok(Isotypic {
            components: decomposition.components().to_vec(),
            basis: decomposition.basis().clone(),
        })
    }

    fn endomorphisms(&self, irrep: usize) -> Result<Vec<DMatrix<f64>>, GroupError> {
        endomorphisms(get(self, irrep)?)
    }

    fn couplings(&self, i: usize, j: usize) -> Result<Vec<ClebschGordan>, GroupError> {
        let product = self.clebsch_gordan(i, j)?;
        let of_component = |component: &Component| {
            let d = component.columns.len() / component.multiplicity;
            let commuting = endomorphisms(get(self, component.irrep)?)?;
            let copies = component.columns.clone().step_by(d);
            let maps = copies.flat_map(|first| {
                let copy = product.basis().columns(first, d);
                commuting.iter().map(move |e| copy * e * (d as f64).sqrt())
            });
            Ok(ClebschGordan { irrep: component.irrep, maps: maps.collect() })
        };
        product.components().iter().map(of_component).collect()
    }
}

/// The irreps of a compact group up to a degree.
///
/// ```
/// use groups::{IrrepTheory, IrrepsTo};
/// use groups::compact::SO3;
/// // Vectors are the irrep of degree 1; 3 × 3 matrices are degrees 0, 1 and 2.
/// let theory = IrrepsTo::new(SO3, 2);
/// let vectors = SO3.vectors();
/// let parts = theory.isotypic(&vectors.tensor(&vectors)?)?.components;
/// assert_eq!(parts.iter().map(|c| c.irrep).collect::<Vec<_>>(), [0, 1, 2]);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct IrrepsTo<G: CompactGroup> {
    group: G,
    degree: usize,
    irreps: Vec<Irrep<G>>,
}

impl<G: CompactGroup> IrrepsTo<G> {
    /// The irreps of degrees (or frequencies) `0..=degree`.
    pub fn new(group: G, degree: usize) -> Self {
        let irreps = group.irreps_to(degree);
        Self { group, degree, irreps }
    }

    /// The highest degree.
    pub fn degree(&self) -> usize {
        self.degree
    }
}

impl<G: CompactGroup> IrrepTheory<G> for IrrepsTo<G> {
    fn group(&self) -> &G {
        &self.group
    }

    fn irreps(&self) -> &[Irrep<G>] {
        &self.irreps
    }

    /// Every copy of `ψ` is the image of an intertwiner from `ψ`, found from the generators.
    fn isotypic(&self, rho: &Representation<G>) -> Result<Isotypic, GroupError> {
        let dim = rho.dim();
        let mut columns = Vec::with_capacity(dim);
        let mut components = Vec::new();
        for (irrep, psi) in self.irreps.iter().enumerate() {
            if psi.representation().dim() > dim - columns.len() {
                continue;
            }
            let maps = psi.representation().intertwiners(rho)?;
            let multiplicity = maps.len() / psi.kind().endomorphism_dim();
            if multiplicity == 0 {
                continue;
            }
            let first = columns.len();
            for copy in independent(maps, multiplicity)? {
                columns.extend(copy.column_iter().map(|c| c.into_owned()));
            }
            components.push(Component { irrep, multiplicity, columns: first..columns.len() });
        }
        if columns.len() < dim {
            return Err(GroupError::NoSuchIrrep {
                group: self.group.name(),
                irrep: format!("for all parts of {rho}"),
                available: format!("degrees 0 to {}", self.degree),
            });
        }
        let basis = if dim == 0 { DMatrix::zeros(0, 0) } else { DMatrix::from_columns(&columns) };
        Ok(Isotypic { components, basis })
    }

    fn endomorphisms(&self, irrep: usize) -> Result<Vec<DMatrix<f64>>, GroupError> {
        let psi = get(self, irrep)?.representation();
        psi.intertwiners(psi)
    }

    fn couplings(&self, i: usize, j: usize) -> Result<Vec<ClebschGordan>, GroupError> {
        let product = get(self, i)?.representation().tensor(get(self, j)?.representation())?;
        let mut couplings = Vec::new();
        for (k, psi) in self.irreps.iter().enumerate() {
            let psi = psi.representation();
            if psi.dim() > product.dim() {
                continue;
            }
            let maps = psi.intertwiners(&product)?;
            if !maps.is_empty() {
                let scale = (psi.dim() as f64).sqrt();
                let maps = maps.into_iter().map(|map| map * scale).collect();
                couplings.push(ClebschGordan { irrep: k, maps });
            }
        }
        Ok(couplings)
    }
}

fn get<G: Group, T: IrrepTheory<G>>(theory: &T, irrep: usize) -> Result<&Irrep<G>, GroupError> {
    theory.irreps().get(irrep).ok_or_else(|| GroupError::NoSuchIrrep {
        group: theory.group().name(),
        irrep: irrep.to_string(),
        available: format!("real irreps 0 to {}", theory.irreps().len() - 1),
    })
}
