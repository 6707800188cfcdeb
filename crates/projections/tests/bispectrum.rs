//! The selective bispectrum: complete, invertible, and between fields.

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Dihedral, DihedralElement, Representation};
use ndarray::{Array1, Array2, ArrayView1};
use projections::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// `invert(s(z))` lies on the orbit of `z`, to rounding times the condition number.
    #[test]
    fn inversion_recovers_the_orbit(n in 1usize..13, fields in 1usize..5, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, seed).unwrap();
        let z = codes(10, rep.dim(), seed);
        let s = bispectrum.project(z.view()).unwrap();
        let back = bispectrum.invert(s.view()).unwrap();
        for i in 0..10 {
            let d = metric.distance(&z.row(i).to_vec(), &back.row(i).to_vec());
            // Rare codes have a small coefficient, whose powers are divided by along the chain.
            let error = norm((&bispectrum.project(back.view()).unwrap().row(i) - &s.row(i)).view());
            prop_assert!(d < 1e-10 || error < 1e-10 && d < 1e-5, "{} with {}", d, error);
        }
        let best = (0..10)
            .map(|i| metric.distance(&z.row(i).to_vec(), &back.row(i).to_vec()))
            .fold(f64::INFINITY, f64::min);
        prop_assert!(best < 1e-11, "{}", best);
    }

    /// The same for dihedral groups; codes with a mirror symmetry among them.
    #[test]
    fn dihedral_inversion_recovers_the_orbit(n in 1usize..9, fields in 1usize..4, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let rep = Representation::regular(&group).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        let bispectrum = DihedralBispectrum::new(&rep, seed).unwrap();
        let mut z = codes(10, rep.dim(), seed);
        let mirrored = rep.act(&DihedralElement::reflection(0), &z.row(9).to_vec());
        let symmetric = &z.row(9) + &Array1::from(mirrored);
        z.row_mut(9).assign(&symmetric);
        let s = bispectrum.project(z.view()).unwrap();
        let back = bispectrum.invert(s.view()).unwrap();
        let again = bispectrum.project(back.view()).unwrap();
        let mut distances = Vec::new();
        for i in 0..10 {
            let d = metric.distance(&z.row(i).to_vec(), &back.row(i).to_vec());
            let error = norm((&again.row(i) - &s.row(i)).view());
            // The root of what rounding leaves of zero is 1e-8.
            prop_assert!(d < 1e-9 || error < 1e-6 && d < 1e-3, "{} with {}", d, error);
            distances.push(d);
        }
        distances.sort_by(f64::total_cmp);
        prop_assert!(distances[5] < 1e-9, "{}", distances[5]);
    }

    /// Homogeneous of degree 1, without overflow.
    #[test]
    fn invariants_scale_as_the_code(n in 2usize..10, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(2);
        let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, seed).unwrap();
        let z = codes(3, rep.dim(), seed);
        let s = bispectrum.project(z.view()).unwrap();
        for scale in [1e-200, 1e-3, 1e200] {
            let scaled = bispectrum.project((&z * scale).view()).unwrap();
            prop_assert!((&scaled / scale - &s).iter().all(|d| d.abs() < 1e-12));
        }
    }
}

/// The numbers of invariants that the documentation states.
#[test]
fn sizes() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(3);
    let size = |coupling| {
        let p = Bispectrum::new(&rep, coupling, 0).unwrap();
        Projection::<f64>::output_dim(&p)
    };
    assert_eq!(size(Coupling::BetweenFields), 1 + 3 + 1 + 2 * 6 + 3 * 7);
    assert_eq!(size(Coupling::PerField), 3 * (1 + 1 + 1 + 2 * 6 + 7));
}

#[test]
fn what_cannot_be_inverted_is_said() {
    let rep = Representation::regular(&Cyclic::new(6).unwrap());
    let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, 0).unwrap();
    // Only even frequencies: û(1) vanishes.
    let z = ndarray::array![[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]];
    let error = bispectrum.invert(bispectrum.project(z.view()).unwrap().view()).unwrap_err();
    assert!(
        matches!(error, ProjectionError::NotInvertible { row: 0, frequency: 1, .. }),
        "{error}"
    );
    // The zero code is recovered.
    let zero = Array2::<f64>::zeros((1, 6));
    let s = bispectrum.project(zero.view()).unwrap();
    assert_eq!(bispectrum.invert(s.view()).unwrap(), zero);
    let per_field = Bispectrum::new(&rep, Coupling::PerField, 0).unwrap();
    assert!(per_field.invert(s.view()).is_err());
    let d4 = Representation::regular(&Dihedral::new(4).unwrap());
    let error = Bispectrum::new(&d4, Coupling::PerField, 0).unwrap_err().to_string();
    assert!(error.contains("cyclic"), "{error}");
}
