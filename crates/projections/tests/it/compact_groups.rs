//! Sections and invariants of compact groups: rotations of matrices and point sets.

use groups::quotient::procrustes::procrustes;
use ndarray::{Array2, ArrayView1, Axis};
use projections::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

/// A random orthogonal matrix.
fn rotation(n: usize, seed: u64) -> Array2<f64> {
    let normal = codes(n, n, seed);
    let q = nalgebra::DMatrix::from_fn(n, n, |i, j| normal[(i, j)]).qr().q();
    Array2::from_shape_fn((n, n), |(i, j)| q[(i, j)])
}

fn matrix(code: ArrayView1<'_, f64>, rows: usize) -> Array2<f64> {
    code.to_owned().into_shape_with_order((rows, code.len() / rows)).unwrap()
}

/// The two codes as a batch, and the distance of their images.
fn gap(p: &dyn Projection<f64>, a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    let flat = |m: &Array2<f64>| m.iter().copied().collect::<Vec<_>>();
    let both = Array2::from_shape_vec((2, a.len()), [flat(a), flat(b)].concat()).unwrap();
    let s = p.project(both.view()).unwrap();
    let difference = &s.row(0) - &s.row(1);
    difference.dot(&difference).sqrt()
}

fn norm(m: &Array2<f64>) -> f64 {
    m.iter().map(|v| v * v).sum::<f64>().sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Eigenvalues: invariant, 1-Lipschitz against every rotation, and attained by diagonalising.
    #[test]
    fn eigenvalues_are_isometric(n in 1usize..7, seed: u64) {
        let p = SpectralSection::eigenvalues(n).unwrap();
        let z = codes(2, n * n, seed);
        let symmetric = |i: usize| { let m = matrix(z.row(i), n); (&m + &m.t()) / 2.0 };
        let (x, y) = (symmetric(0), symmetric(1));
        let q = rotation(n, !seed);
        let conjugate = |m: &Array2<f64>, q: &Array2<f64>| q.dot(m).dot(&q.t());
        prop_assert!(gap(&p, &x, &conjugate(&x, &q)) < 1e-11 * (1.0 + norm(&x)));
        let d = gap(&p, &x, &y);
        prop_assert!(d <= norm(&(&x - &conjugate(&y, &q))) + 1e-11);
        // The best rotation takes the sorted eigenvectors of y to those of x.
        let eigen = |m: &Array2<f64>| {
            let e = nalgebra::DMatrix::from_fn(n, n, |i, j| m[(i, j)]).symmetric_eigen();
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&a, &b| e.eigenvalues[a].total_cmp(&e.eigenvalues[b]));
            Array2::from_shape_fn((n, n), |(i, j)| e.eigenvectors[(i, order[j])])
        };
        let best = eigen(&x).dot(&eigen(&y).t());
        prop_assert!((norm(&(&x - &conjugate(&y, &best))) - d).abs() < 1e-10);
    }

    /// Symmetric and other matrices of any rank keep their norm, and have as many values that do not
    /// vanish.
    #[test]
    fn spectra_of_any_rank(n in 1usize..7, rank in 0usize..7, seed: u64) {
        let rank = rank.min(n);
        let (a, b) = (codes(n, rank, seed), codes(n, rank, !seed));
        let symmetric = a.dot(&a.t()) * if seed % 2 == 0 { 1.0 } else { -1.0 };
        let any = a.dot(&b.t());
        let both: [(SpectralSection, Array2<f64>); 2] = [
            (SpectralSection::eigenvalues(n).unwrap(), symmetric),
            (SpectralSection::singular_values(n, n).unwrap(), any),
        ];
        for (p, x) in both {
            let flat = Array2::from_shape_fn((1, n * n), |(_, k)| x[(k / n, k % n)]);
            let s = p.project(flat.view()).unwrap();
            prop_assert!((norm(&s) - norm(&x)).abs() < 1e-12 * (1.0 + norm(&x)));
            let found = s.iter().filter(|v| v.abs() > 1e-12 * norm(&x)).count();
            prop_assert!(found <= rank, "{} of {}", found, rank);
        }
    }

    #[test]
    fn singular_values_are_isometric(m in 1usize..6, n in 1usize..6, seed: u64) {
        let p = SpectralSection::singular_values(m, n).unwrap();
        let z = codes(2, m * n, seed);
        let (x, y) = (matrix(z.row(0), m), matrix(z.row(1), m));
        let (left, right) = (rotation(m, !seed), rotation(n, seed ^ 7));
        prop_assert!(gap(&p, &x, &left.dot(&x).dot(&right)) < 1e-11 * (1.0 + norm(&x)));
        prop_assert!(gap(&p, &x, &y) <= norm(&(&x - &left.dot(&y).dot(&right))) + 1e-11);
        // The section: the diagonal matrix has the same image and its own distance.
        let diagonal = |i: usize| {
            let s = p.project(z.view()).unwrap();
            Array2::from_shape_fn((m, n), |(a, b)| if a == b { s[(i, a)] } else { 0.0 })
        };
        prop_assert!((gap(&p, &diagonal(0), &diagonal(1)) - norm(&(diagonal(0) - diagonal(1)))).abs() < 1e-11);
        prop_assert!(gap(&p, &x, &diagonal(0)) < 1e-11);
    }

    #[test]
    fn norms_are_isometric(d in 1usize..7, seed: u64) {
        let p = SpectralSection::norm(d).unwrap();
        let z = codes(2, d, seed);
        let (x, y) = (z.row(0).to_owned(), z.row(1).to_owned());
        let (a, b) = (x.dot(&x).sqrt(), y.dot(&y).sqrt());
        let nearest = &x * (b / a); // the point of the sphere of y that is closest to x
        let d = norm(&(&x - &nearest).insert_axis(Axis(0)));
        let images = p.project(z.view()).unwrap();
        prop_assert!(((images[(0, 0)] - images[(1, 0)]).abs() - d).abs() < 1e-12);
        prop_assert!((images[(0, 0)] - a).abs() < 1e-12);
    }

    /// Invariant under rotations and reflections, and within `[1, √2]` of the Procrustes distance.
    #[test]
    fn root_gram_is_within_its_constants(n in 1usize..8, d in 1usize..5, seed: u64) {
        let p = RootGram::new(n, d).unwrap();
        let z = codes(2, n * d, seed);
        let (x, y) = (matrix(z.row(0), n), matrix(z.row(1), n));
        let q = rotation(d, !seed);
        prop_assert!(gap(&p, &x, &x.dot(&q)) < 1e-11 * (1.0 + norm(&x)));
        let distance = procrustes(&z.row(0).to_vec(), &z.row(1).to_vec(), d).unwrap().distance;
        let ratio = gap(&p, &x, &y) / distance;
        prop_assert!((1.0 - 1e-6..=2f64.sqrt() + 1e-6).contains(&ratio), "{}", ratio);
        let shift = codes(1, d, seed ^ 3);
        let centred = RootGram::centred(n, d).unwrap();
        prop_assert!(gap(&centred, &x, &(&x.dot(&q) + &shift)) < 1e-10);
        prop_assert!(gap(&p, &x, &(&x + &shift)) > 0.0);
    }

    /// Alignment by rotation: invariant for generic points, attains the Procrustes distance to the
    /// template, never contracts, and returns the rotation.
    #[test]
    fn rotation_alignment_is_a_cross_section(n in 4usize..9, d in 1usize..5, seed: u64) {
        let z = codes(3, n * d, seed);
        let template = z.row(2).to_vec();
        let section = RotationAlignment::to_template(&template, d).unwrap();
        let q = rotation(d, !seed);
        let x = matrix(z.row(0), n);
        let pair = z.slice_axis(Axis(0), (..2).into());
        let (s, rotations) = section.project_with_elements(pair).unwrap();
        prop_assert_eq!(&section.project(pair).unwrap(), &s);
        // Where the best rotation is well determined.
        let least = *groups::linalg::svd(&nalgebra::DMatrix::from_fn(d, d, |i, j| {
            (0..n).map(|k| template[k * d + i] * x[(k, j)]).sum()
        })).singular_values.last().unwrap();
        prop_assert!(least < 1e-3 || gap(&section, &x, &x.dot(&q)) < 1e-9);
        let back = section.take_back(s.view(), &rotations).unwrap();
        prop_assert!((&back - &pair).iter().all(|e| e.abs() < 1e-12));
        let distance = |a: &[f64], b: &[f64]| procrustes(a, b, d).unwrap().distance;
        let to_template = norm(&(&s.row(0) - &z.row(2)).insert_axis(Axis(0)));
        prop_assert!((to_template - distance(&template, &z.row(0).to_vec())).abs() < 1e-10);
        let image = norm(&(&s.row(0) - &s.row(1)).insert_axis(Axis(0)));
        prop_assert!(image >= distance(&z.row(0).to_vec(), &z.row(1).to_vec()) - 1e-10);
        for r in &rotations {
            prop_assert!((r * r.transpose() - nalgebra::DMatrix::identity(d, d)).amax() < 1e-12);
        }
    }

    /// Outputs have the Frobenius norm, `‖s(X)‖ = ‖X‖`.
    #[test]
    fn root_gram_keeps_the_norm(n in 1usize..8, d in 1usize..5, seed: u64) {
        let z = codes(3, n * d, seed);
        let s = RootGram::new(n, d).unwrap().project(z.view()).unwrap();
        for i in 0..3 {
            let (a, b) = (s.row(i).dot(&s.row(i)).sqrt(), z.row(i).dot(&z.row(i)).sqrt());
            prop_assert!((a - b).abs() < 1e-12 * b);
        }
    }
}

