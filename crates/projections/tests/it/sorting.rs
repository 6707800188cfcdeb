//! Sorting and its relatives on sets: `S_n` on `R^n` and on `R^{n×d}`.

use groups::quotient::QuotientMetric;
use groups::{Group, Permutation, Symmetric};
use ndarray::{Array1, Array2, Axis, array};
use projections::*;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::laws::strided_error;

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

/// Few different values, zeros of both signs among them: many ties.
fn tied(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || [-1.0, -0.0, 0.0, 2.0][rng.random_range(0..4)])
}

fn bits<T: groups::Real>(a: &Array2<T>) -> Vec<u64> {
    a.iter().map(|v| v.as_f64().to_bits()).collect()
}

fn permuted<T: groups::Real>(
    rep: &groups::Representation<Symmetric>,
    z: &Array2<T>,
    sigma: &Permutation,
) -> Array2<T> {
    let mut moved = z.clone();
    for (z, mut out) in z.rows().into_iter().zip(moved.rows_mut()) {
        out.assign(&Array1::from(rep.act(sigma, &z.to_vec())));
    }
    moved
}

fn all<T: groups::Real>(n: usize, d: usize, seed: u64) -> Vec<Box<dyn Projection<T>>> {
    let mut all: Vec<Box<dyn Projection<T>>> = vec![
        Box::new(LexSort::new(n, d).unwrap()),
        Box::new(LexSort::rotated(n, d, seed).unwrap()),
        Box::new(ColumnSort::new(n, d).unwrap()),
        Box::new(SortedKeys::random(n, d, 2 * n, seed).unwrap()),
    ];
    if d == 1 {
        all.push(Box::new(Sort::new(n).unwrap()));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Not to a tolerance: to the bit, with ties and zeros of both signs, in both scalar types.
    #[test]
    fn invariant_to_the_bit(n in 1usize..9, d in 1usize..4, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rep = group.node_features(d);
        let sigma = group.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        for z in [codes(5, n * d, seed), tied(5, n * d, seed)] {
            let moved = permuted(&rep, &z, &sigma);
            for p in all::<f64>(n, d, seed) {
                let (a, b) = (p.project(z.view()).unwrap(), p.project(moved.view()).unwrap());
                prop_assert_eq!(bits(&a), bits(&b), "{}", p.metadata().name);
            }
            let (z, moved) = (z.mapv(|v| v as f32), moved.mapv(|v| v as f32));
            for p in all::<f32>(n, d, seed) {
                let (a, b) = (p.project(z.view()).unwrap(), p.project(moved.view()).unwrap());
                prop_assert_eq!(bits(&a), bits(&b), "{}", p.metadata().name);
            }
        }
    }

    /// `ρ(g)z = s(z)`, `project` and `project_with_elements` agree, and `take_back` returns the code.
    #[test]
    fn cross_sections_return_the_element(n in 1usize..9, d in 1usize..4, seed: u64) {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let template = codes(1, n * d, !seed);
        let mut sections: Vec<Box<dyn CrossSection<f64, Element = Permutation>>> = vec![
            Box::new(LexSort::new(n, d).unwrap()),
            Box::new(LexSort::rotated(n, d, seed).unwrap()),
            Box::new(Canonicalize::to_template(&rep, &template.row(0).to_vec()).unwrap()),
        ];
        if d == 1 {
            sections.push(Box::new(Sort::new(n).unwrap()));
        }
        for z in [codes(5, n * d, seed), tied(5, n * d, seed)] {
            for section in &sections {
                let (s, elements) = section.project_with_elements(z.view()).unwrap();
                prop_assert_eq!(bits(&s), bits(&section.project(z.view()).unwrap()));
                for i in 0..5 {
                    prop_assert_eq!(rep.act(&elements[i], &z.row(i).to_vec()), s.row(i).to_vec());
                }
                prop_assert_eq!(bits(&section.take_back(s.view(), &elements).unwrap()), bits(&z));
                prop_assert!(section.metadata().cross_section);
                let refused = section.take_back(s.view(), &elements[1..]);
                let expected =
                    matches!(refused, Err(ProjectionError::Elements { codes: 5, elements: 4, .. }));
                prop_assert!(expected, "{refused:?}");
            }
        }
    }

    /// One set of any size, by itself.
    #[test]
    fn sets_of_any_size(n in 0usize..12, d in 1usize..4, seed: u64) {
        let rows = codes(1, n * d, seed).row(0).to_vec();
        let (s, sigma) = LexSort::new(3, d).unwrap().sort_set(&rows).unwrap();
        prop_assert_eq!(sigma.degree(), n);
        if n > 0 {
            let batch = Array2::from_shape_vec((1, n * d), rows.clone()).unwrap();
            let expected = LexSort::new(n, d).unwrap().project(batch.view()).unwrap();
            prop_assert_eq!(&s, &expected.row(0).to_vec());
        }
        prop_assert!(s.chunks(d).is_sorted_by(|a, b| a <= b));
        if d == 1 {
            prop_assert_eq!(Sort::sort_set(&rows).unwrap(), (s, sigma));
        }
    }

    /// Bit-identical for any number of threads and any split into batches, and the same in any layout, for all
    /// that divides out the order or the pose of points.
    #[test]
    fn independent_of_threads_batches_and_layout(
        count in prop_oneof![0usize..300, Just(128usize)],
        split in 0usize..300,
        seed: u64,
    ) {
        let (n, d) = (5, 3);
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let mut all = all::<f32>(n, d, seed);
        let template = codes(1, n * d, !seed).row(0).to_vec();
        all.push(Box::new(FourierSliced::random(n, d, 7, seed).unwrap()));
        all.push(Box::new(WeightedFrame::random(n, d, seed).unwrap()));
        all.push(Box::new(Moments::of_sets(n, d, 2).unwrap()));
        all.push(Box::new(CoOrbit::random(&rep, 3, seed).unwrap()));
        all.push(Box::new(Canonicalize::to_template(&rep, &template).unwrap()));
        all.push(Box::new(WeylChamber::new(&ReflectionGroup::B(n * d)).unwrap()));
        all.push(Box::new(SpectralSection::singular_values(n, d).unwrap()));
        all.push(Box::new(RootGram::centred(n, d).unwrap()));
        all.push(Box::new(RotationAlignment::to_template(&template, d).unwrap()));
        let z = codes(count, n * d, seed).mapv(|v| v as f32);
        let (a, b) = z.view().split_at(ndarray::Axis(0), split.min(count));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        for p in all {
            let whole = p.project(z.view()).unwrap();
            prop_assert_eq!(bits(&pool.install(|| p.project(z.view())).unwrap()), bits(&whole));
            let parts = [bits(&p.project(a).unwrap()), bits(&p.project(b).unwrap())].concat();
            prop_assert_eq!(parts, bits(&whole), "{}", p.metadata().name);
            let error = strided_error(&*p, &z, &whole);
            prop_assert!(error <= 1e-5, "{}: {error} by stride", p.metadata().name);
        }
    }

    #[test]
    fn one_feature_is_sorting(n in 1usize..9, seed: u64) {
        let z = codes(4, n, seed);
        let sorted = Sort::new(n).unwrap().project(z.view()).unwrap();
        prop_assert_eq!(&LexSort::new(n, 1).unwrap().project(z.view()).unwrap(), &sorted);
        prop_assert_eq!(&ColumnSort::new(n, 1).unwrap().project(z.view()).unwrap(), &sorted);
        let keys = SortedKeys::with_keys(n, array![[1.0]].view()).unwrap();
        prop_assert_eq!(&keys.project(z.view()).unwrap(), &sorted);
    }

    /// Rotating the features first and sorting plainly gives the same order of rows.
    #[test]
    fn the_rotation_is_one(d in 1usize..6, seed: u64) {
        let section = LexSort::rotated(1, d, seed).unwrap();
        let z = codes(1, d, seed);
        prop_assert_eq!(section.project(z.view()).unwrap(), z);
        prop_assert_eq!(&section, &LexSort::rotated(1, d, seed).unwrap());
        if d > 1 {
            prop_assert!(section != LexSort::rotated(1, d, seed ^ 1).unwrap());
        }
    }
}

/// What fills empty places is sorted among the entries, or stays behind if it is above them.
#[test]
fn padding_is_an_entry_like_any_other() {
    let sort = Sort::new(4).unwrap();
    let s = sort.project(array![[3.0, -1.0, 0.0, 0.0], [3.0, -1.0, 9.0, 9.0]].view()).unwrap();
    assert_eq!(s, array![[-1.0, 0.0, 0.0, 3.0], [-1.0, 3.0, 9.0, 9.0]]);
}

#[test]
fn negative_zero_comes_first() {
    let s = Sort::new(3).unwrap().project(array![[0.0f32, -0.0, -1e-45]].view()).unwrap();
    assert_eq!(bits(&s), bits(&array![[-1e-45f32, -0.0, 0.0]]));
}

/// More than caches hold goes another way.
#[test]
fn many_codes_are_sorted_as_few_are() {
    let (n, sort) = (40, Sort::new(40).unwrap());
    let mut z = codes(110_003, n, 3).mapv(|v| v as f32);
    let whole = sort.project(z.view()).unwrap();
    assert!(size_of_val(whole.as_slice().unwrap()) > 16 << 20);
    for (z, s) in z.axis_chunks_iter(Axis(0), 5_000).zip(whole.axis_chunks_iter(Axis(0), 5_000)) {
        assert_eq!(bits(&sort.project(z).unwrap()), bits(&s.to_owned()));
    }
    // As columns that lie together, there is no other way.
    let mut columns = Array2::zeros((n, z.nrows()));
    sort.project_into(z.view(), columns.view_mut().reversed_axes()).unwrap();
    assert_eq!(columns.reversed_axes(), whole);
    z[(109_000, 7)] = f32::NAN;
    let error = sort.project(z.view()).unwrap_err();
    assert!(matches!(error, ProjectionError::NotFinite { row: 109_000, column: 7, .. }), "{error}");
    let error = sort.project_into(z.view(), Array2::zeros((2, n)).view_mut()).unwrap_err();
    assert!(matches!(error, ProjectionError::Output { found: (2, 40), .. }), "{error}");
}

#[test]
fn values_that_are_no_numbers_are_named() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut z = codes(5, 6, 1);
        z[(3, 4)] = bad;
        for p in all::<f64>(3, 2, 1) {
            let error = p.project(z.view()).unwrap_err();
            assert!(
                matches!(error, ProjectionError::NotFinite { row: 3, column: 4, .. }),
                "{error}"
            );
        }
        let error = LexSort::new(3, 2).unwrap().project_with_elements(z.view()).unwrap_err();
        assert!(matches!(error, ProjectionError::NotFinite { row: 3, column: 4, .. }), "{error}");
        let error = Sort::sort_set(&[1.0, bad]).unwrap_err();
        assert!(matches!(error, ProjectionError::NotFinite { row: 0, column: 1, .. }), "{error}");
    }
    let error = LexSort::new(3, 2).unwrap().sort_set(&[1.0; 5]).unwrap_err();
    assert!(matches!(error, ProjectionError::Dimension { expected: 6, got: 5, .. }), "{error}");
    assert!(Sort::new(0).is_err() && LexSort::new(2, 0).is_err() && ColumnSort::new(0, 1).is_err());
    assert!(SortedKeys::random(3, 2, 0, 1).is_err());
}

