//! Linear assignment in floating point, with what every other choice costs more.

/// An assignment of least cost, and the prices that prove it.
#[derive(Debug)]
pub(super) struct LeastCost {
    /// The column of each row.
    pub(super) columns: Vec<usize>,
    /// For every row and column `c_ij − u_i − v_j ≥ 0`, zero where they are assigned.
    row_prices: Vec<f64>,
    column_prices: Vec<f64>,
}

impl LeastCost {
    /// The least `Σ_i c(i, columns[i])`, by shortest augmenting paths in `n³` steps (Jonker & Volgenant 1987).
    /// Costs are finite.
    ///
    /// Sums of prices round to the largest cost. Exchanges of two columns, which are compared by their own
    /// costs, mend what this may spoil among much smaller ones.
    pub(super) fn of(n: usize, cost: impl Fn(usize, usize) -> f64) -> Self {
        // Column n is where a path begins; `rows[j]` is the row of column j.
        let (mut u, mut v) = (vec![0.0; n], vec![0.0; n + 1]);
        let mut rows: Vec<Option<usize>> = vec![None; n + 1];
        let mut before = vec![n; n];
        for row in 0..n {
            rows[n] = Some(row);
            let mut column = n;
            let mut least = vec![f64::INFINITY; n];
            let mut reached = vec![false; n + 1];
            while let Some(i) = rows[column] {
                reached[column] = true;
                let (mut step, mut next) = (f64::INFINITY, n);
                for j in (0..n).filter(|j| !reached[*j]) {
                    let reduced = cost(i, j) - u[i] - v[j];
                    if reduced < least[j] {
                        (least[j], before[j]) = (reduced, column);
                    }
                    if least[j] < step || next == n {
                        (step, next) = (least[j], j);
                    }
                }
                for j in 0..=n {
                    match (reached[j], rows[j]) {
                        (true, Some(i)) => {
                            u[i] += step;
                            v[j] -= step;
                        }
                        _ if j < n => least[j] -= step,
                        _ => {}
                    }
                }
                column = next;
            }
            while column != n {
                let from = before[column];
                rows[column] = rows[from];
                column = from;
            }
        }
        let mut columns = vec![0; n];
        for (j, row) in rows[..n].iter().enumerate() {
            if let Some(i) = row {
                columns[*i] = j;
            }
        }
        exchange(&mut columns, &cost);
        v.truncate(n);
        Self { columns, row_prices: u, column_prices: v }
    }

    /// What it costs more, to rounding, where row `i` takes the column `j`.
    pub(super) fn more(&self, i: usize, j: usize, cost: f64) -> f64 {
        (cost - self.row_prices[i] - self.column_prices[j]).max(0.0)
    }
}

/// Exchanges two columns as long as this costs less.
fn exchange(columns: &mut [usize], cost: &impl Fn(usize, usize) -> f64) {
    let n = columns.len();
    // Each exchange costs less; rounds are bounded all the same.
    for _ in 0..n {
        let mut changed = false;
        for i in 1..n {
            for k in 0..i {
                let (a, b) = (columns[i], columns[k]);
                if cost(i, b) + cost(k, a) < cost(i, a) + cost(k, b) {
                    columns.swap(i, k);
                    changed = true;
                }
            }
        }
        if !changed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn least(n: usize, cost: &[f64]) -> f64 {
        fn go(n: usize, i: usize, taken: usize, cost: &[f64]) -> f64 {
            if i == n {
                return 0.0;
            }
            let free = (0..n).filter(|j| taken >> j & 1 == 0);
            free.map(|j| cost[i * n + j] + go(n, i + 1, taken | 1 << j, cost))
                .fold(f64::INFINITY, f64::min)
        }
        go(n, 0, 0, cost)
    }

    proptest! {
        /// As good as the best of all assignments, ties and large differences of size included.
        #[test]
        fn is_the_least(n in 1usize..7, costs in proptest::collection::vec(0.0f64..1.0, 36),
                        whole: bool, size in -6i32..6) {
            let entry = |c: f64, k: usize| {
                let c = if whole { (3.0 * c).floor() } else { c };
                if k.is_multiple_of(7) { c * 10f64.powi(size) } else { c }
            };
            let costs: Vec<f64> = costs[..n * n].iter().enumerate().map(|(k, c)| entry(*c, k)).collect();
            let found = LeastCost::of(n, |i, j| costs[i * n + j]);
            let sum: f64 = (0..n).map(|i| costs[i * n + found.columns[i]]).sum();
            let largest = costs.iter().fold(1.0f64, |m, c| m.max(*c));
            prop_assert!((sum - least(n, &costs)).abs() <= 1e-14 * largest, "{costs:?} {found:?}");
            let mut columns = found.columns.clone();
            columns.sort_unstable();
            prop_assert!(columns.into_iter().eq(0..n));
        }
    }
}
