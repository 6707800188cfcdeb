//! Neighbours against brute force.

use crate::common::{gaussian, with_threads};
use analysis::AnalysisError;
use analysis::neighbours::{Neighbours, SelfMatches, nearest, nearest_in_quotient};
use groups::{Cyclic, Dihedral, FiniteGroup, Representation};
use ndarray::{Array2, ArrayView2, Axis, array, concatenate};

/// Sorts all distances by `(d², index)`.
fn brute_force(
    queries: ArrayView2<'_, f64>,
    base: ArrayView2<'_, f64>,
    k: usize,
    exclude: bool,
    images: impl Fn(&[f64]) -> Vec<Vec<f64>>,
) -> Vec<Vec<(f64, usize)>> {
    let squared = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let rows = queries.rows().into_iter().enumerate();
    rows.map(|(i, query)| {
        let images = images(&query.to_vec());
        let mut all: Vec<(f64, usize)> = base
            .rows()
            .into_iter()
            .enumerate()
            .filter(|(j, _)| !exclude || *j != i)
            .map(|(j, code)| {
                let code = code.to_vec();
                (images.iter().map(|z| squared(z, &code)).fold(f64::INFINITY, f64::min), j)
            })
            .collect();
        all.sort_by(|a, b| a.partial_cmp(b).unwrap());
        all.truncate(k);
        all
    })
    .collect()
}

fn assert_same(found: &Neighbours, expected: &[Vec<(f64, usize)>], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (i, row) in expected.iter().enumerate() {
        for (j, (squared, index)) in row.iter().enumerate() {
            assert_eq!(found.indices()[[i, j]], *index, "query {i}, neighbour {j}");
            assert!((found.distances()[[i, j]] - squared.sqrt()).abs() <= tolerance);
        }
    }
}

#[test]
fn euclidean_neighbours_equal_brute_force() {
    for (n, m, dim, k) in [(5, 3, 1, 2), (300, 1500, 7, 15), (130, 2100, 40, 3)] {
        let (queries, base) = (gaussian(n, dim, 1), gaussian(m, dim, 2));
        let found = nearest(queries.view(), base.view(), k, SelfMatches::Keep).unwrap();
        let expected = brute_force(queries.view(), base.view(), k, false, |z| vec![z.to_vec()]);
        assert_same(&found, &expected, 1e-15);
    }
}

#[test]
fn a_code_is_not_its_own_neighbour() {
    let codes = gaussian(400, 5, 3);
    let found = nearest(codes.view(), codes.view(), 4, SelfMatches::Exclude).unwrap();
    let expected = brute_force(codes.view(), codes.view(), 4, true, |z| vec![z.to_vec()]);
    assert_same(&found, &expected, 1e-15);
    let kept = nearest(codes.view(), codes.view(), 1, SelfMatches::Keep).unwrap();
    assert!((0..400).all(|i| kept.indices()[[i, 0]] == i && kept.distances()[[i, 0]] == 0.0));
}

#[test]
fn ties_go_to_lower_indices_even_among_many_equals() {
    // 50 copies of 4 codes: every query has 50 neighbours at the same distance.
    let few = gaussian(4, 6, 4);
    let codes = few.select(Axis(0), &(0..200).map(|i| i % 4).collect::<Vec<_>>());
    let found = nearest(codes.view(), codes.view(), 10, SelfMatches::Exclude).unwrap();
    let expected = brute_force(codes.view(), codes.view(), 10, true, |z| vec![z.to_vec()]);
    assert_same(&found, &expected, 0.0);
    assert!(found.distances().iter().all(|d| *d == 0.0));
}

#[test]
fn an_offset_does_not_drown_small_distances() {
    // Differences of 1e-6 beside norms of 1e6: ‖q‖² + ‖b‖² − 2⟨q, b⟩ alone has no digit left.
    let codes = gaussian(300, 4, 5).mapv(|v| 1e6 + (v * 1e6).round() * 1e-6);
    let found = nearest(codes.view(), codes.view(), 5, SelfMatches::Exclude).unwrap();
    let expected = brute_force(codes.view(), codes.view(), 5, true, |z| vec![z.to_vec()]);
    assert_same(&found, &expected, 0.0);
}

