//! What the metadata claims, over random groups, dimensions and codes.

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Dihedral, FiniteGroup, Group, HasIrreps, Representation, Symmetric};
use ndarray::{Array2, ArrayView1, Axis, s};
use projections::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

type Boxed<T> = Box<dyn Projection<T>>;

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

fn distance(a: &Array2<f64>, b: &Array2<f64>, i: usize, j: usize) -> f64 {
    norm((&a.row(i) - &b.row(j)).view())
}

/// How far projections of every second column of something wider into such columns, and of codes that lie by
/// columns, are from `whole`, in units of its largest number. Products round otherwise there.
pub(crate) fn strided_error<T: groups::Real>(
    p: &dyn Projection<T>,
    z: &Array2<T>,
    whole: &Array2<T>,
) -> f64 {
    let (count, dim) = whole.dim();
    let mut wider = Array2::zeros((count, 2 * z.ncols()));
    wider.slice_mut(s![.., ..;2]).assign(z);
    let mut spread = Array2::zeros((count, 2 * dim));
    p.project_into(wider.slice(s![.., ..;2]), spread.slice_mut(s![.., ..;2])).unwrap();
    let mut by_columns = Array2::zeros((dim, count)).reversed_axes();
    p.project_into(z.t().to_owned().t(), by_columns.view_mut()).unwrap();
    let largest = whole.iter().fold(1e-30, |most, v| v.as_f64().abs().max(most));
    let error = |a: ndarray::ArrayView2<'_, T>| {
        let apart = a.iter().zip(whole).map(|(a, b)| (a.as_f64() - b.as_f64()).abs());
        apart.map(|d| if d.is_nan() { f64::INFINITY } else { d }).fold(0.0, f64::max)
    };
    error(spread.slice(s![.., ..;2])).max(error(by_columns.view())) / largest
}

/// All projections that apply to regular fields of a group.
fn for_regular<G: HasIrreps, T: groups::Real>(rep: &Representation<G>, seed: u64) -> Vec<Boxed<T>> {
    let mut all: Vec<Boxed<T>> = vec![
        Box::new(Reynolds::<T>::new(rep)),
        Box::new(RandomLinear::<T>::random(rep, 7, seed).unwrap()),
        Box::new(GroupMean::new(rep).unwrap()),
        Box::new(GroupMax::new(rep).unwrap()),
        Box::new(GroupNorm::new(rep).unwrap()),
        Box::new(MaxFilter::<T>::random(rep, 9, seed).unwrap()),
        Box::new(SoftMaxFilter::<T>::random(rep, 9, 2.0, seed).unwrap()),
        Box::new(CoOrbit::<T>::random(rep, 3, seed).unwrap()),
        Box::new(TightCoOrbit::<T>::random(rep, 5 * rep.dim(), seed).unwrap()),
        Box::new(SeparatingPolynomials::<T>::random(rep, 5, seed).unwrap()),
        Box::new(PowerSpectrum::<T>::new(rep, Coupling::PerField).unwrap()),
        Box::new(PowerSpectrum::<T>::new(rep, Coupling::BetweenFields).unwrap()),
        Box::new(Moments::of_fields(rep, 3).unwrap()),
        Box::new(Canonicalize::by_argmax(rep).unwrap()),
        Box::new(
            Canonicalize::to_template(rep, &codes(1, rep.dim(), !seed).row(0).to_vec()).unwrap(),
        ),
    ];
    let some = codes(5, rep.dim(), seed ^ 1);
    all.push(Box::new(Canonicalize::to_frechet_mean(rep, some.view(), 2, seed).unwrap()));
    for coupling in [Coupling::PerField, Coupling::BetweenFields] {
        // For cyclic groups only.
        if let Ok(bispectrum) = Bispectrum::new(rep, coupling, seed) {
            all.push(Box::new(bispectrum));
        }
    }
    all
}

/// Largest `‖s(ρ(g)z) − s(z)‖` over every element, relative to the root mean square of `‖s(z)‖`
/// over the batch (a single invariant may be zero by cancellation).
fn invariance_error<G: FiniteGroup, T: groups::Real>(
    rep: &Representation<G>,
    projection: &dyn Projection<T>,
    codes: &Array2<f64>,
) -> f64 {
    let narrow = codes.mapv(<T as groups::Real>::of);
    let reference = projection.project(narrow.view()).unwrap().mapv(|v| v.as_f64());
    let scale = (reference.iter().map(|v| v * v).sum::<f64>() / codes.nrows() as f64).sqrt();
    let mut worst = 0.0f64;
    for g in rep.group().elements() {
        let moved = rep.act_rows(&g, narrow.view()).unwrap();
        let projected = projection.project(moved.view()).unwrap().mapv(|v| v.as_f64());
        for i in 0..codes.nrows() {
            worst = worst.max(distance(&projected, &reference, i, i) / scale);
        }
    }
    worst
}

