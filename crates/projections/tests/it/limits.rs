//! Sizes that are left out fit every representation, and large groups have what needs no list of elements.

use groups::{Cyclic, Dihedral, FiniteGroup, GroupError, Representation, Space, Symmetric, Wreath};
use ndarray::{Array1, Array2, ArrayView1};
use projections::catalogue::{self, CatalogueError};
use projections::{MaxFilter, Projection, ProjectionError, TightCoOrbit, WeylChamber};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

/// Every projection that applies has a default size that builds and projects; those that do not apply say
/// that the group is too large or the representation another one, and nothing of a size that nobody chose.
fn defaults(group: &str, rep: &str) -> Vec<&'static str> {
    let rep = Space::parse(group, rep).unwrap();
    let all = catalogue::applicable::<f64>(&rep, 1);
    for (name, reason) in &all.unfit {
        let right = matches!(
            reason,
            ProjectionError::NotApplicable { .. }
                | ProjectionError::TablesTooLarge { .. }
                | ProjectionError::Group(GroupError::TooLarge { .. })
        );
        assert!(right, "{name} of {rep}: {reason}");
    }
    let codes = codes(2, rep.dim());
    for candidate in &all.usable {
        let images = candidate.projection.project(codes.view()).unwrap();
        assert_eq!(images.dim(), (2, candidate.projection.output_dim()), "{rep}");
        assert!(images.iter().all(|v| v.is_finite()), "{} of {rep}", candidate.choice);
    }
    all.usable.iter().map(|candidate| candidate.choice.name()).collect()
}

#[test]
fn default_sizes_fit_every_representation() {
    let pairs = [
        ("c1", "trivial"),
        ("c1", "3 x regular"),
        ("c2", "regular"),
        ("c2", "3 x trivial"),
        ("c3", "natural"),
        ("c3", "2 x natural + trivial"),
        ("c4", "2 x regular"),
        ("c5", "regular + natural"),
        ("c8", "4 x regular"),
        ("c8", "natural"),
        ("c16", "natural + 2 x trivial"),
        ("c24", "regular"),
        ("c60", "natural"),
        ("c130", "natural"),
        ("c144", "regular"),
        ("c300", "natural + trivial"),
        ("c1024", "natural"),
        ("d1", "regular"),
        ("d2", "natural"),
        ("d3", "2 x natural"),
        ("d4", "2 x regular"),
        ("d5", "natural + trivial"),
        ("d6", "regular"),
        ("d12", "natural"),
        ("d90", "natural"),
        ("s1", "natural"),
        ("s2", "natural + sign"),
        ("s3", "natural"),
        ("s3", "sign"),
        ("s3", "3 x 2"),
        ("s4", "regular"),
        ("s4", "natural + sign"),
        ("s4", "4 x 3"),
        ("s5", "natural"),
        ("s5", "5 x 2"),
        ("s5", "2 x sign + 3 x trivial"),
        ("s6", "natural"),
        ("a3", "natural"),
        ("a4", "natural"),
        ("a4", "4 x 2"),
        ("a5", "natural"),
        ("a5", "5 x 3"),
        ("a6", "natural"),
        ("b1", "natural"),
        ("b2", "2 x natural"),
        ("b3", "natural"),
        ("b3", "2 x natural + trivial"),
        ("b4", "natural"),
        ("q8", "regular"),
        ("q8", "2 x regular + trivial"),
        ("t", "natural"),
        ("t", "2 x natural"),
        ("td", "natural"),
        ("o", "natural"),
        ("o", "3 x natural + trivial"),
        ("oh", "natural"),
        ("oh", "2 x natural"),
        ("i", "natural"),
        ("ih", "natural"),
        ("ih", "2 x natural"),
        ("c2xc2", "regular"),
        ("c2xc3", "2 x regular + trivial"),
        ("c2xq8", "regular"),
        ("s3xc2", "regular"),
    ];
    for (group, rep) in pairs {
        let names = defaults(group, rep);
        assert!(names.contains(&"tight-co-orbit"), "{group}, {rep}: {names:?}");
        assert!(names.contains(&"max-filter"), "{group}, {rep}: {names:?}");
    }
}

