//! Handwritten digits from nothing: the data set that is always there.
//!
//! Each digit is written, not photographed. A template gives the strokes of one way to write a
//! class (with or without a bar, open or closed, looped or not) as control points; a hand moves
//! the points, bends the plane smoothly, slants, stretches and shifts; a pen of some width,
//! pressure and softness draws the strokes on the pixel grid.
//!
//! The variation is real: a test holds the nearest neighbour in pixels (2,000 digits to choose from)
//! between 78 and 90 % right, while `cargo xtask reproduce images --generated` trains a network that
//! reads them at any angle (its accuracy stands in `docs/results.md`). Classes stay distinguishable
//! under all rotations: the six has a curved neck over a large bowl, the nine a small head on a
//! straight stem.
//!
//! Image `i` of seed `s` depends on `(s, i)` only, so any range can be generated on its own, by
//! any number of threads, with the same result.

mod hand;
mod pen;
mod stroke;
mod templates;

use ndarray::{Array3, Axis};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use hand::Hand;
use pen::Pen;

/// Height and width of a generated image in pixels.
pub const SIZE: usize = 28;

/// Number of classes, the digits 0 to 9.
pub const CLASSES: usize = 10;

/// First index of the images that serve as test data: image `TEST_START + j` is test image `j`,
/// however many training images there are.
pub const TEST_START: u64 = 1_000_000_000_000;

/// Streams of the generator from here on draw labels, those below draw images.
const LABEL_STREAMS: u64 = 1 << 63;

/// Writes digits `start .. start + count` of `seed`.
///
/// Returns pixels `(count, 28, 28)` in `[0, 1]`, 0 paper and 1 ink, each a multiple of 1/255 so
/// that the images survive a file of bytes unchanged, and their labels. Each ten images from a
/// multiple of ten on hold each class once, in a random order.
///
/// ```
/// let (images, labels) = images::digits::generate(7, 0, 20);
/// assert_eq!(images.dim(), (20, 28, 28));
/// assert_eq!(labels.iter().filter(|&&label| label == 3).count(), 2);
/// // Any range alone is the same as the range cut out of a larger one.
/// let (tail, _) = images::digits::generate(7, 15, 5);
/// assert_eq!(tail, images.slice(ndarray::s![15.., .., ..]));
/// ```
///
/// Cost: some 50 microseconds an image and thread.
pub fn generate(seed: u64, start: u64, count: usize) -> (Array3<f32>, Vec<u8>) {
    let labels: Vec<u8> = (0..count as u64).map(|i| label(seed, start.wrapping_add(i))).collect();
    let mut images = Array3::zeros((count, SIZE, SIZE));
    images.axis_iter_mut(Axis(0)).into_par_iter().zip(&labels).enumerate().for_each(
        |(i, (mut image, &label))| {
            let pixels = write(seed, start.wrapping_add(i as u64), label);
            for (pixel, ink) in image.iter_mut().zip(pixels) {
                *pixel = ink;
            }
        },
    );
    (images, labels)
}

/// The label of image `index`: a seeded permutation of the ten classes for each block of ten.
fn label(seed: u64, index: u64) -> u8 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(LABEL_STREAMS | (index / CLASSES as u64));
    let mut classes: [u8; CLASSES] = std::array::from_fn(|class| class as u8);
    classes.shuffle(&mut rng);
    classes[(index % CLASSES as u64) as usize]
}

fn write(seed: u64, index: u64, label: u8) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(index & !LABEL_STREAMS);
    let variants = templates::of(label);
    let total: f64 = variants.iter().map(|variant| variant.weight).sum();
    let mut draw = rng.random::<f64>() * total;
    let variant = variants
        .iter()
        .find(|variant| {
            draw -= variant.weight;
            draw < 0.0
        })
        .unwrap_or(&variants[0]);
    let hand = Hand::draw(&mut rng);
    let pen = Pen::draw(&mut rng);
    let strokes = hand.write(variant, pen.reach(), &mut rng);
    pen.ink(&strokes, SIZE, &mut rng)
}
