//! Fitting a representation: exact where codes obey one, honest where they do not.

use crate::common::gaussian;
use analysis::action::LearnedAction;
use groups::laws::check_representation;
use groups::{Cyclic, FiniteGroup, Representation};
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Codes moved by the generator of a representation.
fn moved(rep: &Representation<Cyclic>, codes: &Array2<f64>) -> Array2<f64> {
    let generator = rep.group().element(1);
    let rows: Vec<f64> =
        codes.rows().into_iter().flat_map(|row| rep.act(&generator, &row.to_vec())).collect();
    Array2::from_shape_vec(codes.raw_dim(), rows).unwrap()
}

fn check(rep: &Representation<Cyclic>, tolerance: f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    check_representation(rep, 50, tolerance, &mut rng).unwrap();
}

#[test]
fn a_true_action_is_found_again() {
    for order in [3, 4, 5, 8] {
        let group = Cyclic::new(order).unwrap();
        let rep = Representation::regular(&group).copies(2);
        let codes = gaussian(100, rep.dim(), 1);
        let target = moved(&rep, &codes);
        let learned = LearnedAction::fit(&group, codes.view(), target.view()).unwrap();
        assert!(learned.residual() < 1e-10, "{order}: {}", learned.residual());
        assert!(learned.rounded_residual() < 1e-6, "{order}: {}", learned.rounded_residual());
        assert!(learned.defect() < 1e-6, "{order}: {}", learned.defect());
        check(learned.representation(), 1e-6);
        for g in group.elements() {
            let difference = (learned.representation().matrix(&g) - rep.matrix(&g)).norm();
            assert!(difference < 1e-5, "{order}: {difference}");
        }
    }
}

/// Noise leaves a residual of its size, and what is found is still a representation.
#[test]
fn noise_is_left_over() {
    let group = Cyclic::new(8).unwrap();
    let rep = Representation::regular(&group).copies(2);
    let codes = gaussian(400, 16, 2);
    let noise = 0.3 * &gaussian(400, 16, 3);
    let target = moved(&rep, &codes) + noise;
    let learned = LearnedAction::fit(&group, codes.view(), target.view()).unwrap();
    // Of unit variance and 0.3 of noise, 0.3/√(1 + 0.3²) of the spread is noise.
    assert!((learned.residual() - 0.287).abs() < 0.02, "{}", learned.residual());
    assert!(learned.defect() < 0.2, "{}", learned.defect());
    check(learned.representation(), 1e-9);
}

/// Where the second codes have nothing to do with the first, the angles are as far from a
/// representation as random ones.
#[test]
fn unrelated_codes_obey_no_law() {
    let group = Cyclic::new(8).unwrap();
    let (codes, other) = (gaussian(400, 32, 4), gaussian(400, 32, 5));
    let learned = LearnedAction::fit(&group, codes.view(), other.view()).unwrap();
    assert!(learned.residual() > 0.8, "{}", learned.residual());
    assert!(learned.defect() > 0.35, "{}", learned.defect());
    check(learned.representation(), 1e-9);
}

#[test]
fn too_few_codes_are_refused() {
    let group = Cyclic::new(4).unwrap();
    let codes = gaussian(7, 8, 0);
    assert!(LearnedAction::fit(&group, codes.view(), codes.view()).is_err());
}

/// Codes that hardly move are explained by the identity nearly as well: what moved is the measure. And
/// their size is no matter.
#[test]
fn motion_stands_beside_the_residual() {
    let group = Cyclic::new(4).unwrap();
    let rep = Representation::regular(&group).copies(2);
    let (means, waves) = (gaussian(60, 2, 7), gaussian(60, 8, 8));
    let codes = Array2::from_shape_fn((60, 8), |(i, j)| means[[i, j / 4]] + 0.05 * waves[[i, j]]);
    let target = moved(&rep, &codes);
    let learned = LearnedAction::fit(&group, codes.view(), target.view()).unwrap();
    assert!((0.01..0.2).contains(&learned.moved()), "{}", learned.moved());
    assert!(learned.residual() < 1e-10 * learned.moved());
    for scale in [2f64.powi(-600), 2f64.powi(600)] {
        let (codes, target) = (&codes * scale, &target * scale);
        let far = LearnedAction::fit(&group, codes.view(), target.view()).unwrap();
        assert!((far.moved() / learned.moved() - 1.0).abs() < 1e-12 && far.residual() < 1e-10);
    }
    let zero = Array2::<f64>::zeros((9, 8));
    let still = LearnedAction::fit(&group, zero.view(), zero.view()).unwrap();
    assert_eq!((still.moved(), still.residual()), (0.0, 0.0));
}