#[test]
fn single_precision_codes_give_exact_distances_of_their_values() {
    let codes = gaussian(200, 9, 6).mapv(|v| v as f32);
    let wide = codes.mapv(f64::from);
    let a = nearest(codes.view(), codes.view(), 7, SelfMatches::Exclude).unwrap();
    let b = nearest(wide.view(), wide.view(), 7, SelfMatches::Exclude).unwrap();
    assert_eq!(a, b);
}

/// Products in single precision cannot tell these apart, or are zero, or infinite: the search goes on in
/// double precision.
#[test]
fn single_precision_is_not_trusted_with_what_it_cannot_tell() {
    for (offset, scale) in [(300.0, 1e-2), (0.0, 1e-25), (0.0, 1e25), (0.0, 1e-40)] {
        let codes = gaussian(400, 6, 12).mapv(|v| (offset + scale * v) as f32);
        let wide = codes.mapv(f64::from);
        let found = nearest(codes.view(), codes.view(), 5, SelfMatches::Exclude).unwrap();
        let expected = brute_force(wide.view(), wide.view(), 5, true, |z| vec![z.to_vec()]);
        for (i, row) in expected.iter().enumerate() {
            for (j, (squared, index)) in row.iter().enumerate() {
                assert_eq!(found.indices()[[i, j]], *index, "{offset} + {scale} z");
                let distance = squared.sqrt();
                assert!((found.distances()[[i, j]] - distance).abs() <= 1e-12 * distance);
            }
        }
    }
}

fn check_quotient<G: FiniteGroup>(rep: &Representation<G>, seed: u64) {
    let (queries, base) = (gaussian(150, rep.dim(), seed), gaussian(1100, rep.dim(), seed + 1));
    let found = nearest_in_quotient(queries.view(), base.view(), rep, 6, SelfMatches::Keep);
    let elements: Vec<_> = rep.group().elements().collect();
    let images = |z: &[f64]| elements.iter().map(|g| rep.act(g, z)).collect();
    let expected = brute_force(queries.view(), base.view(), 6, false, images);
    assert_same(&found.unwrap(), &expected, 1e-12);
}

#[test]
fn quotient_neighbours_equal_brute_force() {
    check_quotient(&Representation::regular(&Cyclic::new(8).unwrap()).copies(3), 10);
    check_quotient(&Representation::regular(&Dihedral::new(4).unwrap()).copies(2), 20);
}

#[test]
fn quotient_neighbours_do_not_depend_on_the_pose_of_queries() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    let (queries, base) = (gaussian(60, 16, 30), gaussian(500, 16, 31));
    let mut turned = Array2::zeros(queries.dim());
    for (i, (from, mut to)) in queries.rows().into_iter().zip(turned.rows_mut()).enumerate() {
        let g = rep.group().element(i % 8);
        to.assign(&ndarray::Array1::from(rep.act(&g, &from.to_vec())));
    }
    let search = |queries: &Array2<f64>| {
        nearest_in_quotient(queries.view(), base.view(), &rep, 5, SelfMatches::Keep).unwrap()
    };
    let (a, b) = (search(&queries), search(&turned));
    assert_eq!(a.indices(), b.indices());
    assert!((&a.distances() - &b.distances()).iter().all(|d| d.abs() < 1e-12));
}

#[test]
fn results_do_not_depend_on_threads() {
    let (queries, base) = (gaussian(700, 12, 40), gaussian(2500, 12, 41));
    let [a, b] =
        with_threads(|| nearest(queries.view(), base.view(), 9, SelfMatches::Keep).unwrap());
    assert_eq!(a, b);
}

#[test]
fn bad_input_is_a_typed_error() {
    let codes = gaussian(5, 3, 50);
    let ask = |q: &Array2<f64>, b: &Array2<f64>, k, s| nearest(q.view(), b.view(), k, s);
    let (keep, exclude) = (SelfMatches::Keep, SelfMatches::Exclude);
    assert!(matches!(ask(&codes, &codes, 0, keep), Err(AnalysisError::TooFew { .. })));
    assert!(matches!(ask(&codes, &codes, 6, keep), Err(AnalysisError::TooFew { .. })));
    assert!(matches!(ask(&codes, &codes, 5, exclude), Err(AnalysisError::TooFew { .. })));
    assert!(ask(&codes, &codes, 5, keep).is_ok());
    let more = concatenate![Axis(0), codes, codes];
    assert!(matches!(ask(&codes, &more, 1, exclude), Err(AnalysisError::Shape { .. })));
    assert!(matches!(ask(&codes, &array![[1.0]], 1, keep), Err(AnalysisError::Shape { .. })));
    let mut bad = codes.clone();
    bad[[3, 2]] = f64::NAN;
    for (q, b) in [(&bad, &codes), (&codes, &bad)] {
        let error = ask(q, b, 1, keep).unwrap_err();
        assert!(matches!(error, AnalysisError::NotFinite { row: 3, column: 2, .. }), "{error}");
    }
}