fn all_invariant<G: HasIrreps>(rep: &Representation<G>, seed: u64) {
    let codes = codes(20, rep.dim(), seed);
    for p in for_regular::<G, f64>(rep, seed) {
        let error = invariance_error(rep, &*p, &codes);
        assert!(error < 1e-12, "{} in f64: {error:e}", p.metadata().name);
    }
    for p in for_regular::<G, f32>(rep, seed) {
        let error = invariance_error(rep, &*p, &codes);
        assert!(error < 1e-6, "{} in f32: {error:e}", p.metadata().name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn invariant_under_cyclic_groups(n in 1usize..17, fields in 1usize..5, seed: u64) {
        all_invariant(&Representation::regular(&Cyclic::new(n).unwrap()).copies(fields), seed);
    }

    #[test]
    fn invariant_under_dihedral_groups(n in 1usize..9, fields in 1usize..4, seed: u64) {
        all_invariant(&Representation::regular(&Dihedral::new(n).unwrap()).copies(fields), seed);
    }

    #[test]
    fn invariant_under_permutations(n in 1usize..6, d in 1usize..4, seed: u64) {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let all: Vec<Boxed<f64>> = vec![
            Box::new(Reynolds::<f64>::new(&rep)),
            Box::new(GroupMean::new(&rep).unwrap()),
            Box::new(GroupMax::new(&rep).unwrap()),
            Box::new(GroupNorm::new(&rep).unwrap()),
            Box::new(Moments::of_sets(n, d, 3).unwrap()),
            Box::new(Moments::of_fields(&rep, 3).unwrap()),
            Box::new(MaxFilter::<f64>::random(&rep, 5, seed).unwrap()),
            Box::new(Canonicalize::to_template(&rep, &codes(1, n * d, !seed).row(0).to_vec()).unwrap()),
        ];
        for p in all {
            let error = invariance_error(&rep, &*p, &codes(4, n * d, seed));
            prop_assert!(error < 1e-12, "{}: {error:e}", p.metadata().name);
        }
    }

    /// Any orthogonal representation, here a sum of irreps, has linear invariants and max filters.
    #[test]
    fn invariant_under_sums_of_irreps(n in 1usize..9, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let irreps: Vec<_> = group.irreps().iter().map(|i| i.representation().clone()).collect();
        let rep = Representation::direct_sum(&irreps).unwrap();
        let codes = codes(4, rep.dim(), seed);
        prop_assert!(invariance_error(&rep, &Reynolds::<f64>::new(&rep), &codes) < 1e-12);
        let filter = MaxFilter::<f64>::random(&rep, 5, seed).unwrap();
        prop_assert!(invariance_error(&rep, &filter, &codes) < 1e-12);
        let refused = GroupMax::new(&rep);
        prop_assert_eq!(refused.is_err(), !rep.is_permutation());
    }

    /// 1-Lipschitz: the Reynolds operator, norms, and the normalised amplitude spectrum.
    /// Lipschitz with (Σ‖t_i‖²)^½: max filters, which are convex too.
    #[test]
    fn upper_lipschitz_constants(n in 2usize..9, fields in 1usize..4, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        let z = codes(8, rep.dim(), seed);
        let templates = codes(6, rep.dim(), !seed);
        let bank = MaxFilter::with_templates(&rep, templates.view()).unwrap();
        let constant = (templates.iter().map(|t| t * t).sum::<f64>() / 6.0).sqrt();
        let bounded: [(Boxed<f64>, f64); 4] = [
            (Box::new(Reynolds::<f64>::new(&rep)), 1.0),
            (Box::new(GroupNorm::new(&rep).unwrap()), 1.0),
            (Box::new(PowerSpectrum::<f64>::new(&rep, Coupling::PerField).unwrap()), 1.0),
            (Box::new(bank), constant),
        ];
        for (p, beta) in &bounded {
            let s = p.project(z.view()).unwrap();
            for i in 0..8 {
                for j in 0..8 {
                    let d = metric.distance(&z.row(i).to_vec(), &z.row(j).to_vec());
                    let image = distance(&s, &s, i, j);
                    prop_assert!(image <= beta * d + 1e-10, "{}: {image} > {beta}·{d}", p.metadata().name);
                }
            }
        }
        let midpoint = (&z.slice(s![0..1, ..]) + &z.slice(s![1..2, ..])) / 2.0;
        let filter = &bounded[3].0;
        let (at_mid, at_ends) = (filter.project(midpoint.view()).unwrap(), filter.project(z.view()).unwrap());
        for k in 0..6 {
            prop_assert!(at_mid[(0, k)] <= (at_ends[(0, k)] + at_ends[(1, k)]) / 2.0 + 1e-12);
        }
    }

    /// Cross-sections lie on the orbit, never contract, and return the element that they used.
    #[test]
    fn cross_sections_never_contract(n in 2usize..9, fields in 1usize..4, seed: u64) {
        let rep = Representation::regular(&Dihedral::new(n).unwrap()).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        let z = codes(6, rep.dim(), seed);
        let section = Canonicalize::by_argmax(&rep).unwrap();
        let (s, elements) = section.project_with_elements(z.view()).unwrap();
        prop_assert_eq!(&s, &section.project(z.view()).unwrap());
        for i in 0..6 {
            let back = rep.act(&rep.group().inverse(&elements[i]), &s.row(i).to_vec());
            prop_assert_eq!(back, z.row(i).to_vec());
            for j in 0..6 {
                let d = metric.distance(&z.row(i).to_vec(), &z.row(j).to_vec());
                prop_assert!(distance(&s, &s, i, j) >= d - 1e-10);
            }
        }
    }

    /// Bit-identical for any number of threads and any split into batches, and the same in any layout.
    #[test]
    fn independent_of_threads_batches_and_layout(
        // 128 are one block, which lies in one piece by columns too.
        n in prop_oneof![0usize..400, Just(128usize)],
        split in 0usize..400,
        // Few fields are filtered by a table of poses, many by Fourier coefficients.
        fields in prop_oneof![Just(5usize), Just(17)],
        seed: u64,
    ) {
        let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(fields);
        let z = codes(n, rep.dim(), seed).mapv(|v| v as f32);
        for p in for_regular::<_, f32>(&rep, seed) {
            let whole = p.project(z.view()).unwrap();
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                prop_assert_eq!(&pool.install(|| p.project(z.view())).unwrap(), &whole);
            }
            let (a, b) = z.view().split_at(Axis(0), split.min(n));
            let parts = ndarray::concatenate(
                Axis(0),
                &[p.project(a).unwrap().view(), p.project(b).unwrap().view()],
            ).unwrap();
            prop_assert_eq!(&parts, &whole, "{} split at {}", p.metadata().name, split.min(n));
            let error = strided_error(&*p, &z, &whole);
            prop_assert!(error <= 1e-5, "{}: {error} by stride", p.metadata().name);
        }
    }
}

/// Spectra of C_N have the stated sizes, and per field their energies add up to the code's.
#[test]
fn sizes_and_energy_of_power_spectra() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(3);
    let per_field = PowerSpectrum::<f64>::new(&rep, Coupling::PerField).unwrap();
    assert_eq!(Projection::<f64>::output_dim(&per_field), 3 * 5);
    let between = PowerSpectrum::<f64>::new(&rep, Coupling::BetweenFields).unwrap();
    assert_eq!(Projection::<f64>::output_dim(&between), 2 * 6 + 3 * 9);
    let z = codes(20, 24, 2);
    let s = per_field.project(z.view()).unwrap();
    for i in 0..20 {
        assert!((norm(s.row(i)) - norm(z.row(i))).abs() < 1e-12);
    }
}

