//! Cross-sections: they never contract, are isometric for reflection groups only, and a decoder does
//! not see them.

use groups::{Cyclic, Dihedral, FiniteGroup, HasIrreps, Representation, Symmetric};
use ndarray::Array2;
use projections::*;
use proptest::prelude::*;

use super::*;

fn never_contracts<G: FiniteGroup>(
    rep: &Representation<G>,
    sections: &[Box<dyn Projection<f64>>],
    seed: u64,
) -> Result<(), TestCaseError> {
    let metric = metric(rep);
    let mut z = codes(6, rep.dim(), seed);
    // Some that are close.
    for i in 4..6 {
        let near = &z.row(0) + &(&z.row(i) * 1e-3);
        z.row_mut(i).assign(&near);
    }
    for p in sections {
        let metadata = p.metadata();
        prop_assert!(metadata.cross_section && metadata.lipschitz.lower == Some(1.0));
        for i in 0..6 {
            for j in 0..i {
                let (x, y) = (row(&z, i), row(&z, j));
                let (image, d) = (gap(&**p, &x, &y), metric.distance(&x, &y));
                prop_assert!(image >= d - 1e-10, "{}: {} < {}", metadata.name, image, d);
                if metadata.guarantee == Guarantee::Isometric {
                    prop_assert!(image <= d + 1e-10, "{}: {} > {}", metadata.name, image, d);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Theorem 16: `s(z) ∈ [z]` implies `‖s(z) − s(w)‖ ≥ d([z],[w])`.
    #[test]
    fn t16_sections_never_contract(n in 1usize..7, m in 1usize..4, seed: u64) {
        let sets = Symmetric::new(n).unwrap().node_features(m);
        let template = row(&codes(1, n * m, !seed), 0);
        let some = codes(5, n * m, seed ^ 1);
        let mut sections: Vec<Box<dyn Projection<f64>>> = vec![
            Box::new(LexSort::new(n, m).unwrap()),
            Box::new(LexSort::rotated(n, m, seed).unwrap()),
            Box::new(Canonicalize::to_template(&sets, &template).unwrap()),
            Box::new(Canonicalize::to_frechet_mean(&sets, some.view(), 2, seed).unwrap()),
        ];
        if m == 1 {
            sections.push(Box::new(Sort::new(n).unwrap()));
            sections.push(Box::new(WeylChamber::new(&ReflectionGroup::A(n)).unwrap()));
        }
        never_contracts(&sets, &sections, seed)?;

        let fields = Representation::regular(&Dihedral::new(n).unwrap()).copies(m);
        let template = row(&codes(1, fields.dim(), !seed), 0);
        let sections: [Box<dyn Projection<f64>>; 2] = [
            Box::new(Canonicalize::by_argmax(&fields).unwrap()),
            Box::new(Canonicalize::to_template(&fields, &template).unwrap()),
        ];
        never_contracts(&fields, &sections, seed)?;
    }

    /// Theorem 22: A decoder that commutes with permutations gives the same graph from the sorted code as
    /// from the code, its nodes renamed by the element that sorts.
    #[test]
    fn t22_a_decoder_does_not_see_sorting(n in 1usize..10, seed: u64) {
        let z = codes(4, n, seed).mapv(|v| v as f32);
        let (s, elements) = Sort::new(n).unwrap().project_with_elements(z.view()).unwrap();
        for i in 0..4 {
            let (raw, sorted) = (decode(&z.row(i).to_vec()), decode(&s.row(i).to_vec()));
            let sigma = elements[i].images();
            for a in 0..n {
                for b in 0..n {
                    let difference = (sorted[(sigma[a], sigma[b])] - raw[(a, b)]).abs();
                    prop_assert!(difference <= 1e-5, "{}", difference);
                }
            }
        }
    }
}

/// Logits of the bonds of a graph from one scalar a node: a small network of the node's scalar, its
/// partner's, and means over all nodes; symmetric, and equivariant because means are.
fn decode(z: &[f32]) -> Array2<f32> {
    let n = z.len() as f32;
    let pool = |f: &dyn Fn(f32) -> f32| z.iter().map(|&v| f(v)).sum::<f32>() / n;
    let (mean, spread) = (pool(&|v| v), pool(&|v| (2.0 * v).tanh()));
    let hidden: Vec<f32> = z
        .iter()
        .map(|&v| (1.7 * v - 0.9 * mean + 0.4 * spread).tanh() + 0.3 * v * spread)
        .collect();
    Array2::from_shape_fn((z.len(), z.len()), |(a, b)| {
        let (x, y) = (hidden[a], hidden[b]);
        if a == b { x * mean } else { (2.0 * x * y - (x - y).abs() + 0.5 * mean * (x + y)).tanh() }
    })
}

/// Theorem 19: The elements with `rank(1 − g) = 1` generate `S_n` on `R^n` and the dihedral groups on the
/// plane, but neither `S_n` on `R^{n×2}` nor `C_n` on its regular representation, `n ≥ 3`. So the
/// former have an isometric cross-section, and the latter have none.
#[test]
fn t19_which_groups_are_generated_by_reflections() {
    for n in 2..7 {
        let group = Symmetric::new(n).unwrap();
        assert_eq!(reflections(&group.natural()).unwrap().len(), n * (n - 1) / 2);
        assert!(WeylChamber::of_representation(&group.natural()).is_ok());
        assert!(reflections(&group.node_features(2)).unwrap().is_empty());
        assert!(WeylChamber::of_representation(&group.node_features(2)).is_err());
    }
    for n in 3..10 {
        let group = Dihedral::new(n).unwrap();
        let irreps = group.irreps();
        let plane = irreps.iter().find(|i| i.representation().name().starts_with("E1")).unwrap();
        let plane = plane.representation();
        assert_eq!(reflections(plane).unwrap().len(), n);
        let chamber = WeylChamber::of_representation(plane).unwrap();
        assert_eq!(chamber.simple_roots().nrows(), 2);
        let turns = Representation::regular(&Cyclic::new(n).unwrap());
        assert!(reflections(&turns).unwrap().is_empty());
        assert!(WeylChamber::of_representation(&turns).is_err());
    }
    // The exchange of two coordinates is a reflection.
    let c2 = Representation::regular(&Cyclic::new(2).unwrap());
    assert!(WeylChamber::of_representation(&c2).is_ok());
}
