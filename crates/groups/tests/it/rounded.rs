//! Matrices that were written with the digits of 32-bit numbers, and groups that do not end.

use groups::compact::Isometries;
use groups::compact::{O3, SO3, SpaceIsometry};
use groups::laws::{check_group, check_representation};
use groups::*;
use nalgebra::{DMatrix, Matrix3, Rotation3, Vector3, dmatrix};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(1)
}

fn narrow(m: &DMatrix<f64>) -> DMatrix<f64> {
    m.map(|v| f64::from(v as f32))
}

fn decimals(m: &DMatrix<f64>) -> DMatrix<f64> {
    m.map(|v| (v * 1e7).round() / 1e7)
}

fn turned(m: &DMatrix<f64>, axis: &Vector3<f64>) -> DMatrix<f64> {
    let turn = Rotation3::new(*axis);
    let turn = DMatrix::from_fn(3, 3, |i, j| turn[(i, j)]);
    &turn * m * turn.transpose()
}

/// The group has the order of the exact one, obeys the law, and its generators are next to those given.
fn check(exact: &[DMatrix<f64>], order: usize, round: impl Fn(&DMatrix<f64>) -> DMatrix<f64>) {
    let given: Vec<_> = exact.iter().map(round).collect();
    let group = MatrixGroup::generated_by("G", &given, 6000).unwrap();
    assert_eq!(group.order(), order);
    check_group(&group, 200, &mut rng()).unwrap();
    check_representation(&group.defining(), 50, 1e-12, &mut rng()).unwrap();
    for (g, m) in group.generators().iter().zip(&given) {
        assert!((group.matrix(g) - m).amax() < 2e-7, "{} {m}", group.matrix(g));
    }
}

