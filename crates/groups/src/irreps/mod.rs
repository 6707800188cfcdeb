//! All irreps of a finite group, as matrices.

mod complex;
mod decomposition;
mod minimal_ideal;
mod real_form;
mod theory;
mod with_irreps;

use std::fmt;
use std::sync::{Arc, OnceLock};

use nalgebra::DMatrix;
use num_complex::Complex;

pub use complex::ComplexIrrep;
pub use decomposition::{Component, Decomposition};
pub use theory::{ClebschGordan, IrrepTheory, IrrepsTo, Isotypic};
pub use with_irreps::WithIrreps;

use crate::characters::CharacterTable;
use crate::multiplication_table::{MultiplicationTable, SpanningTree};
use crate::representation::Irrep;
use crate::{FiniteGroup, GroupError, IrrepType, Representation};

/// The irreducible representations of a finite group, complex and real, with its character table.
///
/// Complex irrep `i` has the character in row `i` of the table. A real irrep `ψ` is made of
///
/// | type | over the complex numbers | dimension of `ψ` | indicator `ν(χ)` |
/// |---|---|---|---|
/// | real | `χ` | `χ(1)` | 1 |
/// | complex | `χ ⊕ χ̄` | `2χ(1)` | 0 |
/// | quaternionic | `χ ⊕ χ` | `2χ(1)` | −1 |
///
/// (Serre, *Linear Representations of Finite Groups*, §13.2). Their bases are orthonormal, so all
/// matrices are unitary, or orthogonal.
///
/// A complex irrep is the left ideal `C[G] e_χ e_λ`, where `e_χ` projects on all copies of `χ` and
/// `e_λ` on the eigenvectors of one element with one eigenvalue, chosen so that few (most often:
/// one) are left (Dixon 1993, *Constructing representations of finite groups*).
///
/// Cost: about `χ(1)²|G|` for each irrep; matrices of elements are made when first asked for.
///
/// ```
/// use groups::{Irreps, IrrepType, TableGroup};
/// let irreps = Irreps::of(&TableGroup::quaternion())?;
/// // Four of dimension one, and the quaternions: 2-dimensional over C, 4-dimensional over R.
/// assert_eq!(irreps.complex().iter().map(|psi| psi.dim()).collect::<Vec<_>>(), [1, 1, 1, 1, 2]);
/// let last = irreps.real().last().unwrap();
/// assert_eq!((last.representation().dim(), last.kind()), (4, IrrepType::Quaternionic));
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Irreps<G: FiniteGroup> {
    group: G,
    table: Arc<CharacterTable>,
    complex: Arc<[ComplexIrrep<G>]>,
    real: Arc<[Irrep<G>]>,
    /// For each real irrep a complex one that it is made of.
    complex_of_real: Arc<[usize]>,
    unitary: Arc<[DMatrix<Complex<f64>>]>,
}

