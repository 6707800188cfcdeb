//! An audit finds what was put into the codes.

use analysis::AnalysisError;
use analysis::audit::{Asked, Audit, AuditOptions, Labels, Layout, Pairing, Relation, Verdict};
use groups::compact::{Isometries, O3, SO3};
use groups::{Cyclic, Dihedral, FiniteGroup, Group, Representation, Symmetric, Symmetry};
use ndarray::{Array1, Array2, Axis};
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

fn options() -> AuditOptions {
    AuditOptions { pictures: false, pairs: 300, ..AuditOptions::default() }
}

#[test]
fn a_group_that_does_nothing_makes_nothing_ambiguous() {
    let rep = Representation::trivial(&Cyclic::new(4).unwrap()).copies(5);
    let audit = Audit::of(gaussian(120, 5, 1).view(), &rep, None, &options()).unwrap();
    assert_eq!(audit.ambiguity.changed, 0.0);
    assert_eq!(audit.ambiguity.changed_at_random_poses, 0.0);
    assert_eq!(audit.ambiguity.within_orbits, 0.0);
    // The identity up to a rotation is what is recommended.
    assert_eq!(audit.recommended().overlap, 1.0);
    let rep = Representation::regular(&Cyclic::new(1).unwrap()).copies(5);
    let audit = Audit::of(gaussian(120, 5, 1).view(), &rep, None, &options()).unwrap();
    assert_eq!(audit.ambiguity.changed, 0.0);
}

#[test]
fn an_isometric_projection_is_recommended_where_there_is_one() {
    let rep = Symmetric::new(6).unwrap().natural();
    let codes = gaussian(200, 6, 2);
    let audit = Audit::of(codes.view(), &rep, None, &options()).unwrap();
    let best = audit.recommended();
    assert_eq!((best.name.as_str(), best.overlap), ("sort", 1.0));
    let d = best.distortion.unwrap();
    assert!((d.min - 1.0).abs() < 1e-9 && (d.max - 1.0).abs() < 1e-9);
    assert!(audit.ambiguity.changed > 0.3);
    // For all but the time it takes, the audit is a function of codes and seed.
    let again = Audit::of(codes.view(), &rep, None, &options()).unwrap();
    assert_eq!(audit.recommendation, again.recommendation);
    assert_eq!(audit.ambiguity, again.ambiguity);
    let overlaps = |a: &Audit| a.judged.iter().map(|j| j.overlap).collect::<Vec<_>>();
    assert_eq!(overlaps(&audit), overlaps(&again));
}

/// Codes in any poses have the same exact neighbours, so what projections keep does not change.
#[test]
fn poses_change_nothing_but_the_raw_neighbours() {
    let group = Dihedral::new(4).unwrap();
    let rep = Representation::regular(&group).copies(2);
    let codes = gaussian(120, rep.dim(), 3);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut posed = codes.clone();
    for (from, mut to) in codes.axis_iter(Axis(0)).zip(posed.axis_iter_mut(Axis(0))) {
        to.assign(&Array1::from(rep.act(&group.sample(&mut rng), &from.to_vec())));
    }
    let as_given = Audit::of(codes.view(), &rep, None, &options()).unwrap();
    let turned = Audit::of(posed.view(), &rep, None, &options()).unwrap();
    for (a, b) in as_given.judged.iter().zip(&turned.judged) {
        // Two neighbours whose distances differ by rounding may change places.
        assert!((a.overlap - b.overlap).abs() < 0.01, "{}", a.name);
        assert!(a.invariance_error.is_none_or(|e| e < 1e-9), "{}", a.name);
    }
}

#[test]
fn what_cannot_be_audited_is_refused() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap());
    let audit = |codes: &Array2<f64>, labels: Option<Labels>| {
        Audit::of(codes.view(), &rep, labels.as_ref(), &options()).unwrap_err()
    };
    assert!(matches!(audit(&gaussian(9, 5, 1), None), AnalysisError::Shape { .. }));
    assert!(matches!(audit(&gaussian(2, 4, 1), None), AnalysisError::TooFew { .. }));
    assert!(matches!(audit(&Array2::ones((9, 4)), None), AnalysisError::TooFew { .. }));
    let codes = gaussian(9, 4, 1);
    let zeros = |n: usize| Some(Labels::numbered(&vec![0; n]));
    assert!(matches!(audit(&codes, zeros(8)), AnalysisError::Shape { .. }));
    assert!(matches!(audit(&codes, zeros(9)), AnalysisError::TooFew { .. }));
    let targets = |value: f64| Some(Labels::Targets(vec![value; 9]));
    assert!(matches!(audit(&codes, targets(0.5)), AnalysisError::TooFew { .. }));
    assert!(matches!(audit(&codes, targets(f64::NAN)), AnalysisError::NotFinite { .. }));
    // All poses of one code.
    let one = Array2::from_shape_fn((4, 4), |(i, j)| ((i + j) % 4) as f64);
    assert!(matches!(audit(&one, None), AnalysisError::TooFew { .. }));
    let mut broken = codes;
    broken[[3, 1]] = f64::NAN;
    assert!(matches!(audit(&broken, None), AnalysisError::NotFinite { row: 3, column: 1, .. }));
}

