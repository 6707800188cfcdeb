//! Banks of templates as frames: drawn component by component, and made tight.

use groups::{FiniteGroup, GroupError, Irreps, Operator, Representation};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};

use super::TightCoOrbit;
use crate::random::gaussian;
use crate::{ProjectionError, Reynolds};

/// The largest group whose irreps are computed for a bank.
const LARGEST_ORDER: usize = 1024;

/// Share of the outputs that templates in all components have.
const COUPLED: f64 = 4.0 / 9.0;

/// Share of the frame that templates in single components have.
const SINGLE: f64 = 0.8;

/// Parts of a template below this share of its length are rounding.
const ABSENT: f64 = 1e-9;

/// Frames whose eigenvalues differ by more than this factor are no frames.
const DEGENERATE: f64 = 1e-12;

/// A representation, taken apart: what the group leaves alone and the other isotypic components.
#[derive(Debug, Clone)]
pub(super) struct Frame<G: FiniteGroup> {
    representation: Representation<G>,
    operators: Vec<Operator>,
    /// `Bᵀ`, `(dim Z^G, D)`.
    fixed: Array2<f64>,
    /// An orthonormal basis of each other component, `(D_c, D)`.
    components: Vec<Array2<f64>>,
}

impl<G: FiniteGroup> Frame<G> {
    pub(super) fn new(representation: &Representation<G>) -> Result<Self, ProjectionError> {
        let order = representation.group().order();
        if order > LARGEST_ORDER {
            return Err(ProjectionError::Group(GroupError::TooLarge {
                operation: TightCoOrbit::<f64>::NAME,
                group: representation.group().name(),
                order,
                limit: LARGEST_ORDER,
            }));
        }
        let decomposition = Irreps::of(representation.group())?.decompose(representation)?;
        let basis = decomposition.basis();
        // The trivial irrep is the first.
        let components = decomposition.components().iter().filter(|c| c.irrep > 0);
        let components = components
            .map(|c| {
                let first = c.columns.start;
                Array2::from_shape_fn((c.columns.len(), basis.nrows()), |(i, j)| {
                    basis[(j, first + i)]
                })
            })
            .collect();
        let group = representation.group();
        Ok(Self {
            representation: representation.clone(),
            operators: group.elements().map(|g| representation.operator(&g)).collect(),
            fixed: Reynolds::<f64>::new(representation).map,
            components,
        })
    }

    pub(super) fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// `ρ(g)` for every element, in order.
    pub(super) fn operators(&self) -> &[Operator] {
        &self.operators
    }

    pub(super) fn fixed(&self) -> &Array2<f64> {
        &self.fixed
    }

    /// Numbers of the components that a template has a part in.
    pub(super) fn support(&self, template: ArrayView1<'_, f64>) -> Vec<usize> {
        let length = template.dot(&template).sqrt();
        let has_part = |basis: &Array2<f64>| {
            let part = basis.dot(&template);
            part.dot(&part).sqrt() > ABSENT * length
        };
        (0..self.components.len()).filter(|c| has_part(&self.components[*c])).collect()
    }

    /// How many templates have a part in every component.
    pub(super) fn coupled(&self, templates: ArrayView2<'_, f64>) -> usize {
        let all = self.components.len();
        templates.rows().into_iter().filter(|t| self.support(*t).len() == all).count()
    }

    /// The templates less what the group leaves alone.
    pub(super) fn without_fixed(&self, templates: ArrayView2<'_, f64>) -> Array2<f64> {
        &templates - &templates.dot(&self.fixed.t()).dot(&self.fixed)
    }

    /// Templates moved back into the components that they may have a part in.
    pub(super) fn restricted(
        &self,
        templates: &Array2<f64>,
        supports: &[Vec<usize>],
    ) -> Array2<f64> {
        let mut out = Array2::zeros(templates.dim());
        for (component, basis) in self.components.iter().enumerate() {
            let rows: Vec<usize> =
                (0..supports.len()).filter(|i| supports[*i].contains(&component)).collect();
            let part = templates.select(Axis(0), &rows).dot(&basis.t()).dot(basis);
            for (row, part) in rows.into_iter().zip(part.rows()) {
                out.row_mut(row).zip_mut_with(&part, |out, v| *out += v);
            }
        }
        out
    }

