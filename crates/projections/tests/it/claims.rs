//! What metadata claim: no pair of codes that a search finds may contradict it, for the whole catalogue and for
//! projections of given keys and templates.

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Group, Permutation, PermutationGroup, Representation, Space, Symmetric};
use ndarray::{Array2, ArrayView2, array};
use projections::catalogue::{self, CatalogueError, Choice};
use projections::laws::{check_projection, seeded};
use projections::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn normal(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn guarantee(p: &impl Projection<f64>) -> Guarantee {
    p.metadata().guarantee
}

/// `‖s(z) − s(w)‖` of two rows.
fn gap(p: &dyn Projection<f64>, z: ArrayView2<'_, f64>) -> f64 {
    gap_in(p, z)
}

/// The same at another precision.
fn gap_in<T: groups::Real>(p: &dyn Projection<T>, z: ArrayView2<'_, f64>) -> f64 {
    let s = p.project(z.mapv(T::of).view()).unwrap().mapv(|v| v.as_f64());
    let gap = &s.row(0) - &s.row(1);
    gap.dot(&gap).sqrt()
}

/// Everything that the catalogue offers, held to its word; what is not kept, in words.
fn not_kept(rep: &Space) -> Vec<String> {
    let mut broken = Vec::new();
    for candidate in catalogue::applicable::<f64>(rep, 3).usable {
        let law = check_projection(&candidate.projection, rep, 1e-7, &mut seeded());
        broken.extend(law.err().map(|violation| violation.to_string()));
        let section = catalogue::build_section::<f64>(rep, &candidate.choice, 3);
        broken.extend(sections_agree(&candidate, section.map(|_| ()), rep));
    }
    broken
}

/// What is said to lie on the orbit is taken as a cross-section, and nothing else is.
fn sections_agree(
    candidate: &catalogue::Candidate<f64>,
    section: Result<(), CatalogueError>,
    rep: &Space,
) -> Option<String> {
    let said = candidate.projection.metadata().cross_section;
    (said != section.is_ok()).then(|| format!("{} of {rep}: {said}, {section:?}", candidate.choice))
}

/// Random codes of one length and with the same linear invariants have different images in single precision.
fn single_precision<G: Group>(
    rep: &Representation<G>,
    candidate: &catalogue::Candidate<f32>,
) -> Option<String> {
    let s = &candidate.projection;
    if s.metadata().guarantee == Guarantee::Lossy {
        return None;
    }
    let fixed = Reynolds::<f64>::new(rep);
    let dim = rep.dim();
    let basis = fixed.project(Array2::eye(dim).view()).unwrap();
    if basis.ncols() == dim || dim - basis.ncols() == 1 {
        return None;
    }
    for seed in 0..8 {
        let mut z = normal(2, dim, seed);
        let linear = z.dot(&basis).dot(&basis.t());
        z -= &linear;
        for mut row in z.rows_mut() {
            let length = row.dot(&row).sqrt();
            row *= (dim as f64).sqrt() / length;
        }
        z.rows_mut().into_iter().for_each(|mut row| row += &linear.row(0));
        let images = s.project(z.mapv(|v| v as f32).view()).unwrap();
        let size = images.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        let gap = gap_in(s, z.view());
        if gap < 64.0 * f64::from(f32::EPSILON) * size {
            return Some(format!("{} of {rep} in f32: {gap:e} of {size:e}", candidate.choice));
        }
    }
    None
}

/// Ordinary and awkward ones: trivial groups, one dimension, signs, kernels, complex and quaternionic irreps,
/// nothing fixed, everything fixed, products, reflection groups, sets, and compact groups.
const REPRESENTATIONS: [(&str, &str); 74] = [
    ("c1", "regular"),
    ("c1", "3 x trivial"),
    ("c2", "trivial"),
    ("c5", "2 x trivial"),
    ("c2", "regular"),
    ("c2", "2 x regular"),
    ("c2", "irrep 1"),
    ("c2", "3 x irrep 1"),
    ("c2", "irrep 1 + trivial"),
    ("c3", "regular"),
    ("c3", "natural"),
    ("c3", "2 x natural"),
    ("c4", "natural"),
    ("c4", "regular"),
    ("c4", "irrep 2"),
    ("c4", "2 x irrep 2 + natural"),
    ("c5", "natural + trivial"),
    ("c6", "regular"),
    ("c6", "irrep 3 + natural"),
    ("c8", "regular"),
    ("c8", "natural"),
    ("c12", "regular"),
    ("c2xc2", "regular"),
    ("c2xc3", "regular"),
    ("c2xc4", "regular"),
    ("d1", "regular"),
    ("d2", "regular"),
    ("d3", "regular"),
    ("d3", "natural"),
    ("d3", "2 x natural"),
    ("d4", "regular"),
    ("d4", "natural + trivial"),
    ("d4", "E1"),
    ("d6", "E2"),
    ("d6", "E1 + E2"),
    ("d5", "natural"),
    ("q8", "regular"),
    ("q8", "irrep 4"),
    ("q8", "irrep 1"),
    ("q8", "irrep 1 + irrep 4"),
    ("s1", "natural"),
    ("s2", "natural"),
    ("s2", "2 x 2"),
    ("s3", "natural"),
    ("s3", "3 x 2"),
    ("s3", "regular"),
    ("s4", "natural"),
    ("s4", "natural + trivial"),
    ("s4", "sign"),
    ("s4", "4 x 2"),
    ("s5", "natural"),
    ("s1", "1 x 3"),
    ("a3", "natural"),
    ("a4", "natural"),
    ("a4", "regular"),
    ("b2", "natural"),
    ("b3", "natural"),
    ("t", "natural"),
    ("td", "natural"),
    ("o", "natural"),
    ("oh", "natural"),
    ("ih", "natural"),
    ("so2", "natural"),
    ("so2", "3 x frequency 2"),
    ("so2", "frequency 1 + frequency 2"),
    ("o2", "natural + trivial"),
    ("o2", "3 x determinant"),
    ("so3", "natural"),
    ("so3", "2 x natural"),
    ("so3", "3 x natural"),
    ("so3", "l2"),
    ("o3", "4 x natural + trivial"),
    ("o3", "4x1o + 1x2o"),
    ("o3", "2x0o"),
];

#[test]
fn the_catalogue_keeps_its_word() {
    let mut broken = Vec::new();
    for (group, rep) in REPRESENTATIONS {
        match Space::parse(group, rep) {
            Ok(space) => broken.extend(not_kept(&space)),
            Err(error) => broken.push(format!("{group}, {rep}: {error}")),
        }
    }
    assert!(broken.is_empty(), "{}: {broken:#?}", broken.len());
}

#[test]
fn the_catalogue_keeps_its_word_in_single_precision() {
    let mut broken = Vec::new();
    for order in [2, 3, 4, 5, 8, 12, 128] {
        let rep = Representation::regular(&Cyclic::new(order).unwrap());
        for candidate in catalogue::applicable::<f32>(&rep, 3).usable {
            broken.extend(single_precision(&rep, &candidate));
        }
    }
    for (nodes, features) in [(2, 1), (3, 1), (5, 1), (7, 1), (3, 2), (4, 2), (5, 2)] {
        let rep = Symmetric::new(nodes).unwrap().node_features(features);
        for candidate in catalogue::applicable::<f32>(&rep, 3).usable {
            broken.extend(single_precision(&rep, &candidate));
        }
    }
    assert!(broken.is_empty(), "{}: {broken:#?}", broken.len());
}

/// Sets of two points in the plane that keys along the axes do not tell apart.
fn two_sets() -> Array2<f64> {
    array![[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]]
}

/// Keys are counted by what they tell: the first two merge different sets, and the last does not.
#[test]
fn given_keys_separate_where_they_are_in_general_position() {
    let bad = array![[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
    let scaled = array![[1.0, 0.0, -3.0, 0.0], [0.0, 1.0, 0.0, 0.0]];
    let good = array![[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]];
    for keys in [&bad, &scaled] {
        let keys = SortedKeys::with_keys(2, keys.view()).unwrap();
        assert_eq!(gap(&keys, two_sets().view()), 0.0);
        assert_eq!(guarantee(&keys), Guarantee::Lossy);
    }
    let rep = Symmetric::new(2).unwrap().node_features(2);
    let keys = SortedKeys::with_keys(2, good.view()).unwrap();
    assert_eq!(guarantee(&keys), Guarantee::BiLipschitz);
    check_projection(&keys, &rep, 1e-12, &mut seeded()).unwrap();
    assert_eq!(guarantee(&SortedKeys::random(2, 2, 3, 1).unwrap()), Guarantee::BiLipschitz);
    // One feature: any key but zero.
    assert_eq!(
        guarantee(&SortedKeys::with_keys(5, array![[2.0]].view()).unwrap()),
        Guarantee::BiLipschitz
    );
    assert_eq!(
        guarantee(&SortedKeys::with_keys(5, array![[0.0, 0.0]].view()).unwrap()),
        Guarantee::Lossy
    );
    // Three keys of space in one plane among seven: two of three points may differ across it.
    let mut keys = normal(7, 3, 2);
    let sum = &keys.row(0) + &keys.row(1);
    keys.row_mut(2).assign(&sum);
    assert_eq!(guarantee(&SortedKeys::with_keys(3, keys.t()).unwrap()), Guarantee::Lossy);
    // The same pools of sorted keys.
    let knots = array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
    let twice = |keys: &Array2<f64>| {
        let columns: Vec<_> = (0..6).map(|j| keys.column(j / 2)).collect();
        let keys = ndarray::stack(ndarray::Axis(1), &columns).unwrap();
        let knots = Array2::from_shape_fn((6, 2), |(i, j)| knots[(i % 2, j)]);
        SortPool::with_knots(2, keys.view(), knots.view()).unwrap()
    };
    assert_eq!(guarantee(&twice(&good)), Guarantee::BiLipschitz);
    check_projection(&twice(&good), &rep, 1e-12, &mut seeded()).unwrap();
    assert_eq!(guarantee(&twice(&bad)), Guarantee::Lossy);
    // Knots of equal values see the mean alone, however many there are.
    let ones =
        SortPool::with_knots(2, normal(2, 8, 1).view(), Array2::ones((8, 2)).view()).unwrap();
    assert!(gap(&ones, two_sets().view()) < 1e-12);
    assert_eq!(guarantee(&ones), Guarantee::Lossy);
    assert_eq!(guarantee(&SortPool::random(2, 2, 8, 2, 1).unwrap()), Guarantee::BiLipschitz);
}

#[test]
fn given_templates_separate_where_that_is_shown() {
    let rep = Symmetric::new(2).unwrap().node_features(2);
    let zero = Array2::<f64>::zeros((9, 4));
    let max = |t: &Array2<f64>| MaxFilter::with_templates(&rep, t.view()).unwrap();
    let orbit = |t: &Array2<f64>| CoOrbit::with_templates(&rep, t.view()).unwrap();
    let soft = |t: &Array2<f64>| SoftMaxFilter::with_templates(&rep, t.view(), 1.0).unwrap();
    for templates in [&zero, &Array2::ones((9, 4)), &normal(9, 1, 1).dot(&Array2::ones((1, 4)))] {
        assert!(gap(&max(templates), two_sets().view()) < 1e-12);
        assert_eq!(guarantee(&max(templates)), Guarantee::Lossy);
        assert_eq!(guarantee(&orbit(templates)), Guarantee::Lossy);
        assert_eq!(guarantee(&soft(templates)), Guarantee::Lossy);
    }
    // N(D − 1) + 1 = 7 co-orbits in general position, and N²(D − 1) + 1 = 13 max filters, are enough.
    let seven = normal(7, 4, 5);
    assert_eq!(guarantee(&orbit(&seven)), Guarantee::BiLipschitz);
    assert_eq!(guarantee(&max(&seven)), Guarantee::Lossy);
    assert_eq!(guarantee(&max(&normal(13, 4, 5))), Guarantee::BiLipschitz);
    // Drawn ones are generic with probability one.
    assert_eq!(guarantee(&MaxFilter::random(&rep, 8, 1).unwrap()), Guarantee::BiLipschitz);
    assert_eq!(guarantee(&SoftMaxFilter::random(&rep, 9, 1.0, 1).unwrap()), Guarantee::Separating);
    // A line: one template that is not zero.
    let sign = Cyclic::new(2).unwrap();
    let sign = Representation::from_matrices(&sign, "sign".into(), 1, |g| {
        nalgebra::DMatrix::from_element(1, 1, if *g == 0 { 1.0 } else { -1.0 })
    });
    assert_eq!(
        guarantee(&MaxFilter::with_templates(&sign, array![[0.3]].view()).unwrap()),
        Guarantee::BiLipschitz
    );
    assert_eq!(
        guarantee(&MaxFilter::with_templates(&sign, array![[0.0]].view()).unwrap()),
        Guarantee::Lossy
    );
    // Under a metric.
    let metric = || QuotientMetric::new(&rep).unwrap();
    assert_eq!(guarantee(&MaxFilter::by_metric(metric(), zero.view()).unwrap()), Guarantee::Lossy);
    let drawn = MaxFilter::<f64>::random_by_metric(metric(), 8, 1).unwrap();
    assert_eq!(guarantee(&drawn), Guarantee::Separating);
}

/// Banks that are made tight of given templates, or fitted, are known to be frames, and no more.
#[test]
fn chosen_tight_banks_are_frames() {
    let rep = Representation::regular(&Cyclic::new(2).unwrap());
    let drawn = TightCoOrbit::<f64>::random(&rep, 60, 1).unwrap();
    assert_eq!(guarantee(&drawn), Guarantee::BiLipschitz);
    // One dimension is moved: any frame of it separates.
    let given = TightCoOrbit::<f64>::with_templates(&rep, array![[1.0, 0.0]].view()).unwrap();
    assert_eq!(guarantee(&given), Guarantee::BiLipschitz);
    check_projection(&given, &rep, 1e-12, &mut seeded()).unwrap();
    let rep = Representation::regular(&Cyclic::new(5).unwrap());
    let one = Array2::from_shape_fn((1, 5), |(_, j)| f64::from(j == 0));
    // A peak is symmetric under reversal, and so is what it sees.
    let given = TightCoOrbit::<f64>::with_templates(&rep, one.view()).unwrap();
    let reversed = array![[1.0, 2.0, 4.0, 0.0, -3.0], [1.0, -3.0, 0.0, 4.0, 2.0]];
    assert!(gap(&given, reversed.view()) < 1e-12);
    assert_eq!(guarantee(&given), Guarantee::Lossy);
    let rep = Representation::regular(&Cyclic::new(8).unwrap());
    let mut fit = TemplateFit::new(&rep, 400, 1).unwrap();
    assert_eq!(guarantee(&fit.projection::<f64>().unwrap()), Guarantee::BiLipschitz);
    let (z, w) = (normal(4, 8, 1), normal(4, 8, 2));
    fit.ascend(z.view(), w.view(), &[1.0; 4], 2.0, 0.01).unwrap();
    assert_eq!(guarantee(&fit.projection::<f64>().unwrap()), Guarantee::Lossy);
}

/// Templates that some elements leave alone determine no pose.
#[test]
fn templates_with_symmetry_decide_nothing() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap());
    let align = |t: &[f64]| guarantee(&Canonicalize::to_template(&rep, t).unwrap());
    assert_eq!(align(&[0.0; 4]), Guarantee::Lossy);
    assert_eq!(align(&[1.0, 0.0, 1.0, 0.0]), Guarantee::Lossy);
    assert_eq!(align(&[1.0, 0.0, 0.0, 0.0]), Guarantee::Generic);
    let s5 = Symmetric::new(5).unwrap().natural();
    let align = |t: &[f64]| guarantee(&Canonicalize::to_template(&s5, t).unwrap());
    assert_eq!(align(&[0.0, 1.0, 1.0, 3.0, 4.0]), Guarantee::Generic, "tied entries are sorted");
    let codes = array![[1.0, 0.0, 1.0, 0.0]];
    let mean = Canonicalize::to_frechet_mean(&rep, codes.view(), 1, 0).unwrap();
    assert_eq!(guarantee(&mean), Guarantee::Lossy);
    let turned = |t: &[f64]| guarantee(&RotationAlignment::to_template(t, 2).unwrap());
    assert_eq!(turned(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0]), Guarantee::Lossy);
    assert_eq!(turned(&[1.0, 0.0, 0.0, 2.0, 3.0, 3.0]), Guarantee::Generic);
    assert_eq!(turned(&[1.0, 0.0]), Guarantee::Generic, "one point needs no second direction");
    // Ties are said.
    let argmax = Canonicalize::by_argmax(&rep).unwrap();
    let because = Projection::<f64>::metadata(&argmax).because;
    assert!(because.contains("equally large the image depends on the pose"), "{because}");
    let tied = array![[2.0, 1.0, 2.0, 0.0], [2.0, 0.0, 2.0, 1.0]];
    let metric = QuotientMetric::new(&rep).unwrap();
    assert_eq!(metric.distance(&tied.row(0).to_vec(), &tied.row(1).to_vec()), 0.0);
    assert!(gap(&argmax, tied.view()) > 1.0);
}