/// Every wrong convention is told from the declared one, and named.
fn conventions<G: Symmetry>(rep: &Representation<G>, g: G::Element) {
    let codes = gaussian(30, rep.dim(), 5);
    let group = rep.group();
    let check = |codes: &Array2<f64>, other: &Array2<f64>| {
        Pairing::check(codes.view(), other.view(), rep, &g).unwrap()
    };
    let right = check(&codes, &moved(rep, &g, &codes));
    assert_eq!(right.verdict, Verdict::Holds);
    assert!(right.declared.residual < 1e-9);
    let inverse = check(&codes, &moved(rep, &group.inverse(&g), &codes));
    let Verdict::Other(fit) = inverse.verdict else { panic!("{:?}", inverse.verdict) };
    assert_eq!(fit.convention.relation, Relation::Inverse);
    let Verdict::Neither(fit) = check(&codes, &gaussian(30, rep.dim(), 6)).verdict else {
        panic!("unrelated codes")
    };
    assert!(fit.residual > 0.5);
}

#[test]
fn conventions_are_told_apart() {
    let c6 = Cyclic::new(6).unwrap();
    conventions(&Representation::regular(&c6).copies(3), 1);
    let d5 = Dihedral::new(5).unwrap();
    conventions(&Representation::regular(&d5).copies(2), d5.element(1));
    let s9 = Symmetric::new(9).unwrap();
    conventions(&s9.node_features(2), s9.read_element("(0 1 2)").unwrap());

    // Codes stored as (N, F) where (F, N) is declared.
    let rep = Representation::regular(&c6).copies(3);
    let transpose = |codes: &Array2<f64>| {
        Array2::from_shape_fn(codes.dim(), |(i, j)| codes[[i, (j % 3) * 6 + j / 3]])
    };
    let codes = gaussian(30, 18, 7);
    let other = transpose(&moved(&rep, &1, &codes));
    let pairing = Pairing::check(transpose(&codes).view(), other.view(), &rep, &1).unwrap();
    let Verdict::Other(fit) = pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert_eq!(
        (fit.convention.layout, fit.convention.relation),
        (Layout::Transposed, Relation::Declared)
    );
}

/// Points of space in random poses: raw neighbours are those of the pose, invariants are not misled, and
/// what is bi-Lipschitz is recommended.
#[test]
fn points_of_space_are_audited_up_to_rotation() {
    let rep = O3.natural().copies(4);
    let shapes = gaussian(8, 12, 11);
    let noise = gaussian(160, 12, 12);
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let mut codes = Array2::zeros((160, 12));
    let mut labels = Vec::new();
    for (i, mut row) in codes.axis_iter_mut(Axis(0)).enumerate() {
        let shape = &shapes.row(i % 8) + &(&noise.row(i) * 0.05);
        row.assign(&Array1::from(rep.act(&O3.sample(&mut rng), &shape.to_vec())));
        labels.push(["a", "b", "c", "d", "e", "f", "g", "h"][i % 8]);
    }
    let labels = Labels::named(&labels);
    let audit = Audit::of(codes.view(), &rep, Some(&labels), &options()).unwrap();
    assert_eq!(audit.group_order, None);
    assert!(audit.ambiguity.changed > 0.4, "{:?}", audit.ambiguity);
    let best = audit.recommended();
    assert!(best.guarantee <= projections::Guarantee::Separating && best.overlap > 0.8, "{best:?}");
    assert!(audit.judged.iter().all(|j| j.invariance_error.is_none_or(|e| e < 1e-9)));
    let root = audit.judged.iter().find(|j| j.name == "root-gram").unwrap();
    let ratios = root.distortion.unwrap();
    assert!(ratios.min > 1.0 - 1e-9 && ratios.max < 2f64.sqrt() + 1e-9);
    let accuracy = |codes: &str| audit.probes.iter().find(|p| p.codes == codes).unwrap().neighbours;
    assert!(accuracy("root-gram") > 0.95 && accuracy("raw codes") < 0.8);
    assert!(audit.unfit.iter().any(|(name, why)| name == "sort" && why.contains("a finite group")));
    // No metric, no audit.
    let l2 = O3.irrep(2, false).unwrap().representation().copies(3);
    let error = Audit::of(gaussian(60, 15, 1).view(), &l2, None, &options()).unwrap_err();
    assert!(error.to_string().contains("not known in closed form"), "{error}");
}

