//! Bispectra: complete, between fields, invertible where they are selective, and of any group.

use groups::compact::{O3, SO2, SO3};
use groups::quotient::QuotientMetric;
use groups::{
    Cyclic, Dihedral, DihedralElement, FiniteGroup, Group, IrrepTheory, Irreps, MatrixGroup,
    PermutationGroup, Product, Representation, Symmetric, TableGroup,
};
use nalgebra::DMatrix;
use ndarray::{Array1, Array2, ArrayView1};
use projections::laws::check_projection;
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

/// The code with every isotypic part turned by itself, by a random map that keeps all inner products of
/// copies: the orthogonal part of an element of the group algebra.
fn turned_apart<G: FiniteGroup>(rep: &Representation<G>, z: &[f64], seed: u64) -> Vec<f64> {
    let irreps = Irreps::of(rep.group()).unwrap();
    let isotypic = irreps.isotypic(rep).unwrap();
    let weights = codes(irreps.real().len(), rep.group().order(), seed);
    let mut w = isotypic.basis.transpose() * DMatrix::from_column_slice(z.len(), 1, z);
    for component in &isotypic.components {
        let psi = irreps.real()[component.irrep].representation();
        let sum = rep
            .group()
            .elements()
            .zip(weights.row(component.irrep))
            .fold(DMatrix::zeros(psi.dim(), psi.dim()), |sum, (g, c)| sum + psi.matrix(&g) * *c);
        let svd = sum.svd(true, true);
        let turn = svd.u.unwrap() * svd.v_t.unwrap();
        for first in component.columns.clone().step_by(psi.dim()) {
            let part = &turn * w.rows(first, psi.dim());
            w.rows_mut(first, psi.dim()).copy_from(&part);
        }
    }
    (isotypic.basis * w).as_slice().to_vec()
}

/// Derivatives of the invariants, `k × D`, by central differences.
fn jacobian(p: &IrrepBispectrum, z: &[f64]) -> DMatrix<f64> {
    const STEP: f64 = 1e-5;
    let columns: Vec<_> = (0..z.len())
        .map(|i| {
            let at = |step: f64| {
                let mut moved = Array2::from_shape_vec((1, z.len()), z.to_vec()).unwrap();
                moved[(0, i)] += step;
                p.project(moved.view()).unwrap().row(0).to_owned()
            };
            let difference = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            nalgebra::DVector::from_vec(difference.to_vec())
        })
        .collect();
    DMatrix::from_columns(&columns)
}

fn distance_of_images(p: &dyn Projection<f64>, a: &[f64], b: &[f64]) -> f64 {
    let both = Array2::from_shape_vec((2, a.len()), [a, b].concat()).unwrap();
    let s = p.project(both.view()).unwrap();
    norm((&s.row(0) - &s.row(1)).view())
}

