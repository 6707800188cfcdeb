//! Pairs of codes tell true actions from wrong ones, and say what they cannot tell.

use analysis::audit::{Layout, Pairing, Relation, Says, Verdict};
use groups::compact::{Isometries, O2, O3, SO2, SO3};
use groups::{Cyclic, Dihedral, FiniteGroup, Group, Representation, Symmetric, Symmetry};
use ndarray::{Array2, s};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn gaussian(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn moved<G: Group>(rep: &Representation<G>, g: &G::Element, codes: &Array2<f64>) -> Array2<f64> {
    rep.act_rows(g, codes.view()).unwrap()
}

/// A slice of codes of another's network: see `tests/data/make_paired.py`.
fn foreign(name: &str) -> Array2<f64> {
    let path = format!("{}/tests/data/{name}.npy", env!("CARGO_MANIFEST_DIR"));
    latents::read_all(path.as_ref(), None).unwrap().1.into_f64()
}

/// What scipy's `Rotation.random(3, random_state=7)` gives first.
const R1: &str = "[[0.8654123244553711, -0.4941541266469614, -0.08290481167296873], \
                   [-0.477652892843149, -0.7636318334025283, -0.43441240425759536], \
                   [0.15135792889479835, 0.41554557166702194, -0.8968905480762996]]";

fn check<G: Symmetry>(
    rep: &Representation<G>,
    g: &str,
    z: &Array2<f64>,
    w: &Array2<f64>,
) -> Pairing {
    let g = rep.group().parse_element(g).unwrap();
    Pairing::check(z.view(), w.view(), rep, &g).unwrap()
}

fn says(pairing: &Pairing, name: &str) -> Says {
    pairing.parts.iter().find(|part| part.name.starts_with(name)).unwrap().says
}

/// The codes of an escnn network hardly move beside their distances: 0.06, so that the identity was
/// taken for an action.
#[test]
fn codes_of_escnn_obey_their_irreps_and_nothing_else() {
    let d4 = Dihedral::new(4).unwrap();
    let (z, w) = (foreign("escnn_d4_irreps_z"), foreign("escnn_d4_irreps_r90"));
    let read = |text: &str| d4.represent(text).unwrap();
    let right = read(&["trivial + A2 + B1 + E1"; 6].join(" + "));
    for g in ["r", "90deg", "-270deg"] {
        let pairing = check(&right, g, &z, &w);
        assert_eq!(pairing.verdict, Verdict::Holds, "{g}: {:?}", pairing.parts);
        assert!(pairing.declared.residual < 1e-3, "{:?}", pairing.declared);
        assert_eq!((says(&pairing, "B1"), says(&pairing, "E1")), (Says::Fits, Says::Fits));
        assert_eq!(says(&pairing, "trivial"), Says::Nothing);
        // Its numbers are a billionth of the others: rounding.
        assert_eq!(says(&pairing, "A2"), Says::TooSmall);
        assert!(pairing.unchecked[0].contains("a pair by r^0 s"), "{:?}", pairing.unchecked);
    }
    for (wrong, g) in [
        ("30 x trivial".to_owned(), "r"),
        ("15 x E1".to_owned(), "r"),
        (["trivial + A2 + B2 + A2 + A2"; 6].join(" + "), "r"),
        (["trivial + B1 + A2 + E1"; 6].join(" + "), "r"),
        (["trivial + A2 + B1 + 2 x B1"; 6].join(" + "), "r"),
        (["E1 + A2 + B1 + trivial"; 6].join(" + "), "r"),
        (["trivial + A2 + B1 + E1"; 6].join(" + "), "r^2"),
        (["trivial + A2 + B1 + E1"; 6].join(" + "), "s"),
        (["trivial + A2 + B1 + E1"; 6].join(" + "), "e"),
    ] {
        let pairing = check(&read(&wrong), g, &z, &w);
        let refused = matches!(pairing.verdict, Verdict::Other(_) | Verdict::Neither(_));
        assert!(refused, "{wrong}, {g}: {:?}", pairing.verdict);
    }
    // The inverse is told by E1 alone, which is a hundredth of the largest block.
    let Verdict::Other(fit) = check(&right, "r^3", &z, &w).verdict else { panic!() };
    assert_eq!(fit.convention.relation, Relation::Inverse);
}

/// SevenNet holds degree 1 as `(x, y, z)`, and degree 2 about the axes that belong to it. Another
/// element fits by less noise in the declared order; the declared one with other axes is taken.
#[test]
fn codes_of_sevennet_have_other_axes() {
    let (z, w) = (foreign("sevennet0_layer3_z"), foreign("sevennet0_layer3_r1"));
    let read = |text: &str| SO3.represent(text).unwrap();
    let columns = |codes: &Array2<f64>, n: usize| codes.slice(s![.., ..n]).to_owned();
    for (text, n) in [("4x0e + 6x1e", 22), ("4x0e + 6x1e + 3x2e", 37)] {
        let pairing = check(&read(text), R1, &columns(&z, n), &columns(&w, n));
        let Verdict::Other(fit) = &pairing.verdict else { panic!("{text}: {:?}", pairing.verdict) };
        let convention = &fit.convention;
        assert_eq!(convention.relation, Relation::Declared, "{text}: {convention}");
        assert_eq!(convention.layout, Layout::Axes);
        let axes = convention.axes.as_ref().unwrap();
        assert!(
            axes.everywhere && axes.order.contains("holds (x, y, z) for (y, z, x)"),
            "{axes:?}"
        );
        assert!(convention.keeps_orbits() && fit.residual < 1e-3);
        // The element that is named does the same in the declared order.
        let again = check(&read(text), &axes.element, &columns(&z, n), &columns(&w, n));
        assert_eq!(again.verdict, Verdict::Holds, "{text}");
        // Another rotation is found by degrees 0 and 1, whatever else there is.
        let other = check(&read(text), "10deg about x", &columns(&z, n), &columns(&w, n));
        let Verdict::Other(fit) = &other.verdict else { panic!("{text}: {:?}", other.verdict) };
        assert_eq!(fit.convention.relation, Relation::Other);
    }
    // As they are written, vectors (x, y, z) are the natural ones.
    let natural = check(&read("4x0e + 6 x natural"), R1, &columns(&z, 22), &columns(&w, 22));
    assert_eq!(natural.verdict, Verdict::Holds, "{:?}", natural.parts);
    assert_eq!(says(&natural, "trivial"), Says::Nothing);
    // Scalars alone say nothing of a rotation, and codes of the same inputs are of no rotation.
    let scalars = check(&read("4x0e"), R1, &columns(&z, 4), &columns(&w, 4));
    assert_eq!(scalars.verdict, Verdict::CannotTell);
    let same = check(&read("4x0e + 6x1e"), R1, &columns(&z, 22), &columns(&z, 22));
    assert!(matches!(same.verdict, Verdict::Other(_)), "{:?}", same.verdict);
    // A wrong layout: a number of each copy side by side.
    let transposed = |codes: &Array2<f64>| {
        Array2::from_shape_fn((codes.nrows(), 18), |(i, j)| codes[[i, 4 + j % 6 * 3 + j / 6]])
    };
    let (tz, tw) = (transposed(&z), transposed(&w));
    let pairing = check(&read("6 x natural"), R1, &tz, &tw);
    let Verdict::Other(fit) = pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert_eq!(fit.convention.layout, Layout::Transposed);
}

/// A wrong block is a wrong block, whatever its scale beside the others, and however many are right.
#[test]
fn small_blocks_are_judged_by_their_own_scale() {
    let codes = gaussian(40, 28, 3);
    for scale in [1.0, 0.05, 1e-3, 1e-5] {
        let scaled = |codes: &Array2<f64>| {
            Array2::from_shape_fn(codes.dim(), |(i, j)| {
                codes[[i, j]] * if j >= 16 { scale } else { 1.0 }
            })
        };
        let truth = O3.represent("4x0e + 4x1o + 4x1e").unwrap();
        let declared = O3.represent("4x0e + 4x1o + 4x1o").unwrap();
        for g in ["inversion", "60deg about x inverted"] {
            let element = O3.read_element(g).unwrap();
            let (z, w) = (scaled(&codes), scaled(&moved(&truth, &element, &codes)));
            let right = check(&truth, g, &z, &w);
            assert_eq!(right.verdict, Verdict::Holds, "{scale} {g}: {:?}", right.parts);
            let wrong = check(&declared, g, &z, &w);
            assert!(
                matches!(wrong.verdict, Verdict::Neither(_)),
                "{scale} {g}: {:?}",
                wrong.verdict
            );
        }
        // The parity alone is wrong, and the message says so.
        let even = O3.represent("4x0e + 4x1o + 4x1e").unwrap();
        let odd = O3.represent("4x0o + 4x1o + 4x1e").unwrap();
        let g = O3.read_element("60deg about z inverted").unwrap();
        let (z, w) = (scaled(&codes), scaled(&moved(&odd, &g, &codes)));
        let wrong = check(&even, "60deg about z inverted", &z, &w);
        assert_eq!(says(&wrong, "trivial"), Says::OppositeSign, "{:?}", wrong.parts);
    }
    // One feature of nine nodes, one field of 32, one copy of 12.
    let s9 = Symmetric::new(9).unwrap().node_features(4);
    let cycle = s9.group().read_element("(0 1 2 3)").unwrap();
    let codes = gaussian(40, 36, 4);
    let small = |codes: &Array2<f64>| {
        Array2::from_shape_fn(codes.dim(), |(i, j)| {
            codes[[i, j]] * if j % 4 == 2 { 0.01 } else { 1.0 }
        })
    };
    let mut w = moved(&s9, &cycle, &codes);
    assert_eq!(check(&s9, "(0 1 2 3)", &small(&codes), &small(&w)).verdict, Verdict::Holds);
    (0..9).for_each(|node| w.column_mut(4 * node + 2).assign(&codes.column(4 * node + 2)));
    let wrong = check(&s9, "(0 1 2 3)", &small(&codes), &small(&w)).verdict;
    assert!(matches!(wrong, Verdict::Neither(_)), "{wrong:?}");
    let c8 = Cyclic::new(8).unwrap();
    let fields = Representation::regular(&c8).copies(32);
    let codes = gaussian(40, 256, 5);
    let mut w = moved(&fields, &1, &codes);
    for j in 0..8 {
        w.column_mut(8 + j).assign(&codes.column(8 + (j + 1) % 8));
    }
    let wrong = check(&fields, "r", &codes, &w).verdict;
    assert!(matches!(wrong, Verdict::Neither(_)), "{wrong:?}");
}

/// Codes that hardly move beside their distances, as pooled ones do, are judged by their motion.
#[test]
fn motion_is_the_measure_of_what_is_left() {
    let c8 = Cyclic::new(8).unwrap();
    let rep = Representation::regular(&c8).copies(3);
    let (means, waves) = (gaussian(60, 3, 6), gaussian(60, 24, 7));
    for size in [0.3, 0.03, 3e-3, 1e-6] {
        let z = Array2::from_shape_fn((60, 24), |(i, j)| means[[i, j / 8]] + size * waves[[i, j]]);
        let w = moved(&rep, &3, &z);
        assert_eq!(check(&rep, "135deg", &z, &w).verdict, Verdict::Holds, "{size}");
        if size > 1e-3 {
            let Verdict::Other(fit) = check(&rep, "r^5", &z, &w).verdict else { panic!("{size}") };
            assert_eq!(fit.convention.relation, Relation::Inverse, "{size}");
            let wrong = c8.represent("24 x trivial").unwrap();
            let verdict = check(&wrong, "r^3", &z, &w).verdict;
            assert!(matches!(verdict, Verdict::Neither(_)), "{size}: {verdict:?}");
        }
    }
    // Noise of interpolated inputs, up to a fifth of the motion, is no other action.
    let z = gaussian(60, 24, 8);
    for noise in [1e-3, 0.02, 0.2] {
        let w = moved(&rep, &1, &z) + gaussian(60, 24, 9) * noise;
        let pairing = check(&rep, "45deg", &z, &w);
        assert_eq!(pairing.verdict, Verdict::Holds, "{noise}: {:?}", pairing.declared);
    }
    // Noise alone is no action: the pair cannot tell.
    let still = c8.represent("24 x trivial").unwrap();
    for noise in [0.0, 1e-5, 0.03] {
        let w = &z + &(gaussian(60, 24, 10) * noise);
        assert_eq!(check(&still, "r", &z, &w).verdict, Verdict::CannotTell, "{noise}");
    }
    // The neutral element, codes of zero, and a single code.
    assert_eq!(check(&rep, "e", &z, &z).verdict, Verdict::CannotTell);
    let zero = Array2::zeros((60, 24));
    assert_eq!(check(&rep, "r", &zero, &zero).verdict, Verdict::CannotTell);
    let one = z.slice(s![..1, ..]).to_owned();
    assert_eq!(check(&rep, "r", &one, &moved(&rep, &1, &one)).verdict, Verdict::Holds);
    // The scale of all codes is no matter.
    for scale in [1e-310, 1e-170, 1e150, 1e300] {
        let (z, w) = (&z * scale, moved(&rep, &1, &z) * scale);
        let pairing = check(&rep, "r", &z, &w);
        assert_eq!(pairing.verdict, Verdict::Holds, "{scale}: {:?}", pairing.declared);
        assert!(matches!(check(&rep, "r^2", &z, &w).verdict, Verdict::Other(_)), "{scale}");
    }
}

/// Every order of the axes is found, in all blocks or in some.
#[test]
fn orders_of_axes_are_found() {
    let codes = gaussian(30, 12, 11);
    let g = "60deg about [1, 2, 3]";
    let so3 = SO3.vectors().copies(4);
    let w = moved(&so3, &SO3.read_element(g).unwrap(), &codes);
    for (order, name) in [
        ([1, 2, 0], "(y, z, x)"),
        ([2, 0, 1], "(z, x, y)"),
        ([2, 1, 0], "(z, y, x)"),
        ([0, 2, 1], "(x, z, y)"),
        ([1, 0, 2], "(y, x, z)"),
    ] {
        let rearranged = |codes: &Array2<f64>| {
            Array2::from_shape_fn(codes.dim(), |(i, j)| codes[[i, j / 3 * 3 + order[j % 3]]])
        };
        // Noise as of single precision: another element may fit by less of it.
        let noisy = rearranged(&w) + gaussian(30, 12, 12) * 1e-6;
        let pairing = check(&so3, g, &rearranged(&codes), &noisy);
        let Verdict::Other(fit) = &pairing.verdict else { panic!("{name}: {:?}", pairing.verdict) };
        assert!(fit.convention.keeps_orbits(), "{name}: {}", fit.convention);
        let axes = fit.convention.axes.as_ref().unwrap();
        assert!(axes.order.contains(&format!("{name} for (x, y, z)")), "{}", axes.order);
        assert!(pairing.alike.iter().any(|c| c.relation == Relation::Other), "{:?}", pairing.alike);
    }
    // Vectors as declared, but degree 2 about e3nn's axes: orbits are others, and it is said where.
    let mixed = SO3.represent("2 x natural + 2 x l2").unwrap();
    let codes = gaussian(30, 16, 13);
    let turn = SO3.read_element(g).unwrap();
    let cycle = SO3.read_element("[[0, 1, 0], [0, 0, 1], [1, 0, 0]]").unwrap();
    let about = SO3.compose(&cycle, &SO3.compose(&turn, &SO3.inverse(&cycle)));
    let mut w = moved(&mixed, &turn, &codes);
    let other = moved(&mixed, &about, &codes);
    w.slice_mut(s![.., 6..]).assign(&other.slice(s![.., 6..]));
    let pairing = check(&mixed, g, &codes, &w);
    let Verdict::Other(fit) = &pairing.verdict else { panic!("{:?}", pairing.verdict) };
    let axes = fit.convention.axes.as_ref().unwrap();
    assert!(!axes.everywhere && !fit.convention.keeps_orbits(), "{axes:?}");
    assert!(axes.order.starts_with("higher degrees"), "{}", axes.order);
    // In the plane a swap of axes and the inverse are the same.
    let plane = O2.natural().copies(3);
    let codes = gaussian(30, 6, 14);
    let swapped =
        |codes: &Array2<f64>| Array2::from_shape_fn(codes.dim(), |(i, j)| codes[[i, j ^ 1]]);
    let w = moved(&plane, &O2.read_element("30deg").unwrap(), &codes);
    let pairing = check(&plane, "30deg", &swapped(&codes), &swapped(&w));
    let Verdict::Other(fit) = &pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert_eq!(fit.convention.relation, Relation::Inverse);
    assert!(pairing.alike.iter().any(|c| c.layout == Layout::Axes), "{:?}", pairing.alike);
    let w = moved(&plane, &O2.read_element("30deg s").unwrap(), &codes);
    let pairing = check(&plane, "30deg s", &swapped(&codes), &swapped(&w));
    let Verdict::Other(fit) = &pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert!(fit.convention.keeps_orbits(), "{}", fit.convention);
}

/// What a pair leaves open is said.
#[test]
fn a_pair_says_what_it_cannot_tell() {
    let says = |pairing: &Pairing| pairing.unchecked.join(" ");
    let c8 = Cyclic::new(8).unwrap();
    let rep = Representation::regular(&c8).copies(2);
    let z = gaussian(20, 16, 15);
    let half = check(&rep, "r^2", &z, &moved(&rep, &2, &z));
    assert_eq!(half.verdict, Verdict::Holds);
    assert!(says(&half).contains("checks the 4 powers of 2 of C8, which has 8"), "{}", says(&half));
    assert!(says(&half).contains("add a pair by 1."), "{}", says(&half));
    assert_eq!(says(&check(&rep, "r", &z, &moved(&rep, &1, &z))), "");
    let d8 = Dihedral::new(8).unwrap();
    let rep = Representation::regular(&d8);
    let pair = check(&rep, "r", &z, &moved(&rep, &d8.element(1), &z));
    assert!(says(&pair).contains("add a pair by r^0 s."), "{}", says(&pair));
    let pair = check(&rep, "s", &z, &moved(&rep, &d8.element(8), &z));
    assert!(says(&pair).contains("add a pair by r^1."), "{}", says(&pair));
    // Elements that act alike on these codes.
    let signs = d8.represent("4 x B1").unwrap();
    let z = gaussian(20, 4, 16);
    let pair = check(&signs, "r", &z, &z.mapv(|v| -v));
    assert_eq!(pair.verdict, Verdict::Holds);
    assert!(pair.alike.iter().any(|c| c.element == "r^3" && c.relation == Relation::Other));
    let z = gaussian(20, 12, 17);
    let points = O3.natural().copies(4);
    let turn = O3.read_element("60deg about z").unwrap();
    let pair = check(&points, "60deg about z", &z, &moved(&points, &turn, &z));
    assert_eq!(pair.verdict, Verdict::Holds);
    for part in ["has order 6", "other axes", "add a pair by inversion"] {
        assert!(says(&pair).contains(part), "{part}: {}", says(&pair));
    }
    let inversion = O3.read_element("inversion").unwrap();
    let pair = check(&points, "inversion", &z, &moved(&points, &inversion, &z));
    assert_eq!(pair.verdict, Verdict::Holds);
    assert!(!says(&pair).contains("parity"), "{}", says(&pair));
    let plane = SO2.natural().copies(6);
    let turn = SO2.read_element("-90deg").unwrap();
    let pair = check(&plane, "-90deg", &z, &moved(&plane, &turn, &z));
    assert_eq!(pair.verdict, Verdict::Holds);
    assert!(
        says(&pair).contains("has order 4") && !says(&pair).contains("axes"),
        "{}",
        says(&pair)
    );
}