/// A target that is a function of the orbit is read from invariants, and hardly from raw codes.
#[test]
fn targets_are_read_from_invariants() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    let codes = gaussian(400, 16, 21);
    let targets: Vec<f64> = codes
        .rows()
        .into_iter()
        .map(|z| z.iter().take(8).fold(f64::NEG_INFINITY, |m, v| m.max(*v)))
        .collect();
    let labels = Labels::Targets(targets);
    let audit = Audit::of(codes.view(), &rep, Some(&labels), &options()).unwrap();
    assert_eq!(audit.probed, Some(Asked::Number));
    let of = |codes: &str| audit.probes.iter().find(|p| p.codes == codes).unwrap();
    assert!(of("group-max").linear.unwrap() > 0.99, "{:?}", of("group-max"));
    assert!(of("raw codes").linear.unwrap() < 0.5, "{:?}", of("raw codes"));
    assert!(of("group-max").neighbours > of("raw codes").neighbours);
    let page = audit.report("codes").render().unwrap();
    assert!(page.contains("R² on codes that were not fitted"));
}

/// Angles, inverses, axes and layouts are told apart.
#[test]
fn conventions_of_rotations_are_told_apart() {
    let rep = SO3.vectors().copies(4);
    let codes = gaussian(30, 12, 31);
    let g = SO3.read_element("60deg about [1, 2, 2]").unwrap();
    let turned = moved(&rep, &g, &codes);
    let check = |codes: &Array2<f64>, other: &Array2<f64>, g: &_| {
        Pairing::check(codes.view(), other.view(), &rep, g).unwrap()
    };
    assert_eq!(check(&codes, &turned, &g).verdict, Verdict::Holds);
    let inverse = SO3.inverse(&g);
    let Verdict::Other(fit) = check(&codes, &turned, &inverse).verdict else { panic!() };
    assert_eq!(fit.convention.relation, Relation::Inverse);
    let other = SO3.read_element("10deg about x").unwrap();
    let Verdict::Other(fit) = check(&codes, &turned, &other).verdict else { panic!() };
    assert!(SO3.same(&SO3.read_element(&fit.convention.element).unwrap(), &g));
    let rearranged = |codes: &Array2<f64>, places: &dyn Fn(usize) -> usize| {
        Array2::from_shape_fn(codes.dim(), |(i, j)| codes[[i, places(j)]])
    };
    let axes = |j: usize| j / 3 * 3 + [1, 2, 0][j % 3];
    let pairing = check(&rearranged(&codes, &axes), &rearranged(&turned, &axes), &g);
    let Verdict::Other(fit) = pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert_eq!(fit.convention.relation, Relation::Declared);
    assert_eq!(fit.convention.layout, Layout::Axes);
    let columns = |j: usize| j % 4 * 3 + j / 4;
    let pairing = check(&rearranged(&codes, &columns), &rearranged(&turned, &columns), &g);
    let Verdict::Other(fit) = pairing.verdict else { panic!("{:?}", pairing.verdict) };
    assert_eq!(fit.convention.layout, Layout::Transposed);
    let Verdict::Neither(_) = check(&codes, &gaussian(30, 12, 32), &g).verdict else { panic!() };
}

/// Codes of any size have the audit of codes near one; what is a distance is scaled.
#[test]
fn the_size_of_codes_is_no_matter() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
    let codes = gaussian(60, 8, 41);
    let labels = Labels::Targets(codes.column(0).to_vec());
    let audit =
        |codes: &Array2<f64>| Audit::of(codes.view(), &rep, Some(&labels), &options()).unwrap();
    let near = audit(&codes);
    assert_eq!(near.exponent, 0);
    // Exact powers of two.
    for k in [-1000, -560, 498, 1000] {
        let power = 2f64.powi(k);
        let far = audit(&(&codes * power));
        assert!(far.exponent.abs_diff(k) < 4, "{} for {k}", far.exponent);
        assert_eq!(far.ambiguity.changed, near.ambiguity.changed, "{k}");
        assert!((far.ambiguity.spread() / near.ambiguity.spread() - 1.0).abs() < 1e-12);
        let ratio = far.ambiguity.between_codes / power / near.ambiguity.between_codes;
        assert!((ratio - 1.0).abs() < 1e-12, "{k}: {ratio}");
        let filter =
            |a: &Audit| a.judged.iter().find(|j| j.name.starts_with("max-filter")).cloned();
        let (a, b) = (filter(&near).unwrap(), filter(&far).unwrap());
        assert_eq!(a.overlap, b.overlap);
        assert!(a.distortion.unwrap().max / b.distortion.unwrap().max - 1.0 < 1e-9);
        let page = far.report("codes").render().unwrap();
        assert!(page.contains("the audit divided them by 2^"));
        assert!(!page.contains(">NaN"));
    }
    for scale in [1e-310, 1e-170, 1e-40, 1e38, 1e150, 1e160, 1e300] {
        let far = audit(&(&codes * scale));
        assert!(!far.sentence().contains("NaN") && !far.judged.is_empty(), "{scale}");
    }
}

