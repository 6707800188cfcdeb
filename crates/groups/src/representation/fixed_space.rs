//! The fixed space `Z^G` and the Reynolds operator that projects on it.

use nalgebra::DMatrix;

use super::Representation;
use crate::Group;

/// Singular values below this belong to the null space.
const TOLERANCE: f64 = 1e-9;

impl<G: Group> Representation<G> {
    /// An orthonormal basis of `Z^G = {z : ρ(g)z = z for all g}`, one vector a column.
    ///
    /// `Z^G` is the common null space of `ρ(s) − 1` over the generators `s`, so that no element
    /// needs to be listed: for a block that moves coordinates these are the indicators of the
    /// orbits of coordinates, for any other block a singular value decomposition gives them.
    pub fn fixed_space(&self) -> DMatrix<f64> {
        let generators = self.group.generators();
        let mut columns: Vec<(usize, Vec<f64>)> = Vec::new();
        let mut offset = 0;
        for term in &self.terms {
            let dim = term.block.dim;
            let single = Representation {
                group: self.group.clone(),
                terms: vec![super::Term { block: term.block.clone(), copies: 1 }],
                dim,
            };
            let basis = single.block_fixed_space(&generators);
            for _ in 0..term.copies {
                columns.extend(basis.iter().map(|v| (offset, v.clone())));
                offset += dim;
            }
        }
        let mut matrix = DMatrix::zeros(self.dim, columns.len());
        for (j, (offset, v)) in columns.iter().enumerate() {
            matrix.view_mut((*offset, j), (v.len(), 1)).copy_from_slice(v);
        }
        matrix
    }

    /// `dim Z^G`: how many linear invariants there are.
    pub fn fixed_dim(&self) -> usize {
        self.fixed_space().ncols()
    }

    /// The orbits of coordinates `0..dim` under a representation that only moves coordinates, each
    /// in ascending order; nothing for any other. Regular fields are one orbit each; the features
    /// of `R^{n×d}` are one orbit each.
    pub fn coordinate_orbits(&self) -> Option<Vec<Vec<usize>>> {
        let generators = self.group.generators();
        let sources: Option<Vec<_>> =
            generators.iter().map(|g| self.operator(g).sources()).collect();
        Some(orbits(self.dim, &sources?))
    }

    fn block_fixed_space(&self, generators: &[G::Element]) -> Vec<Vec<f64>> {
        let operators: Vec<_> = generators.iter().map(|g| self.operator(g)).collect();
        let sources: Option<Vec<_>> = operators.iter().map(|o| o.sources()).collect();
        match sources {
            Some(sources) => {
                orbits(self.dim, &sources).iter().map(|o| indicator(self.dim, o)).collect()
            }
            None => {
                let mut sum = DMatrix::zeros(self.dim, self.dim);
                for operator in &operators {
                    let difference = operator.matrix() - DMatrix::identity(self.dim, self.dim);
                    sum += difference.transpose() * difference;
                }
                let eigen = sum.symmetric_eigen();
                (0..self.dim)
                    .filter(|&i| eigen.eigenvalues[i].abs() < TOLERANCE)
                    .map(|i| eigen.eigenvectors.column(i).iter().copied().collect())
                    .collect()
            }
        }
    }
}

/// The orbits of `0..dim` under maps given by their sources.
pub(crate) fn orbits(dim: usize, maps: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; dim];
    let mut all = Vec::new();
    for start in 0..dim {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut orbit = vec![start];
        let mut next = 0;
        while next < orbit.len() {
            let i = orbit[next];
            next += 1;
            for map in maps {
                // Following a permutation backwards reaches the same orbit.
                if !seen[map[i]] {
                    seen[map[i]] = true;
                    orbit.push(map[i]);
                }
            }
        }
        orbit.sort_unstable();
        all.push(orbit);
    }
    all
}

/// The unit vector that is constant on an orbit of coordinates and zero elsewhere.
fn indicator(dim: usize, orbit: &[usize]) -> Vec<f64> {
    let mut vector = vec![0.0; dim];
    for &i in orbit {
        vector[i] = (orbit.len() as f64).sqrt().recip();
    }
    vector
}