#[test]
fn the_modulus_of_complex_numbers() {
    let z = ndarray::array![[3.0f32, 4.0], [0.0, -2.0]];
    let s = SpectralSection::modulus().project(z.view()).unwrap();
    assert_eq!(s, ndarray::array![[5.0f32], [2.0]]);
}

/// Huge, tiny, equal and vanishing matrices give finite invariants.
#[test]
fn degenerate_matrices_stay_finite() {
    let mut z = Array2::<f64>::zeros((4, 9));
    z.row_mut(1).fill(1.0);
    z.row_mut(2).fill(1e200);
    z.row_mut(3).fill(1e-200);
    let all: [Box<dyn Projection<f64>>; 5] = [
        Box::new(RotationAlignment::to_template(&[1.0; 9], 3).unwrap()),
        Box::new(SpectralSection::eigenvalues(3).unwrap()),
        Box::new(SpectralSection::singular_values(3, 3).unwrap()),
        Box::new(RootGram::new(3, 3).unwrap()),
        Box::new(RootGram::centred(3, 3).unwrap()),
    ];
    for p in all {
        let s = p.project(z.view()).unwrap();
        assert!(s.iter().all(|v| v.is_finite()), "{}", p.metadata().name);
        assert!(s.row(0).iter().all(|v| *v == 0.0));
        for i in [2, 3] {
            let scale = z[(i, 0)];
            for j in 0..s.ncols() {
                assert!((s[(i, j)] / scale - s[(1, j)]).abs() < 1e-12, "{}", p.metadata().name);
            }
        }
    }
    assert!(SpectralSection::singular_values(0, 3).is_err());
    assert!(RootGram::new(3, 0).is_err());
}

