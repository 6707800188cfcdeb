//! Max filters and co-orbits.

use groups::{Cyclic, Dihedral, FiniteGroup, Representation, Symmetric};
use ndarray::Array2;
use projections::*;
use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Theorem 10: Max filters are convex and Lipschitz, their soft forms too, which lie below by at most
    /// `log|G| / (τ√k)`.
    #[test]
    fn t10_max_filters(n in 1usize..9, fields in 1usize..4, k in 1usize..7, tau in 0.1f64..50.0, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let rep = Representation::regular(&group).copies(fields);
        let metric = metric(&rep);
        let templates = codes(k, rep.dim(), !seed);
        let hard = MaxFilter::with_templates(&rep, templates.view()).unwrap();
        let soft = SoftMaxFilter::with_templates(&rep, templates.view(), tau).unwrap();
        let beta = (templates.iter().map(|t| t * t).sum::<f64>() / k as f64).sqrt();
        prop_assert!((hard.beta() - beta).abs() < 1e-12 * beta);
        let mut z = codes(3, rep.dim(), seed);
        let middle = (&z.row(0) + &z.row(1)) / 2.0;
        z.row_mut(2).assign(&middle);
        let d = metric.distance(&row(&z, 0), &row(&z, 1));
        let (h, s) = (hard.project(z.view()).unwrap(), soft.project(z.view()).unwrap());
        for images in [&h, &s] {
            prop_assert!(norm((&images.row(0) - &images.row(1)).view()) <= beta * d + 1e-10);
            for i in 0..k {
                let chord = (images[(0, i)] + images[(1, i)]) / 2.0;
                prop_assert!(images[(2, i)] <= chord + 1e-12);
            }
        }
        let bound = (group.order() as f64).ln() / (tau * (k as f64).sqrt());
        for (hard, soft) in h.iter().zip(&s) {
            prop_assert!(*soft <= hard + 1e-12 && hard - soft <= bound + 1e-12);
        }
    }

    /// Max filters of sets too large to try all permutations: convex, Lipschitz, and equal to the
    /// search where that is possible.
    #[test]
    fn t10_max_filters_by_assignment(d in 1usize..4, k in 1usize..5, seed: u64) {
        let rep = Symmetric::new(6).unwrap().node_features(d);
        let templates = codes(k, 6 * d, !seed);
        let filter = MaxFilter::with_templates(&rep, templates.view()).unwrap();
        let z = codes(3, 6 * d, seed);
        let s = filter.project(z.view()).unwrap();
        let narrow = MaxFilter::with_templates(&rep, templates.mapv(|v| v as f32).view()).unwrap();
        let single = narrow.project(z.mapv(|v| v as f32).view()).unwrap();
        let operators: Vec<_> = rep.group().elements().map(|g| rep.operator(&g)).collect();
        for i in 0..3 {
            for j in 0..k {
                let best = operators
                    .iter()
                    .map(|g| g.apply(&row(&templates, j)).iter().zip(z.row(i)).map(|(t, x)| t * x).sum())
                    .fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((s[(i, j)] - best / (k as f64).sqrt()).abs() < 1e-10);
                prop_assert!((s[(i, j)] - f64::from(single[(i, j)])).abs() < 1e-4);
            }
        }
        let large = Symmetric::new(40).unwrap().node_features(d);
        let filter = MaxFilter::<f64>::random(&large, k, seed).unwrap();
        let z = codes(2, 40 * d, seed);
        let distance = metric(&large).distance(&row(&z, 0), &row(&z, 1));
        prop_assert!(gap(&filter, &row(&z, 0), &row(&z, 1)) <= filter.beta() * distance + 1e-9);
    }

    /// Theorem 11: Co-orbits stretch by at most `σ_max` of all `ρ(g)t_i` stacked.
    #[test]
    fn t11_co_orbits(n in 1usize..9, fields in 1usize..4, k in 1usize..7, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let metric = metric(&rep);
        let p = CoOrbit::<f64>::random(&rep, k, seed).unwrap();
        let z = codes(6, rep.dim(), seed);
        for i in 0..6 {
            for j in 0..i {
                let (x, y) = (row(&z, i), row(&z, j));
                prop_assert!(gap(&p, &x, &y) <= p.beta() * metric.distance(&x, &y) + 1e-10);
            }
        }
    }

    /// `2D + 1` random polynomials separate: random pairs, reversals, one field shifted against another. And
    /// they are homogeneous of degree 1.
    #[test]
    fn separating_polynomials(n in 3usize..7, fields in 1usize..3, factor in 0.1f64..10.0, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let p = SeparatingPolynomials::<f64>::random(&rep, 2 * rep.dim() + 1, seed).unwrap();
        prop_assert_eq!(p.metadata().guarantee, Guarantee::Separating);
        let z = codes(2, rep.dim(), seed);
        let x = row(&z, 0);
        let reversed: Vec<f64> = (0..rep.dim()).map(|i| x[i / n * n + (n - i % n) % n]).collect();
        let turned = rep.act(&1, &x);
        let shifted = [&x[..n], &turned[n..]].concat();
        let metric = metric(&rep);
        for y in [row(&z, 1), reversed, shifted] {
            let d = metric.distance(&x, &y);
            prop_assert!(gap(&p, &x, &y) > 1e-6 * d - 1e-12);
        }
        let s = p.project(z.view()).unwrap();
        let scaled = p.project((&z * factor).view()).unwrap();
        prop_assert!((scaled - s * factor).iter().all(|e| e.abs() < 1e-11 * factor.max(1.0)));
    }

    /// Tight co-orbits: the frame is one, nothing is stretched, close codes keep their distance, and
    /// what `U` leaves out follows from the rest.
    #[test]
    fn t11_tight_co_orbits(n in 1usize..9, fields in 1usize..4, dihedral: bool, seed: u64) {
        if dihedral {
            tight(&Representation::regular(&Dihedral::new(n).unwrap()).copies(fields), seed)?;
        } else {
            tight(&Representation::regular(&Cyclic::new(n).unwrap()).copies(fields), seed)?;
        }
    }

    /// Fitted templates stay tight, and keep the given pairs further apart.
    #[test]
    fn t11_fitted_templates(n in 3usize..9, fields in 1usize..4, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let (z, w) = (codes(30, rep.dim(), seed), codes(30, rep.dim(), !seed));
        let metric = metric(&rep);
        let d: Vec<f64> = (0..30).map(|i| metric.distance(&row(&z, i), &row(&w, i))).collect();
        let mut fit = TemplateFit::new(&rep, 4 * rep.dim(), seed).unwrap();
        let least = |p: &TightCoOrbit<f64>| {
            let ratio = |i: usize| gap(p, &row(&z, i), &row(&w, i)) / d[i];
            (0..30).map(ratio).fold(f64::INFINITY, f64::min)
        };
        let before = fit.projection().unwrap();
        let first = fit.ascend(z.view(), w.view(), &d, 20.0, 0.01).unwrap();
        let mut last = first;
        for _ in 0..15 {
            last = fit.ascend(z.view(), w.view(), &d, 20.0, 0.01).unwrap();
        }
        let after = fit.projection().unwrap();
        // The soft minimum is above the minimum, by at most a factor 30^(1/20).
        prop_assert!(least(&before) <= first && first <= 30f64.powf(0.05) * least(&before));
        prop_assert!(last > first, "{} {}", first, last);
        prop_assert!(frame_error(&rep, &after) < 1e-9);
        prop_assert!(fit.ascend(z.view(), w.view(), &d[1..], 20.0, 0.01).is_err());
        prop_assert!(fit.ascend(z.view(), w.view(), &[0.0; 30], 20.0, 0.01).is_err());
    }

    /// Theorem 12: `2D` templates tell impostors apart: reversals, shifts of one field against another, and
    /// pairs that a search brings as close as it can.
    #[test]
    fn t12_enough_templates_separate_fields(n in 3usize..9, fields in 1usize..3, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let x = row(&codes(1, rep.dim(), seed), 0);
        let reversed: Vec<f64> = (0..rep.dim()).map(|i| x[i / n * n + (n - i % n) % n]).collect();
        let mut impostors = vec![reversed, row(&codes(1, rep.dim(), !seed), 0)];
        if fields > 1 {
            let turned = rep.act(&1, &x);
            impostors.push([&x[..n], &turned[n..]].concat());
        }
        separated(&rep, &x, &impostors, seed)?;
    }

    /// Theorem 12, for sets: shuffled columns.
    #[test]
    fn t12_enough_templates_separate_sets(n in 2usize..5, d in 1usize..3, seed: u64) {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let x = row(&codes(1, n * d, seed), 0);
        let mut shuffled = x.clone();
        (0..n).for_each(|i| shuffled[i * d] = x[(i + 1) % n * d]);
        separated(&rep, &x, &[shuffled, row(&codes(1, n * d, !seed), 0)], seed)?;
    }
}

