//! Quantiles, ranks and rank correlation.

/// The `p`-quantile of values in ascending order, by linear interpolation (NumPy's default).
///
/// `p` is clamped to `[0, 1]`. NaN for an empty list.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = p.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Ranks from 1, equal values sharing the mean of their ranks.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let first = order.partition_point(|i| values[*i].total_cmp(&values[tied[0]]).is_lt());
        let shared = first as f64 + (tied.len() + 1) as f64 / 2.0;
        for i in tied {
            ranks[*i] = shared;
        }
    }
    ranks
}

/// Spearman's rank correlation of two lists of equal length; NaN if either is constant.
///
/// # Panics
/// If the lengths differ.
pub fn spearman(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "spearman: lists of different lengths");
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        ab += (a - mean) * (b - mean);
        aa += (a - mean) * (a - mean);
        bb += (b - mean) * (b - mean);
    }
    ab / (aa * bb).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let values = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&values, 0.0), 1.0);
        assert_eq!(quantile(&values, 0.25), 1.5);
        assert_eq!(quantile(&values, 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn tied_ranks_are_shared() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }

    #[test]
    fn spearman_sees_only_order() {
        let a = [0.1, 0.5, 0.2, 9.0];
        let cubes = a.map(|v: f64| v.powi(3));
        assert!((spearman(&a, &cubes) - 1.0).abs() < 1e-12);
        assert!((spearman(&a, &cubes.map(|v| -v)) + 1.0).abs() < 1e-12);
        // scipy.stats.spearmanr([1, 2, 2, 3], [2, 1, 3, 4])
        let rho = spearman(&[1.0, 2.0, 2.0, 3.0], &[2.0, 1.0, 3.0, 4.0]);
        assert!((rho - 0.632_455_532_033_675_9).abs() < 1e-12, "{rho}");
    }
}
