//! Probes, PCA, t-SNE and intervals: properties and errors.

use crate::common::{gaussian, with_threads};
use analysis::AnalysisError;
use analysis::embed::{Pca, TSne};
use analysis::neighbours::Neighbours;
use analysis::probes::{LogisticRegression, Ridge, knn_classify};
use analysis::statistics::{Bootstrap, bootstrap_mean, bootstrap_paired_difference, t_interval};
use approx::assert_abs_diff_eq;
use ndarray::{Array2, array};

#[test]
fn a_tied_vote_goes_to_the_class_of_the_nearest_member() {
    let found = |indices: [usize; 4]| {
        let distances = array![[0.1, 0.2, 0.3, 0.4]];
        Neighbours::from_parts(Array2::from_shape_vec((1, 4), indices.to_vec()).unwrap(), distances)
    };
    let labels = [5, 5, 2, 2, 8];
    let vote = |indices, k| {
        knn_classify(&found(indices).unwrap(), &labels, &[0], k).unwrap().predicted()[0]
    };
    assert_eq!(vote([0, 2, 3, 1], 4), 5);
    assert_eq!(vote([2, 0, 1, 3], 4), 2);
    assert_eq!(vote([4, 2, 3, 0], 3), 2);
    assert!(matches!(
        knn_classify(&found([0, 1, 2, 9]).unwrap(), &labels, &[0], 4),
        Err(AnalysisError::Shape { .. })
    ));
    assert!(Neighbours::from_parts(array![[0, 1]], array![[2.0, 1.0]]).is_err());
}

#[test]
fn the_linear_probe_survives_codes_of_any_scale() {
    let codes = gaussian(600, 5, 1);
    let labels: Vec<usize> = codes.rows().into_iter().map(|z| usize::from(z[0] > z[1])).collect();
    for (scale, offset) in [(1.0, 0.0), (1e-6, 1e3), (1e8, -1e9)] {
        let codes = &codes * scale + offset;
        let fitted = LogisticRegression::default().fit(codes.view(), &labels).unwrap();
        let accuracy = fitted.evaluate(codes.view(), &labels).unwrap().accuracy();
        assert!(accuracy > 0.97, "{scale} {offset}: {accuracy}");
        assert!(fitted.converged());
    }
    // Logits of hundreds, where a log-sum-exp without each row's own maximum fails.
    let codes = &codes * 300.0;
    let probe = LogisticRegression { penalty: 1e-3, standardise: false, ..Default::default() };
    let fitted = probe.fit(codes.view(), &labels).unwrap();
    assert!(fitted.evaluate(codes.view(), &labels).unwrap().accuracy() > 0.99);
    let probabilities = fitted.log_probabilities(codes.view()).unwrap().mapv(f64::exp);
    assert!(probabilities.rows().into_iter().all(|p| (p.sum() - 1.0).abs() < 1e-12));
}

#[test]
fn probes_do_not_depend_on_threads_and_refuse_nonsense() {
    let codes = gaussian(5000, 8, 2);
    let labels: Vec<usize> = (0..5000).map(|i| i % 3).collect();
    let targets: Vec<f64> = codes.column(0).to_vec();
    let [a, b] = with_threads(|| {
        (
            LogisticRegression::default().fit(codes.view(), &labels).unwrap(),
            Ridge::default().fit(codes.view(), &targets).unwrap(),
            Pca::fit(codes.view(), 8).unwrap(),
        )
    });
    assert_eq!(a, b);
    let probe = LogisticRegression::default();
    let one_class = probe.fit(codes.view(), &[1; 5000]);
    assert!(matches!(one_class, Err(AnalysisError::TooFew { .. })));
    assert!(matches!(probe.fit(codes.view(), &[1]), Err(AnalysisError::Shape { .. })));
    let twice = ndarray::concatenate![ndarray::Axis(1), codes, codes];
    let singular = Ridge { penalty: 0.0 }.fit(twice.view(), &targets);
    assert!(matches!(singular, Err(AnalysisError::Singular { .. })), "{singular:?}");
    assert!(Ridge { penalty: 1e-3 }.fit(twice.view(), &targets).is_ok());
}

#[test]
fn both_routes_to_principal_components_agree() {
    // 30 codes in 50 dimensions take the Gram matrix; padded with mirror images of the centred
    // codes they are 60 and take the covariance, with the same directions.
    let codes = gaussian(30, 50, 3);
    let codes = &codes - &codes.mean_axis(ndarray::Axis(0)).unwrap();
    let both = ndarray::concatenate![ndarray::Axis(0), codes, -&codes];
    let (gram, covariance) =
        (Pca::fit(codes.view(), 5).unwrap(), Pca::fit(both.view(), 5).unwrap());
    for (a, b) in gram.components().iter().zip(covariance.components()) {
        assert_abs_diff_eq!(*a, *b, epsilon = 1e-9);
    }
    let ratios = gram.explained_variance_ratio().iter().zip(covariance.explained_variance_ratio());
    ratios.for_each(|(a, b)| assert_abs_diff_eq!(*a, *b, epsilon = 1e-12));
    let products = gram.components().dot(&gram.components().t());
    assert!((&products - &Array2::<f64>::eye(5)).iter().all(|v| v.abs() < 1e-10));
    assert!(Pca::fit(codes.view(), 31).is_err() && Pca::fit(codes.view(), 0).is_err());
}

