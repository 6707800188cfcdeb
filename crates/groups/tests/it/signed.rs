//! The quotient metric where signs change: signed permutations, sums with the sign representation.

use groups::quotient::{Method, QuotientMetric};
use groups::*;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn apart(z: &[f64], w: &[f64]) -> f64 {
    z.iter().zip(w).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Two codes of some spread about a common part: two of few whole numbers, two of real ones, and one that
/// is another moved and disturbed.
fn pairs<G: Group>(rho: &Representation<G>, offset: f64, seed: u64) -> Vec<[Vec<f64>; 2]> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut code = |whole: bool| -> Vec<f64> {
        let entry = |_| {
            let value: f64 = rng.random_range(-2.0..2.0);
            offset + if whole { value.round() } else { value }
        };
        (0..rho.dim()).map(entry).collect()
    };
    let mut pairs = vec![[code(true), code(true)], [code(false), code(false)]];
    let noise = code(false);
    let moved = rho.act(&rho.group().sample(&mut ChaCha8Rng::seed_from_u64(!seed)), &pairs[1][0]);
    let near = moved.iter().zip(&noise).map(|(a, b)| a + 1e-3 * (b - offset)).collect();
    pairs.push([pairs[1][0].clone(), near]);
    pairs
}

/// The metric is as small as that of `reference` says, and attained.
fn agree<G: FiniteGroup>(metric: &QuotientMetric<G>, reference: &QuotientMetric<G>, seed: u64) {
    let rho = metric.representation();
    for offset in [0.0, 1e3, 1e7] {
        for [z, w] in pairs(rho, offset, seed) {
            let (found, expected) = (metric.align(&z, &w), reference.distance(&z, &w));
            let context = format!("{rho:?}, {offset}: {found:?} {expected} {z:?} {w:?}");
            assert!((found.distance - expected).abs() <= 1e-12 * expected.max(1.0), "{context}");
            assert!(found.distance <= apart(&z, &w), "{context}");
            assert_eq!(apart(&z, &rho.act(&found.element, &w)), found.distance, "{context}");
        }
    }
    let nan = vec![f64::NAN; rho.dim()];
    assert!(metric.distance(&nan, &nan).is_nan());
    metric.align(&nan, &vec![f64::INFINITY; rho.dim()]);
}

fn sum<G: Group>(terms: &[Representation<G>]) -> Representation<G> {
    Representation::direct_sum(terms).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// `C_N ≀ S_n` on copies of `R^n`, with numbers that nothing changes among them.
    #[test]
    fn signed_permutations(n in 1usize..5, copies in 1usize..4, half in 1usize..3, seed: u64) {
        let group = Wreath::new(Cyclic::new(2 * half).unwrap(), Symmetric::new(n).unwrap());
        let signed = group.signed_permutations();
        let rho = sum(&[signed.copies(copies), Representation::trivial(&group), signed]);
        let metric = QuotientMetric::new(&rho).unwrap();
        prop_assert_eq!(metric.method(), Method::SignedAssignment);
        agree(&metric, &QuotientMetric::by_search(&rho).unwrap(), seed);
    }

    /// `S_n` on nodes and signs.
    #[test]
    fn nodes_and_signs(n in 1usize..6, d in 0usize..4, signs in 1usize..3, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rho = sum(&[group.sign().copies(signs), group.node_features(d), Representation::trivial(&group)]);
        let metric = QuotientMetric::new(&rho).unwrap();
        agree(&metric, &QuotientMetric::by_search(&rho).unwrap(), seed);
    }
}