/// The fewest outputs that an error names are enough, and one less is not.
#[test]
fn the_fewest_outputs_are_named() {
    fn check<G: FiniteGroup>(rep: &Representation<G>) {
        let least = match TightCoOrbit::<f64>::random(rep, 1, 1) {
            Err(ProjectionError::TooFewOutputs { least, got: 1, .. }) => least,
            other => panic!("{rep}: {other:?}"),
        };
        let p = TightCoOrbit::<f64>::random(rep, least, 1).unwrap();
        assert_eq!(p.output_dim(), least, "{rep}");
        let below = TightCoOrbit::<f64>::random(rep, least - 1, 1).unwrap_err();
        let expected = format!(
            "tight-co-orbit of this representation needs at least {least} outputs, got {}",
            least - 1
        );
        assert_eq!(below.to_string(), expected, "{rep}");
    }
    check(&Symmetric::new(5).unwrap().natural());
    check(&Symmetric::new(5).unwrap().node_features(3));
    check(&Wreath::hyperoctahedral(3).unwrap().signed_permutations());
    check(&Representation::regular(&Cyclic::new(8).unwrap()).copies(4));
    check(&Representation::regular(&Cyclic::new(150).unwrap()));
    check(&Representation::regular(&Dihedral::new(6).unwrap()).copies(2));
}

/// Frames of groups that are taken apart component by component are tight: close codes keep their
/// distance, and `Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ` is what linear invariants leave over.
#[test]
fn frames_of_larger_groups() {
    fn check<G: FiniteGroup>(rep: &Representation<G>) {
        let p = TightCoOrbit::<f64>::of_default_size(rep, 1).unwrap();
        assert!(p.output_dim() <= 4 * rep.dim() || rep.group().order() > rep.dim());
        let x = codes(3, rep.dim());
        let mut energy = Array1::<f64>::zeros(3);
        for g in rep.group().elements() {
            let operator = rep.operator(&g);
            for t in p.templates().rows() {
                energy.scaled_add(
                    1.0,
                    &x.dot(&Array1::from(operator.apply(&t.to_vec()))).mapv(|v| v * v),
                );
            }
        }
        let fixed = rep.fixed_space();
        for (x, energy) in x.rows().into_iter().zip(&energy) {
            let linear: f64 = (0..fixed.ncols())
                .map(|j| x.iter().zip(fixed.column(j).iter()).map(|(a, b)| a * b).sum::<f64>())
                .map(|v| v * v)
                .sum();
            assert!((energy / (x.dot(&x) - linear) - 1.0).abs() < 1e-9, "{rep}: {energy}");
        }
        // No output that would tell codes apart is left out.
        let close = &x + &(1e-7 * &codes(6, rep.dim()).slice(ndarray::s![3.., ..]));
        let images = &p.project(close.view()).unwrap() - &p.project(x.view()).unwrap();
        for (image, gap) in images.rows().into_iter().zip((&close - &x).rows()) {
            let ratio = norm(image) / norm(gap);
            assert!((ratio - 1.0).abs() < 1e-3, "{rep}: {ratio}");
        }
    }
    check(&Representation::regular(&Cyclic::new(132).unwrap()).copies(2));
    check(&Representation::regular(&Cyclic::new(131).unwrap()));
    check(&Dihedral::new(70).map(|d| Representation::regular(&d)).unwrap());
    check(&Symmetric::new(6).unwrap().node_features(2));
}

/// Sorted absolute values, and the order of entries, for groups that are too large to list.
#[test]
fn weyl_chambers_of_large_groups() {
    let fold = |rep: &str, group: &str| -> Result<Array2<f64>, ProjectionError> {
        let rep = Space::parse(group, rep).unwrap().finite().unwrap();
        WeylChamber::of_representation(&rep)?.project(codes(9, rep.dim()).view())
    };
    let distances = |rows: &Array2<f64>| -> Vec<f64> {
        let all = (0..9).flat_map(|i| (0..i).map(move |j| (i, j)));
        all.map(|(i, j)| norm((&rows.row(i) - &rows.row(j)).view())).collect()
    };
    let sorted = |mut rows: Array2<f64>, absolute: bool, first: usize| {
        for mut row in rows.rows_mut() {
            let mut values = row.to_vec();
            if absolute {
                values.iter_mut().for_each(|v| *v = v.abs());
            }
            values[..first].sort_by(f64::total_cmp);
            row.assign(&Array1::from(values));
        }
        rows
    };
    // Chambers differ by an isometry, so that distances are compared.
    for (group, rep, expected) in [
        ("b7", "natural", sorted(codes(9, 7), true, 7)),
        ("b20", "natural", sorted(codes(9, 20), true, 20)),
        ("s12", "natural + trivial", sorted(codes(9, 13), false, 12)),
        ("s8", "sign", sorted(codes(9, 1), true, 1)),
        ("s9", "sign", sorted(codes(9, 1), true, 1)),
    ] {
        let found = distances(&fold(rep, group).unwrap());
        for (a, b) in found.iter().zip(distances(&expected)) {
            assert!((a - b).abs() < 1e-12, "{group}, {rep}: {a} {b}");
        }
    }
    // Two features a node, or even permutations: no reflections, or not all.
    for (group, rep) in [("s9", "9 x 2"), ("a9", "natural"), ("b7", "2 x natural")] {
        assert!(matches!(fold(rep, group), Err(ProjectionError::Group(_))), "{group}, {rep}");
    }
    for (group, rep) in [("s8", "natural + sign"), ("c8", "natural"), ("o", "natural")] {
        let refused = fold(rep, group);
        assert!(matches!(refused, Err(ProjectionError::NotApplicable { .. })), "{group}, {rep}");
    }
}

