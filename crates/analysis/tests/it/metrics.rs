//! Metrics against their definitions and exact cases.

use crate::common::{gaussian, with_threads};
use analysis::AnalysisError;
use analysis::geometry::Quotient;
use analysis::metrics::{
    Subsample, continuity_in, distortion, euclidean_distances, invariance_error, linear_cka,
    neighbour_overlap, orbit_spread, orbit_spread_of_encodings, quotient_distances, random_pairs,
    silhouette, trustworthiness, trustworthiness_in,
};
use analysis::neighbours::{SelfMatches, nearest, nearest_in_quotient};
use approx::assert_abs_diff_eq;
use groups::quotient::QuotientMetric;
use groups::{Cyclic, FiniteGroup, Representation, Symmetric};
use ndarray::{Array2, Axis};

fn regular(n: usize, fields: usize) -> Representation<Cyclic> {
    Representation::regular(&Cyclic::new(n).unwrap()).copies(fields)
}

/// Each code moved by another element.
fn turned(rep: &Representation<Cyclic>, codes: &Array2<f64>, by: usize) -> Array2<f64> {
    let mut turned = codes.clone();
    for (i, mut row) in turned.rows_mut().into_iter().enumerate() {
        let g = rep.group().element((by + 3 * i) % rep.group().order());
        let moved = rep.act(&g, &row.to_vec());
        row.iter_mut().zip(moved).for_each(|(to, from)| *to = from);
    }
    turned
}

fn sorted(codes: &Array2<f64>) -> Array2<f64> {
    let mut sorted = codes.clone();
    for mut row in sorted.rows_mut() {
        let mut values = row.to_vec();
        values.sort_by(f64::total_cmp);
        row.iter_mut().zip(values).for_each(|(to, from)| *to = from);
    }
    sorted
}

#[test]
fn silhouette_agrees_with_its_definition() {
    let codes = gaussian(230, 3, 1);
    let labels: Vec<usize> = (0..230).map(|i| if i == 17 { 9 } else { i % 3 }).collect();
    let scores = silhouette(codes.view(), &labels, None).unwrap();
    let distance =
        |i: usize, j: usize| (&codes.row(i) - &codes.row(j)).mapv(|v| v * v).sum().sqrt();
    for i in 0..230 {
        let mean = |class: usize| {
            let members: Vec<_> = (0..230).filter(|j| *j != i && labels[*j] == class).collect();
            members.iter().map(|j| distance(i, *j)).sum::<f64>() / members.len() as f64
        };
        let expected = if labels[i] == 9 {
            0.0
        } else {
            let a = mean(labels[i]);
            let others = [0, 1, 2, 9].into_iter().filter(|c| *c != labels[i]);
            let b = others.map(mean).fold(f64::INFINITY, f64::min);
            (b - a) / a.max(b)
        };
        assert_abs_diff_eq!(scores.values()[i], expected, epsilon = 1e-12);
    }
}

#[test]
fn a_subsample_is_seeded_and_close_to_the_whole() {
    let mut codes = gaussian(3000, 4, 2);
    let labels: Vec<usize> = (0..3000).map(|i| i % 2).collect();
    for (mut row, label) in codes.rows_mut().into_iter().zip(&labels) {
        row[0] += 4.0 * *label as f64;
    }
    let whole = silhouette(codes.view(), &labels, None).unwrap().mean();
    let part = |seed| {
        let subsample = Subsample { size: 800, seed };
        silhouette(codes.view(), &labels, Some(subsample)).unwrap()
    };
    assert_eq!(part(1).values().len(), 800);
    assert_eq!(part(1), part(1));
    assert_ne!(part(1), part(2));
    assert_abs_diff_eq!(part(1).mean(), whole, epsilon = 0.02);
}

#[test]
fn a_faithful_picture_is_trusted_and_a_random_one_is_not() {
    let codes = gaussian(300, 2, 3);
    let turned = codes.dot(&ndarray::array![[0.0, -3.0], [3.0, 0.0]]);
    let t = trustworthiness(codes.view(), turned.view(), 10).unwrap();
    assert!(t.values().iter().all(|v| *v == 1.0));
    let unrelated = gaussian(300, 2, 4);
    let t = trustworthiness(codes.view(), unrelated.view(), 10).unwrap().mean();
    assert_abs_diff_eq!(t, 0.5, epsilon = 0.05);
}

