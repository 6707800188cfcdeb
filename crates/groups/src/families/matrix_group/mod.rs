//! Finite groups of orthogonal matrices given by generators.

mod closure;

use std::sync::Arc;

use closure::{Closure, MatrixList, Tolerance};
use nalgebra::DMatrix;
use rand::Rng;

use crate::compact::{Isometries, O2, O3};
use crate::linalg::orthogonal::{ROUNDED, is_short, nearest_orthogonal};
use crate::multiplication_table::{MultiplicationTable, TABLE_LIMIT};
use crate::spec::element;
use crate::{FiniteGroup, Group, GroupError, Representation, TableGroup};

/// The finite group that some orthogonal matrices generate. Elements are numbers, the identity
/// matrix is 0.
///
/// Cloning is cheap. Two such groups are equal where their multiplication tables and matrices are.
///
/// ```
/// use groups::{FiniteGroup, Group, MatrixGroup};
/// use nalgebra::dmatrix;
/// let turn = dmatrix![0.0, -1.0; 1.0, 0.0];
/// let flip = dmatrix![1.0, 0.0; 0.0, -1.0];
/// let group = MatrixGroup::generated_by("D4", &[turn.clone(), flip], 100)?;
/// assert_eq!(group.order(), 8);
/// let g = group.find(&turn).unwrap();
/// assert_eq!(group.power(&g, 4), group.identity());
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct MatrixGroup {
    abstract_group: TableGroup,
    matrices: Arc<MatrixList>,
    generators: Arc<[usize]>,
}

impl MatrixGroup {
    /// Largest difference of entries at which two matrices are the same element.
    pub const TOLERANCE: f64 = 1e-9;

    /// The group that orthogonal `d × d` matrices generate: products are formed until no new one
    /// appears. Each is made orthogonal to rounding again, so that errors do not add up.
    ///
    /// **Rounded generators**, of the digits of 32-bit numbers, are taken as the orthogonal matrices next to
    /// them that generate a finite group, and `tracing` says so: entries of `MᵀM − 1` are 10⁻⁵ at most.
    ///
    /// Cost: `|G|` products of matrices for each generator.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for no generators or dimension 0, [`GroupError::BadGenerator`] for one that is not
    /// `d × d` or further than 10⁻⁵ from orthogonal, [`GroupError::TooManyFound`] where more than
    /// `limit` elements appear (6,000 at most), [`GroupError::Ambiguous`] where two elements are too
    /// close to be told apart: 10⁻⁹ to 10⁻⁷, and up to 10⁻³ where generators are rounded.
    pub fn generated_by(
        name: impl Into<Arc<str>>,
        generators: &[DMatrix<f64>],
        limit: usize,
    ) -> Result<Self, GroupError> {
        let name = name.into();
        let Some(first) = generators.first() else {
            return Err(GroupError::Empty {
                group: "matrix group",
                parameter: "number of generators",
            });
        };
        let dim = first.nrows();
        if dim == 0 {
            return Err(GroupError::Empty { group: "matrix group", parameter: "dimension" });
        }
        let mut rounded = 0.0f64;
        for (position, m) in generators.iter().enumerate() {
            let off = closure::off(m, dim, ROUNDED).map_err(|got| GroupError::BadGenerator {
                group: name.to_string(),
                position,
                expected: format!("an orthogonal {dim}×{dim} matrix"),
                got,
            })?;
            rounded = rounded.max(off);
        }
        let limit = limit.min(TABLE_LIMIT);
        let exact = (rounded <= Self::TOLERANCE)
            .then(|| Closure::of(generators, limit, Tolerance::EXACT, &name));
        let Closure { list, left, steps } = match exact {
            Some(Ok(closure)) => closure,
            Some(Err(error)) if !generators.iter().all(is_short) => return Err(error),
            failed => {
                let nearest: Vec<_> = generators.iter().map(nearest_orthogonal).collect();
                let first = |error| failed.and_then(Result::err).unwrap_or(error);
                let closure = Closure::of_rounded(&nearest, limit, &name).map_err(first)?;
                tracing::warn!(
                    "the generators of {name} are rounded; the orthogonal matrices next to them that generate \
                     a group of order {} are taken",
                    closure.list.matrices.len()
                );
                closure
            }
        };
        let order = list.matrices.len();
        let table = MultiplicationTable::from_left_steps(order, &left, &steps);
        let mut own: Vec<usize> = left.iter().map(|products| products[0]).collect();
        own.retain(|&g| g != 0);
        Ok(Self {
            abstract_group: TableGroup::from_table(name, table),
            matrices: Arc::new(list),
            generators: own.into(),
        })
    }

