//! Values of scikit-learn: probes are fitted on the first 300 codes and judged on the last 100.

use crate::common::{codes, labels, number, picture, reference, targets, with_threads};
use analysis::embed::{Pca, TSne};
use analysis::metrics::{continuity, linear_cka, silhouette, trustworthiness};
use analysis::neighbours::{Neighbours, SelfMatches, nearest};
use analysis::probes::{LogisticRegression, Ridge, knn_classify, knn_regress};
use approx::assert_abs_diff_eq;
use ndarray::{Array2, s};

fn split() -> (Array2<f32>, Array2<f32>) {
    let codes = codes();
    (codes.slice(s![..300, ..]).to_owned(), codes.slice(s![300.., ..]).to_owned())
}

fn test_neighbours() -> Neighbours {
    let (train, test) = split();
    nearest(test.view(), train.view(), 15, SelfMatches::Keep).unwrap()
}

#[test]
fn knn_classification() {
    let (found, labels) = (test_neighbours(), labels());
    for k in [1, 5, 15] {
        let outcome = knn_classify(&found, &labels[..300], &labels[300..], k).unwrap();
        assert_abs_diff_eq!(outcome.accuracy(), number(&format!("knn{k}_acc")), epsilon = 1e-12);
    }
}

#[test]
fn knn_regression() {
    let targets = targets();
    let outcome = knn_regress(&test_neighbours(), &targets[..300], &targets[300..], 5).unwrap();
    // scikit-learn averaged in single precision.
    assert_abs_diff_eq!(outcome.r2(), number("knn5_regression_r2"), epsilon = 1e-6);
}

#[test]
fn ridge_regression() {
    let (train, test) = split();
    let targets = targets();
    // Ridge on the codes in double precision: the intercepts in the file are from single.
    let double = [0.116_311_160_022_323_88, 0.112_945_124_568_614_83, 0.079_352_501_825_003_5];
    for (penalty, intercept) in [0.1, 1.0, 10.0].into_iter().zip(double) {
        let fitted = Ridge { penalty }.fit(train.view(), &targets[..300]).unwrap();
        let key = |name: &str| format!("ridge_alpha{penalty:.1}_{name}");
        let expected = reference(&key("coef"));
        for (beta, value) in fitted.coefficients().iter().zip(expected.as_array().unwrap()) {
            // scikit-learn solved in single precision.
            assert_abs_diff_eq!(*beta, value.as_f64().unwrap(), epsilon = 5e-6);
        }
        assert_abs_diff_eq!(fitted.intercept(), number(&key("intercept")), epsilon = 3e-5);
        assert_abs_diff_eq!(fitted.intercept(), intercept, epsilon = 1e-9);
        let r2 = fitted.evaluate(test.view(), &targets[300..]).unwrap().r2();
        assert_abs_diff_eq!(r2, number(&key("r2")), epsilon = 1e-6);
    }
}

#[test]
fn logistic_regression() {
    let (train, test) = split();
    let labels = labels();
    let probe = LogisticRegression { standardise: false, tolerance: 1e-8, ..Default::default() };
    let fitted = probe.fit(train.view(), &labels[..300]).unwrap();
    assert!(fitted.converged());
    let accuracy = fitted.evaluate(test.view(), &labels[300..]).unwrap().accuracy();
    assert_abs_diff_eq!(accuracy, number("logistic_C1_acc"), epsilon = 1e-12);
    // The file's value is from single precision; scikit-learn's newton-cg in double precision at
    // tol = 1e-12 gives 0.0442062.
    let loss = fitted.log_loss(test.view(), &labels[300..]).unwrap();
    assert_abs_diff_eq!(loss, number("logistic_C1_logloss"), epsilon = 1e-5);
    assert_abs_diff_eq!(loss, 0.044_206_2, epsilon = 1e-7);
}

/// Two classes have `C = 2/penalty`, more have `C = 1/penalty`.
#[test]
fn penalties_of_two_and_of_three_classes() {
    let (train, test) = split();
    let reference: serde_json::Value =
        serde_json::from_str(include_str!("../data/logistic.json")).unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let classes = case["classes"].as_u64().unwrap() as usize;
        let penalty = case["penalty"].as_f64().unwrap();
        let labels: Vec<usize> = labels().iter().map(|&label| label.min(classes - 1)).collect();
        let probe = LogisticRegression { penalty, standardise: false, ..Default::default() };
        // The loss curves by penalty/n at least: with 51 parameters, weights are off by up to 9e-5.
        let probe = LogisticRegression { tolerance: 1e-8, max_iterations: 5_000, ..probe };
        let fitted = probe.fit(train.view(), &labels[..300]).unwrap();
        assert!(fitted.converged());
        let rows = case["weights"].as_array().unwrap();
        for (row, expected) in fitted.coefficients().rows().into_iter().zip(rows) {
            for (w, v) in row.iter().zip(expected.as_array().unwrap()) {
                assert_abs_diff_eq!(*w, v.as_f64().unwrap(), epsilon = 1e-4);
            }
        }
        let loss = fitted.log_loss(test.view(), &labels[300..]).unwrap();
        assert_abs_diff_eq!(loss, case["log_loss"].as_f64().unwrap(), epsilon = 1e-5);
    }
}

