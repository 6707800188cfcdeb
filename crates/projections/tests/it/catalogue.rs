//! Every projection of the catalogue that applies to a representation is invariant, and those that
//! stay on the orbit say how they got there.

use groups::{Cyclic, Representation, Space, Symmetric};
use ndarray::Array2;
use projections::catalogue::{self, CatalogueError, Choice};
use projections::{Coupling, Guarantee, LexSort, MaxFilter, PowerSpectrum, Projection, RootGram};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

/// Invariants that are polynomials, or exponentials, of a code: those of huge codes overflow, which is an
/// infinity and no wrong number, and those of tiny codes vanish.
const NOT_HOMOGENEOUS: [&str; 3] = ["moments", "moments-of-fields", "soft-max-filter"];

/// Denormal and huge codes have the images of ordinary ones, times the factor. Returns what does not.
fn extreme_codes(
    s: &dyn Projection<f64>,
    codes: &Array2<f64>,
    images: &Array2<f64>,
) -> Vec<String> {
    let name = s.metadata().name;
    if NOT_HOMOGENEOUS.contains(&name) {
        return Vec::new();
    }
    let size = images.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let off = |factor: f64| {
        let found = s.project((codes * factor).view()).unwrap();
        let worst = |(a, b): (&f64, &f64)| (a / factor - b).abs();
        found
            .iter()
            .zip(images)
            .map(worst)
            .fold(0.0, |m: f64, v| if v > m || v.is_nan() { v } else { m })
    };
    [1e-310, 1e-200, 1e-100, 1e100, 1e200, 1e300]
        .into_iter()
        .map(|factor| (factor, off(factor)))
        .filter(|(_, off)| off.is_nan() || *off > 1e-6 * size)
        .map(|(factor, off)| {
            format!("{name} of codes times {factor:e}: off by {off:e} of {size:e}")
        })
        .collect()
}

/// Checks every applicable projection under twenty random elements; returns their names.
fn of(group: &str, rep: &str) -> Vec<&'static str> {
    let rep = &Space::parse(group, rep).unwrap();
    let all = catalogue::applicable(rep, 42);
    let section = |choice: &Choice| catalogue::build_section::<f64>(rep, choice, 42);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    assert_eq!(all.usable.len() + all.unfit.len(), Choice::all().count());
    let codes = codes(6, rep.dim());
    let mut wrong = Vec::new();
    for candidate in &all.usable {
        let (name, s) = (candidate.choice.name(), &candidate.projection);
        assert_eq!(s.metadata().name, name, "of {rep}");
        assert!(s.output_dim() > 0, "{name} of {rep}");
        let images = s.project(codes.view()).unwrap();
        let size = images.iter().map(|v| v * v).sum::<f64>().sqrt();
        for _ in 0..20 {
            let moved = rep.act_rows(&rep.random_element(&mut rng), codes.view()).unwrap();
            let error = (&s.project(moved.view()).unwrap() - &images)
                .iter()
                .fold(0.0f64, |m, v| m.max(v.abs()));
            assert!(error <= 1e-9 * size.max(1.0), "{name} of {rep}: {error:e}");
        }
        wrong.extend(extreme_codes(s, &codes, &images));
        if !s.metadata().cross_section {
            let section = section(&candidate.choice);
            assert!(matches!(section, Err(CatalogueError::NoSection { .. })), "{name}");
            continue;
        }
        let section = section(&candidate.choice).unwrap();
        let (sections, elements) = section.project_with_elements(codes.view()).unwrap();
        assert_eq!(sections, images, "{name} of {rep}");
        for ((z, s), g) in codes.rows().into_iter().zip(images.rows()).zip(&elements) {
            let moved = ndarray::Array1::from(rep.act(g, &z.to_vec()));
            let error = (&moved - &s).iter().fold(0.0f64, |m, v| m.max(v.abs()));
            assert!(error < 1e-9, "{name} of {rep}: {error:e}");
        }
    }
    assert!(wrong.is_empty(), "{rep}: {wrong:#?}");
    all.usable.iter().map(|c| c.choice.name()).collect()
}