#[test]
fn sorted_codes_are_a_perfect_picture_of_the_quotient_and_raw_ones_are_not() {
    // Sorting is an isometric cross-section of S_n on R^n.
    let rep = Symmetric::new(4).unwrap().natural();
    let geometry = Quotient::new(&rep).unwrap();
    let codes = gaussian(200, 4, 5);
    let sorted = sorted(&codes);
    for metric in [trustworthiness_in, continuity_in] {
        let good = metric(&geometry, codes.view(), sorted.view(), 7).unwrap().mean();
        let raw = metric(&geometry, codes.view(), codes.view(), 7).unwrap().mean();
        assert!(good > 1.0 - 1e-9 && raw < 0.9, "{good} {raw}");
    }
    let raw = nearest(codes.view(), codes.view(), 7, SelfMatches::Exclude).unwrap();
    let orbits =
        nearest_in_quotient(codes.view(), codes.view(), &rep, 7, SelfMatches::Exclude).unwrap();
    let chambers = nearest(sorted.view(), sorted.view(), 7, SelfMatches::Exclude).unwrap();
    assert_eq!(neighbour_overlap(&orbits, &chambers).unwrap().mean(), 1.0);
    assert!(neighbour_overlap(&orbits, &raw).unwrap().mean() < 0.7);
}

#[test]
fn sorting_has_distortion_one() {
    let rep = Symmetric::new(9).unwrap().natural();
    let metric = QuotientMetric::new(&rep).unwrap();
    let codes = gaussian(100, 9, 6);
    let pairs = random_pairs(100, 500, 7).unwrap();
    assert!(pairs.iter().all(|(i, j)| i != j && *i < 100 && *j < 100));
    let d = quotient_distances(codes.view(), &metric, &pairs).unwrap();
    let e = euclidean_distances(sorted(&codes).view(), &pairs).unwrap();
    let result = distortion(&e, &d).unwrap();
    assert_abs_diff_eq!(result.empirical(), 1.0, epsilon = 1e-12);
    assert_abs_diff_eq!(result.stress, 0.0, epsilon = 1e-7);
    // Pairs drawn twice are tied in one list and, by rounding, not in the other.
    assert_abs_diff_eq!(result.spearman, 1.0, epsilon = 1e-6);
    assert_eq!((result.pairs, result.coincident), (500, 0));
    // Raw distances are never shorter than the distance of orbits.
    let raw = euclidean_distances(codes.view(), &pairs).unwrap();
    let raw = distortion(&raw, &d).unwrap();
    assert!(raw.min >= 1.0 - 1e-12 && raw.max > 1.5 && raw.spearman < 0.9);
}

#[test]
fn distortion_ignores_scale_and_pairs_within_an_orbit() {
    let d = [0.0, 1.0, 2.0, 3.0];
    let e = d.map(|v| 5.0 * v);
    let result = distortion(&e, &d).unwrap();
    assert_eq!((result.min, result.max, result.coincident), (5.0, 5.0, 1));
    assert_abs_diff_eq!(result.stress, 0.0, epsilon = 1e-7);
    let collision = distortion(&[0.0, 1.0, 2.0], &[1.0, 1.0, 2.0]).unwrap();
    assert!(collision.empirical().is_infinite());
}

