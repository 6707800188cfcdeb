//! Whether given vectors are in general position: what proofs need, and what must not be assumed of
//! vectors that somebody hands over.

use ndarray::ArrayView2;

/// A vector whose part outside of the span of others is below this share of its length depends on them.
const DEPENDENT: f64 = 1e-6;

/// Sets of vectors that are tried, times the square of their dimension.
const MOST_WORK: f64 = 2e7;

/// Whether no `planes` hyperplanes hold all of the vectors, one a row, as far as that can be shown: there
/// are `planes·(d − 1) + 1` of them of which any `d` are independent, so that `d` of these would lie in one
/// hyperplane. `false` also where there are too many to try.
///
/// This is what pigeonhole proofs of separation need. If for every template `t_i` one of `planes` differences
/// `v` has `⟨v, t_i⟩ = 0`, then one difference has that for `d` independent templates, and is zero.
pub(crate) fn escape_planes(vectors: ArrayView2<'_, f64>, planes: usize) -> bool {
    let dim = vectors.ncols();
    let needed = planes.saturating_mul(dim.saturating_sub(1)).saturating_add(1);
    let sets =
        (0..dim).fold(1.0, |sets, i| sets * (needed - i.min(needed)) as f64 / (i + 1) as f64);
    if dim == 0 || vectors.nrows() < needed || sets * (dim * dim) as f64 > MOST_WORK {
        return false;
    }
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for vector in vectors.rows() {
        let largest = vector.fold(0.0f64, |m, v| m.max(v.abs()));
        let length = vector.iter().map(|v| (v / largest).powi(2)).sum::<f64>().sqrt() * largest;
        if !length.is_normal() {
            continue;
        }
        let unit: Vec<f64> = vector.iter().map(|v| v / length).collect();
        if independent(&mut vec![unit.clone()], &kept, dim) {
            kept.push(unit);
        }
        if kept.len() == needed {
            return true;
        }
    }
    false
}

/// Whether the orthonormal vectors and any others of those that are kept, up to `size` in all, are
/// independent.
fn independent(basis: &mut Vec<Vec<f64>>, kept: &[Vec<f64>], size: usize) -> bool {
    if basis.len() == size {
        return true;
    }
    for (i, vector) in kept.iter().enumerate() {
        let mut rest = vector.clone();
        for b in basis.iter() {
            let along: f64 = rest.iter().zip(b).map(|(r, b)| r * b).sum();
            rest.iter_mut().zip(b).for_each(|(r, b)| *r -= along * b);
        }
        let length = rest.iter().map(|r| r * r).sum::<f64>().sqrt();
        if length < DEPENDENT {
            return false;
        }
        basis.push(rest.iter().map(|r| r / length).collect());
        let all = independent(basis, &kept[i + 1..], size);
        basis.pop();
        if !all {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::random::gaussian;

    #[test]
    fn lines_of_the_plane_are_counted_once() {
        // Two nodes with two features: three keys, no two of them parallel.
        assert!(escape_planes(array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].view(), 2));
        assert!(!escape_planes(array![[1.0, 0.0], [0.0, 1.0], [-2.0, 0.0]].view(), 2));
        assert!(!escape_planes(array![[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]].view(), 2));
        assert!(!escape_planes(array![[1.0, 0.0], [0.0, 1.0], [1.0, 1e-9]].view(), 2));
        assert!(escape_planes(array![[1e-200, 0.0], [0.0, 1e200], [1e200, 1e200]].view(), 2));
        // One of four counts for nothing.
        let four = array![[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [1.0, -1.0]];
        assert!(escape_planes(four.view(), 2) && !escape_planes(four.view(), 3));
    }

    #[test]
    fn one_plane_is_rank() {
        assert!(escape_planes(Array2::<f64>::eye(4).view(), 1));
        let mut flat = gaussian::<f64>(9, 4, 1);
        flat.column_mut(3).fill(0.0);
        assert!(!escape_planes(flat.view(), 1));
        assert!(escape_planes(array![[0.0], [-3.0]].view(), usize::MAX));
        assert!(!escape_planes(array![[0.0], [f64::NAN]].view(), 1));
        assert!(!escape_planes(Array2::zeros((0, 3)).view(), 1));
    }

    #[test]
    fn three_vectors_of_a_plane_in_space_are_found() {
        let mut keys = gaussian::<f64>(7, 3, 2);
        assert!(escape_planes(keys.view(), 3));
        // The last one in the plane of the first two.
        let sum = &keys.row(0) + &keys.row(1) * 0.5;
        keys.row_mut(6).assign(&sum);
        assert!(!escape_planes(keys.view(), 3));
        // Too many to try.
        assert!(!escape_planes(gaussian::<f64>(200, 8, 3).view(), 9));
    }
}