#[test]
fn the_largest_loading_is_positive() {
    for seed in 0..5 {
        let pca = Pca::fit(gaussian(40, 6, seed).view(), 6).unwrap();
        for row in pca.components().rows() {
            let largest =
                row.iter().copied().fold(0.0, |m: f64, v| if v.abs() > m.abs() { v } else { m });
            assert!(largest > 0.0);
        }
    }
}

/// Whatever the blocks that they are made in, scores are products of centred codes and directions.
#[test]
fn scores_are_products_with_the_components() {
    let codes = gaussian(5003, 40, 5) + 3.0;
    let single = codes.mapv(|v| v as f32);
    for components in [1, 16, 17, 40] {
        let pca = Pca::fit(codes.view(), components).unwrap();
        let expected = (&codes - pca.mean()).dot(&pca.components().t());
        let scores = pca.transform(codes.view()).unwrap();
        assert_eq!(scores.dim(), (5003, components));
        scores
            .iter()
            .zip(&expected)
            .for_each(|(a, b)| assert_abs_diff_eq!(*a, *b, epsilon = 1e-12));
        let rounded = pca.transform(single.view()).unwrap();
        rounded
            .iter()
            .zip(&expected)
            .for_each(|(a, b)| assert_abs_diff_eq!(*a, *b, epsilon = 1e-5));
    }
}

#[test]
fn principal_components_refuse_what_is_not_finite() {
    let codes = gaussian(3000, 5, 6);
    let pca = Pca::fit(codes.view(), 2).unwrap();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut codes = codes.clone();
        codes[[2999, 3]] = value;
        // A second one of the other sign does not hide it.
        codes[[2999, 4]] = -value;
        for result in [Pca::fit(codes.view(), 2).err(), pca.transform(codes.view()).err()] {
            let place =
                matches!(result, Some(AnalysisError::NotFinite { row: 2999, column: 3, .. }));
            assert!(place, "{value}: {result:?}");
        }
    }
    // Sums that leave the range of the precision are no fault of the codes.
    let huge = gaussian(3000, 5, 7).mapv(|v| v as f32 * 1e37);
    let pca = Pca::fit(huge.view(), 2).unwrap();
    assert!(pca.transform(huge.view()).unwrap().iter().all(|v| v.is_finite()));
}

#[test]
fn tsne_checks_its_options() {
    let codes = gaussian(50, 3, 4);
    let small = TSne { perplexity: 5.0, epochs: 20, ..Default::default() };
    assert!(small.embed(codes.view()).unwrap().iter().all(|v| v.is_finite()));
    assert!(matches!(TSne::default().embed(codes.view()), Err(AnalysisError::TooFew { .. })));
    let wrong = TSne { perplexity: f64::NAN, ..small };
    assert!(matches!(wrong.embed(codes.view()), Err(AnalysisError::Option { .. })));
    // Codes of one dimension, and all codes equal.
    assert!(small.embed(gaussian(50, 1, 5).view()).is_ok());
    let equal = small.embed(Array2::<f32>::ones((50, 3)).view()).unwrap();
    assert!(equal.iter().all(|v| v.is_finite()));
}

#[test]
fn bootstrap_intervals_cover_as_often_as_they_say() {
    // 200 samples of 60 normal numbers of mean 0; 95 % ± 3 standard errors of 200 trials.
    let options = Bootstrap { resamples: 400, ..Default::default() };
    let data = gaussian(200, 60, 6);
    let covered = data
        .rows()
        .into_iter()
        .filter(|row| {
            let e = bootstrap_mean(&row.to_vec(), &options).unwrap();
            e.low <= 0.0 && 0.0 <= e.high
        })
        .count();
    assert!((180..=199).contains(&covered), "{covered}");
    let covered = data
        .rows()
        .into_iter()
        .filter(|row| {
            let e = t_interval(&row.to_vec()[..5], 0.95).unwrap();
            e.low <= 0.0 && 0.0 <= e.high
        })
        .count();
    assert!((180..=199).contains(&covered), "{covered}");
}

#[test]
fn pairing_sharpens_a_difference() {
    let common = gaussian(1, 400, 7);
    let noise = gaussian(2, 400, 8);
    let a: Vec<f64> = (0..400).map(|i| common[[0, i]] + 0.1 * noise[[0, i]] + 0.05).collect();
    let b: Vec<f64> = (0..400).map(|i| common[[0, i]] + 0.1 * noise[[1, i]]).collect();
    let options = Bootstrap::default();
    let [paired, again] = with_threads(|| bootstrap_paired_difference(&a, &b, &options).unwrap());
    assert_eq!(paired, again);
    assert!(paired.is_above(0.0), "{paired}");
    let alone = bootstrap_mean(&a, &options).unwrap();
    assert!(paired.high - paired.low < 0.3 * (alone.high - alone.low));
    assert!(matches!(bootstrap_mean(&[1.0], &options), Err(AnalysisError::TooFew { .. })));
    assert!(matches!(t_interval(&[1.0], 0.95), Err(AnalysisError::TooFew { .. })));
    let nan = bootstrap_mean(&[1.0, f64::NAN], &options);
    assert!(matches!(nan, Err(AnalysisError::NotFinite { row: 1, .. })));
}