/// A composition keeps a guarantee where what follows is injective, or for the quotient by both groups.
#[test]
fn compositions_claim_what_survives() {
    let rows = || LexSort::new(1, 2).unwrap();
    let after = Projection::<f64>::then(rows(), Sort::new(2).unwrap()).unwrap();
    assert_eq!(gap(&after, array![[1.0, 2.0], [2.0, 1.0]].view()), 0.0);
    let metadata = Projection::<f64>::metadata(&after);
    assert_eq!((metadata.guarantee, metadata.lipschitz.lower), (Guarantee::Lossy, None));
    assert_eq!(metadata.lipschitz.upper, Some(1.0));
    let still = Representation::trivial(&Cyclic::new(1).unwrap()).copies(2);
    check_projection(&after, &still, 1e-12, &mut seeded()).unwrap();
    // Max filters after a cross-section see their own group's orbits only.
    let c3 = Representation::regular(&Cyclic::new(3).unwrap());
    let section = Canonicalize::by_argmax(&c3).unwrap();
    let filtered = Projection::<f64>::then(section, MaxFilter::random(&c3, 6, 1).unwrap()).unwrap();
    assert_eq!(Projection::<f64>::metadata(&filtered).guarantee, Guarantee::Lossy);
    // Linear maps of full rank are injective: everything survives.
    let all = Representation::trivial(&Cyclic::new(1).unwrap()).copies(3);
    let sorted = || Sort::new(3).unwrap();
    let mixed =
        Projection::<f64>::then(sorted(), RandomLinear::random(&all, 3, 1).unwrap()).unwrap();
    assert_eq!(Projection::<f64>::metadata(&mixed).guarantee, Guarantee::BiLipschitz);
    let s3 = Symmetric::new(3).unwrap().natural();
    check_projection(&mixed, &s3, 1e-12, &mut seeded()).unwrap();
    let fewer =
        Projection::<f64>::then(sorted(), RandomLinear::random(&all, 2, 1).unwrap()).unwrap();
    assert_eq!(Projection::<f64>::metadata(&fewer).guarantee, Guarantee::Lossy);
    let turned = Projection::<f64>::then(sorted(), Reynolds::new(&all)).unwrap();
    assert_eq!(Projection::<f64>::metadata(&turned).guarantee, Guarantee::Isometric);
    check_projection(&turned, &s3, 1e-12, &mut seeded()).unwrap();
    // A second one for generic codes proves nothing of images, which are not generic.
    let tower = Then::of_tower::<f64>(sorted(), Canonicalize::by_argmax(&c3).unwrap()).unwrap();
    assert_eq!(Projection::<f64>::metadata(&tower).guarantee, Guarantee::Lossy);
}