/// By lower bounds and by trying every element: the same neighbours for S_4 on R^{4×2}.
#[test]
fn neighbours_by_bound_are_those_by_search() {
    use analysis::neighbours::{Bounded, nearest_by_bound};
    use groups::Symmetric;
    use groups::quotient::QuotientMetric;
    let rep = Symmetric::new(4).unwrap().node_features(2);
    let codes = crate::common::gaussian(120, 8, 3);
    // Columns sorted one by one: 1-Lipschitz.
    let mut sorted = codes.clone();
    for mut row in sorted.rows_mut() {
        for column in 0..2 {
            let mut values: Vec<f64> = (0..4).map(|node| row[2 * node + column]).collect();
            values.sort_by(f64::total_cmp);
            (0..4).for_each(|node| row[2 * node + column] = values[node]);
        }
    }
    let side = Bounded { codes: codes.view(), invariants: sorted.view() };
    let metric = QuotientMetric::new(&rep).unwrap();
    let bounded = nearest_by_bound(&metric, side, side, 5, SelfMatches::Exclude).unwrap();
    let searched =
        nearest_in_quotient(codes.view(), codes.view(), &rep, 5, SelfMatches::Exclude).unwrap();
    assert_eq!(bounded.indices(), searched.indices());
    for (a, b) in bounded.distances().iter().zip(searched.distances()) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    assert!(nearest_by_bound(&metric, side, side, 120, SelfMatches::Exclude).is_err());
}

/// Codes of `dim` with a part in common that is larger by the given factor, which the group fixes or not.
fn beside_something_large(n: usize, dim: usize, size: f64, seed: u64) -> [Array2<f64>; 2] {
    let codes = gaussian(n, dim, seed);
    let constant = codes.mapv(|v| v + size);
    let mut corner = codes;
    corner.column_mut(1).mapv_inplace(|v| v + size);
    [constant, corner]
}

/// In both precisions the neighbours are those by subtraction, whatever the codes have in common.
#[test]
fn neighbours_beside_something_large() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
    let images = |z: &[f64]| (0..4).map(|g| rep.act(&g, z)).collect::<Vec<Vec<f64>>>();
    for size in [1e3, 1e6, 1e9, 1e12] {
        for codes in beside_something_large(150, 8, size, 60) {
            let single = codes.mapv(|v| v as f32);
            let wide = single.mapv(f64::from);
            let keep = SelfMatches::Exclude;
            let (view, same) = (codes.view(), |z: &[f64]| vec![z.to_vec()]);
            let expected = brute_force(view, view, 4, true, same);
            assert_same(&nearest(view, view, 4, keep).unwrap(), &expected, 1e-12);
            let expected = brute_force(view, view, 4, true, images);
            let found = nearest_in_quotient(view, view, &rep, 4, keep).unwrap();
            assert_same(&found, &expected, 1e-12);
            let expected = brute_force(wide.view(), wide.view(), 4, true, images);
            let found = nearest_in_quotient(single.view(), single.view(), &rep, 4, keep).unwrap();
            assert_same(&found, &expected, 1e-12);
        }
    }
}