/// `Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ + BBᵀ − 1`, its largest entry.
fn frame_error<G: FiniteGroup>(rep: &Representation<G>, p: &TightCoOrbit<f64>) -> f64 {
    let mut sum = -Array2::<f64>::eye(rep.dim());
    let fixed = Reynolds::new(rep).project(Array2::eye(rep.dim()).view()).unwrap();
    sum += &fixed.dot(&fixed.t());
    for g in rep.group().elements() {
        let poses = moved(rep, &g, &p.templates().to_owned());
        sum += &poses.t().dot(&poses);
    }
    sum.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn tight<G: FiniteGroup>(rep: &Representation<G>, seed: u64) -> Result<(), TestCaseError> {
    let outputs = 5 * rep.dim();
    let p = TightCoOrbit::<f64>::random(rep, outputs, seed).unwrap();
    prop_assert!(Projection::<f64>::output_dim(&p) <= outputs);
    prop_assert!(frame_error(rep, &p) < 1e-9);
    let metric = metric(rep);
    let z = codes(4, rep.dim(), seed);
    let close = &z + &(1e-8 * &codes(4, rep.dim(), !seed));
    let linear = Reynolds::new(rep);
    // All sorted values, the ones that follow from others too.
    let count = p.templates().nrows();
    let whole = (count > 0).then(|| CoOrbit::with_templates(rep, p.templates()).unwrap());
    let scale = (count * rep.group().order()) as f64;
    for i in 0..4 {
        let (x, y) = (row(&z, i), row(&z, (i + 1) % 4));
        let apart = gap(&p, &x, &y);
        prop_assert!(apart <= metric.distance(&x, &y) + 1e-10);
        let sorted = whole.as_ref().map_or(0.0, |whole| scale * gap(whole, &x, &y).powi(2));
        let square = gap(&linear, &x, &y).powi(2) + sorted;
        prop_assert!((apart.powi(2) - square).abs() < 1e-9 * (1.0 + square));
        let near = row(&close, i);
        let step: f64 = x.iter().zip(&near).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        prop_assert!((gap(&p, &x, &near) / step - 1.0).abs() < 1e-4);
    }
    // The same bank from its own templates.
    if count > 0 {
        let again = TightCoOrbit::with_templates(rep, p.templates()).unwrap();
        let (a, b) = (p.project(z.view()).unwrap(), again.project(z.view()).unwrap());
        for i in 0..4 {
            for j in 0..i {
                let apart = |s: &Array2<f64>| norm((&s.row(i) - &s.row(j)).view());
                prop_assert!((apart(&a) - apart(&b)).abs() < 1e-9);
            }
        }
    }
    Ok(())
}

/// A bank of a draw whose single templates meet some orders of their poses too rarely for samples of
/// one to show them.
#[test]
fn t11_outputs_are_counted_whatever_the_draw() {
    let rep = Representation::regular(&Dihedral::new(8).unwrap());
    tight(&rep, 16_540_778_988_315_821_852).unwrap();
}

/// Too few outputs for a frame, none at all, and templates that leave a component out.
#[test]
fn banks_that_are_no_frames_are_refused() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(4);
    for outputs in [0, 1, 4, 20] {
        let refused = TightCoOrbit::<f64>::random(&rep, outputs, 1).unwrap_err().to_string();
        assert!(refused.contains("tight-co-orbit"), "{refused}");
    }
    let alternating = Array2::from_shape_fn((9, 32), |(i, j)| {
        codes(9, 4, 2)[(i, j / 8)] * if j % 2 == 0 { 1.0 } else { -1.0 }
    });
    assert!(TightCoOrbit::<f64>::with_templates(&rep, alternating.view()).is_err());
    assert!(TightCoOrbit::<f64>::with_templates(&rep, codes(40, 31, 2).view()).is_err());
    let large = Symmetric::new(7).unwrap().node_features(2);
    let refused = TightCoOrbit::<f64>::random(&large, 100, 1).unwrap_err().to_string();
    assert!(refused.contains("S7"), "{refused}");
}

