//! A representation without its type is the same representation.

use groups::compact::{Isometries, O2, O3, SO2, SO3};
use groups::quotient::{Method, QuotientMetric};
use groups::{
    AnyFinite, AnyGroup, Cyclic, Dihedral, Element, FiniteGroup, Group, GroupError, HasIrreps,
    MatrixGroup, Permutation, PermutationGroup, Representation, Space, Symmetric, Symmetry,
    TableGroup, WithIrreps, Wreath, laws,
};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Action, blocks, names, metric, elements: all as in the group's own type, to the bit.
fn agrees<G: Symmetry>(rep: &Representation<G>) {
    let space = Space::from(rep);
    assert_eq!((space.name(), space.dim()), (rep.name(), rep.dim()));
    assert_eq!(space.blocks(), rep.blocks());
    assert_eq!(Space::from(&space).blocks(), rep.blocks());
    assert!(*space.group() == rep.group().erase());
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    laws::check_group(space.group(), 20, &mut rng).unwrap();
    laws::check_representation(&space, 10, 1e-9, &mut rng).unwrap();
    let codes = Array2::from_shape_simple_fn((6, rep.dim()), || rng.random_range(-1.0..1.0));
    let [z, w] = [0, 1].map(|row| codes.row(row).to_vec());
    let metrics = (QuotientMetric::new(rep), space.metric());
    for seed in 0..10 {
        let draw = || ChaCha8Rng::seed_from_u64(seed);
        let (g, erased) = (rep.group().sample(&mut draw()), space.random_element(&mut draw()));
        assert_eq!((G::lift(&g), erased.get()), (erased.clone(), Some(&g)), "{}", rep.name());
        assert_eq!(space.name_of(&erased), rep.group().name_of(&g));
        let inverse = space.group().inverse(&erased);
        assert!(space.group().same(&inverse, &G::lift(&rep.group().inverse(&g))));
        let moved = space.act_rows(&erased, codes.view()).unwrap();
        assert_eq!(moved, rep.act_rows(&g, codes.view()).unwrap());
        assert_eq!(moved.row(0).to_vec(), rep.act(&g, &z));
        if let (Ok(typed), Ok(erased)) = &metrics {
            let moved = moved.row(1).to_vec();
            let (typed, erased) = (typed.align(&z, &moved), erased.align(&z, &moved));
            assert_eq!(typed.distance.to_bits(), erased.distance.to_bits());
            assert_eq!(G::lift(&typed.element), erased.element);
        }
    }
    assert_eq!(metrics.0.is_ok(), metrics.1.is_ok());
    if let (Ok(typed), Ok(erased)) = &metrics {
        assert_eq!(typed.method(), erased.method());
        assert_eq!(typed.max_filter(&z, &w).to_bits(), erased.max_filter(&z, &w).to_bits());
    }
    let narrow = codes.slice_axis(ndarray::Axis(1), ndarray::Slice::from(1..));
    let error = space.act_rows(&space.group().identity(), narrow).unwrap_err();
    assert!(matches!(error, GroupError::Dimension { .. }), "{error}");
}

#[test]
fn spaces_are_the_representations_that_they_are_of() {
    let c8 = Cyclic::new(8).unwrap();
    agrees(&Representation::regular(&c8).copies(2));
    let d4 = Dihedral::new(4).unwrap();
    let irreps: Vec<_> = d4.irreps().iter().map(|i| i.representation().clone()).collect();
    agrees(&Representation::direct_sum(&irreps).unwrap());
    let s4 = Symmetric::new(4).unwrap();
    agrees(&s4.natural());
    agrees(&Representation::direct_sum(&[s4.node_features(2), s4.sign()]).unwrap());
    agrees(&PermutationGroup::alternating(5).unwrap().node_features(2));
    agrees(&MatrixGroup::full_octahedral().unwrap().defining().copies(2));
    agrees(&Representation::regular(&TableGroup::quaternion()));
    agrees(&Wreath::hyperoctahedral(3).unwrap().signed_permutations());
    agrees(&SO2.natural().copies(3));
    agrees(&O2.irrep(3).unwrap().representation().copies(2));
    agrees(&SO3.vectors().copies(2));
    agrees(&O3.vectors().copies(2));
    // No metric is known, and all else is.
    agrees(SO3.irrep(2).unwrap().representation());
}

/// Groups made of erased ones, whose elements are erased already.
#[test]
fn erased_groups_are_groups_like_others() {
    let any = AnyFinite::new(&Cyclic::new(6).unwrap());
    let with = WithIrreps::new(any.clone()).unwrap();
    agrees(&Representation::regular(&with));
    let once = AnyGroup::Finite(any.clone());
    assert!(AnyGroup::Finite(AnyFinite::new(&any)) == once && any.erase() == once);
    assert_eq!(any.get(), Some(&Cyclic::new(6).unwrap()));
    assert_eq!(any.element(4).get(), Some(&4usize));
    let swap = Permutation::from_cycles(3, &[&[0, 1]]).unwrap();
    let erased: Element = Symmetric::lift(&swap);
    assert_eq!(erased.get(), Some(&swap));
    assert_eq!(erased.get::<usize>(), None);
    assert!(AnyGroup::parse("c6").unwrap() == once && AnyGroup::parse("c7").unwrap() != once);
}

/// Orders are equal where the numbers are, whatever they were counted by.
#[test]
fn orders_are_exact() {
    let order = |text: &str| AnyGroup::parse(text).unwrap().order();
    assert_eq!(order("s3"), order("d3"));
    assert_eq!(order("s3").to_string(), "6");
    assert_ne!(order("s3"), order("c5"));
    assert_ne!(order("s3"), order("so3"));
    assert_eq!(order("s40"), order("s40"));
    assert_ne!(order("s40"), order("a40"));
    assert_eq!(order("s30").to_string(), "265252859812191058636308480000000");
    assert_eq!(order("s1000").to_string(), "about 10^2568");
    assert_eq!(Space::parse("s9", "9 x 8").unwrap().metric().unwrap().method(), Method::Assignment);
}