/// Invariance over all elements; and of fields of the regular representation: poses of irreps that do not
/// belong together are seen although all inner products agree, and no direction is lost.
fn check_irrep_bispectrum<G: FiniteGroup>(rep: &Representation<G>, seed: u64) {
    for triples in [Triples::All, Triples::Selective] {
        let p = IrrepBispectrum::new(rep, triples, seed).unwrap();
        check_projection(&p, rep, 1e-9, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap();
        let metadata = Projection::<f64>::metadata(&p);
        if rep.regular_fields().is_none() {
            continue;
        }
        assert_eq!(metadata.guarantee, Guarantee::Generic, "{rep}");
        let z = codes(1, rep.dim(), seed).row(0).to_vec();
        let apart = turned_apart(rep, &z, seed ^ 1);
        let far = QuotientMetric::new(rep).unwrap().distance(&z, &apart);
        let seen = distance_of_images(&p, &z, &apart);
        assert!(far < 0.05 || seen > 1e-3 * far, "{rep}, {triples:?}: {seen} at {far}");
        let values = jacobian(&p, &z).singular_values();
        assert!(values.min() > 1e-4 * values.max(), "{rep}, {triples:?}: {}", values.min());
    }
}

#[test]
fn irrep_bispectra_tell_generic_orbits_of_any_group_apart() {
    let regular = |copies: usize, seed: u64| {
        check_irrep_bispectrum(
            &Representation::regular(&Cyclic::new(1).unwrap()).copies(copies),
            seed,
        );
        check_irrep_bispectrum(
            &Representation::regular(&Cyclic::new(5).unwrap()).copies(copies),
            seed,
        );
        check_irrep_bispectrum(
            &Representation::regular(&Dihedral::new(4).unwrap()).copies(copies),
            seed,
        );
        check_irrep_bispectrum(
            &Representation::regular(&TableGroup::quaternion()).copies(copies),
            seed,
        );
        let a4 = PermutationGroup::alternating(4).unwrap();
        check_irrep_bispectrum(&Representation::regular(&a4).copies(copies), seed);
        // No irrep of these is faithful by itself.
        let cube = Product::new(
            Cyclic::new(2).unwrap(),
            Product::new(Cyclic::new(2).unwrap(), Cyclic::new(3).unwrap()),
        );
        check_irrep_bispectrum(&Representation::regular(&cube).copies(copies), seed);
    };
    regular(1, 3);
    regular(2, 4);
    check_irrep_bispectrum(&Representation::regular(&MatrixGroup::octahedral().unwrap()), 5);
    // Irreps that occur less often than in the regular representation.
    check_irrep_bispectrum(&Symmetric::new(4).unwrap().natural(), 6);
    check_irrep_bispectrum(&Symmetric::new(4).unwrap().node_features(3), 7);
    check_irrep_bispectrum(&MatrixGroup::icosahedral().unwrap().defining().copies(2), 8);
}

/// One faithful irrep of dimension `d` leaves at most `|G| d²` of the products.
#[test]
fn few_products_suffice() {
    let rep = Representation::regular(&MatrixGroup::octahedral().unwrap());
    let outputs =
        |triples| Projection::<f64>::output_dim(&IrrepBispectrum::new(&rep, triples, 0).unwrap());
    let (all, few) = (outputs(Triples::All), outputs(Triples::Selective));
    assert!(few < all && all < 24 * 24 && few < 24 * 9, "{few} of {all}");
}

/// Vectors and quadrupoles that are turned by themselves, which a Gram matrix does not see.
#[test]
fn irrep_bispectra_of_rotations_see_relative_poses_and_handedness() {
    let parts = [
        SO3.irrep(1).unwrap().representation().copies(3),
        SO3.irrep(2).unwrap().representation().clone(),
        SO3.irrep(0).unwrap().representation().clone(),
    ];
    let rep = Representation::direct_sum(&parts).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let z = codes(1, rep.dim(), 2).row(0).to_vec();
    for triples in [Triples::All, Triples::Selective] {
        let p = IrrepBispectrum::new(&rep, triples, 3).unwrap();
        assert_eq!(Projection::<f64>::metadata(&p).guarantee, Guarantee::Generic);
        let gram = IsotypicGram::new(&rep).unwrap();
        for _ in 0..16 {
            let g = SO3.sample(&mut rng);
            let moved = rep.act(&g, &z);
            assert!(distance_of_images(&p, &z, &moved) < 1e-10);
            let mut apart = z.clone();
            apart[..9].copy_from_slice(&moved[..9]);
            assert!(distance_of_images(&gram, &z, &apart) < 1e-10);
            assert!(distance_of_images(&p, &z, &apart) > 1e-2);
        }
        // The mirror image at the origin: odd degrees change their sign.
        let mirrored: Vec<f64> =
            z.iter().enumerate().map(|(i, v)| if i < 9 { -v } else { *v }).collect();
        assert!(distance_of_images(&gram, &z, &mirrored) < 1e-10);
        assert!(distance_of_images(&p, &z, &mirrored) > 1e-2);
    }
    // Reflections included, it is the same.
    let rep = Representation::direct_sum(&[
        O3.vectors().copies(3),
        O3.irrep(2, false).unwrap().representation().clone(),
    ])
    .unwrap();
    let p = IrrepBispectrum::new(&rep, Triples::Selective, 3).unwrap();
    assert_eq!(Projection::<f64>::metadata(&p).guarantee, Guarantee::Generic);
    let z = codes(1, rep.dim(), 4).row(0).to_vec();
    for _ in 0..16 {
        let g = O3.sample(&mut rng);
        assert!(distance_of_images(&p, &z, &rep.act(&g, &z)) < 1e-10);
    }
    // Frequencies of the plane: without the first the others are not known to be enough.
    let of = |frequencies: &[usize], copies: usize| {
        let parts: Vec<_> =
            frequencies.iter().map(|&k| SO2.irrep(k).representation().copies(copies)).collect();
        let rep = Representation::direct_sum(&parts).unwrap();
        let p = IrrepBispectrum::new(&rep, Triples::All, 0).unwrap();
        let z = codes(1, rep.dim(), 5).row(0).to_vec();
        let moved = rep.act(&SO2.sample(&mut ChaCha8Rng::seed_from_u64(6)), &z);
        assert!(distance_of_images(&p, &z, &moved) < 1e-10);
        // One direction, along the orbit, is lost.
        let values = jacobian(&p, &z).singular_values();
        let kept = values.iter().filter(|v| **v > 1e-4 * values.max()).count();
        (Projection::<f64>::metadata(&p).guarantee, rep.dim() - kept)
    };
    for copies in [1, 2] {
        assert_eq!(of(&[1, 2, 3], copies), (Guarantee::Generic, 1));
        assert_eq!(of(&[2, 4], copies), (Guarantee::Lossy, 1));
    }
}
