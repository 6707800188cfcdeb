//! Fields of cyclic groups: power spectra, bispectra, and the metric by FFT.

use std::f64::consts::TAU;

use groups::quotient::{Method, QuotientMetric};
use groups::{Cyclic, Representation};
use num_complex::Complex;
use projections::*;
use proptest::prelude::*;

use super::*;

fn fields(n: usize, f: usize) -> Representation<Cyclic> {
    Representation::regular(&Cyclic::new(n).unwrap()).copies(f)
}

/// `û(k)`, unitary, by its definition.
fn coefficient(u: &[f64], k: usize) -> Complex<f64> {
    let n = u.len();
    let term = |h: usize| Complex::from_polar(u[h], -TAU * (k * h % n) as f64 / n as f64);
    (0..n).map(term).sum::<Complex<f64>>() / (n as f64).sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Theorem 13: Amplitudes are 1-Lipschitz, and cannot tell a signal from its reversal.
    #[test]
    fn t13_amplitudes(n in 3usize..17, seed: u64) {
        let rep = fields(n, 1);
        let metric = metric(&rep);
        let p = PowerSpectrum::<f64>::new(&rep, Coupling::PerField).unwrap();
        let z = codes(2, n, seed);
        let (x, y) = (row(&z, 0), row(&z, 1));
        prop_assert!(gap(&p, &x, &y) <= metric.distance(&x, &y) + 1e-12);
        let reversed: Vec<f64> = (0..n).map(|h| x[(n - h) % n]).collect();
        prop_assert!(gap(&p, &x, &reversed) <= 1e-12);
        // Which is another orbit for n > 3, but for a set of measure zero.
        if n > 3 {
            prop_assert!(metric.distance(&x, &reversed) > 1e-6);
            let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, seed).unwrap();
            prop_assert!(gap(&bispectrum, &x, &reversed) > 1e-9);
        }
    }

    /// Theorem 14: The bispectrum is inverted up to a shift wherever the mixture has no small coefficient.
    #[test]
    fn t14_bispectra_are_inverted(n in 2usize..13, f in 1usize..5, seed: u64) {
        let rep = fields(n, f);
        let p = Bispectrum::new(&rep, Coupling::BetweenFields, seed).unwrap();
        let z = codes(5, rep.dim(), seed);
        let back = p.invert(p.project(z.view()).unwrap().view()).unwrap();
        for i in 0..5 {
            let x = row(&z, i);
            let u: Vec<f64> =
                (0..n).map(|h| (0..f).map(|j| p.mixture()[j] * x[j * n + h]).sum()).collect();
            let least = (1..n).map(|k| coefficient(&u, k).norm()).fold(f64::INFINITY, f64::min);
            let d = metric(&rep).distance(&x, &row(&back, i));
            // The least coefficient may enter a chain of quotients to the third power.
            let tolerance = 1e-10 * (1e-2 / least).max(1.0).powi(3);
            prop_assert!(least < 1e-3 || d <= tolerance, "{} with {}", d, least);
        }
    }

    /// Theorem 15: Shift one of two fields: what works field by field cannot see it, what couples fields does.
    #[test]
    fn t15_the_relative_pose_of_fields(n in 2usize..13, shift in 1usize..12, seed: u64) {
        let rep = fields(n, 2);
        let x = row(&codes(1, 2 * n, seed), 0);
        let turned = rep.act(&(1 + shift % (n - 1)), &x);
        let y = [&x[..n], &turned[n..]].concat();
        let d = metric(&rep).distance(&x, &y);
        prop_assume!(d > 0.3);
        let blind: [Box<dyn Projection<f64>>; 7] = [
            Box::new(Bispectrum::new(&rep, Coupling::PerField, seed).unwrap()),
            Box::new(PowerSpectrum::<f64>::new(&rep, Coupling::PerField).unwrap()),
            Box::new(GroupMax::new(&rep).unwrap()),
            Box::new(GroupMean::new(&rep).unwrap()),
            Box::new(GroupNorm::new(&rep).unwrap()),
            Box::new(Moments::of_fields(&rep, 4).unwrap()),
            Box::new(PerField::new(MaxFilter::<f64>::random(&fields(n, 1), 2 * n, 1).unwrap(), 2).unwrap()),
        ];
        for p in blind {
            let name = p.metadata().name;
            prop_assert!(gap(&*p, &x, &y) <= 1e-10, "{}", name);
            prop_assert_eq!(p.metadata().guarantee, Guarantee::Lossy);
        }
        let seeing: [Box<dyn Projection<f64>>; 4] = [
            Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, seed).unwrap()),
            Box::new(PowerSpectrum::<f64>::new(&rep, Coupling::BetweenFields).unwrap()),
            Box::new(MaxFilter::<f64>::random(&rep, 4 * n, seed).unwrap()),
            Box::new(CoOrbit::<f64>::random(&rep, 4 * n, seed).unwrap()),
        ];
        for p in seeing {
            prop_assert!(gap(&*p, &x, &y) > 1e-2, "{}", p.metadata().name);
        }
    }

    /// Theorem 18: The quotient metric by FFT is the minimum over all shifts.
    #[test]
    fn t18_the_metric_by_fft(n in 1usize..40, f in 1usize..6, seed: u64) {
        let rep = fields(n, f);
        let (fast, slow) = (metric(&rep), QuotientMetric::by_search(&rep).unwrap());
        prop_assert_eq!(fast.method(), Method::CrossCorrelation);
        let z = codes(4, rep.dim(), seed);
        for i in 0..4 {
            for j in 0..4 {
                let (x, y) = (row(&z, i), row(&z, j));
                prop_assert!((fast.distance(&x, &y) - slow.distance(&x, &y)).abs() <= 1e-10);
            }
        }
    }
}