/// As many moments as there are monomials, and they are means of them.
#[test]
fn moments_of_a_known_set() {
    let p = Moments::of_sets(2, 2, 2).unwrap();
    let s = p.project(ndarray::array![[1.0, 2.0, 3.0, 5.0]].view()).unwrap();
    // x, y, x², xy, y²
    assert_eq!(s, ndarray::array![[2.0, 3.5, 5.0, 8.5, 14.5]]);
    assert_eq!(Projection::<f64>::output_dim(&Moments::of_sets(9, 3, 4).unwrap()), 34);
    assert!(Moments::of_sets(3, 2, 0).is_err());
}

/// Larger numbers of random projections extend smaller ones of the same seed.
#[test]
fn random_projections_are_nested() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
    let z = codes(3, 8, 0);
    let few =
        MaxFilter::<f64>::random(&rep, 3, 7).unwrap().project(z.view()).unwrap() * 3f64.sqrt();
    let many = MaxFilter::<f64>::random(&rep, 9, 7).unwrap().project(z.view()).unwrap() * 3.0;
    assert!((&few - &many.slice(s![.., ..3])).iter().all(|d| d.abs() < 1e-12));
}

#[test]
fn degenerate_codes_stay_finite() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    let mut z = Array2::<f32>::zeros((4, 16));
    z.row_mut(1).fill(3.0); // its stabilizer is the whole group
    z.row_mut(2).fill(1e-42); // denormal
    z.row_mut(3).fill(1e18);
    for p in for_regular::<_, f32>(&rep, 3) {
        let s = p.project(z.view()).unwrap();
        assert!(s.iter().all(|v| v.is_finite()), "{}", p.metadata().name);
        assert!(s.row(0).iter().all(|v| *v == 0.0), "{}", p.metadata().name);
    }
}

#[test]
fn unfit_codes_are_refused_by_name() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    for p in for_regular::<_, f64>(&rep, 3) {
        let mut z = codes(9, 16, 1);
        z[(6, 11)] = f64::NAN;
        match p.project(z.view()) {
            Err(ProjectionError::NotFinite { row: 6, column: 11, .. }) => {}
            other => panic!("{}: {other:?}", p.metadata().name),
        }
        match p.project(codes(2, 15, 1).view()) {
            Err(ProjectionError::Dimension { expected: 16, got: 15, .. }) => {}
            other => panic!("{}: {other:?}", p.metadata().name),
        }
    }
    let s9 = Symmetric::new(9).unwrap().node_features(8);
    let error = CoOrbit::<f32>::random(&s9, 64, 0).unwrap_err().to_string();
    assert!(error.contains("S9") && error.contains("362880"), "{error}");
    assert!(MaxFilter::<f32>::random(&rep, 0, 0).is_err());
}
