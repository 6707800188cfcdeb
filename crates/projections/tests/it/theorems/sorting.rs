//! Sets: sorting on `R^n`, and what becomes of it on `R^{n×d}`.

use groups::quotient::{Method, QuotientMetric};
use groups::{Representation, Symmetric};
use ndarray::{Array2, array};
use projections::*;
use proptest::prelude::*;

use super::*;

fn sets(n: usize, d: usize) -> Representation<Symmetric> {
    Symmetric::new(n).unwrap().node_features(d)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Theorem 2: `‖sort x − sort y‖ = d`, by trying all permutations and by assignment.
    #[test]
    fn t02_sorting_is_isometric(n in 1usize..7, seed: u64) {
        let z = codes(2, n, seed);
        let (x, y) = (row(&z, 0), row(&z, 1));
        let image = gap(&Sort::new(n).unwrap(), &x, &y);
        let searched = QuotientMetric::by_search(&sets(n, 1)).unwrap().distance(&x, &y);
        prop_assert!((image - searched).abs() <= 1e-12, "{} against {}", image, searched);
        // With a second feature that is zero the metric is found by assignment.
        let metric = metric(&sets(n, 2));
        prop_assert_eq!(metric.method(), Method::Assignment);
        let padded = |x: &[f64]| x.iter().flat_map(|v| [*v, 0.0]).collect::<Vec<_>>();
        let assigned = metric.distance(&padded(&x), &padded(&y));
        prop_assert!((image - assigned).abs() <= 1e-12, "{} against {}", image, assigned);
    }

    /// Theorem 3: The straight segment between sorted codes is a shortest path of the quotient.
    #[test]
    fn t03_segments_are_geodesics(n in 1usize..30, seed: u64) {
        let z = codes(2, n, seed);
        let s = Sort::new(n).unwrap().project(z.view()).unwrap();
        let middle: Vec<f64> = s.row(0).iter().zip(s.row(1)).map(|(a, b)| (a + b) / 2.0).collect();
        let metric = metric(&sets(n, 1));
        let d = metric.distance(&row(&z, 0), &row(&z, 1));
        for i in 0..2 {
            prop_assert!((metric.distance(&row(&z, i), &middle) - d / 2.0).abs() < 1e-12);
        }
        prop_assert!(middle.is_sorted());
    }

    /// Theorem 4: Alignment to an increasing template is sorting, exactly.
    #[test]
    fn t04_an_increasing_template_sorts(n in 1usize..30, seed: u64) {
        let mut template = row(&codes(1, n, !seed), 0);
        template.sort_by(f64::total_cmp);
        let section = Canonicalize::to_template(&sets(n, 1), &template).unwrap();
        let z = codes(5, n, seed);
        let sorted = Sort::new(n).unwrap().project(z.view()).unwrap();
        prop_assert_eq!(section.project(z.view()).unwrap(), sorted);
    }

    /// Theorem 7: `‖Δ‖ ≤ σ_max(A) d`, with equality along the top singular vector.
    #[test]
    fn t07_sorted_keys_stretch_by_the_norm(
        n in 1usize..7, d in 1usize..4, k in 1usize..9, seed: u64,
    ) {
        let a = codes(d, k, !seed);
        let keys = SortedKeys::with_keys(n, a.view()).unwrap();
        let svd = groups::linalg::svd(&nalgebra::DMatrix::from_fn(d, k, |i, j| a[(i, j)]));
        let beta = svd.singular_values[0];
        prop_assert!((keys.beta() - beta).abs() < 1e-12 * beta);
        let metric = metric(&sets(n, d));
        let z = codes(4, n * d, seed);
        for i in 0..4 {
            for j in 0..i {
                let (x, y) = (row(&z, i), row(&z, j));
                prop_assert!(gap(&keys, &x, &y) <= beta * metric.distance(&x, &y) * (1.0 + 1e-9));
            }
            // A step so small that no order changes.
            let step = 1e-7;
            let x = row(&z, i);
            let y: Vec<f64> =
                (0..n * d).map(|l| x[l] + step * svd.u[(l % d, 0)]).collect();
            let ratio = gap(&keys, &x, &y) / (step * (n as f64).sqrt());
            prop_assert!((ratio / beta - 1.0).abs() < 1e-6, "{} against {}", ratio, beta);
        }
    }

    /// Theorem 8: `n(d − 1) + 1` keys and more see every difference: random pairs, shuffled columns, rows
    /// that nearly coincide and are exchanged in one column, and what a search makes worse.
    #[test]
    fn t08_enough_sorted_keys_separate(n in 2usize..6, d in 2usize..4, seed: u64) {
        let keys = SortedKeys::random(n, d, 4 * (n * (d - 1) + 1), seed).unwrap();
        let metadata = Projection::<f64>::metadata(&keys);
        prop_assert_eq!(metadata.guarantee, Guarantee::BiLipschitz);
        let metric = metric(&sets(n, d));
        let ratio = |x: &[f64], y: &[f64]| {
            let distance = metric.distance(x, y);
            if distance < 1e-9 { f64::INFINITY } else { gap(&keys, x, y) / distance }
        };
        let z = codes(2, n * d, seed);
        let (x, y) = (row(&z, 0), row(&z, 1));
        let mut shuffled = x.clone();
        (0..n).for_each(|i| shuffled[i * d] = x[(i + 1) % n * d]);
        // Two rows that nearly coincide: (a, b), (a + ε, b + ε) and (a, b + ε), (a + ε, b).
        let (mut near, mut swapped) = (x.clone(), x.clone());
        for j in 0..d {
            near[d + j] = near[j] + 1e-3;
            swapped[d + j] = if j == 0 { x[0] } else { x[j] + 1e-3 };
        }
        swapped[0] = x[0] + 1e-3;
        for (x, y) in [(&x, &y), (&x, &shuffled), (&near, &swapped)] {
            prop_assert!(ratio(x, y) > 1e-3);
        }
        let (mut worst, mut pair) = (ratio(&x, &y), [x, y].concat());
        for step in 0..300 {
            let noise = row(&codes(1, pair.len(), seed ^ step), 0);
            let size = 0.3 * (1.0 - step as f64 / 300.0);
            let other: Vec<f64> = pair.iter().zip(noise).map(|(v, e)| v + size * e).collect();
            let found = ratio(&other[..n * d], &other[n * d..]);
            if found < worst {
                (worst, pair) = (found, other);
            }
        }
        prop_assert!(worst > 1e-3, "{}", worst);
    }
}

