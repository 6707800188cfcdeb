//! The action on images: exact where the grid is mapped to itself, close to an action elsewhere.

use groups::action::image::{self, Interpolation};
use groups::{Dihedral, FiniteGroup, Group, PlanarGroup};
use ndarray::{Array2, array};

const MODES: [Interpolation; 2] = [Interpolation::Bilinear, Interpolation::Bicubic];

/// A few broad Gaussian bumps inside the disc: nearly band-limited.
fn bumps(size: usize) -> Array2<f32> {
    let c = (size as f64 - 1.0) / 2.0;
    Array2::from_shape_fn((size, size), |(row, col)| {
        let (x, y) = (col as f64 - c, c - row as f64);
        let bump = |x0: f64, y0: f64, s: f64| {
            (-((x - x0).powi(2) + (y - y0).powi(2)) / (2.0 * s * s)).exp()
        };
        (bump(3.0, 1.0, 2.5) + 0.7 * bump(-2.0, 4.0, 2.0) + 0.5 * bump(-3.0, -4.0, 3.0)) as f32
    })
}

fn relative_error(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let norm =
        |v: &mut dyn Iterator<Item = f32>| v.map(|x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    norm(&mut a.iter().zip(b).map(|(a, b)| a - b)) / norm(&mut a.iter().copied())
}

#[test]
fn quarter_turns_and_flips_are_an_exact_action() {
    let d4 = Dihedral::new(4).unwrap();
    for size in [7, 28] {
        let f = bumps(size);
        for mode in MODES {
            for a in d4.elements() {
                assert!(d4.is_exact_on_grid(&a));
                let af = image::act(&d4, &a, f.view(), mode);
                for b in d4.elements() {
                    let ba = d4.compose(&b, &a);
                    assert_eq!(
                        image::act(&d4, &b, af.view(), mode),
                        image::act(&d4, &ba, f.view(), mode)
                    );
                }
            }
        }
    }
}

#[test]
fn a_flip_reverses_the_rows() {
    let d4 = Dihedral::new(4).unwrap();
    let s = groups::DihedralElement::reflection(0); // y ↦ −y
    let image = array![[1.0, 2.0], [3.0, 4.0]];
    let flipped = image::act(&d4, &s, image.view(), Interpolation::Bilinear);
    assert_eq!(flipped, array![[3.0, 4.0], [1.0, 2.0]]);
}

/// There and back again by eighth turns: the loss is the interpolation's, and cubic loses less.
#[test]
fn eighth_turns_are_nearly_an_action() {
    let f = bumps(28);
    let error = |mode| {
        let turn = image::rotation(std::f64::consts::FRAC_PI_4);
        let there = image::transform(f.view(), &turn, mode);
        let back = image::transform(there.view(), &turn.transpose(), mode);
        relative_error(&f, &back)
    };
    let (linear, cubic) = (error(Interpolation::Bilinear), error(Interpolation::Bicubic));
    assert!(linear < 0.08, "bilinear {linear}");
    assert!(cubic < 0.01 && cubic < linear / 4.0, "bicubic {cubic}");
}