fn generators(group: &MatrixGroup) -> Vec<DMatrix<f64>> {
    group.generators().iter().map(|g| group.matrix(g).clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// The solids in any position, from generators in 32 bits and of seven decimals.
    #[test]
    fn rounded_generators_close(x in -3.0f64..3.0, y in -3.0f64..3.0, z in -3.0f64..3.0) {
        let axis = Vector3::new(x, y, z);
        for group in [
            MatrixGroup::tetrahedral(),
            MatrixGroup::full_octahedral(),
            MatrixGroup::icosahedral(),
            MatrixGroup::full_icosahedral(),
        ] {
            let group = group.unwrap();
            let exact: Vec<_> = generators(&group).iter().map(|m| turned(m, &axis)).collect();
            check(&exact, group.order(), narrow);
            check(&exact, group.order(), decimals);
        }
    }

    /// Turns of the plane, whose products err the more the more there are.
    #[test]
    fn rounded_turns_close(n in 3usize..100, k in 1usize..100) {
        let angle = std::f64::consts::TAU * k as f64 / n as f64;
        let (s, c) = angle.sin_cos();
        let order = n / (1..=n).rev().find(|d| n % d == 0 && k % d == 0).unwrap();
        check(&[dmatrix![c, -s; s, c]], order, narrow);
        check(&[dmatrix![c, -s; s, c]], order, decimals);
    }

    /// A rotation in 32 bits is the one next to it.
    #[test]
    fn rounded_rotations(x in -3.0f64..3.0, y in -3.0f64..3.0, z in -3.0f64..3.0, inverted: bool) {
        let exact = SpaceIsometry { rotation: nalgebra::UnitQuaternion::new(Vector3::new(x, y, z)), inverted };
        let rounded = exact.matrix().map(|v| f64::from(v as f32));
        let found = SpaceIsometry::from_matrix(&rounded).unwrap();
        prop_assert!((found.matrix() - exact.matrix()).amax() < 2e-7);
        let orthogonal = found.matrix().transpose() * found.matrix();
        prop_assert!((orthogonal - Matrix3::identity()).amax() < 1e-14);
        let rows: Vec<Vec<f32>> =
            (0..3).map(|i| (0..3).map(|j| rounded[(i, j)] as f32).collect()).collect();
        let text = format!("{rows:?}");
        let read = O3.read_element(&text).unwrap();
        prop_assert!((read.matrix() - found.matrix()).amax() < 1e-7);
        prop_assert_eq!(SO3.read_element(&text).is_some(), !inverted);
    }
}

/// A group of 1,152 elements on `R⁴`, in a basis of its own.
#[test]
fn more_dimensions() {
    let h = 0.5;
    let reflection = |r: [f64; 4]| {
        let square: f64 = r.iter().map(|v| v * v).sum();
        DMatrix::from_fn(4, 4, |i, j| f64::from(i == j) - 2.0 * r[i] * r[j] / square)
    };
    let roots = [[0., 1., -1., 0.], [0., 0., 1., -1.], [0., 0., 0., 1.], [h, -h, -h, -h]];
    let (s, c) = 0.7f64.sin_cos();
    let mut turn = DMatrix::identity(4, 4);
    turn.view_mut((0, 0), (2, 2)).copy_from(&dmatrix![c, -s; s, c]);
    let exact: Vec<_> = roots.map(|r| &turn * reflection(r) * turn.transpose()).to_vec();
    check(&exact, 1152, narrow);
}

#[test]
fn matrices_that_are_not_orthogonal_are_refused() {
    let off = |m: DMatrix<f64>| MatrixGroup::generated_by("G", &[m], 100).unwrap_err().to_string();
    let short = off(dmatrix![0.5, -0.8660; 0.8660, 0.5]);
    assert!(short.starts_with("G: generator 0 is off by 4.4e-5, expected an orth"), "{short}");
    assert!(off(dmatrix![1.1, 0.0; 0.0, 1.0]).contains("off by 2.1e-1"));
    assert!(off(dmatrix![f64::NAN, 0.0; 0.0, 1.0]).contains("off by NaN"));
    assert!(off(dmatrix![0.0, f64::INFINITY; 0.0, 1.0]).contains("generator 0 is off by"));
    let wrong = Matrix3::new(0.5, -0.866, 0.0, 0.866, 0.5, 0.0, 0.0, 0.0, 1.0);
    let error = SpaceIsometry::from_matrix(&wrong).unwrap_err();
    assert!(matches!(error, GroupError::NotOrthogonal { dim: 3, .. }), "{error}");
}

#[test]
fn groups_without_an_end() {
    let (s, c) = 1f64.sin_cos();
    let endless = MatrixGroup::generated_by("G", &[dmatrix![c, -s; s, c]], 6000).unwrap_err();
    assert_eq!(
        endless.to_string(),
        "the closure of matrices found more than 6000 elements of G and stopped; the group is larger, perhaps infinite"
    );
    // With the digits of 32 bits it is a turn by 113/710 of a circle as well.
    let unknown =
        MatrixGroup::generated_by("G", &[narrow(&dmatrix![c, -s; s, c])], 6000).unwrap_err();
    assert!(matches!(unknown, GroupError::Ambiguous { .. }), "{unknown}");
    // As many as the limit are no more.
    let (s, c) = (std::f64::consts::TAU / 100.0).sin_cos();
    assert!(MatrixGroup::generated_by("G", &[dmatrix![c, -s; s, c]], 100).is_ok());
    assert!(MatrixGroup::generated_by("G", &[dmatrix![c, -s; s, c]], 99).is_err());
    let s8 = Symmetric::new(8).unwrap();
    let closure = Inclusion::generated_by(&s8, "H", &s8.generators()).unwrap_err().to_string();
    assert!(closure.contains("found more than 6000 elements of H"), "{closure}");
    let b6 = MatrixGroup::hyperoctahedral(6).unwrap_err().to_string();
    assert!(b6.contains("order 46080 is above the limit 6000"), "{b6}");
    assert!(MatrixGroup::hyperoctahedral(5).is_ok());
}

/// Orders that do not fit are not printed as if they were known.
#[test]
fn orders_that_do_not_fit() {
    let s30 = Symmetric::new(30).unwrap();
    let error = Representation::quotient(&s30, &[]).unwrap_err().to_string();
    assert!(error.contains("order (more than 10^19) is above the limit 50000"), "{error}");
    let visit = |text: &str| {
        groups::AnyGroup::parse(text).map(|g| g.element_syntax()).map_err(|e| e.to_string())
    };
    assert_eq!(
        visit("a101").unwrap_err(),
        "A101 permutes 101 points, but a group named like this permutes 100 at most"
    );
    assert!(visit("a100").is_ok());
    // Numbers of elements are offered where elements have numbers.
    assert!(visit("s20").unwrap().contains("its number"));
    assert!(!visit("s21").unwrap().contains("number"));
    assert!(!visit("b30").unwrap().contains("number"));
}