/// The norm of one point is isometric, and so is that of two about their mean.
#[test]
fn roots_of_one_point_are_isometric() {
    for (gram, expected) in [
        (RootGram::new(1, 3), Guarantee::Isometric),
        (RootGram::centred(2, 3), Guarantee::Isometric),
        (RootGram::new(2, 3), Guarantee::BiLipschitz),
        (RootGram::centred(3, 1), Guarantee::BiLipschitz),
    ] {
        let metadata = Projection::<f64>::metadata(&gram.unwrap());
        assert_eq!(metadata.guarantee, expected);
        let distortion = if expected == Guarantee::Isometric { 1.0 } else { 2f64.sqrt() };
        assert_eq!(metadata.lipschitz.distortion(), Some(distortion));
    }
    // Two points about their mean: half their difference each way.
    let z = array![[0.0, 0.0, 3.0, 4.0], [1.0, 1.0, 2.0, 1.0]];
    let centred = RootGram::centred(2, 2).unwrap();
    assert!((gap(&centred, z.view()) - (5.0 - 1.0) / 2f64.sqrt()).abs() < 1e-12);
}

/// Codes of S_5 far apart whose polynomials of degree 120 are equal to rounding.
#[test]
fn polynomials_of_high_degree_are_lossy() {
    let rep = PermutationGroup::new(
        "S5",
        5,
        vec![
            Permutation::new(vec![1, 2, 3, 4, 0]).unwrap(),
            Permutation::new(vec![1, 0, 2, 3, 4]).unwrap(),
        ],
    )
    .unwrap()
    .natural();
    // A code and its opposite, which a search has found.
    let code = array![-1.3941, -0.8131, -1.3730, -0.7994, -0.6897];
    let z = ndarray::stack![ndarray::Axis(0), code, -&code];
    let metric = QuotientMetric::new(&rep).unwrap();
    assert!(metric.distance(&z.row(0).to_vec(), &z.row(1).to_vec()) > 4.0);
    let s = SeparatingPolynomials::<f64>::random(&rep, 11, 3).unwrap();
    assert!(gap(&s, z.view()) < 1e-11);
    // Two orbits of one length, whose other invariants differ by less than its rounding.
    let w = array![[1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.0, 0.0, 0.0, 55f64.sqrt()]];
    assert!(metric.distance(&w.row(0).to_vec(), &w.row(1).to_vec()) > 4.0);
    for seed in 0..8 {
        let s = SeparatingPolynomials::<f64>::random(&rep, 11, seed).unwrap();
        assert_eq!(guarantee(&s), Guarantee::Lossy);
    }
    let s = SeparatingPolynomials::<f64>::random(&rep, 11, 0).unwrap();
    assert!(gap(&s, w.view()) < 1e-20);
    for (order, double, single) in [
        (2, Guarantee::Separating, Guarantee::Separating),
        (128, Guarantee::Lossy, Guarantee::Lossy),
    ] {
        let rep = Representation::regular(&Cyclic::new(order).unwrap());
        let k = 2 * order + 1;
        let s = SeparatingPolynomials::<f64>::random(&rep, k, 3).unwrap();
        assert_eq!(s.metadata().guarantee, double, "C{order}");
        let s = SeparatingPolynomials::<f32>::random(&rep, k, 3).unwrap();
        assert_eq!(s.metadata().guarantee, single, "C{order} in f32");
    }
    // Of n numbers cos(θ + 2πk/n), moments below the n-th do not depend on θ, and the n-th does by a share of
    // about 2¹⁻ⁿ√n.
    let moments = |n| Moments::of_sets(n, 1, n).unwrap();
    assert_eq!(Projection::<f64>::metadata(&moments(4)).guarantee, Guarantee::Separating);
    assert!(Projection::<f32>::metadata(&moments(32)).guarantee > Guarantee::Separating);
    assert!(Projection::<f64>::metadata(&moments(64)).guarantee > Guarantee::Separating);
}