/// Theorem 5: Column sorting merges `{(0,0), (1,1)}` and `{(0,1), (1,0)}`, which are `√2` apart.
#[test]
fn t05_column_sorting_collides() {
    let (x, y) = ([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]);
    assert!((metric(&sets(2, 2)).distance(&x, &y) - 2f64.sqrt()).abs() < 1e-12);
    assert_eq!(gap(&ColumnSort::new(2, 2).unwrap(), &x, &y), 0.0);
    // The same two features and one more key tell them apart.
    let a = array![[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]];
    let keys = SortedKeys::with_keys(2, a.view()).unwrap();
    assert!(gap(&keys, &x, &y) > 1.0);
}

/// Theorem 6: Lexicographic sorting takes codes that are `3·10⁻⁶` apart to images at distance over 1, and a
/// rotation of the features only moves the place where it does.
#[test]
fn t06_lexicographic_sorting_jumps() {
    let eps = 1e-6;
    let (x, y) = ([0.0, 0.0, eps, 1.0], [0.0, 0.0, -eps, 1.0]);
    let input = metric(&sets(2, 2)).distance(&x, &y);
    assert!(input <= 1e-5, "{input}");
    assert!(gap(&LexSort::new(2, 2).unwrap(), &x, &y) >= 1.0);
    // Any section along a direction jumps where rows differ at right angles to it.
    let rotated = LexSort::rotated(2, 2, 5).unwrap();
    let jumps = (0..100_000).any(|i| {
        let (sin, cos) = (std::f64::consts::TAU * i as f64 / 100_000.0).sin_cos();
        let (sin_next, cos_next) = (std::f64::consts::TAU * (i + 1) as f64 / 100_000.0).sin_cos();
        let both =
            Array2::from_shape_vec((2, 4), vec![0.0, 0.0, cos, sin, 0.0, 0.0, cos_next, sin_next]);
        let s = rotated.project(both.unwrap().view()).unwrap();
        norm((&s.row(0) - &s.row(1)).view()) >= 1.0
    });
    assert!(jumps);
}
