//! Finite groups of orthogonal matrices given by generators.

use std::collections::HashMap;
use std::sync::Arc;

use nalgebra::DMatrix;
use rand::Rng;

use crate::multiplication_table::{MultiplicationTable, TABLE_LIMIT};
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
    /// Cost: `|G|` products of matrices for each generator.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for no generators, [`GroupError::BadGenerator`] for one that is not
    /// `d × d` or further than 10⁻⁹ from orthogonal, [`GroupError::TooLarge`] where more than
    /// `limit` elements appear (6,000 at most), [`GroupError::Ambiguous`] where two elements differ
    /// by 10⁻⁹ to 10⁻⁷.
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
        for (position, m) in generators.iter().enumerate() {
            let fault = if m.shape() != (dim, dim) {
                Some(format!("of shape {}×{}", m.nrows(), m.ncols()))
            } else {
                let off = (m.transpose() * m - DMatrix::identity(dim, dim)).amax();
                // Not `off > …`, which would let NaN through.
                let orthogonal = off <= Self::TOLERANCE;
                (!orthogonal).then(|| format!("off by {off:.1e}"))
            };
            if let Some(got) = fault {
                let (group, expected) =
                    (name.to_string(), format!("an orthogonal {dim}×{dim} matrix"));
                return Err(GroupError::BadGenerator { group, position, expected, got });
            }
        }
        let limit = limit.min(TABLE_LIMIT);
        let mut list = MatrixList::new(dim);
        list.find_or_insert(DMatrix::identity(dim, dim), &name)?;
        let mut left: Vec<Vec<usize>> = vec![vec![]; generators.len()];
        let mut steps = Vec::new();
        let mut next = 0;
        while next < list.matrices.len() {
            for (generator, m) in generators.iter().enumerate() {
                let known = list.matrices.len();
                let product = list.find_or_insert(polish(m * &list.matrices[next]), &name)?;
                left[generator].push(product);
                if product == known {
                    steps.push((generator, next));
                }
                if list.matrices.len() > limit {
                    return Err(GroupError::TooLarge {
                        operation: "the closure of matrices",
                        group: name.to_string(),
                        order: list.matrices.len(),
                        limit,
                    });
                }
            }
            next += 1;
        }
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

/// Matrices with a hash of a random functional of their entries, by which equal ones are found.
#[derive(Debug)]
struct MatrixList {
    dim: usize,
    matrices: Vec<DMatrix<f64>>,
    buckets: HashMap<i64, Vec<usize>>,
}

impl MatrixList {
    /// Below this, a difference that is not zero to the tolerance is an error.
    const DISTINCT: f64 = 100.0 * MatrixGroup::TOLERANCE;

    fn new(dim: usize) -> Self {
        Self { dim, matrices: vec![], buckets: HashMap::new() }
    }

    /// `Σ w_ij m_ij` with weights of absolute sum at most 1, in units of [`Self::DISTINCT`]: that of
    /// a matrix closer than one unit is in the same or a neighbouring bucket.
    fn bucket(&self, m: &DMatrix<f64>) -> i64 {
        let scale = (m.len() as f64).recip();
        let sum: f64 =
            m.iter().enumerate().map(|(i, v)| v * scale * (1.0 + 1.7 * i as f64).cos()).sum();
        (sum / Self::DISTINCT).floor() as i64
    }

    fn nearest(&self, m: &DMatrix<f64>) -> Option<(usize, f64)> {
        let bucket = self.bucket(m);
        (bucket - 1..=bucket + 1)
            .filter_map(|b| self.buckets.get(&b))
            .flatten()
            .map(|&i| (i, (&self.matrices[i] - m).amax()))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn find_or_insert(&mut self, m: DMatrix<f64>, group: &str) -> Result<usize, GroupError> {
        match self.nearest(&m) {
            Some((index, distance)) if distance <= MatrixGroup::TOLERANCE => Ok(index),
            Some((_, distance)) if distance <= Self::DISTINCT => Err(GroupError::Ambiguous {
                group: group.to_owned(),
                distance,
                tolerance: MatrixGroup::TOLERANCE,
            }),
            _ => {
                let index = self.matrices.len();
                self.buckets.entry(self.bucket(&m)).or_default().push(index);
                self.matrices.push(m);
                Ok(index)
            }
        }
    }
}

/// One Newton step to the nearest orthogonal matrix, `M(3 − MᵀM)/2`.
fn polish(m: DMatrix<f64>) -> DMatrix<f64> {
    let gram = m.transpose() * &m;
    &m * (DMatrix::identity(m.ncols(), m.ncols()) * 3.0 - gram) * 0.5
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
}