#[test]
fn orbit_spread_is_zero_for_fixed_codes_and_large_for_generic_ones() {
    let rep = regular(8, 4);
    let codes = gaussian(150, 32, 8);
    let spread = orbit_spread(codes.view(), &rep).unwrap();
    // Independent coordinates: a turned code is as far away as another code.
    assert_abs_diff_eq!(spread.ratio(), 1.0, epsilon = 0.05);
    let definition = {
        let pairs = (0..8).flat_map(|g| (0..8).map(move |h| (g, h))).filter(|(g, h)| g != h);
        let z = codes.row(0).to_vec();
        let act = |g: usize| ndarray::Array1::from(rep.act(&rep.group().element(g), &z));
        pairs.map(|(g, h)| (act(g) - act(h)).mapv(|v| v * v).sum()).sum::<f64>() / 56.0
    };
    assert_abs_diff_eq!(spread.within_squared().values()[0], definition, epsilon = 1e-10);
    let fixed = Array2::from_shape_fn((50, 32), |(i, j)| ((i * 5 + j / 8) as f64).sin());
    assert_abs_diff_eq!(orbit_spread(fixed.view(), &rep).unwrap().within(), 0.0, epsilon = 1e-12);
    // The same from batches of acted-on codes.
    let encodings: Vec<Array2<f64>> =
        (0..8).map(|g| rep.act_rows(&rep.group().element(g), codes.view()).unwrap()).collect();
    let views: Vec<_> = encodings.iter().map(|e| e.view()).collect();
    let other = orbit_spread_of_encodings(&views).unwrap();
    assert_abs_diff_eq!(other.ratio(), spread.ratio(), epsilon = 1e-12);
}

#[test]
fn invariance_error_tells_invariants_from_raw_codes() {
    let rep = regular(8, 2);
    let codes = gaussian(80, 16, 9);
    let moved: Vec<Array2<f64>> = (0..8).map(|g| turned(&rep, &codes, g)).collect();
    let error = |s: &dyn Fn(&Array2<f64>) -> Array2<f64>| {
        let moved: Vec<_> = moved.iter().map(s).collect();
        let views: Vec<_> = moved.iter().map(|m| m.view()).collect();
        invariance_error(s(&codes).view(), &views).unwrap()
    };
    assert!(error(&|z| z.clone()).mean() > 0.5);
    let norms = |z: &Array2<f64>| z.mapv(|v| v * v).sum_axis(Axis(1)).insert_axis(Axis(1));
    assert!(error(&norms).max() < 1e-12);
    let constant = Array2::<f64>::ones((80, 3));
    let refused = invariance_error(constant.view(), &[constant.view()]);
    assert!(matches!(refused, Err(AnalysisError::Option { .. })));
}

#[test]
fn cka_ignores_rotation_scale_and_offset() {
    let codes = gaussian(200, 3, 10);
    let rotation = ndarray::array![[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, -1.0]];
    let other = codes.dot(&rotation) * 7.0 + 3.0;
    assert_abs_diff_eq!(linear_cka(codes.view(), other.view()).unwrap(), 1.0, epsilon = 1e-12);
    let unrelated = gaussian(200, 3, 11);
    assert!(linear_cka(codes.view(), unrelated.view()).unwrap() < 0.1);
}

#[test]
fn results_do_not_depend_on_threads() {
    let codes = gaussian(900, 16, 12);
    let labels: Vec<usize> = (0..900).map(|i| i % 4).collect();
    let rep = regular(8, 2);
    let [a, b] = with_threads(|| {
        (
            silhouette(codes.view(), &labels, None).unwrap(),
            trustworthiness(codes.view(), codes.view(), 5).unwrap(),
            orbit_spread(codes.view(), &rep).unwrap(),
        )
    });
    assert_eq!(a, b);
}

/// What all codes have in common, and their unit, change neither silhouettes nor ranks.
#[test]
fn a_large_common_part_changes_nothing() {
    let codes = gaussian(60, 8, 90).mapv(|v| (v * 1024.0).round() / 1024.0);
    let labels: Vec<usize> = (0..60).map(|i| i % 3).collect();
    let picture = codes.select(Axis(1), &[0, 1]);
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
    let quotient = Quotient::new(&rep).unwrap();
    let all = |codes: &Array2<f64>| {
        let silhouettes = silhouette(codes.view(), &labels, None).unwrap();
        let trust = trustworthiness_in(&quotient, codes.view(), picture.view(), 5).unwrap();
        (silhouettes.values().to_vec(), trust.values().to_vec())
    };
    let expected = all(&codes);
    let shifted = codes.mapv(|v| v + 1e9);
    for other in [shifted, codes.mapv(|v| v * 1e200), codes.mapv(|v| v * 1e-200)] {
        let got = all(&other);
        assert_eq!(got.1, expected.1);
        for (a, b) in got.0.iter().zip(&expected.0) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
    }
}
