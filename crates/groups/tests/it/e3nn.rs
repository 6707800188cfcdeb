//! Wigner's matrices, spherical harmonics and couplings of rotations against those of e3nn.

use groups::compact::SO3;
use groups::compact::wigner::{spherical_harmonics, wigner_matrices};
use groups::{IrrepTheory, IrrepsTo};
use nalgebra::{DMatrix, DVector, Matrix3, Vector3};
use serde::Deserialize;

const VALUES: &str = include_str!("../data/e3nn.json");

const TOLERANCE: f64 = 1e-12;

#[derive(Debug, Deserialize)]
struct Values {
    rotations: Vec<Rotation>,
    couplings: Vec<Coupling>,
    harmonics: Vec<Harmonics>,
}

/// A rotation and the matrices of degrees 0, 1, …, row by row.
#[derive(Debug, Deserialize)]
struct Rotation {
    matrix: Vec<f64>,
    wigner: Vec<Vec<f64>>,
}

/// `C[a, b, c]` of norm 1 for the product of the first two degrees and its part of the third.
#[derive(Debug, Deserialize)]
struct Coupling {
    degrees: [usize; 3],
    tensor: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Harmonics {
    direction: [f64; 3],
    values: Vec<Vec<f64>>,
}

fn values() -> Values {
    serde_json::from_str(VALUES).unwrap()
}

/// e3nn's basis of degree 1 is `(x, y, z)`, ours `(y, z, x)`: its irreps are ours for coordinates that this
/// matrix moves.
fn renamed() -> Matrix3<f64> {
    Matrix3::new(0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
}

#[test]
fn wigner_matrices_are_those_of_e3nn() {
    for Rotation { matrix, wigner } in values().rotations {
        let rotation = renamed() * Matrix3::from_row_slice(&matrix) * renamed().transpose();
        let ours = wigner_matrices(&rotation, wigner.len() - 1);
        for (l, (ours, theirs)) in ours.iter().zip(&wigner).enumerate() {
            let theirs = DMatrix::from_row_slice(2 * l + 1, 2 * l + 1, theirs);
            assert!((ours - theirs).amax() < TOLERANCE, "degree {l} of {matrix:?}");
        }
    }
}

#[test]
fn spherical_harmonics_are_those_of_e3nn() {
    for Harmonics { direction, values } in values().harmonics {
        let ours = spherical_harmonics(&(renamed() * Vector3::from(direction)), values.len() - 1);
        for (l, (ours, theirs)) in ours.iter().zip(values).enumerate() {
            let theirs = DVector::from_vec(theirs);
            assert!((ours - theirs).amax() < TOLERANCE, "degree {l} of {direction:?}");
        }
    }
}

/// Up to sign, which nothing fixes.
#[test]
fn couplings_are_those_of_e3nn() {
    let theory = IrrepsTo::new(SO3, 4);
    for Coupling { degrees: [i, j, k], tensor } in values().couplings {
        let couplings = theory.couplings(i, j).unwrap();
        let maps = &couplings.iter().find(|c| c.irrep == k).unwrap().maps;
        assert_eq!(maps.len(), 1);
        let theirs = DMatrix::from_row_slice((2 * i + 1) * (2 * j + 1), 2 * k + 1, &tensor);
        let ours = &maps[0] / (2.0 * k as f64 + 1.0).sqrt();
        let sign = ours.dot(&theirs).signum();
        assert!((ours * sign - theirs).amax() < TOLERANCE, "{i} ⊗ {j} → {k}");
    }
}