/// Best poses where the table of all poses would be too large.
#[test]
fn max_filters_of_large_groups() {
    // Against sorted absolute values.
    let rep = Wreath::hyperoctahedral(7).unwrap().signed_permutations();
    let templates = codes(4, 7);
    let s = MaxFilter::with_templates(&rep, templates.view()).unwrap();
    let z = codes(6, 7).slice(ndarray::s![4.., ..]).to_owned();
    let absolute = |row: ArrayView1<'_, f64>| {
        let mut row: Vec<f64> = row.iter().map(|v| v.abs()).collect();
        row.sort_by(f64::total_cmp);
        Array1::from(row)
    };
    for (z, image) in z.rows().into_iter().zip(s.project(z.view()).unwrap().rows()) {
        for (t, found) in templates.rows().into_iter().zip(image) {
            assert!((absolute(z).dot(&absolute(t)) / 2.0 - found).abs() < 1e-12);
        }
    }
    // Against all shifts of a few templates: these have too many for a table.
    for (order, fields, choice) in [(513, 1, "max-filter"), (256, 2, "max-filter:2049")] {
        let rep = Representation::regular(&Cyclic::new(order).unwrap()).copies(fields);
        let z = codes(1, rep.dim());
        let s = catalogue::build::<f64>(&rep, &choice.parse().unwrap(), 5).unwrap();
        let image = s.project(z.view()).unwrap();
        let few = MaxFilter::<f64>::random(&rep, 5, 5).unwrap().project(z.view()).unwrap();
        // The first templates are the same, up to 1/√k.
        let factor = (s.output_dim() as f64 / 5.0).sqrt();
        for (a, b) in image.iter().zip(&few) {
            assert!((a * factor - b).abs() < 1e-11 * b, "C{order}: {a} {b}");
        }
    }
    let large = Representation::regular(&Dihedral::new(300).unwrap());
    let fits = MaxFilter::<f64>::random(&large, 2, 1).unwrap();
    assert_eq!(fits.project(codes(1, 600).view()).unwrap().dim(), (1, 2));
    let refused = MaxFilter::<f64>::random(&large, 3000, 1).unwrap_err().to_string();
    assert_eq!(
        refused,
        "max-filter: 3000 templates in the 600 poses of D300 are too many; at most 1491 fit"
    );
}

#[test]
fn advice_that_can_be_followed() {
    let error = |group: usize, text: &str| -> CatalogueError {
        let rep = Representation::regular(&Cyclic::new(group).unwrap()).copies(4);
        catalogue::build::<f32>(&rep, &text.parse().unwrap(), 0).unwrap_err()
    };
    let none = error(600, "irrep-bispectrum").to_string();
    assert!(
        none.contains("smaller groups and representations") && !none.contains("size"),
        "{none}"
    );
    // What fits is named, and fits.
    let nodes = Space::parse("s9", "9 x 8").unwrap();
    for text in [
        "max-filter:99999999999",
        "moments:60",
        "sorted-keys:99999999999",
        "moments:18446744073709551615",
    ] {
        let build = |text: &str| catalogue::build::<f32>(&nodes, &text.parse().unwrap(), 0);
        let Err(CatalogueError::Projection(ProjectionError::TablesTooLarge {
            most: Some(most),
            ..
        })) = build(text)
        else {
            panic!("{text}")
        };
        let name = text.split(':').next().unwrap();
        assert!(build(&format!("{name}:{}", most + 1)).is_err(), "{text}: {most}");
    }
    let sizes = error(8, "max-filter:99999999999").to_string();
    assert!(sizes.ends_with("more than 134217728; sizes up to 4194304 fit"), "{sizes}");
}