/// Times a power of two, to the ends of the range of numbers, the neighbours are the same; and so beside
/// codes of very different sizes.
#[test]
fn neighbours_of_any_size() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
    let codes = gaussian(60, 8, 70);
    let search = |codes: &Array2<f64>| {
        nearest_in_quotient(codes.view(), codes.view(), &rep, 3, SelfMatches::Exclude).unwrap()
    };
    let expected = search(&codes);
    for power in [-1010, -700, -530, -500, 500, 505, 508, 510, 511, 530, 700, 1020] {
        let found = search(&codes.mapv(|v| v * 2f64.powi(power)));
        assert_eq!(found.indices(), expected.indices(), "2^{power}");
        for (a, b) in found.distances().iter().zip(expected.distances()) {
            assert!((a * 2f64.powi(-power) / b - 1.0).abs() < 1e-12, "2^{power}: {a:e} {b:e}");
        }
    }
    for power in [-135, -70, 60, 62, 63, 64, 120] {
        let single = codes.mapv(|v| (v * 2f64.powi(power)) as f32);
        let found =
            nearest_in_quotient(single.view(), single.view(), &rep, 3, SelfMatches::Exclude)
                .unwrap();
        let wide = search(&single.mapv(f64::from));
        assert_eq!((found.indices(), found.distances()), (wide.indices(), wide.distances()));
        for (a, b) in found.distances().iter().zip(expected.distances()) {
            assert!((a * 2f64.powi(-power) / b - 1.0).abs() < 1e-2, "f32, 2^{power}: {a:e} {b:e}");
        }
    }
    let mut mixed = codes;
    for (i, mut row) in mixed.rows_mut().into_iter().enumerate() {
        row.mapv_inplace(|v| v * [1e200, 1e-200, 1.0][i % 3]);
    }
    let found = search(&mixed);
    for (i, (rows, distances)) in
        found.indices().rows().into_iter().zip(found.distances().rows()).enumerate()
    {
        let metric = groups::quotient::QuotientMetric::new(&rep).unwrap();
        let d = |j: usize| metric.distance(&mixed.row(i).to_vec(), &mixed.row(j).to_vec());
        let mut all: Vec<f64> = (0..60).filter(|j| *j != i).map(d).collect();
        all.sort_by(f64::total_cmp);
        for (place, (row, distance)) in rows.iter().zip(distances).enumerate() {
            assert!((distance / all[place] - 1.0).abs() < 1e-12, "{i}: {distance:e}");
            assert!((distance / d(*row) - 1.0).abs() < 1e-12, "{i}: {distance:e}");
        }
    }
}

/// Rounded invariants of codes with a large common part bound nothing by themselves.
#[test]
fn neighbours_by_bound_beside_something_large() {
    use analysis::neighbours::{Bounded, nearest_by_bound};
    use groups::Symmetric;
    use groups::quotient::QuotientMetric;
    let rep = Symmetric::new(4).unwrap().node_features(2);
    let metric = QuotientMetric::new(&rep).unwrap();
    for size in [1e2, 1e4, 1e6] {
        for codes in beside_something_large(80, 8, size, 5) {
            let codes = codes.mapv(|v| v as f32);
            // The norms of both columns: 1-Lipschitz.
            let norms = Array2::from_shape_fn((80, 2), |(i, j)| {
                (0..4).map(|node| codes[[i, 2 * node + j]].powi(2)).sum::<f32>().sqrt()
            });
            let side = Bounded { codes: codes.view(), invariants: norms.view() };
            let found = nearest_by_bound(&metric, side, side, 3, SelfMatches::Exclude).unwrap();
            let searched =
                nearest_in_quotient(codes.view(), codes.view(), &rep, 3, SelfMatches::Exclude)
                    .unwrap();
            assert_eq!(found.indices(), searched.indices(), "{size:e}");
        }
    }
}

/// Streams hold the same neighbours: of codes with a large common part, very large, or very small.
#[test]
fn streamed_neighbours_of_any_size() {
    use analysis::neighbours::StreamedNearest;
    use groups::quotient::QuotientMetric;
    let swap = QuotientMetric::new(&Representation::regular(&Cyclic::new(2).unwrap())).unwrap();
    let codes = array![
        [100000001.0, 100000000.0],
        [100000003.0, 100000000.0],
        [100000000.0, 100000001.0],
        [100000001.0, 100000002.0]
    ];
    for size in [1.0, 1e192, 1e-208, 1e-310, 1e300] {
        let codes = &codes * size;
        let mut nearest = StreamedNearest::new(&swap, &codes.row(0).to_vec(), 2).unwrap();
        for row in 1..4 {
            let block = codes.view().split_at(Axis(0), row).1.split_at(Axis(0), 1).0.to_owned();
            nearest.offer(row, block.view()).unwrap();
        }
        let found = nearest.found();
        assert_eq!(found.iter().map(|near| near.row).collect::<Vec<_>>(), [2, 3], "{size:e}");
        assert_eq!((found[0].distance, found[0].element), (0.0, 1), "{size:e}");
        if size > 1e-300 {
            for value in [found[0].straight, found[1].distance] {
                assert!((value / size - 2f64.sqrt()).abs() < 1e-7, "{size:e}: {value:e}");
            }
        }
    }
}