#[test]
fn principal_components() {
    let codes = codes();
    let pca = Pca::fit(codes.view(), 4).unwrap();
    let expected = reference("pca_explained_variance_ratio");
    for (ratio, value) in pca.explained_variance_ratio().iter().zip(expected.as_array().unwrap()) {
        assert_abs_diff_eq!(*ratio, value.as_f64().unwrap(), epsilon = 1e-6);
    }
    let scores = pca.transform(codes.view()).unwrap();
    for (axis, theirs) in picture().columns().into_iter().enumerate() {
        // scikit-learn chooses another sign convention.
        let sign = (scores[[0, axis]] * f64::from(theirs[0])).signum();
        for (a, b) in scores.column(axis).iter().zip(theirs) {
            assert_abs_diff_eq!(sign * a, f64::from(*b), epsilon = 2e-5);
        }
    }
}

#[test]
fn silhouette_of_classes() {
    let score = silhouette(codes().view(), &labels(), None).unwrap().mean();
    assert_abs_diff_eq!(score, number("silhouette"), epsilon = 1e-7);
}

#[test]
fn trustworthiness_and_continuity() {
    let (codes, picture) = (codes(), picture());
    for k in [5, 15] {
        let t = trustworthiness(codes.view(), picture.view(), k).unwrap().mean();
        assert_abs_diff_eq!(t, number(&format!("trustworthiness{k}_pca2")), epsilon = 1e-12);
        let c = continuity(codes.view(), picture.view(), k).unwrap().mean();
        assert_abs_diff_eq!(c, number(&format!("continuity{k}_pca2")), epsilon = 1e-12);
    }
}

#[test]
fn tsne_is_as_trustworthy_and_does_not_depend_on_threads() {
    let codes = codes();
    let least = number("tsne_perplexity30_trustworthiness12_at_least");
    for seed in [1, 2] {
        let picture = TSne { seed, ..Default::default() }.embed(codes.view()).unwrap();
        let t = trustworthiness(codes.view(), picture.view(), 12).unwrap().mean();
        assert!(t >= least, "seed {seed}: {t} < {least}");
    }
    let [a, b] = with_threads(|| TSne::default().embed(codes.view()).unwrap());
    assert_eq!(a, b);
    let t = trustworthiness(codes.view(), a.view(), 12).unwrap().mean();
    assert!(t >= least, "{t} < {least}");
}

#[test]
fn linear_cka_with_a_picture() {
    let cka = linear_cka(codes().view(), picture().view()).unwrap();
    assert_abs_diff_eq!(cka, number("linear_cka_X_pca2"), epsilon = 1e-6);
}

/// Values of `tests/data/make_cross_validation.py`.
#[test]
fn penalties_by_cross_validation() {
    let values: serde_json::Value =
        serde_json::from_str(include_str!("../data/cross_validation.json")).unwrap();
    let rows =
        |name: &str| -> Vec<Vec<f64>> { serde_json::from_value(values[name].clone()).unwrap() };
    let (codes, targets, labels) = (codes().mapv(f64::from), targets(), labels());
    for (name, n) in [("ridge", 400), ("ridge_wide", 15)] {
        let (x, y) = (codes.slice(s![..n, ..]), &targets[..n]);
        let expected = rows(name);
        for row in &expected {
            let found = Ridge::cross_validated(x, y, &[row[0]]).unwrap();
            assert_abs_diff_eq!(found.score, row[1], epsilon = 1e-8);
        }
        let penalties: Vec<f64> = expected.iter().map(|row| row[0]).collect();
        let best = expected.iter().max_by(|a, b| a[1].total_cmp(&b[1])).unwrap();
        let found = Ridge::cross_validated(x, y, &penalties).unwrap();
        assert_eq!(found.penalty, best[0], "{name}");
        assert_eq!(found.model, Ridge { penalty: best[0] }.fit(x, y).unwrap());
    }
    let expected = rows("logistic");
    let model = LogisticRegression { tolerance: 1e-8, ..Default::default() };
    for row in &expected {
        let found = model.cross_validated(codes.view(), &labels, &[row[0]]).unwrap();
        assert_abs_diff_eq!(found.score, row[2], epsilon = 1e-12);
    }
    let penalties: Vec<f64> = expected.iter().map(|row| row[0]).collect();
    let best = expected.iter().min_by(|a, b| a[1].total_cmp(&b[1])).unwrap();
    let found = model.cross_validated(codes.view(), &labels, &penalties).unwrap();
    assert_eq!(found.penalty, best[0]);
}
