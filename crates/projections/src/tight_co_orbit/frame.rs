//! Banks of templates as frames: drawn component by component, and made tight.

use groups::{FiniteGroup, GroupError, Irreps, Operator, Representation, linalg};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use super::cyclic::Fields;
use super::span::Spans;
use super::{TightCoOrbit, cyclic};
use crate::random::gaussian;
use crate::{ProjectionError, Reynolds};

/// The largest group whose irreps are computed for a bank.
const LARGEST_ORDER: usize = 1024;

/// The largest group for which matrices are taken apart as a whole: larger ones go component by component.
pub(super) const SMALL_ORDER: usize = 128;

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
    /// How many templates each component needs: `m` copies of an irrep of dimension `d` that `e` maps
    /// commute with need `⌈m·e/d⌉`.
    needed: Vec<usize>,
    /// Of larger cyclic groups.
    fields: Option<Fields>,
    spans: Spans,
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
        let fields = (order > SMALL_ORDER).then(|| Fields::of(representation)).flatten();
        let (components, needed) = match &fields {
            Some(fields) => (fields.components(), vec![fields.count(); order / 2]),
            None => taken_apart(representation)?,
        };
        let frequencies = cyclic::frequencies(representation, &components);
        let group = representation.group();
        Ok(Self {
            representation: representation.clone(),
            operators: group.elements().map(|g| representation.operator(&g)).collect(),
            fixed: Reynolds::<f64>::new(representation).map,
            components,
            needed,
            fields,
            spans: Spans::new(frequencies.filter(|_| order > SMALL_ORDER)),
        })
    }

    pub(super) fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// `ρ(g)` for every element, in order.
    pub(super) fn operators(&self) -> &[Operator] {
        &self.operators
    }

    pub(super) fn spans(&self) -> &Spans {
        &self.spans
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

    /// Coordinates of the templates in the space that the group moves, one a row.
    pub(super) fn moved_parts(&self, templates: ArrayView2<'_, f64>) -> Array2<f64> {
        let rows: Vec<ArrayView1<'_, f64>> =
            self.components.iter().flat_map(|basis| basis.rows()).collect();
        Array2::from_shape_fn((templates.nrows(), rows.len()), |(i, j)| {
            templates.row(i).dot(&rows[j])
        })
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
        let supports = self.supports(outputs)?;
        let all = self.all();
        let drawn = gaussian::<f64>(supports.len(), dim, seed);
        let mut templates = self.restricted(&drawn, &supports);
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

    fn all(&self) -> Vec<usize> {
        (0..self.components.len()).collect()
    }

    /// The components that templates for at most so many outputs have a part in: 5/9 of the outputs for
    /// templates in single components, the others for templates in all of them. Where this makes no frame, all
    /// for templates in all components, or as few as possible in each.
    fn supports(&self, outputs: usize) -> Result<Vec<Vec<usize>>, ProjectionError> {
        let all = self.all();
        let left = outputs.saturating_sub(self.fixed.nrows());
        // What one template in these components gives.
        let each = |support: &[usize]| self.spans.of(self, support).nrows().max(1);
        let mut supports = Vec::new();
        let mut rest = left;
        if all.len() > 1 {
            let share = (1.0 - COUPLED) * left as f64;
            let whole: usize = self.components.iter().map(Array2::nrows).sum();
            for (component, basis) in self.components.iter().enumerate() {
                let each = each(&[component]);
                let part = share * basis.nrows() as f64 / whole as f64;
                let count = (part / each as f64) as usize;
                supports.extend(vec![vec![component]; count]);
                rest -= count * each;
            }
        }
        let coupled = each(&all);
        supports.extend(vec![all.clone(); rest / coupled]);
        if self.is_enough(&supports) {
            return Ok(supports);
        }
        let most = self.needed.iter().copied().max().unwrap_or(0);
        if most * coupled <= left {
            return Ok(vec![all; left / coupled]);
        }
        let singles: usize = all.iter().map(|c| self.needed[*c] * each(&[*c])).sum();
        if singles <= left {
            let single = |c: &usize| vec![vec![*c]; self.needed[*c]];
            return Ok(all.iter().flat_map(single).collect());
        }
        Err(ProjectionError::TooFewOutputs {
            projection: TightCoOrbit::<f64>::NAME,
            least: self.fixed.nrows() + singles.min(most * coupled),
            got: outputs,
        })
    }

    fn is_enough(&self, supports: &[Vec<usize>]) -> bool {
        let parts = |c: usize| supports.iter().filter(|s| s.contains(&c)).count();
        (0..self.components.len()).all(|c| parts(c) >= self.needed[c])
    }

    /// The default number of outputs: `4D`, or the fewest that make a frame where these are more, or those that
    /// `most` templates have where they are fewer.
    pub(super) fn default_outputs(&self, most: usize) -> Result<usize, ProjectionError> {
        let (mut outputs, mut reduced) = (4 * self.representation.dim().max(1), false);
        if self.components.is_empty() || most == 0 {
            return Ok(outputs);
        }
        loop {
            outputs = match self.supports(outputs) {
                Ok(supports) if supports.len() <= most => return Ok(outputs),
                Ok(supports) => {
                    reduced = true;
                    (outputs * most / supports.len()).clamp(1, outputs - 1)
                }
                Err(ProjectionError::TooFewOutputs { least, .. }) if reduced => return Ok(least),
                Err(ProjectionError::TooFewOutputs { least, .. }) => least,
                Err(error) => return Err(error),
            };
        }
    }

    /// `S = Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ`.
    pub(super) fn operator(&self, templates: &Array2<f64>) -> Array2<f64> {
        let dim = self.representation.dim();
        let (once, mut sum) = (templates.t().dot(templates), Array2::zeros((dim, dim)));
        if let Some(fields) = &self.fields {
            return fields.sum_over_group(&once);
        }
        // Σ_g ρ(g) A ρ(g)ᵀ, columns first.
        for operator in &self.operators {
            let half = operator.apply_rows(once.view());
            sum += &operator.apply_rows(half.t()).t();
        }
        sum
    }

    /// `S^{−1/2} t_i`, tight.
    pub(super) fn tight(&self, templates: &Array2<f64>) -> Result<Array2<f64>, ProjectionError> {
        if self.components.is_empty() {
            return Ok(Array2::zeros((0, self.representation.dim())));
        }
        if self.operators.len() > SMALL_ORDER {
            return self.tight_by_components(templates);
        }
        // With the fixed space, so that S has an inverse.
        let s = self.operator(templates);
        let scale = s.diag().sum() / s.nrows() as f64;
        let s = s + self.fixed.t().dot(&self.fixed) * scale;
        let root = inverse_root(&s).ok_or_else(|| too_few(templates.nrows()))?;
        Ok(templates.dot(&root))
    }

    /// The same: `S` commutes with the group, so that components stay apart.
    fn tight_by_components(&self, templates: &Array2<f64>) -> Result<Array2<f64>, ProjectionError> {
        let s = self.operator(templates);
        let mut tight = Array2::zeros(templates.dim());
        for basis in &self.components {
            let mut half = Array2::zeros(basis.dim());
            linalg::par_matmul(1.0, basis.view(), s.view(), 0.0, half.view_mut());
            let root =
                inverse_root(&half.dot(&basis.t())).ok_or_else(|| too_few(templates.nrows()))?;
            let inside = templates.dot(&basis.t()).dot(&root);
            linalg::par_matmul(1.0, inside.view(), basis.view(), 1.0, tight.view_mut());
        }
        Ok(tight)
    }
}

/// `S^{−1/2}`, where `S` has an inverse.
fn inverse_root(s: &Array2<f64>) -> Option<Array2<f64>> {
    let eigen = DMatrix::from_fn(s.nrows(), s.ncols(), |i, j| s[(i, j)]).symmetric_eigen();
    let (least, largest) = (eigen.eigenvalues.min(), eigen.eigenvalues.max());
    if least.is_nan() || least <= DEGENERATE * largest {
        return None;
    }
    let root = &eigen.eigenvectors
        * DMatrix::from_diagonal(&eigen.eigenvalues.map(|v| v.sqrt().recip()))
        * eigen.eigenvectors.transpose();
    Some(Array2::from_shape_fn(s.dim(), |(i, j)| root[(i, j)]))
}

/// Bases of the isotypic components but the trivial one, and how many templates each needs.
fn taken_apart<G: FiniteGroup>(
    representation: &Representation<G>,
) -> Result<(Vec<Array2<f64>>, Vec<usize>), ProjectionError> {
    let irreps = Irreps::of(representation.group())?;
    let decomposition = irreps.decompose(representation)?;
    let basis = decomposition.basis();
    // The trivial irrep is the first.
    let components = decomposition.components().iter().filter(|c| c.irrep > 0);
    Ok(components
        .map(|c| {
            let irrep = &irreps.real()[c.irrep];
            let (first, size) = (c.columns.start, (c.columns.len(), basis.nrows()));
            let columns = Array2::from_shape_fn(size, |(i, j)| basis[(j, first + i)]);
            let maps = c.multiplicity * irrep.kind().endomorphism_dim();
            (columns, maps.div_ceil(irrep.representation().dim()))
        })
        .unzip())
}

fn too_few(count: usize) -> ProjectionError {
    ProjectionError::OutOfRange {
        projection: TightCoOrbit::<f64>::NAME,
        parameter: "number of templates",
        range: "large enough for a frame of the space",
        value: count as f64,
    }
}
