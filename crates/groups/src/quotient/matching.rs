//! Linear assignment in floating point, accurate relative to the least sum.

/// No row, or no column.
const NONE: usize = usize::MAX;

/// An assignment of columns to rows, and the potentials that prove it.
#[derive(Debug)]
pub(super) struct Matching {
    /// The column of each row.
    pub(super) columns: Vec<usize>,
    /// For every row and column `c_ij − u_i − v_j ≥ 0` to rounding, zero where they are assigned.
    of_rows: Vec<f64>,
    of_columns: Vec<f64>,
}

impl Matching {
    /// For each row the column, all different, with which the sum of `costs` (`n × n`, row by row, not
    /// negative) is least.
    ///
    /// By shortest augmenting paths (Jonker & Volgenant 1987; Crouse 2016). A path costs what its row adds to the
    /// sum, and potentials are sums of parts of paths, so none is larger than the least sum `m`: entries far above
    /// it take no part, and the sum found is at most `m (1 + 8n²ε)`, however large other entries are. Time `n³`.
    /// With NaN or infinity the columns are arbitrary.
    pub(super) fn of_least_sum(n: usize, costs: &[f64]) -> Self {
        let (mut of_rows, mut of_columns) = (vec![0.0; n], vec![0.0; n]);
        let (mut column_of, mut row_of) = (vec![NONE; n], vec![NONE; n]);
        if n == 0 {
            return Self { columns: column_of, of_rows, of_columns };
        }
        for (i, row) in costs.chunks_exact(n).enumerate() {
            let least = (1..n).fold(0, |least, j| if row[j] < row[least] { j } else { least });
            of_rows[i] = row[least];
            if row_of[least] == NONE {
                (row_of[least], column_of[i]) = (i, least);
            }
        }
        let (mut shortest, mut before) = (vec![0.0; n], vec![NONE; n]);
        let (mut left, mut visited) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for first in 0..n {
            if column_of[first] != NONE {
                continue;
            }
            shortest.fill(f64::INFINITY);
            before.fill(NONE);
            left.clear();
            left.extend(0..n);
            visited.clear();
            let (mut row, mut length) = (first, 0.0);
            // Always on to the nearest column that is left, until it is a free one.
            let last = loop {
                let (mut nearest, mut place) = (f64::INFINITY, 0);
                let (costs, of_row) = (&costs[row * n..][..n], of_rows[row]);
                for (at, &j) in left.iter().enumerate() {
                    let through = length + (costs[j] - of_row - of_columns[j]).max(0.0);
                    if through < shortest[j] || before[j] == NONE {
                        (shortest[j], before[j]) = (through, row);
                    }
                    // Of equally near columns a free one ends the path.
                    let tie = shortest[j] == nearest && row_of[j] == NONE;
                    if shortest[j] < nearest || tie {
                        (nearest, place) = (shortest[j], at);
                    }
                }
                let column = left.swap_remove(place);
                length = nearest;
                if row_of[column] == NONE {
                    break column;
                }
                visited.push(column);
                row = row_of[column];
            };
            of_rows[first] += length;
            for &column in &visited {
                let rest = length - shortest[column];
                of_rows[row_of[column]] += rest;
                of_columns[column] -= rest;
            }
            let mut column = last;
            loop {
                let row = before[column];
                row_of[column] = row;
                std::mem::swap(&mut column_of[row], &mut column);
                if row == first {
                    break;
                }
            }
        }
        Self { columns: column_of, of_rows, of_columns }
    }

    /// What the sum grows by at least, to rounding, where row `i` takes column `j` at this cost.
    pub(super) fn more(&self, i: usize, j: usize, cost: f64) -> f64 {
        (cost - self.of_rows[i] - self.of_columns[j]).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::{FiniteGroup, Symmetric};

    fn sum(costs: &[f64], n: usize, columns: &[usize]) -> f64 {
        columns.iter().enumerate().map(|(i, j)| costs[i * n + j]).sum()
    }

    /// Squared differences of points of very different size: the least sum among all permutations, to
    /// rounding relative to it.
    #[test]
    fn sums_are_least_whatever_the_sizes() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        for round in 0..400 {
            let n = 1 + round % 7;
            let all: Vec<Vec<usize>> = Symmetric::new(n)
                .unwrap()
                .elements()
                .map(|sigma| sigma.images().to_vec())
                .collect();
            let sizes: Vec<f64> = (0..n).map(|_| 10f64.powi(rng.random_range(-12..12))).collect();
            let near = 10f64.powi(rng.random_range(-14..3));
            let z: Vec<f64> = sizes.iter().map(|s| s * rng.random_range(-1.0..1.0)).collect();
            let mut w: Vec<f64> =
                z.iter().map(|z| z * (1.0 + near * rng.random_range(-1.0..1.0))).collect();
            w.rotate_left(round % n);
            let costs: Vec<f64> = match round % 2 {
                0 => (0..n * n).map(|k| (z[k % n] - w[k / n]).powi(2)).collect(),
                // Ties, zeros and no structure.
                _ => (0..n * n).map(|_| f64::from(rng.random_range(0..4u8)) * near).collect(),
            };
            let least = all.iter().map(|c| sum(&costs, n, c)).fold(f64::INFINITY, f64::min);
            let found = sum(&costs, n, &Matching::of_least_sum(n, &costs).columns);
            assert!(found <= least * (1.0 + 1e-14), "{n}: {found:e} against {least:e}");
        }
    }

    #[test]
    fn what_is_no_number_ends_too() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(6);
        for _ in 0..200 {
            let odd = [f64::NAN, f64::INFINITY, 0.0, 1e308];
            let costs: Vec<f64> = (0..25).map(|_| odd[rng.random_range(0..4)]).collect();
            let mut columns = Matching::of_least_sum(5, &costs).columns;
            columns.sort_unstable();
            assert_eq!(columns, [0, 1, 2, 3, 4]);
        }
        assert!(Matching::of_least_sum(0, &[]).columns.is_empty());
    }
}