impl<G: FiniteGroup> Irreps<G> {
    /// All irreps of a group.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    pub fn of(group: &G) -> Result<Self, GroupError> {
        let products = MultiplicationTable::of(group)?;
        let table = Arc::new(CharacterTable::from_table(group, &products)?);
        let generators = products.generators();
        let walk = Arc::new(Walk { tree: products.spanning_tree(&generators), generators });
        let cyclic = minimal_ideal::cyclic_subgroups(&products, &table);
        let (mut complex, mut real) = (vec![], vec![]);
        let (mut complex_of_real, mut unitary) = (vec![], vec![]);
        for i in 0..table.len() {
            let matrices = if table.degree(i) == 1 {
                let table = Arc::clone(&table);
                ElementMatrices::from_formula(products.order(), 1, move |g| {
                    DMatrix::from_element(1, 1, table.value(i, table.classes().class_of(g)))
                })
            } else {
                let on_generators =
                    minimal_ideal::matrices(&products, &table, i, &walk.generators, &cyclic)?;
                ElementMatrices::from_generators(products.order(), &walk, on_generators)
            };
            // Of two conjugate irreps the first stands for both.
            if table.conjugate(i) >= i {
                let name = format!("irrep {}", real.len());
                let (psi, u) = real_form::real_form(group, name, &matrices, table.kind(i))?;
                real.push(psi);
                unitary.push(u);
                complex_of_real.push(i);
            }
            complex.push(ComplexIrrep::new(group.clone(), i, table.kind(i), matrices));
        }
        Ok(Self {
            group: group.clone(),
            table,
            complex: complex.into(),
            real: real.into(),
            complex_of_real: complex_of_real.into(),
            unitary: unitary.into(),
        })
    }

    /// The group.
    pub fn group(&self) -> &G {
        &self.group
    }

    /// The character table, whose rows are the complex irreps.
    pub fn table(&self) -> &CharacterTable {
        &self.table
    }

    /// The complex irreps, in the order of the table's rows.
    pub fn complex(&self) -> &[ComplexIrrep<G>] {
        &self.complex
    }

    /// The real irreps, by degree of the complex ones that they are made of, the trivial one first.
    pub fn real(&self) -> &[Irrep<G>] {
        &self.real
    }

    /// A complex irrep `σ` that real irrep `ψ_i` is made of, and the unitary matrix `U` that shows it:
    ///
    /// - `U ψ_i(g) U* = σ(g)` for real type;
    /// - `U ψ_i(g) U* = σ(g) ⊕ σ̄(g)` for complex and quaternionic type, where `σ̄(g)` is
    ///   [`ComplexIrrep::dual_matrix`], of another class than `σ` or of the same.
    ///
    /// ```
    /// use groups::{Cyclic, Irreps};
    /// // The turn by 90° of the plane has the eigenvalues ±i.
    /// let irreps = Irreps::of(&Cyclic::new(4)?)?;
    /// let (sigma, u) = irreps.complexify(1)?;
    /// let turn = irreps.real()[1].representation().matrix(&1).map(|v| v.into());
    /// let diagonal = u * turn * u.adjoint();
    /// assert!((diagonal[(0, 0)] - sigma.matrix(&1)[(0, 0)]).norm() < 1e-15);
    /// assert!(diagonal[(0, 1)].norm() < 1e-15);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] where there are fewer real irreps.
    pub fn complexify(
        &self,
        i: usize,
    ) -> Result<(&ComplexIrrep<G>, &DMatrix<Complex<f64>>), GroupError> {
        self.get(i)?;
        Ok((&self.complex[self.complex_of_real[i]], &self.unitary[i]))
    }

    fn get(&self, i: usize) -> Result<&Irrep<G>, GroupError> {
        self.real.get(i).ok_or_else(|| GroupError::NoSuchIrrep {
            group: self.group.name(),
            irrep: i.to_string(),
            available: format!("real irreps 0 to {}", self.real.len() - 1),
        })
    }

    /// How often each real irrep occurs in a representation: `⟨χ_ρ, χ⟩` for those of real and
    /// complex type, half of that for those of quaternionic type.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for a representation of another group.
    pub fn multiplicities(&self, rho: &Representation<G>) -> Result<Vec<usize>, GroupError> {
        if *rho.group() != self.group {
            return Err(GroupError::GroupMismatch {
                left: self.group.name(),
                right: rho.group().name(),
            });
        }
        let classes = self.table.classes();
        let character: Vec<Complex<f64>> = (0..classes.count())
            .map(|c| rho.character(&self.group.element(classes.representative(c))).into())
            .collect();
        let complex = self.table.multiplicities(&character);
        let real = self.complex_of_real.iter().zip(self.real.iter());
        Ok(real
            .map(|(&i, psi)| match psi.kind() {
                IrrepType::Quaternionic => complex[i] / 2,
                _ => complex[i],
            })
            .collect())
    }

    /// The isotypic decomposition of a representation: `Qᵀ ρ(g) Q = ⊕ψ_i(g)`.
    ///
    /// Cost: `|G|·dim²`.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for a representation of another group;
    /// [`GroupError::NoConvergence`] where `rho` is no representation.
    pub fn decompose(&self, rho: &Representation<G>) -> Result<Decomposition<G>, GroupError> {
        Decomposition::new(self, rho)
    }

    /// The decomposition of `ψ_i ⊗ ψ_j`: its basis holds the Clebsch–Gordan coefficients.
    ///
    /// ```
    /// use groups::{Irreps, Symmetric};
    /// // S_3: plane ⊗ plane = trivial ⊕ sign ⊕ plane.
    /// let irreps = Irreps::of(&Symmetric::new(3)?)?;
    /// assert_eq!(irreps.clebsch_gordan(2, 2)?.multiplicities(), [1, 1, 1]);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] where there are fewer real irreps.
    pub fn clebsch_gordan(&self, i: usize, j: usize) -> Result<Decomposition<G>, GroupError> {
        let (left, right) = (self.get(i)?, self.get(j)?);
        self.decompose(&left.representation().tensor(right.representation())?)
    }
}

/// How every element is a product of generators.
struct Walk {
    generators: Vec<usize>,
    tree: SpanningTree,
}

/// The matrices of all elements, made when first asked for.
#[derive(Clone)]
struct ElementMatrices<T: nalgebra::Scalar> {
    order: usize,
    dim: usize,
    source: Source<T>,
    all: Arc<OnceLock<Vec<DMatrix<T>>>>,
}

/// Where they come from.
#[derive(Clone)]
enum Source<T> {
    /// Products of those of the generators.
    Generators(Arc<Walk>, Arc<[DMatrix<T>]>),
    /// A formula for each element.
    Formula(Arc<dyn Fn(usize) -> DMatrix<T> + Send + Sync>),
}

impl<T: nalgebra::ComplexField> ElementMatrices<T> {
    fn from_generators(order: usize, walk: &Arc<Walk>, on_generators: Vec<DMatrix<T>>) -> Self {
        let dim = on_generators.first().map_or(1, DMatrix::nrows);
        let source = Source::Generators(Arc::clone(walk), on_generators.into());
        Self { order, dim, source, all: Arc::default() }
    }

    fn from_formula(
        order: usize,
        dim: usize,
        matrix: impl Fn(usize) -> DMatrix<T> + Send + Sync + 'static,
    ) -> Self {
        Self { order, dim, source: Source::Formula(Arc::new(matrix)), all: Arc::default() }
    }

    fn get(&self, g: usize) -> &DMatrix<T> {
        &self.all.get_or_init(|| match &self.source {
            Source::Formula(matrix) => (0..self.order).map(matrix.as_ref()).collect(),
            Source::Generators(walk, on_generators) => {
                let mut all = vec![DMatrix::identity(self.dim, self.dim); self.order];
                for step in &walk.tree.steps {
                    all[step.to] = &on_generators[step.generator] * &all[step.from];
                }
                all
            }
        })[g]
    }
}

impl<T: nalgebra::Scalar> fmt::Debug for ElementMatrices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ElementMatrices({} of dimension {})", self.order, self.dim)
    }
}
