//! Groups given by generators, matrices, tables and products: their axioms, orders and errors.

use groups::laws::{check_quotient_metric, check_representation};
use groups::quotient::{Method, QuotientMetric};
use groups::{
    Cyclic, Dihedral, FiniteGroup, Group, GroupError, MatrixGroup, Permutation, PermutationGroup,
    Product, Representation, Semidirect, Symmetric, TableGroup, Wreath,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn check_family<G: FiniteGroup>(group: &G, order: usize) {
    assert_eq!(group.order(), order, "{}", group.name());
    groups::assert_finite_group_laws!(*group);
    check_representation(&Representation::regular(group), 3, 0.0, &mut rng(2)).unwrap();
}

/// Elements of each order: tells groups of one order apart.
fn element_orders<G: FiniteGroup>(group: &G) -> Vec<usize> {
    let mut orders: Vec<usize> = group
        .elements()
        .map(|g| (1..).find(|&k| group.power(&g, k) == group.identity()).unwrap() as usize)
        .collect();
    orders.sort_unstable();
    orders
}

fn factorial(n: usize) -> usize {
    (1..=n).product()
}

fn permutation(degree: usize) -> impl Strategy<Value = Permutation> {
    Just((0..degree).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|images| Permutation::new(images).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The chain of stabilizers against listing every product of generators.
    #[test]
    fn permutation_groups((n, generators) in (1usize..7).prop_flat_map(|n|
        (Just(n), prop::collection::vec(permutation(n), 0..4))), outside in permutation(6))
    {
        let group = PermutationGroup::new("G", n, generators.clone()).unwrap();
        let mut listed = vec![Permutation::identity(n)];
        let mut next = 0;
        while next < listed.len() {
            for s in &generators {
                let product = s.compose(&listed[next]);
                if !listed.contains(&product) {
                    listed.push(product);
                }
            }
            next += 1;
        }
        check_family(&group, listed.len());
        prop_assert_eq!(group.exact_order().to_u128(), Some(listed.len() as u128));
        prop_assert!(listed.iter().all(|g| group.contains(g)));
        prop_assert_eq!(group.contains(&outside), listed.contains(&outside));
        prop_assert_eq!(group.list(720).unwrap().len(), listed.len());
        // Orbit and stabilizer of a point.
        let orbit = (0..n).filter(|&p| listed.iter().any(|g| g.images()[0] == p)).count();
        prop_assert_eq!(group.point_stabilizer(0).unwrap().order() * orbit, listed.len());
        check_representation(&group.node_features(2), 10, 0.0, &mut rng(3)).unwrap();
    }

    #[test]
    fn tables_of_groups(n in 1usize..12) {
        let group = Dihedral::new(n).unwrap();
        let table = TableGroup::of(&group).unwrap();
        check_family(&table, 2 * n);
        let rows = (0..2 * n).map(|a| (0..2 * n).map(|b| table.compose(&a, &b)).collect()).collect();
        prop_assert_eq!(TableGroup::new("again", rows).unwrap(), table);
    }

    /// Swapping two entries of a row leaves no group.
    #[test]
    fn spoiled_tables(n in 3usize..9, row in 1usize..9, at in 0usize..9) {
        let (row, at) = (1 + row % (n - 1), at % (n - 1));
        let mut rows: Vec<Vec<usize>> = (0..n).map(|a| (0..n).map(|b| (a + b) % n).collect()).collect();
        rows[row].swap(at, at + 1);
        let named = matches!(TableGroup::new("G", rows), Err(GroupError::NotAGroup { .. }));
        prop_assert!(named);
    }

    #[test]
    fn wreath_products(n in 1usize..4, m in 1usize..4, k in 1usize..4) {
        let wreath = Wreath::new(Dihedral::new(m).unwrap(), Symmetric::new(n).unwrap());
        check_family(&wreath, (2 * m).pow(n as u32) * factorial(n));
        let rho = Representation::regular(wreath.part());
        check_representation(&wreath.on_parts(&rho).unwrap(), 10, 0.0, &mut rng(4)).unwrap();
        let over = PermutationGroup::new("C2", 3, vec![Permutation::from_cycles(3, &[&[0, 2]]).unwrap()]).unwrap();
        check_family(&Wreath::new(Cyclic::new(k).unwrap(), over), 2 * k.pow(3));
        let signed = Wreath::new(Cyclic::new(k).unwrap(), Symmetric::new(n).unwrap());
        groups::assert_representation!(signed.signed_permutations(), 0.0);
    }

    #[test]
    fn semidirect_products(n in 1usize..12) {
        let flip = move |h: &usize, a: &usize| if *h == 1 { (n - a) % n } else { *a };
        let group = Semidirect::new(Cyclic::new(n).unwrap(), Cyclic::new(2).unwrap(), flip).unwrap();
        check_family(&group, 2 * n);
        prop_assert_eq!(element_orders(&group), element_orders(&Dihedral::new(n).unwrap()));
        check_family(&Semidirect::p4(1 + n / 2).unwrap(), 4 * (1 + n / 2).pow(2));
        check_family(&Product::grid(n).unwrap(), n * n);
    }
}

#[test]
fn large_groups_have_their_orders_without_listing() {
    let order = |group: &PermutationGroup| group.exact_order().to_string();
    assert_eq!(order(&PermutationGroup::symmetric(10).unwrap()), "3628800");
    assert_eq!(order(&PermutationGroup::alternating(12).unwrap()), "239500800");
    // The Mathieu group M_24: Conway & Sloane, Sphere Packings, chapter 10.
    let cycles = |c: &[&[usize]]| Permutation::from_cycles(24, c).unwrap();
    let shift: Vec<usize> = (0..23).collect();
    let m24 = PermutationGroup::new(
        "M24",
        24,
        vec![
            cycles(&[&shift]),
            cycles(&[
                &[2, 16, 9, 6, 8],
                &[3, 12, 13, 18, 4],
                &[7, 17, 10, 11, 22],
                &[14, 19, 21, 20, 15],
            ]),
            cycles(&[
                &[0, 23],
                &[1, 22],
                &[2, 11],
                &[3, 15],
                &[4, 17],
                &[5, 9],
                &[6, 19],
                &[7, 13],
                &[8, 20],
                &[10, 16],
                &[12, 21],
                &[14, 18],
            ]),
        ],
    )
    .unwrap();
    assert_eq!(order(&m24), "244823040");
    assert_eq!(m24.point_stabilizer(5).unwrap().order(), 10_200_960);
    for seed in 0..20 {
        assert!(m24.contains(&m24.sample(&mut rng(seed))));
    }
    assert!(!m24.contains(&cycles(&[&[0, 1]])));
    // Above 128 bits: 2^97 is the power of 2 in 100! (Legendre).
    let s100 = PermutationGroup::symmetric(100).unwrap();
    assert_eq!(s100.exact_order().to_u128(), None);
    assert_eq!(s100.exact_order().prime_factors()[0], (2, 97));
    assert_eq!(s100.order(), usize::MAX);
    assert!(matches!(s100.list(1_000), Err(GroupError::TooLarge { limit: 1_000, .. })));
}

/// Uniform sampling: every element of A_4 about equally often.
#[test]
fn samples_are_uniform() {
    let a4 = PermutationGroup::alternating(4).unwrap();
    let mut counts = [0.0; 12];
    let mut rng = rng(7);
    for _ in 0..12_000 {
        counts[a4.index(&a4.sample(&mut rng))] += 1.0;
    }
    // χ² with 11 degrees of freedom is below 31.3 with probability 0.999.
    let chi: f64 = counts.iter().map(|c: &f64| (c - 1000.0).powi(2) / 1000.0).sum();
    assert!(chi < 31.3, "{chi}");
}

#[test]
fn a_full_symmetric_group_sorts() {
    let metric = |group: &PermutationGroup| QuotientMetric::new(&group.natural()).unwrap().method();
    assert_eq!(metric(&PermutationGroup::symmetric(9).unwrap()), Method::Sorting);
    assert_eq!(metric(&PermutationGroup::alternating(6).unwrap()), Method::Search);
}

#[test]
fn polyhedral_groups() {
    for (group, order) in [
        (MatrixGroup::tetrahedral(), 12),
        (MatrixGroup::full_tetrahedral(), 24),
        (MatrixGroup::octahedral(), 24),
        (MatrixGroup::full_octahedral(), 48),
        (MatrixGroup::icosahedral(), 60),
        (MatrixGroup::full_icosahedral(), 120),
        (MatrixGroup::hyperoctahedral(1), 2),
        (MatrixGroup::hyperoctahedral(4), 384),
    ] {
        let group = group.unwrap();
        check_family(&group, order);
        check_representation(&group.defining(), 50, 1e-13, &mut rng(5)).unwrap();
        for g in group.elements().take(50) {
            assert_eq!(group.find(group.matrix(&g)), Some(g));
        }
    }
    let orders = |group: Result<MatrixGroup, _>| element_orders(&group.unwrap());
    let alternating = |n| element_orders(&PermutationGroup::alternating(n).unwrap());
    assert_eq!(orders(MatrixGroup::tetrahedral()), alternating(4));
    assert_eq!(orders(MatrixGroup::icosahedral()), alternating(5));
    assert_eq!(orders(MatrixGroup::octahedral()), element_orders(&Symmetric::new(4).unwrap()));
    let b3 = Wreath::hyperoctahedral(3).unwrap();
    assert_eq!(orders(MatrixGroup::full_octahedral()), element_orders(&b3));
    check_representation(&b3.signed_permutations(), 50, 0.0, &mut rng(6)).unwrap();
    assert_eq!(MatrixGroup::octahedral().unwrap(), MatrixGroup::octahedral().unwrap());
}

/// Every new kind of group has the quotient metric of its representations.
#[test]
fn quotient_metrics() {
    fn check<G: FiniteGroup>(rho: &Representation<G>) {
        let mut rng = rng(8);
        let metric = QuotientMetric::new(rho).unwrap();
        let mut code = || (0..rho.dim()).map(|_| rng.random_range(-1.0..1.0)).collect();
        let codes: Vec<Vec<f64>> = (0..4).map(|_| code()).collect();
        check_quotient_metric(&metric, &codes, 1e-10, &mut self::rng(9)).unwrap();
    }
    check(&MatrixGroup::icosahedral().unwrap().defining());
    check(&Representation::regular(&PermutationGroup::alternating(4).unwrap()).copies(2));
    check(&PermutationGroup::alternating(5).unwrap().node_features(2));
    check(&Representation::regular(&TableGroup::quaternion()));
    check(&Wreath::hyperoctahedral(3).unwrap().signed_permutations());
    check(&Representation::regular(&Semidirect::p4(3).unwrap()));
    // The orbit of a point under all signed permutations: compare sorted absolute values.
    let metric = QuotientMetric::new(&Wreath::hyperoctahedral(3).unwrap().signed_permutations());
    let distance = metric.unwrap().distance(&[-3.0, 1.0, 2.0], &[2.5, -3.0, -1.0]);
    assert!((distance - 0.5).abs() < 1e-12, "{distance}");
}

#[test]
fn quaternions() {
    let q8 = TableGroup::quaternion();
    check_family(&q8, 8);
    assert_eq!(element_orders(&q8), [1, 2, 4, 4, 4, 4, 4, 4]);
    // ij = k, ji = −k, i² = −1.
    assert_eq!([q8.compose(&1, &2), q8.compose(&2, &1), q8.compose(&1, &1)], [3, 7, 4]);
}

#[test]
fn errors_name_what_was_expected() {
    let third = dmatrix![0.5f64.sqrt(), 0.0; 0.0, 1.0];
    assert_eq!(
        MatrixGroup::generated_by("G", &[DMatrix::identity(2, 2), third], 10)
            .unwrap_err()
            .to_string(),
        "G: generator 1 is off by 5.0e-1, expected an orthogonal 2×2 matrix"
    );
    let (s, c) = 1f64.sin_cos();
    let endless = MatrixGroup::generated_by("G", &[dmatrix![c, -s; s, c]], 100).unwrap_err();
    assert!(matches!(endless, GroupError::TooManyFound { limit: 100, .. }), "{endless}");
    let nan = MatrixGroup::generated_by("G", &[dmatrix![f64::NAN]], 100).unwrap_err();
    assert!(matches!(nan, GroupError::BadGenerator { position: 0, .. }), "{nan}");
    let close = DMatrix::from_fn(2, 2, |i, j| [[1.0, -1e-8], [1e-8, 1.0]][i][j]);
    let ambiguous = MatrixGroup::generated_by("G", &[close], 100).unwrap_err();
    assert!(matches!(ambiguous, GroupError::Ambiguous { .. }), "{ambiguous}");
    let (c3, c2) = (Cyclic::new(3).unwrap(), Cyclic::new(2).unwrap());
    assert_eq!(
        Semidirect::new(c3, c2, |h, n| (n + h) % 3).unwrap_err().to_string(),
        "action of C2 on C3: φ_h(nm) = φ_h(n)φ_h(m) does not hold for h = 1, n = 0, m = 1"
    );
    let swap = Permutation::from_cycles(3, &[&[0, 1]]).unwrap();
    assert_eq!(
        PermutationGroup::new("G", 4, vec![swap]).unwrap_err().to_string(),
        "G: generator 0 is a permutation of 0..3, expected a permutation of 0..4"
    );
    assert!(Permutation::from_cycles(3, &[&[0, 1], &[1, 2]]).is_err());
}

fn mathieu(degree: usize, cycles: &[&[&[usize]]]) -> PermutationGroup {
    // Cycles as they are printed, from 1.
    let permutation = |cycles: &&[&[usize]]| {
        let cycles: Vec<Vec<usize>> =
            cycles.iter().map(|cycle| cycle.iter().map(|i| i - 1).collect()).collect();
        let cycles: Vec<&[usize]> = cycles.iter().map(|cycle| &cycle[..]).collect();
        Permutation::from_cycles(degree, &cycles).unwrap()
    };
    let generators = cycles.iter().map(permutation).collect();
    PermutationGroup::new(format!("M{degree}"), degree, generators).unwrap()
}

/// Branch and bound against trying all elements, and against linear assignment where the group is `S_n`.
#[test]
fn branch_and_bound_is_exact() {
    fn check<G: FiniteGroup>(rho: &Representation<G>, reference: &QuotientMetric<G>, seed: u64) {
        let mut rng = rng(seed);
        let metric = QuotientMetric::by_branch_and_bound(rho).unwrap();
        assert_eq!(metric.method(), Method::BranchAndBound);
        for _ in 0..6 {
            let mut code = || (0..rho.dim()).map(|_| rng.random_range(-1.0..1.0)).collect();
            let (z, w): (Vec<f64>, Vec<f64>) = (code(), code());
            let (found, expected) = (metric.align(&z, &w), reference.distance(&z, &w));
            assert!((found.distance - expected).abs() < 1e-9, "{rho:?}: {found:?} {expected}");
            let moved = rho.act(&found.element, &w);
            let apart: f64 = z.iter().zip(&moved).map(|(a, b)| (a - b).powi(2)).sum();
            assert!((apart.sqrt() - found.distance).abs() < 1e-12);
        }
        let zeros = vec![0.0; rho.dim()];
        assert_eq!(metric.distance(&zeros, &zeros), 0.0);
        assert!(metric.distance(&zeros, &vec![f64::NAN; rho.dim()]).is_nan());
    }
    fn by_search<G: FiniteGroup>(rho: &Representation<G>) {
        check(rho, &QuotientMetric::by_search(rho).unwrap(), 31);
    }
    by_search(&PermutationGroup::alternating(6).unwrap().node_features(2));
    by_search(&Representation::regular(&Cyclic::new(12).unwrap()).copies(3));
    let d5 = Representation::regular(&Dihedral::new(5).unwrap());
    by_search(
        &Representation::direct_sum(&[d5.copies(2), Representation::trivial(d5.group())]).unwrap(),
    );
    for (n, d) in [(4, 1), (7, 2), (12, 3)] {
        let rho = Symmetric::new(n).unwrap().node_features(d);
        let metric = QuotientMetric::new(&rho).unwrap();
        check(&rho, &metric, 32);
    }
    // Turns of the plane move and change signs of no coordinates.
    let turns = MatrixGroup::icosahedral().unwrap().defining();
    assert!(QuotientMetric::by_branch_and_bound(&turns).is_err());
}

/// Groups that are too large to list.
#[test]
fn quotient_metrics_of_large_groups() {
    let eleven: &[&[usize]] = &[&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]];
    let fours: &[&[usize]] = &[&[3, 7, 11, 8], &[4, 10, 5, 6]];
    let pairs: &[&[usize]] = &[&[1, 12], &[2, 11], &[3, 6], &[4, 8], &[5, 9], &[7, 10]];
    let m12 = mathieu(12, &[eleven, fours, pairs]);
    assert_eq!(m12.order(), 95_040);
    let rho = m12.node_features(2);
    let metric = QuotientMetric::new(&rho).unwrap();
    assert_eq!(metric.method(), Method::BranchAndBound);
    let mut rng = rng(33);
    let mut code =
        |dim: usize| -> Vec<f64> { (0..dim).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let (z, w) = (code(24), code(24));
    let apart = |z: &[f64], w: &[f64]| -> f64 {
        z.iter().zip(w).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    let least = m12.elements().map(|g| apart(&z, &rho.act(&g, &w))).fold(f64::INFINITY, f64::min);
    assert!((metric.distance(&z, &w) - least).abs() < 1e-9);

    // A group of order 244,823,040: a code and the same, moved and disturbed a little.
    let most: Vec<usize> = (1..24).collect();
    let twenty_three: &[&[usize]] = &[&most];
    let fives: &[&[usize]] =
        &[&[3, 17, 10, 7, 9], &[4, 13, 14, 19, 5], &[8, 18, 11, 12, 23], &[15, 20, 22, 21, 16]];
    let pairs: [[usize; 2]; 12] = [
        [1, 24],
        [2, 23],
        [3, 12],
        [4, 16],
        [5, 18],
        [6, 10],
        [7, 20],
        [8, 14],
        [9, 21],
        [11, 17],
        [13, 22],
        [15, 19],
    ];
    let pairs: Vec<&[usize]> = pairs.iter().map(|pair| &pair[..]).collect();
    let m24 = mathieu(24, &[twenty_three, fives, &pairs]);
    assert_eq!(m24.exact_order().to_u128(), Some(244_823_040));
    let rho = m24.node_features(3);
    let metric = QuotientMetric::new(&rho).unwrap();
    let z = code(72);
    let g = m24.sample(&mut self::rng(34));
    let disturbed: Vec<f64> =
        rho.act(&g, &z).iter().zip(code(72)).map(|(v, e)| v + 0.01 * e).collect();
    let found = metric.align(&disturbed, &z);
    assert_eq!(found.element, g);
    assert!((found.distance - apart(&disturbed, &rho.act(&g, &z))).abs() < 1e-12);
}
