//! Folding into Weyl chambers: every finite reflection group.

use std::collections::HashSet;

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Dihedral, Representation, Symmetric};
use ndarray::{Array1, Array2, ArrayView1, array};
use projections::*;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

fn all() -> Vec<ReflectionGroup> {
    use ReflectionGroup::*;
    vec![
        A(1),
        A(2),
        A(6),
        B(1),
        B(5),
        D(2),
        D(4),
        D(6),
        I2(1),
        I2(2),
        I2(5),
        I2(8),
        H3,
        H4,
        F4,
        E6,
        E7,
        E8,
    ]
}

/// All matrices that the simple reflections generate.
fn group_of(chamber: &WeylChamber) -> Vec<Array2<f64>> {
    let key =
        |m: &Array2<f64>| -> Vec<i64> { m.iter().map(|v| (v * 1e6).round() as i64).collect() };
    let k = chamber.simple_roots().nrows();
    let generators: Vec<_> = (0..k).map(|i| chamber.matrix(&[i]).unwrap()).collect();
    let mut all = vec![chamber.matrix(&[]).unwrap()];
    let mut seen = HashSet::from([key(&all[0])]);
    let mut next = 0;
    while next < all.len() {
        for s in &generators {
            let product = s.dot(&all[next]);
            if seen.insert(key(&product)) {
                all.push(product);
            }
        }
        next += 1;
    }
    all
}

/// A long random product of simple reflections.
fn random_element(chamber: &WeylChamber, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let k = chamber.simple_roots().nrows();
    if k == 0 {
        return chamber.matrix(&[]).unwrap();
    }
    let word: Vec<usize> = (0..300).map(|_| rng.random_range(0..k)).collect();
    chamber.matrix(&word).unwrap()
}

#[test]
fn the_groups_have_their_orders() {
    use ReflectionGroup::*;
    let orders = [
        (A(4), 24),
        (B(3), 48),
        (D(4), 192),
        (I2(1), 2),
        (I2(7), 14),
        (H3, 120),
        (F4, 1152),
        (H4, 14_400),
    ];
    for (group, order) in orders {
        assert_eq!(group_of(&WeylChamber::new(&group).unwrap()).len(), order, "{group:?}");
    }
}

