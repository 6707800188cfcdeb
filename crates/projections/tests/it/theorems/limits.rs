//! What no projection can do.

use std::f64::consts::{PI, TAU};

use groups::{Cyclic, Representation, Symmetric};
use ndarray::Array2;
use projections::*;

use super::*;

/// Least and largest `‖s(z) − s(w)‖ / d` over all pairs of rows.
fn ratios(p: &dyn Projection<f64>, z: &Array2<f64>, rep: &Representation<Cyclic>) -> (f64, f64) {
    let metric = metric(rep);
    let s = p.project(z.view()).unwrap();
    let mut bounds = (f64::INFINITY, 0.0f64);
    for i in 0..z.nrows() {
        for j in 0..i {
            let d = metric.distance(&row(z, i), &row(z, j));
            let ratio = norm((&s.row(i) - &s.row(j)).view()) / d;
            bounds = (bounds.0.min(ratio), bounds.1.max(ratio));
        }
    }
    bounds
}

/// Theorem 20: `C_8` turns the plane of frequency 1, so no invariant has distortion below
/// `8 sin(π/16) = 1.5607`, and a map of the plane attains it.
#[test]
fn t20_the_least_distortion() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
    let points = 200;
    // One turn of the quotient: angles from 0 to 2π/8.
    let z = Array2::from_shape_fn((points, 16), |(i, h)| {
        let angle = TAU * (h % 8) as f64 / 8.0 + TAU / 8.0 * i as f64 / points as f64;
        if h < 8 { angle.cos() } else { 0.0 }
    });
    let floor = 8.0 * (PI / 16.0).sin();
    assert!((floor - 1.5607).abs() < 1e-4);
    let template = row(&codes(1, 16, 1), 0);
    let some = codes(9, 16, 2);
    let all: Vec<Box<dyn Projection<f64>>> = vec![
        Box::new(Reynolds::new(&rep)),
        Box::new(RandomLinear::random(&rep, 8, 3).unwrap()),
        Box::new(GroupMean::new(&rep).unwrap()),
        Box::new(GroupMax::new(&rep).unwrap()),
        Box::new(GroupNorm::new(&rep).unwrap()),
        Box::new(Moments::of_fields(&rep, 8).unwrap()),
        Box::new(MaxFilter::random(&rep, 32, 3).unwrap()),
        Box::new(MaxFilter::random(&rep, 512, 3).unwrap()),
        Box::new(SoftMaxFilter::random(&rep, 64, 4.0, 3).unwrap()),
        Box::new(CoOrbit::random(&rep, 32, 3).unwrap()),
        Box::new(PowerSpectrum::new(&rep, Coupling::PerField).unwrap()),
        Box::new(PowerSpectrum::new(&rep, Coupling::BetweenFields).unwrap()),
        Box::new(Bispectrum::new(&rep, Coupling::PerField, 3).unwrap()),
        Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 3).unwrap()),
        Box::new(Canonicalize::by_argmax(&rep).unwrap()),
        Box::new(Canonicalize::to_template(&rep, &template).unwrap()),
        Box::new(Canonicalize::to_frechet_mean(&rep, some.view(), 2, 3).unwrap()),
    ];
    for p in &all {
        let (alpha, beta) = ratios(&**p, &z, &rep);
        // What is blind to the plane has no lower bound at all.
        let distortion = if alpha > 1e-9 { beta / alpha } else { f64::INFINITY };
        assert!(distortion >= floor - 0.01, "{}: {distortion}", p.metadata().name);
    }
    // The floor is attained, here by a circle: the plane with its angles times 8.
    let metric = metric(&rep);
    let (mut least, mut most) = (f64::INFINITY, 0.0f64);
    for i in 1..points {
        let angle = TAU * i as f64 / points as f64;
        // The norm of a plane wave is √(8/2).
        let ratio = 2.0 * 2.0 * (angle / 2.0).sin() / metric.distance(&row(&z, 0), &row(&z, i));
        (least, most) = (least.min(ratio), most.max(ratio));
    }
    assert!((most / least - floor).abs() < 0.01, "{}", most / least);
}

/// Theorem 21: Near the origin, where all permutations are stabilizers, moments see differences to the second
/// order: the ratio falls tenfold with every decade. Sorting keeps it at 1.
#[test]
fn t21_moments_are_not_bi_lipschitz() {
    let n = 4;
    let p = Moments::of_sets(n, 1, n).unwrap();
    assert_eq!(Projection::<f64>::metadata(&p).guarantee, Guarantee::Separating);
    let metric = metric(&Symmetric::new(n).unwrap().natural());
    let at = |t: f64| {
        let x: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -t } else { t }).collect();
        let y: Vec<f64> = x.iter().map(|v| 2.0 * v).collect();
        let d = metric.distance(&x, &y);
        assert!((gap(&Sort::new(n).unwrap(), &x, &y) / d - 1.0).abs() < 1e-12);
        gap(&p, &x, &y) / d
    };
    for decade in 1..6 {
        let t = 10f64.powi(-decade);
        let fall = at(t) / at(t / 10.0);
        assert!((9.0..11.0).contains(&fall), "{fall} at {t}");
    }
}
