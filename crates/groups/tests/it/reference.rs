//! Quotient distances against values that NumPy and SciPy computed.

use groups::quotient::{QuotientMetric, procrustes::procrustes};
use groups::{Cyclic, Dihedral, DihedralElement, FiniteGroup, Representation, Symmetric};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("../data/quotient_distances.json")).unwrap()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn agrees<G: FiniteGroup>(rep: &Representation<G>, data: [&str; 2], expected: &str) {
    let reference = reference();
    let metric = QuotientMetric::new(rep).unwrap();
    let (z, w) = (rows(&reference[data[0]]), rows(&reference[data[1]]));
    for ((z, w), expected) in z.iter().zip(&w).zip(numbers(&reference[expected])) {
        let got = metric.distance(z, w);
        assert!((got - expected).abs() < 1e-10, "{got} against {expected}");
    }
}

#[test]
fn sets_of_nine_nodes() {
    let rep = Symmetric::new(9).unwrap().node_features(3);
    agrees(&rep, ["sets_p", "sets_q"], "quotient_distance_S9_rows_d3");
}

#[test]
fn regular_fields_of_c8() {
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(16);
    agrees(&rep, ["fields_r", "fields_s"], "quotient_distance_C8_regular16");
}

#[test]
fn functions_on_cosets_of_d8() {
    let d8 = Dihedral::new(8).unwrap();
    let rep = Representation::quotient(&d8, &[DihedralElement::reflection(0)]).unwrap().copies(16);
    agrees(&rep, ["fields_r", "fields_s"], "quotient_distance_D8_on_cosets_regular16");
}

#[test]
fn point_sets_under_o3() {
    let reference = reference();
    let (x, y) = (rows(&reference["sets_p"]), rows(&reference["sets_q"]));
    for ((x, y), expected) in
        x.iter().zip(&y).zip(numbers(&reference["quotient_distance_O3_points9"]))
    {
        let got = procrustes(x, y, 3).unwrap().distance;
        assert!((got - expected).abs() < 1e-10, "{got} against {expected}");
    }
}
