//! Tensor products, duals, and the maps that commute with the group.

use std::sync::Arc;

use nalgebra::DMatrix;

use super::{Representation, Term};
use crate::{Group, GroupError, Permutation};

impl<G: Group> Representation<G> {
    /// `ρ ⊗ σ` on `R^{dim ρ · dim σ}`, `(ρ ⊗ σ)(g) = ρ(g) ⊗ σ(g)`: coordinate `i·dim σ + j` belongs
    /// to `e_i ⊗ e_j`. As a matrix `Z` of shape `(dim ρ, dim σ)`, stored row by row, a code moves by
    /// `Z ↦ ρ(g) Z σ(g)ᵀ`.
    ///
    /// ```
    /// use groups::Symmetric;
    /// // Adjacency matrices under relabelling: the diagonal and the rest are the two orbits.
    /// let nodes = Symmetric::new(5)?.natural();
    /// assert_eq!(nodes.tensor(&nodes)?.fixed_dim(), 2);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for representations of different groups.
    pub fn tensor(&self, other: &Self) -> Result<Self, GroupError> {
        self.same_group(other)?;
        let short = |rep: &Self| {
            let name = rep.name();
            let of = format!(" of {}", rep.group.name());
            let name = name.strip_suffix(&of).unwrap_or(&name).to_owned();
            if name.contains(' ') { format!("({name})") } else { name }
        };
        let name = format!("{} ⊗ {}", short(self), short(other));
        let (m, n) = (self.dim, other.dim);
        let (left, right) = (self.clone(), other.clone());
        if self.is_permutation() && other.is_permutation() {
            return Ok(Self::permutation(&self.group, name, m * n, move |g| {
                let (a, b) = (left.operator(g).sources(), right.operator(g).sources());
                let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
                Permutation::from_fn(m * n, |k| a[k / n] * n + b[k % n]).inverse()
            }));
        }
        Ok(Self::from_matrices(&self.group, name, m * n, move |g| {
            left.matrix(g).kronecker(&right.matrix(g))
        }))
    }

    /// The dual representation `ρ*(g) = ρ(g⁻¹)ᵀ` on linear functionals. It equals `ρ`, because
    /// representations here are orthogonal; for the complex irreps see
    /// [`ComplexIrrep::dual_matrix`](crate::ComplexIrrep::dual_matrix).
    pub fn dual(&self) -> Self {
        self.clone()
    }

    /// A basis of `Hom_G(ρ, σ)`, the linear maps `T` with `T ρ(g) = σ(g) T`, orthonormal for
    /// `⟨S, T⟩ = tr SᵀT`. Each is a `dim σ × dim ρ` matrix.
    ///
    /// They are the fixed vectors of `σ ⊗ ρ`, found block by block from the generators, so that the
    /// group may be of any size, or infinite. Cost for a pair of blocks: their dimensions multiplied
    /// where coordinates are only moved, the cube of that otherwise; then
    /// [`Decomposition::intertwiners`](crate::Decomposition::intertwiners) is faster.
    ///
    /// ```
    /// use groups::Symmetric;
    /// // Maron et al. 2019: 15 equivariant linear maps of n × n matrices, for every n ≥ 4.
    /// let nodes = Symmetric::new(9)?.natural();
    /// let pairs = nodes.tensor(&nodes)?;
    /// assert_eq!(pairs.intertwiners(&pairs)?.len(), 15);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] for representations of different groups.
    pub fn intertwiners(&self, other: &Self) -> Result<Vec<DMatrix<f64>>, GroupError> {
        self.same_group(other)?;
        let mut maps = Vec::new();
        for (to, rows) in other.offsets() {
            for (from, columns) in self.offsets() {
                let (source, target) = (self.alone(from), other.alone(to));
                let (m, n) = (target.dim, source.dim);
                for fixed in target.tensor(&source)?.fixed_space().column_iter() {
                    for &row in &rows {
                        for &column in &columns {
                            let mut map = DMatrix::zeros(other.dim, self.dim);
                            for k in 0..m * n {
                                map[(row + k / n, column + k % n)] = fixed[k];
                            }
                            maps.push(map);
                        }
                    }
                }
            }
        }
        Ok(maps)
    }

    pub(crate) fn same_group(&self, other: &Self) -> Result<(), GroupError> {
        if self.group == other.group {
            return Ok(());
        }
        Err(GroupError::GroupMismatch { left: self.group.name(), right: other.group.name() })
    }

    /// The terms with the offsets of their copies.
    fn offsets(&self) -> Vec<(usize, Vec<usize>)> {
        let mut offset = 0;
        let mut all = Vec::with_capacity(self.terms.len());
        for (i, term) in self.terms.iter().enumerate() {
            let copies = (0..term.copies).map(|copy| offset + copy * term.block.dim).collect();
            offset += term.copies * term.block.dim;
            all.push((i, copies));
        }
        all
    }

    /// One copy of one term.
    fn alone(&self, term: usize) -> Self {
        let block = Arc::clone(&self.terms[term].block);
        let dim = block.dim;
        Self { group: self.group.clone(), terms: vec![Term { block, copies: 1 }], dim }
    }
}