fn separated<G: FiniteGroup>(
    rep: &Representation<G>,
    x: &[f64],
    impostors: &[Vec<f64>],
    seed: u64,
) -> Result<(), TestCaseError> {
    let k = 2 * rep.dim();
    let metric = metric(rep);
    let both: [Box<dyn Projection<f64>>; 2] = [
        Box::new(MaxFilter::random(rep, k, seed).unwrap()),
        Box::new(CoOrbit::random(rep, k, seed).unwrap()),
    ];
    for p in both {
        prop_assert_eq!(p.metadata().guarantee, Guarantee::BiLipschitz);
        let ratio = |x: &[f64], y: &[f64]| {
            let d = metric.distance(x, y);
            if d < 1e-9 { f64::INFINITY } else { gap(&*p, x, y) / d }
        };
        for y in impostors {
            let mut y = y.clone();
            let mut worst = ratio(x, &y);
            for step in 0..100 {
                let noise = row(&codes(1, y.len(), seed ^ step), 0);
                let size = 0.3 * (1.0 - step as f64 / 100.0);
                let other: Vec<f64> = y.iter().zip(noise).map(|(v, e)| v + size * e).collect();
                let found = ratio(x, &other);
                if found < worst {
                    (worst, y) = (found, other);
                }
            }
            prop_assert!(worst > 1e-2, "{}: {}", p.metadata().name, worst);
        }
    }
    Ok(())
}