/// All choices are covered by the representations above.
#[test]
fn every_entry_is_tried() {
    let names = |(group, rep): (&str, &str)| {
        let all = catalogue::applicable::<f64>(&Space::parse(group, rep).unwrap(), 3).usable;
        all.into_iter().map(|c| c.choice.name()).collect::<Vec<_>>()
    };
    let tried: Vec<&str> = ["c8", "d3", "s3", "b3", "so3"]
        .into_iter()
        .flat_map(|group| REPRESENTATIONS.into_iter().filter(move |(g, _)| *g == group))
        .flat_map(names)
        .collect();
    for choice in Choice::all() {
        assert!(tried.contains(&choice.name()), "{choice}");
    }
}

/// Parity forbids all products of three vectors and of the `2o` part with two: the bispectrum sees no more than norms
/// and angles, ten numbers of the fourteen that a quotient of dimension 17 − 3 has.
#[test]
fn the_rank_of_spectra_of_mixed_degrees() {
    let rep = Space::parse("o3", "4x1o + 1x2o").unwrap();
    let ranks = ["irrep-bispectrum", "root-gram"].map(|name| {
        let s = catalogue::build::<f64>(&rep, &name.parse().unwrap(), 1).unwrap();
        assert_eq!(s.metadata().guarantee, Guarantee::Lossy, "{name}");
        rank(&s, &normal(1, rep.dim(), 4))
    });
    assert_eq!(ranks, [10, 10]);
}

/// The rank of the derivative at a code, by central differences.
fn rank(s: &dyn Projection<f64>, z: &Array2<f64>) -> usize {
    let (dim, step) = (z.ncols(), 1e-5);
    let around = Array2::from_shape_fn((2 * dim, dim), |(i, j)| {
        z[(0, j)] + if i / 2 == j { if i % 2 == 0 { step } else { -step } } else { 0.0 }
    });
    let images = s.project(around.view()).unwrap();
    let jacobian = nalgebra::DMatrix::from_fn(images.ncols(), dim, |k, j| {
        (images[(2 * j, k)] - images[(2 * j + 1, k)]) / (2.0 * step)
    });
    let values = groups::linalg::svd(&jacobian).singular_values;
    let largest = values.iter().copied().fold(0.0, f64::max);
    values.iter().filter(|v| **v > 1e-7 * largest).count()
}