#[test]
fn regular_fields_of_cyclic_groups() {
    let names = of("c8", "3 x regular");
    assert!(names.contains(&"bispectrum") && names.contains(&"power-spectrum"));
    assert!(!names.contains(&"sort") && !names.contains(&"dihedral-bispectrum"));
    of("c1", "2 x regular");
}

#[test]
fn regular_fields_of_other_groups() {
    assert!(of("d4", "2 x regular").contains(&"dihedral-bispectrum"));
    assert!(of("q8", "2 x regular").contains(&"power-spectrum"));
    of("a4", "regular + 4 x 2");
    of("c2xc3", "2 x regular + trivial");
}

#[test]
fn reflection_groups() {
    assert!(of("b4", "natural").contains(&"weyl-chamber"));
    assert!(of("oh", "natural").contains(&"weyl-chamber"));
    assert!(of("d5", "natural").contains(&"weyl-chamber"));
    // A rotation group is not one, and leaves no vector alone.
    let names = of("o", "2 x natural");
    assert!(!names.contains(&"weyl-chamber") && !names.contains(&"reynolds"));
}

#[test]
fn nodes() {
    let names = of("s5", "5 x 3");
    for name in ["lexicographic-sort", "sorted-keys", "moments", "weighted-frame", "column-sort"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(!names.contains(&"sort"));
    let names = of("s4", "natural");
    assert!(names.contains(&"sort") && names.contains(&"weyl-chamber"));
    // Too many elements to list: what needs no list is left.
    let names = of("s9", "9 x 2");
    assert!(names.contains(&"max-filter") && !names.contains(&"co-orbit"));
}

#[test]
fn rotations_and_reflections() {
    let all = [
        "align-to-template",
        "max-filter",
        "reynolds",
        "random-linear",
        "group-norm",
        "root-gram",
        "irrep-bispectrum",
    ];
    for (group, rep) in [
        ("so2", "3 x frequency 1 + 2 x frequency 3 + trivial"),
        ("o2", "3 x natural + 2 x determinant + trivial"),
        ("so3", "4 x natural + l1 + 2 x trivial"),
        ("o3", "4x1o + 2x1e + 2x0o + 3x0e"),
    ] {
        let names = of(group, rep);
        assert!(all.iter().all(|name| names.contains(name)), "{group}, {rep}: {names:?}");
        assert_eq!(names.len(), all.len());
    }
    // Without scalars nothing linear is left; of higher degrees the metric is not known.
    let known = ["align-to-template", "max-filter", "irrep-bispectrum", "group-norm", "root-gram"];
    assert_eq!(of("o3", "2x1o"), known);
    assert_eq!(of("so3", "3 x l2 + l3"), ["irrep-bispectrum", "group-norm", "root-gram"]);
}

/// On points the roots are those of the one Gram matrix, and guarantees are as strong as the group
/// allows.
#[test]
fn roots_of_gram_matrices() {
    let points = Space::parse("o3", "5 points x 3").unwrap();
    let codes = codes(20, 15);
    let named = catalogue::build::<f64>(&points, &"root-gram".parse().unwrap(), 0);
    let by_hand = RootGram::new(5, 3).unwrap().project(codes.view()).unwrap();
    let gap = &named.unwrap().project(codes.view()).unwrap() - &by_hand;
    assert!(gap.iter().all(|v| v.abs() < 1e-12));
    for (group, rep, expected) in [
        ("o3", "5 x natural", Guarantee::BiLipschitz),
        ("so3", "5 x natural", Guarantee::Lossy),
        ("so3", "2 x natural + 3 x trivial", Guarantee::BiLipschitz),
        ("so3", "natural", Guarantee::Isometric),
        ("o3", "natural + 2e", Guarantee::Lossy),
        ("so2", "4 x frequency 2 + trivial", Guarantee::BiLipschitz),
        ("so2", "frequency 2 + frequency 1", Guarantee::Lossy),
        ("o2", "4 x frequency 2", Guarantee::BiLipschitz),
        ("o2", "determinant", Guarantee::Isometric),
        ("o3", "2 x l2", Guarantee::Lossy),
    ] {
        assert_eq!(of_root_gram(group, rep), expected, "{group}, {rep}");
    }
}

/// The guarantee of `root-gram`, after its constants and those of all others are checked against the
/// quotient metric.
fn of_root_gram(group: &str, rep: &str) -> Guarantee {
    let rep = Space::parse(group, rep).unwrap();
    let all = catalogue::applicable::<f64>(&rep, 3).usable;
    let codes = codes(12, rep.dim());
    let metric = rep.metric();
    for candidate in &all {
        let bounds = candidate.projection.metadata().lipschitz;
        let images = candidate.projection.project(codes.view()).unwrap();
        for i in 0..12 {
            for j in 0..i {
                let gap = &images.row(i) - &images.row(j);
                let gap = gap.dot(&gap).sqrt();
                let Ok(metric) = &metric else { continue };
                let d = metric.distance(&codes.row(i).to_vec(), &codes.row(j).to_vec());
                let (low, high) = (bounds.lower.unwrap_or(0.0), bounds.upper.unwrap_or(f64::MAX));
                let name = candidate.choice.name();
                assert!(gap >= low * d - 1e-9, "{name} of {rep}: {gap} < {low} · {d}");
                assert!(gap <= high * d + 1e-9, "{name} of {rep}: {gap} > {high} · {d}");
            }
        }
    }
    let root = all.iter().find(|c| c.choice.name() == "root-gram").unwrap();
    root.projection.metadata().guarantee
}

#[test]
fn by_name_is_as_by_hand() {
    let c8 = Representation::regular(&Cyclic::new(8).unwrap()).copies(3);
    let codes = codes(5, c8.dim());
    let named = |rep: &Representation<Cyclic>, text: &str| {
        let choice = text.parse().unwrap();
        catalogue::build::<f64>(rep, &choice, 3).unwrap().project(codes.view()).unwrap()
    };
    let by_hand = MaxFilter::random(&c8, 10, 3).unwrap().project(codes.view()).unwrap();
    assert_eq!(named(&c8, "max-filter:10"), by_hand);
    let by_hand = PowerSpectrum::new(&c8, Coupling::BetweenFields).unwrap();
    assert_eq!(named(&c8, "Power-Spectrum"), by_hand.project(codes.view()).unwrap());
    let s4 = Symmetric::new(4).unwrap().node_features(6);
    let s = catalogue::build::<f64>(&s4, &"lex-sort".parse().unwrap(), 3).unwrap();
    let by_hand = LexSort::new(4, 6).unwrap().project(codes.view()).unwrap();
    assert_eq!(s.project(codes.view()).unwrap(), by_hand);
}

#[test]
fn choices_that_cannot_be_read() {
    let message = |text: &str| text.parse::<Choice>().unwrap_err().to_string();
    assert!(message("reynold").contains("did you mean `reynolds`?"));
    assert!(message("lexsort").contains("did you mean `lex-sort`?"));
    assert!(message("").starts_with("no projection is called ``; expected one of sort, "));
    assert_eq!(message("sort:3"), "sort: there is no size to choose, got `3`");
    for size in ["0", "-1", "", "many", "99999999999999999999999"] {
        let text = format!("max-filter:{size}");
        assert!(message(&text).contains("a whole number from 1"), "{text}");
    }
    let rep = Space::parse("s9", "9 x 8").unwrap();
    for text in ["max-filter:99999999999", "moments:60", "sorted-keys:99999999999"] {
        let error = catalogue::build::<f32>(&rep, &text.parse().unwrap(), 0).unwrap_err();
        assert!(error.to_string().contains("sizes up to"), "{text}: {error}");
    }
    for choice in Choice::all() {
        assert_eq!(choice.to_string().parse::<Choice>().unwrap(), choice);
    }
}