/// Sections do not depend on the pose of codes that have a large part in common with the template, or are
/// much larger or smaller.
#[test]
fn sections_beside_something_large() {
    use groups::{Group, Symmetric};
    let rep = Symmetric::new(7).unwrap().node_features(2);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for (size, factor) in [(1e6, 1.0), (1e9, 1.0), (1e3, 1e-30), (0.0, 1e-200), (0.0, 1e200)] {
        let z = codes(2, 14, 9).mapv(|v| v + size);
        let section = Canonicalize::to_template(&rep, &z.row(1).to_vec()).unwrap();
        let code: Vec<f64> = z.row(0).iter().map(|v| v * factor).collect();
        let moved = rep.act(&rep.group().sample(&mut rng), &code);
        let both = Array2::from_shape_vec((2, 14), [code, moved].concat()).unwrap();
        let s = section.project(both.view()).unwrap();
        assert_eq!(s.row(0), s.row(1), "{size:e}, {factor:e}");
    }
    let points = codes(12, 3, 10);
    let part = |first: usize| points.slice_axis(Axis(0), (first..first + 6).into()).to_owned();
    for size in [1e3, 1e6, 1e9] {
        let centre = codes(1, 3, 11) * size;
        let template: Vec<f64> = (part(0) + &centre).iter().copied().collect();
        let section = RotationAlignment::to_template(&template, 3).unwrap();
        let x = part(6) + &centre;
        let off = gap(&section, &x, &x.dot(&rotation(3, 12)));
        assert!(off < 1e-13 * size, "{size:e}: {off:e}");
    }
}