/// The orbit of a root under the group, in pairs ±r, is as large as the number of reflections says.
#[test]
fn the_groups_have_their_reflections() {
    for group in all() {
        let chamber = WeylChamber::new(&group).unwrap();
        let simple = chamber.simple_roots();
        let key =
            |r: &Array1<f64>| -> Vec<i64> { r.iter().map(|v| (v * 1e6).round() as i64).collect() };
        let mut roots: Vec<Array1<f64>> = simple.rows().into_iter().map(|r| r.to_owned()).collect();
        let mut seen: HashSet<_> = roots.iter().map(key).collect();
        let mut next = 0;
        while next < roots.len() {
            for s in simple.rows() {
                let image = &roots[next] - &(&s * roots[next].dot(&s));
                if seen.insert(key(&image)) {
                    roots.push(image);
                }
            }
            next += 1;
        }
        assert_eq!(roots.len(), 2 * group.reflections(), "{group:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Invariant, on the orbit, in the chamber, at most as many reflections as there are, and back.
    #[test]
    fn folding_is_an_invariant_cross_section(seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for group in all() {
            let chamber = WeylChamber::new(&group).unwrap();
            let dim = Projection::<f64>::input_dim(&chamber);
            let z = codes(6, dim, seed);
            let g = random_element(&chamber, &mut rng);
            let (s, words) = chamber.project_with_elements(z.view()).unwrap();
            prop_assert_eq!(&s, &chamber.project(z.view()).unwrap());
            let moved = chamber.project(z.dot(&g.t()).view()).unwrap();
            prop_assert!((&moved - &s).iter().all(|d| d.abs() < 1e-11), "{:?}", group);
            let products = s.dot(&chamber.simple_roots().t());
            prop_assert!(products.iter().all(|p| *p > -1e-12), "{:?}", group);
            for (i, word) in words.iter().enumerate() {
                prop_assert!(word.len() <= group.reflections(), "{:?}: {}", group, word.len());
                let there = chamber.matrix(word).unwrap().dot(&z.row(i));
                prop_assert!((&there - &s.row(i)).iter().all(|d| d.abs() < 1e-12));
            }
            let back = chamber.take_back(s.view(), &words).unwrap();
            prop_assert!((&back - &z).iter().all(|d| d.abs() < 1e-12));
        }
    }

    /// `‖s(z) − s(w)‖ = d([z],[w])`, the minimum over all elements.
    #[test]
    fn folding_is_isometric(seed: u64) {
        use ReflectionGroup::*;
        for group in [A(4), B(3), D(4), I2(5), H3, F4] {
            let chamber = WeylChamber::new(&group).unwrap();
            let elements = group_of(&chamber);
            let z = codes(2, Projection::<f64>::input_dim(&chamber), seed);
            let s = chamber.project(z.view()).unwrap();
            let d = elements
                .iter()
                .map(|g| norm((&z.row(0) - &g.dot(&z.row(1))).view()))
                .fold(f64::INFINITY, f64::min);
            let image = norm((&s.row(0) - &s.row(1)).view());
            prop_assert!((image - d).abs() < 1e-11, "{:?}: {} against {}", group, image, d);
        }
    }

    /// Type A is sorting, type B sorted absolute values, both to the bit.
    #[test]
    fn types_a_and_b_sort(n in 1usize..9, seed: u64) {
        let z = codes(5, n, seed);
        let sorted = Sort::new(n).unwrap();
        let a = WeylChamber::new(&ReflectionGroup::A(n)).unwrap();
        prop_assert_eq!(a.project(z.view()).unwrap(), sorted.project(z.view()).unwrap());
        let b = WeylChamber::new(&ReflectionGroup::B(n)).unwrap();
        let moduli = z.mapv(f64::abs);
        prop_assert_eq!(b.project(z.view()).unwrap(), sorted.project(moduli.view()).unwrap());
    }

    /// The chamber of a product is the product of the chambers.
    #[test]
    fn products_fold_factor_by_factor(seed: u64) {
        let factors =
            [ReflectionGroup::B(2), ReflectionGroup::H3].map(|g| WeylChamber::new(&g).unwrap());
        let product = WeylChamber::product(&factors).unwrap();
        let z = codes(4, 5, seed);
        let (first, second) = z.view().split_at(ndarray::Axis(1), 2);
        let expected = ndarray::concatenate![
            ndarray::Axis(1),
            factors[0].project(first).unwrap(),
            factors[1].project(second).unwrap()
        ];
        prop_assert_eq!(product.project(z.view()).unwrap(), expected);
    }

    /// Found from a representation, the chamber is isometric for its quotient metric.
    #[test]
    fn chambers_of_representations(n in 1usize..6, seed: u64) {
        let z = codes(5, n, seed);
        let rep = Symmetric::new(n).unwrap().natural();
        let chamber = WeylChamber::of_representation(&rep).unwrap();
        isometric_for(&rep, &chamber, &z)?;
        let group = Dihedral::new(n + 2).unwrap();
        use groups::HasIrreps;
        let irreps = group.irreps();
        let plane = irreps.last().unwrap().representation();
        if plane.dim() == 2 {
            let chamber = WeylChamber::of_representation(plane).unwrap();
            isometric_for(plane, &chamber, &codes(5, 2, seed))?;
        }
    }
}

fn isometric_for<G: groups::FiniteGroup>(
    rep: &Representation<G>,
    chamber: &WeylChamber,
    z: &Array2<f64>,
) -> Result<(), TestCaseError> {
    let metric = QuotientMetric::new(rep).unwrap();
    let s = chamber.project(z.view()).unwrap();
    for i in 0..z.nrows() {
        for j in 0..i {
            let d = metric.distance(&z.row(i).to_vec(), &z.row(j).to_vec());
            let image = norm((&s.row(i) - &s.row(j)).view());
            prop_assert!((image - d).abs() < 1e-10, "{image} against {d}");
        }
    }
    Ok(())
}

/// Codes on walls have a stabilizer; folding stays finite and invariant.
#[test]
fn walls_are_harmless() {
    for group in all() {
        let chamber = WeylChamber::new(&group).unwrap();
        let dim = Projection::<f64>::input_dim(&chamber);
        let simple = chamber.simple_roots();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut z = codes(4, dim, 2);
        z.row_mut(0).fill(0.0);
        if let Some(r) = simple.rows().into_iter().next() {
            for i in 1..4 {
                let onto = &z.row(i) - &(&r * (z.row(i).dot(&r) / 2.0));
                z.row_mut(i).assign(&onto);
            }
        }
        let s = chamber.project(z.view()).unwrap();
        for _ in 0..20 {
            let g = random_element(&chamber, &mut rng);
            let moved = chamber.project(z.dot(&g.t()).view()).unwrap();
            assert!((&moved - &s).iter().all(|d| d.abs() < 1e-11), "{group:?}");
        }
    }
}

#[test]
fn roots_that_are_not_simple_are_refused() {
    let fault =
        |roots: Array2<f64>| WeylChamber::from_simple_roots(roots.view()).unwrap_err().to_string();
    let message = fault(array![[1.0, 0.0], [1.0, 0.1]]);
    assert!(message.contains("between roots 0 and 1"), "{message}");
    let message = fault(array![[1.0, 0.0], [0.0, 0.0]]);
    assert!(message.contains("root 1 is zero"), "{message}");
    // Three roots of the plane at 120°: affine, an infinite group.
    let h = 3f64.sqrt() / 2.0;
    let message = fault(array![[1.0, 0.0], [-0.5, h], [-0.5, -h]]);
    assert!(message.contains("linearly dependent"), "{message}");
    assert!(WeylChamber::new(&ReflectionGroup::D(1)).is_err());
    assert!(WeylChamber::product(&[]).is_err());
    let c4 = Representation::regular(&Cyclic::new(4).unwrap());
    let message = WeylChamber::of_representation(&c4).unwrap_err().to_string();
    assert!(message.contains("generated by reflections"), "{message}");
    // Too many elements to list, and no reflections among them.
    let s9 = Symmetric::new(9).unwrap().node_features(2);
    assert!(WeylChamber::of_representation(&s9).is_err());
}
