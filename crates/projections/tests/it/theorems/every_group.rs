//! What holds for every group and representation.

use groups::{Cyclic, Dihedral, Group, HasIrreps, Product, Representation, Symmetric};
use ndarray::Array2;
use projections::*;
use proptest::prelude::*;

use super::*;

/// `‖s(ρ(g)z) − s(z)‖ ≤ 1e-10 (1 + ‖s(z)‖)` for random elements.
fn invariant<G: Group>(
    rep: &Representation<G>,
    all: &[Box<dyn Projection<f64>>],
    seed: u64,
) -> Result<(), TestCaseError> {
    let mut rng = rng(seed);
    let z = codes(4, rep.dim(), seed);
    for p in all {
        let s = p.project(z.view()).unwrap();
        for _ in 0..5 {
            let g = rep.group().sample(&mut rng);
            let t = p.project(moved(rep, &g, &z).view()).unwrap();
            for i in 0..4 {
                let error = norm((&s.row(i) - &t.row(i)).view()) / (1.0 + norm(s.row(i)));
                prop_assert!(error <= 1e-10, "{} of {}: {}", p.metadata().name, rep.name(), error);
            }
        }
    }
    Ok(())
}

fn for_fields<G: HasIrreps>(rep: &Representation<G>, seed: u64) -> Vec<Box<dyn Projection<f64>>> {
    let template = row(&codes(1, rep.dim(), !seed), 0);
    vec![
        Box::new(Reynolds::new(rep)),
        Box::new(RandomLinear::random(rep, 5, seed).unwrap()),
        Box::new(GroupMean::new(rep).unwrap()),
        Box::new(GroupMax::new(rep).unwrap()),
        Box::new(GroupNorm::new(rep).unwrap()),
        Box::new(Moments::of_fields(rep, 3).unwrap()),
        Box::new(MaxFilter::random(rep, 5, seed).unwrap()),
        Box::new(SoftMaxFilter::random(rep, 5, 3.0, seed).unwrap()),
        Box::new(CoOrbit::random(rep, 3, seed).unwrap()),
        Box::new(TightCoOrbit::random(rep, 5 * rep.dim(), seed).unwrap()),
        Box::new(SeparatingPolynomials::random(rep, 4, seed).unwrap()),
        Box::new(PowerSpectrum::new(rep, Coupling::PerField).unwrap()),
        Box::new(PowerSpectrum::new(rep, Coupling::BetweenFields).unwrap()),
        Box::new(Canonicalize::by_argmax(rep).unwrap()),
        Box::new(Canonicalize::to_template(rep, &template).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Theorem 1, fields of cyclic and dihedral groups.
    #[test]
    fn t01_invariant_for_fields(n in 1usize..10, fields in 1usize..4, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        invariant(&rep, &for_fields(&rep, seed), seed)?;
        let bispectra: [Box<dyn Projection<f64>>; 2] =
            [Coupling::PerField, Coupling::BetweenFields]
                .map(|c| Box::new(Bispectrum::new(&rep, c, seed).unwrap()) as _);
        invariant(&rep, &bispectra, seed)?;
        let rep = Representation::regular(&Dihedral::new(n).unwrap()).copies(fields);
        invariant(&rep, &for_fields(&rep, seed), seed)?;
        let bispectrum = DihedralBispectrum::new(&rep, seed).unwrap();
        invariant(&rep, &[Box::new(bispectrum)], seed)?;
    }

    /// Theorem 1, sets.
    #[test]
    fn t01_invariant_for_sets(n in 1usize..6, d in 1usize..4, seed: u64) {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let template = row(&codes(1, n * d, !seed), 0);
        let mut all: Vec<Box<dyn Projection<f64>>> = vec![
            Box::new(Reynolds::new(&rep)),
            Box::new(MaxFilter::random(&rep, 5, seed).unwrap()),
            Box::new(SoftMaxFilter::random(&rep, 5, 3.0, seed).unwrap()),
            Box::new(CoOrbit::random(&rep, 3, seed).unwrap()),
            Box::new(LexSort::new(n, d).unwrap()),
            Box::new(LexSort::rotated(n, d, seed).unwrap()),
            Box::new(ColumnSort::new(n, d).unwrap()),
            Box::new(SortedKeys::random(n, d, 7, seed).unwrap()),
            Box::new(FourierSliced::random(n, d, 7, seed).unwrap()),
            Box::new(SortPool::random(n, d, 7, 3, seed).unwrap()),
            Box::new(SeparatingPolynomials::random(&rep, 4, seed).unwrap()),
            Box::new(WeightedFrame::random(n, d, seed).unwrap()),
            Box::new(Moments::of_sets(n, d, 3).unwrap()),
            Box::new(Canonicalize::to_template(&rep, &template).unwrap()),
        ];
        if d == 1 {
            all.push(Box::new(Sort::new(n).unwrap()));
            all.push(Box::new(WeylChamber::of_representation(&rep).unwrap()));
        }
        invariant(&rep, &all, seed)?;
    }

    /// Theorem 1, a product of groups, and one projection after another.
    #[test]
    fn t01_invariant_for_products(n in 1usize..5, m in 1usize..4, seed: u64) {
        let group = Product::new(Cyclic::new(n).unwrap(), Symmetric::new(m).unwrap());
        let rep = Representation::regular(&group).copies(2);
        let all: [Box<dyn Projection<f64>>; 4] = [
            Box::new(Reynolds::new(&rep)),
            Box::new(MaxFilter::random(&rep, 5, seed).unwrap()),
            Box::new(CoOrbit::random(&rep, 3, seed).unwrap()),
            Box::new(
                Projection::<f64>::then(
                    MaxFilter::random(&rep, 5, seed).unwrap(),
                    Sort::new(5).unwrap(),
                )
                .unwrap(),
            ),
        ];
        invariant(&rep, &all, seed)?;
    }

    /// Theorem 9: Random linear invariants have rank `min(k, dim Z^G)`, never more; for `F` regular fields
    /// that is `F`, and of independent variance `1/N` is kept.
    #[test]
    fn t09_the_rank_of_linear_invariants(n in 2usize..9, fields in 1usize..6, k in 1usize..20, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let p = RandomLinear::<f64>::random(&rep, k, seed).unwrap();
        prop_assert_eq!(rank(&p, rep.dim()), k.min(fields));
        prop_assert_eq!(p.rank(), k.min(fields));
        let reynolds = Reynolds::<f64>::new(&rep);
        let units = reynolds.project(Array2::eye(rep.dim()).view()).unwrap();
        let kept = units.iter().map(|v| v * v).sum::<f64>() / rep.dim() as f64;
        prop_assert!((kept - 1.0 / n as f64).abs() < 1e-12);
        // Any representation, here all irreps of a dihedral group and a few trivial ones.
        let group = Dihedral::new(n).unwrap();
        let mut summands: Vec<_> =
            group.irreps().iter().map(|i| i.representation().clone()).collect();
        summands.push(Representation::trivial(&group).copies(fields));
        let rep = Representation::direct_sum(&summands).unwrap();
        let p = RandomLinear::<f64>::random(&rep, k, seed).unwrap();
        prop_assert_eq!(rank(&p, rep.dim()), k.min(fields + 1));
    }

    /// Theorem 17: `d ≤ ‖√(XXᵀ) − √(YYᵀ)‖ ≤ √2 d` for points up to rotation, of any rank.
    #[test]
    fn t17_the_root_of_the_gram_matrix(n in 1usize..7, d in 1usize..5, rank in 1usize..5, seed: u64) {
        let span = codes(rank, d, !seed);
        let z = codes(2, n * rank, seed);
        let points = |i: usize| -> Vec<f64> {
            let inside = Array2::from_shape_vec((n, rank), row(&z, i)).unwrap();
            inside.dot(&span).iter().copied().collect()
        };
        let (x, y) = (points(0), points(1));
        let distance = groups::quotient::procrustes::procrustes(&x, &y, d).unwrap().distance;
        let ratio = gap(&RootGram::new(n, d).unwrap(), &x, &y) / distance;
        prop_assert!((1.0 - 1e-6..=2f64.sqrt() + 1e-6).contains(&ratio), "{}", ratio);
    }
}

/// The rank of a linear projection.
fn rank(p: &dyn Projection<f64>, dim: usize) -> usize {
    let map = p.project(Array2::eye(dim).view()).unwrap();
    let matrix = nalgebra::DMatrix::from_fn(dim, map.ncols(), |i, j| map[(i, j)]);
    groups::linalg::svd(&matrix).singular_values.iter().filter(|s| **s > 1e-9).count()
}