/// The distance to an aligned set is the quotient distance, as SciPy's assignment finds it.
#[test]
fn alignment_agrees_with_scipy() {
    let reference: serde_json::Value =
        serde_json::from_str(include_str!("../data/assignment.json")).unwrap();
    let rows =
        |name: &str| -> Vec<Vec<f64>> { serde_json::from_value(reference[name].clone()).unwrap() };
    let (p, q) = (rows("sets_p"), rows("sets_q"));
    let distances: Vec<f64> =
        serde_json::from_value(reference["quotient_distance_S9_rows_d3"].clone()).unwrap();
    let rep = Symmetric::new(9).unwrap().node_features(3);
    let metric = QuotientMetric::new(&rep).unwrap();
    assert_eq!(p.len(), distances.len());
    for ((p, q), expected) in p.iter().zip(&q).zip(distances) {
        let section = Canonicalize::to_template(&rep, p).unwrap();
        let batch = Array2::from_shape_vec((1, 27), q.clone()).unwrap();
        let aligned = section.project(batch.view()).unwrap();
        let distance = aligned.iter().zip(p).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        assert!((distance - expected).abs() < 1e-10, "{distance} against {expected}");
        // No cross-section is closer, and bounds from column sorting lie below.
        let both = ndarray::concatenate![
            ndarray::Axis(0),
            batch,
            Array2::from_shape_vec((1, 27), p.clone()).unwrap()
        ];
        let gap = |p: &dyn Projection<f64>| {
            let s = p.project(both.view()).unwrap();
            (&s.row(0) - &s.row(1)).mapv(|v| v * v).sum().sqrt()
        };
        assert!(gap(&LexSort::new(9, 3).unwrap()) >= metric.distance(p, q) - 1e-12);
        assert!(gap(&ColumnSort::new(9, 3).unwrap()) <= expected + 1e-12);
    }
}