    /// Templates for at most so many outputs, not yet tight.
    pub(super) fn random(&self, outputs: usize, seed: u64) -> Result<Array2<f64>, ProjectionError> {
        let dim = self.representation.dim();
        if outputs == 0 {
            return Err(ProjectionError::NoOutputs { projection: TightCoOrbit::<f64>::NAME });
        }
        if self.components.is_empty() {
            return Ok(Array2::zeros((0, dim)));
        }
        let left = outputs.checked_sub(self.fixed.nrows()).filter(|left| *left > 0);
        let left = left.ok_or_else(|| too_few(outputs))?;
        let drawn = gaussian::<f64>(left, dim, seed);
        let all: Vec<usize> = (0..self.components.len()).collect();
        // What one template in these components gives.
        let independent = |support: &[usize]| super::span::span(self, support).nrows().max(1);
        let mut supports = Vec::new();
        let mut rest = left;
        if all.len() > 1 {
            let share = (1.0 - COUPLED) * left as f64;
            let whole: usize = self.components.iter().map(Array2::nrows).sum();
            for (component, basis) in self.components.iter().enumerate() {
                let each = independent(&[component]);
                let part = share * basis.nrows() as f64 / whole as f64;
                let count = (part / each as f64) as usize;
                supports.extend(vec![vec![component]; count]);
                rest -= count * each;
            }
        }
        supports.extend(vec![all.clone(); rest / independent(&all)]);
        let count = Slice::from(..supports.len());
        let mut templates =
            self.restricted(&drawn.slice_axis(Axis(0), count).to_owned(), &supports);
        // The same weight for each of a component's dimensions, however many templates lie in it.
        for (mut template, support) in templates.rows_mut().into_iter().zip(&supports) {
            if support.len() == 1 && all.len() > 1 {
                let alike = supports.iter().filter(|s| *s == support).count() as f64;
                let coupled = supports.iter().filter(|s| s.len() > 1).count() as f64;
                template *= (SINGLE / (1.0 - SINGLE) * coupled.max(1.0) / alike).sqrt();
            }
        }
        Ok(templates)
    }

    /// `S = Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ`.
    pub(super) fn operator(&self, templates: &Array2<f64>) -> Array2<f64> {
        let dim = self.representation.dim();
        let (once, mut sum) = (templates.t().dot(templates), Array2::zeros((dim, dim)));
        // Σ_g ρ(g) A ρ(g)ᵀ, columns first.
        for operator in &self.operators {
            let mut half = Array2::zeros((dim, dim));
            for (row, mut out) in once.rows().into_iter().zip(half.rows_mut()) {
                out.assign(&ArrayView1::from(&operator.apply(&row.to_vec())));
            }
            for (column, mut out) in half.columns().into_iter().zip(sum.columns_mut()) {
                let moved = operator.apply(&column.to_vec());
                out.zip_mut_with(&ArrayView1::from(&moved), |out, v| *out += v);
            }
        }
        sum
    }

    /// `S^{−1/2} t_i`, tight.
    pub(super) fn tight(&self, templates: &Array2<f64>) -> Result<Array2<f64>, ProjectionError> {
        if self.components.is_empty() {
            return Ok(Array2::zeros((0, self.representation.dim())));
        }
        // With the fixed space, so that S has an inverse.
        let s = self.operator(templates);
        let scale = s.diag().sum() / s.nrows() as f64;
        let s = s + self.fixed.t().dot(&self.fixed) * scale;
        let eigen = DMatrix::from_fn(s.nrows(), s.ncols(), |i, j| s[(i, j)]).symmetric_eigen();
        let (least, largest) = (eigen.eigenvalues.min(), eigen.eigenvalues.max());
        if least.is_nan() || least <= DEGENERATE * largest {
            return Err(too_few(templates.nrows()));
        }
        let root = &eigen.eigenvectors
            * DMatrix::from_diagonal(&eigen.eigenvalues.map(|v| v.sqrt().recip()))
            * eigen.eigenvectors.transpose();
        let root = Array2::from_shape_fn(s.dim(), |(i, j)| root[(i, j)]);
        Ok(templates.dot(&root))
    }
}

fn too_few(count: usize) -> ProjectionError {
    ProjectionError::OutOfRange {
        projection: TightCoOrbit::<f64>::NAME,
        parameter: "number of outputs or templates",
        range: "large enough for a frame of the space",
        value: count as f64,
    }
}