/// Signed permutations of other groups, by branch and bound.
#[test]
fn branch_and_bound_with_signs() {
    fn check<G: FiniteGroup>(rho: &Representation<G>) {
        let metric = QuotientMetric::by_branch_and_bound(rho).unwrap();
        assert_eq!(metric.method(), Method::BranchAndBound);
        for [z, w] in pairs(rho, 0.0, 5) {
            let expected = QuotientMetric::by_search(rho).unwrap().distance(&z, &w);
            assert!((metric.distance(&z, &w) - expected).abs() < 1e-6, "{rho:?}");
        }
    }
    let b3 = Wreath::hyperoctahedral(3).unwrap();
    let determinant = Representation::from_matrices(&b3, "det".into(), 1, |(f, sigma)| {
        let sign = f.iter().fold(f64::from(sigma.sign()), |s, a| if *a == 1 { -s } else { s });
        nalgebra::DMatrix::from_element(1, 1, sign)
    });
    check(&b3.signed_permutations().copies(2));
    check(&sum(&[b3.signed_permutations(), determinant]));
    let s5 = Symmetric::new(5).unwrap();
    check(&sum(&[s5.node_features(2), s5.sign()]));
    check(&MatrixGroup::full_tetrahedral().unwrap().defining());
    check(&MatrixGroup::octahedral().unwrap().defining().copies(2));
}

/// Groups that are too large to list, against closed forms.
#[test]
fn large_groups() {
    let group = Wreath::hyperoctahedral(40).unwrap();
    let rho = group.signed_permutations();
    let metric = QuotientMetric::new(&rho).unwrap();
    for [z, w] in pairs(&rho, 0.0, 3) {
        let sorted = |code: &[f64]| {
            let mut code: Vec<f64> = code.iter().map(|v| v.abs()).collect();
            code.sort_by(f64::total_cmp);
            code
        };
        let expected = apart(&sorted(&z), &sorted(&w));
        assert!((metric.distance(&z, &w) - expected).abs() < 1e-12 * expected);
    }
    // A code and the same, moved.
    let rho = rho.copies(3);
    let metric = QuotientMetric::new(&rho).unwrap();
    let [z, _] = &pairs(&rho, 0.0, 4)[1];
    let moved = rho.act(&group.sample(&mut ChaCha8Rng::seed_from_u64(1)), z);
    assert_eq!(metric.distance(z, &moved), 0.0);

    // Even and odd permutations of 30 nodes: the sign tells which.
    let group = Symmetric::new(30).unwrap();
    for d in [1, 2] {
        let rho = sum(&[group.node_features(d), group.sign()]);
        let metric = QuotientMetric::new(&rho).unwrap();
        let mut z: Vec<f64> = (0..30 * d).map(|i| (i as f64).sqrt()).collect();
        z.push(1.0);
        let mut w = z.clone();
        assert_eq!(metric.distance(&z, &w), 0.0);
        // Two neighbours exchanged, or the sign changed: the first is less for the last two nodes.
        w[30 * d] = -1.0;
        let step: f64 = (0..d).map(|j| (z[29 * d + j] - z[28 * d + j]).powi(2)).sum();
        let expected = (2.0 * step).sqrt();
        assert!((metric.distance(&z, &w) - expected).abs() < 1e-12, "{d}");
    }
}

/// All elements are tried, none is kept.
#[test]
fn large_lists_are_walked() {
    fn check<G: FiniteGroup>(rho: &Representation<G>) {
        let metric = QuotientMetric::new(rho).unwrap();
        assert_eq!(metric.method(), Method::Search);
        let [z, w] = &pairs(rho, 10.0, 9)[1];
        let distances = rho.group().elements().map(|g| apart(z, &rho.act(&g, w)));
        let (element, least) = rho
            .group()
            .elements()
            .zip(distances)
            .fold(None, |best: Option<(G::Element, f64)>, (g, d)| match best {
                Some((_, least)) if least <= d => best,
                _ => Some((g, d)),
            })
            .unwrap();
        let found = metric.align(z, w);
        assert_eq!((found.distance, found.element), (least, element));
        // All codes alike: the first of all elements.
        assert_eq!(
            metric.align(&vec![1.0; rho.dim()], &vec![1.0; rho.dim()]).element,
            rho.group().identity()
        );
    }
    check(&PermutationGroup::alternating(8).unwrap().node_features(27));
    check(&Representation::regular(&Dihedral::new(1100).unwrap()));
}