    /// Dimension of the matrices.
    pub fn dim(&self) -> usize {
        self.matrices.dim
    }

    /// The matrix of an element.
    pub fn matrix(&self, g: &usize) -> &DMatrix<f64> {
        &self.matrices.matrices[*g]
    }

    /// The element with the given matrix, if there is one.
    pub fn find(&self, matrix: &DMatrix<f64>) -> Option<usize> {
        if matrix.shape() != (self.dim(), self.dim()) {
            return None;
        }
        let (index, distance) = self.matrices.nearest(matrix)?;
        (distance <= Self::TOLERANCE).then_some(index)
    }

    /// The representation by the matrices themselves.
    pub fn defining(&self) -> Representation<Self> {
        let list = Arc::clone(&self.matrices);
        Representation::from_matrices(self, "defining".into(), self.dim(), move |g: &usize| {
            list.matrices[*g].clone()
        })
    }
}

impl PartialEq for MatrixGroup {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.matrices, &other.matrices)
            || (self.abstract_group == other.abstract_group
                && self.matrices.matrices == other.matrices.matrices)
    }
}

impl Group for MatrixGroup {
    type Element = usize;

    fn name(&self) -> String {
        self.abstract_group.name()
    }

    fn identity(&self) -> usize {
        0
    }

    fn compose(&self, a: &usize, b: &usize) -> usize {
        self.abstract_group.compose(a, b)
    }

    fn inverse(&self, a: &usize) -> usize {
        self.abstract_group.inverse(a)
    }

    fn generators(&self) -> Vec<usize> {
        self.generators.to_vec()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        self.abstract_group.sample(rng)
    }
}

impl FiniteGroup for MatrixGroup {
    fn order(&self) -> usize {
        self.abstract_group.order()
    }

    fn element(&self, index: usize) -> usize {
        self.abstract_group.element(index)
    }

    fn index(&self, element: &usize) -> usize {
        *element
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.defining())]
    }

    fn element_syntax(&self) -> String {
        let words = match self.dim() {
            2 => ", an angle such as 60deg, with s for the reflection y ↦ −y before it",
            3 => ", a rotation such as `60deg about z`, with `inverted` for the inversion too",
            _ => "",
        };
        format!("a number from 0 to {}, the matrix row by row{words}, or e", self.order() - 1)
    }

    /// By number, by the matrix, in the plane and in space as `O2` and `O3` write elements.
    fn read_element(&self, text: &str) -> Option<usize> {
        let squeezed = element::squeeze(text);
        let matrix = match (element::by_number(self, text), self.dim()) {
            (Some(number), _) => return Some(number),
            (None, d) if matches!(squeezed.as_str(), "inversion" | "-e" | "-1") => {
                -DMatrix::identity(d, d)
            }
            (None, d) if squeezed.starts_with('[') => {
                let rows: Vec<Vec<f64>> = serde_json::from_str(&squeezed).ok()?;
                let square = rows.len() == d && rows.iter().all(|row| row.len() == d);
                square.then(|| DMatrix::from_fn(d, d, |i, j| rows[i][j]))?
            }
            (None, 2) => O2.matrix(&O2.read_element(text)?),
            (None, 3) => O3.matrix(&O3.read_element(text)?),
            _ => return None,
        };
        self.find(&matrix)
    }
}