/// Codes that are far from zero are judged by how far they are from each other.
#[test]
fn codes_with_a_large_common_part_are_not_one_orbit() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap());
    let codes = gaussian(60, 4, 42) + 1e10;
    assert!(Audit::of(codes.view(), &rep, None, &options()).is_ok());
}

/// Few, equal and repeated codes.
#[test]
fn poor_codes_are_audited_or_refused_in_words() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap());
    let audit = |codes: &Array2<f64>| Audit::of(codes.view(), &rep, None, &options());
    for (rows, value) in [(1, 1.0), (2, 1.0), (9, 0.0), (9, 1e300), (9, 1e-320)] {
        let error = audit(&Array2::from_elem((rows, 4), value)).unwrap_err();
        assert!(matches!(error, AnalysisError::TooFew { .. }), "{rows}, {value}: {error}");
    }
    // Three codes, two of them equal; twenty copies of two; one outlier.
    let few = gaussian(2, 4, 43);
    for rows in [vec![0, 0, 1], [0, 1].repeat(20), [vec![0; 30], vec![1]].concat()] {
        let audit = audit(&few.select(Axis(0), &rows)).unwrap();
        assert!(audit.sentence().contains("times as far apart"), "{rows:?}");
        assert!(!audit.report("codes").render().unwrap().contains(">NaN"), "{rows:?}");
    }
    let mut outlier = gaussian(30, 4, 44);
    outlier.row_mut(7).fill(1e200);
    outlier[[7, 0]] = -1e200;
    let audit = audit(&outlier).unwrap();
    assert!(!audit.report("codes").render().unwrap().contains(">NaN"));
}

/// What is advised for labels is chosen by cross-validation, apart from the recommendation.
#[test]
fn labels_have_an_advice_of_their_own() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    let codes = gaussian(400, 16, 45);
    let of = |f: &dyn Fn(&[f64]) -> f64| -> Labels {
        Labels::Targets(codes.rows().into_iter().map(|z| f(&z.to_vec())).collect())
    };
    let audit =
        |labels: Option<&Labels>| Audit::of(codes.view(), &rep, labels, &options()).unwrap();
    let plain = audit(None);
    assert_eq!(plain.for_labels, None);
    // The mean of a field is what `reynolds` keeps, and the largest entry what `group-max` keeps.
    let mean = audit(Some(&of(&|z| z[..8].iter().sum())));
    let largest = audit(Some(&of(&|z| z[..8].iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v)))));
    let pose = audit(Some(&of(&|z| z[0])));
    for audit in [&mean, &largest, &pose] {
        assert_eq!(audit.recommended().name, plain.recommended().name);
        assert!(audit.probes.iter().all(|p| p.penalty.is_some() && p.missing.is_none()));
    }
    let says = |a: &Audit| a.for_labels.clone().unwrap();
    let best = |a: &Audit, name: &str| {
        a.probes.iter().find(|p| p.codes == name).unwrap().cross_validated > 0.99
    };
    assert!(best(&mean, "reynolds"), "{}", says(&mean));
    assert!(best(&largest, "group-max"), "{}", says(&largest));
    assert!(
        says(&largest).starts_with("For these labels take group-max: R²"),
        "{}",
        says(&largest)
    );
    assert!(says(&largest).contains("The recommendation does not depend on labels."));
    // What depends on the pose is read from raw codes.
    assert!(
        says(&pose).contains("no projection reads them better")
            || says(&pose).contains("Raw codes")
    );
    let page = largest.report("codes").render().unwrap();
    assert!(page.contains("five-fold cross-validation") && page.contains("take group-max"));
    // A dash says why: more classes than are fitted.
    let many: Vec<i64> = (0..400).map(|i| i / 2).collect();
    let classes = audit(Some(&Labels::numbered(&many)));
    assert!(classes.probes.iter().all(|p| p.linear.is_none()));
    let page = classes.report("codes").render().unwrap();
    assert!(page.contains("A dash has a reason:") && page.contains("not of 2 to 100"));
}
