//! Every projection of the catalogue that applies to a representation is invariant, and those that
//! stay on the orbit say how they got there.

use groups::spec::{NamedGroup, RepresentationVisitor, visit_representation};
use groups::{Cyclic, Representation, Symmetric};
use ndarray::{Array2, Axis};
use projections::catalogue::{self, CatalogueError, Choice};
use projections::{Coupling, LexSort, MaxFilter, PowerSpectrum, Projection};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

/// Checks every applicable projection under twenty random elements; returns their names.
struct Invariant;

impl RepresentationVisitor for Invariant {
    type Output = Vec<&'static str>;

    fn visit<G: NamedGroup>(self, rep: Representation<G>) -> Vec<&'static str> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let all = catalogue::applicable::<G, f64>(&rep, 42);
        assert_eq!(all.usable.len() + all.unfit.len(), Choice::all().count());
        let codes = codes(6, rep.dim());
        for candidate in &all.usable {
            let (name, s) = (candidate.choice.name(), &candidate.projection);
            assert_eq!(s.metadata().name, name, "of {rep}");
            assert!(s.output_dim() > 0, "{name} of {rep}");
            let images = s.project(codes.view()).unwrap();
            let size = images.iter().map(|v| v * v).sum::<f64>().sqrt();
            for _ in 0..20 {
                let operator = rep.operator(&rep.group().sample(&mut rng));
                let mut moved = codes.clone();
                for mut row in moved.axis_iter_mut(Axis(0)) {
                    let image = operator.apply(&row.to_vec());
                    row.assign(&ndarray::Array1::from(image));
                }
                let error = (&s.project(moved.view()).unwrap() - &images)
                    .iter()
                    .fold(0.0f64, |m, v| m.max(v.abs()));
                assert!(error <= 1e-9 * size.max(1.0), "{name} of {rep}: {error:e}");
            }
            let section = catalogue::build_section::<G, f64>(&rep, &candidate.choice, 42);
            // The column sort of one column is a cross-section too; it is there as `sort`.
            if !s.metadata().cross_section || name == "column-sort" {
                assert!(matches!(section, Err(CatalogueError::NoSection { .. })), "{name}");
                continue;
            }
            let (sections, elements) =
                section.unwrap().project_with_elements(codes.view()).unwrap();
            assert_eq!(sections, images, "{name} of {rep}");
            for ((z, s), g) in codes.rows().into_iter().zip(images.rows()).zip(&elements) {
                let moved = ndarray::Array1::from(rep.act(g, &z.to_vec()));
                let error = (&moved - &s).iter().fold(0.0f64, |m, v| m.max(v.abs()));
                assert!(error < 1e-9, "{name} of {rep}: {error:e}");
            }
        }
        all.usable.iter().map(|c| c.choice.name()).collect()
    }
}

fn of(group: &str, rep: &str) -> Vec<&'static str> {
    visit_representation(group, rep, Invariant).unwrap()
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
fn by_name_is_as_by_hand() {
    let c8 = Representation::regular(&Cyclic::new(8).unwrap()).copies(3);
    let codes = codes(5, c8.dim());
    let named = |rep: &Representation<Cyclic>, text: &str| {
        let choice = text.parse().unwrap();
        catalogue::build::<_, f64>(rep, &choice, 3).unwrap().project(codes.view()).unwrap()
    };
    let by_hand = MaxFilter::random(&c8, 10, 3).unwrap().project(codes.view()).unwrap();
    assert_eq!(named(&c8, "max-filter:10"), by_hand);
    let by_hand = PowerSpectrum::new(&c8, Coupling::BetweenFields).unwrap();
    assert_eq!(named(&c8, "Power-Spectrum"), by_hand.project(codes.view()).unwrap());
    let s4 = Symmetric::new(4).unwrap().node_features(6);
    let s = catalogue::build::<_, f64>(&s4, &"lex-sort".parse().unwrap(), 3).unwrap();
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
    let rep = Symmetric::new(9).unwrap().node_features(8);
    for text in ["max-filter:99999999999", "moments:60", "sorted-keys:99999999999"] {
        let error = catalogue::build::<_, f32>(&rep, &text.parse().unwrap(), 0).unwrap_err();
        assert!(error.to_string().contains("choose a smaller size"), "{text}: {error}");
    }
    for choice in Choice::all() {
        assert_eq!(choice.to_string().parse::<Choice>().unwrap(), choice);
    }
}
