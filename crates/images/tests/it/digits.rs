//! The generated digits: seeded, balanced, varied, and hard for pixels.

use images::digits::{SIZE, TEST_START, generate};
use ndarray::{Array2, Array3, Axis};

fn flat(images: &Array3<f32>) -> Array2<f32> {
    let count = images.dim().0;
    images.to_shape((count, SIZE * SIZE)).unwrap().to_owned()
}

/// Accuracy of the nearest neighbour among 2,000 digits for 1,000 others, in pixels.
fn nearest_neighbour_accuracy(seed: u64) -> f64 {
    let (train, train_labels) = generate(seed, 0, 2000);
    let (test, test_labels) = generate(seed, TEST_START, 1000);
    let (train, test) = (flat(&train), flat(&test));
    let norms = train.map_axis(Axis(1), |row| row.dot(&row));
    let products = test.dot(&train.t());
    let right = products.outer_iter().zip(&test_labels).filter(|(row, label)| {
        let distance = |i: usize| norms[i] - 2.0 * row[i];
        let nearest = (0..train_labels.len()).min_by(|&i, &j| distance(i).total_cmp(&distance(j)));
        nearest.is_some_and(|i| train_labels[i] == **label)
    });
    right.count() as f64 / test_labels.len() as f64
}

#[test]
fn the_nearest_neighbour_in_pixels_is_clearly_below_a_good_classifier() {
    for seed in [1, 2] {
        let accuracy = nearest_neighbour_accuracy(seed);
        assert!((0.78..0.90).contains(&accuracy), "seed {seed}: {accuracy}");
    }
}

#[test]
fn classes_are_balanced_and_mixed() {
    let (_, labels) = generate(1, 0, 1000);
    for block in labels.chunks(10) {
        let mut sorted = block.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    let first: std::collections::BTreeSet<u8> = labels.iter().copied().step_by(10).collect();
    assert_eq!(first.len(), 10);
    assert_ne!(generate(2, 0, 1000).1, labels);
}

#[test]
fn an_image_depends_on_seed_and_index_only() {
    let (images, labels) = generate(1, 100, 60);
    for (start, count) in [(100, 60), (130, 7), (159, 1)] {
        let from = (start - 100) as usize;
        let (again, again_labels) = generate(1, start, count);
        assert_eq!(again_labels, labels[from..from + count]);
        for (a, b) in again.outer_iter().zip(images.axis_iter(Axis(0)).skip(from)) {
            assert_eq!(a, b);
        }
    }
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| generate(1, 100, 60))
    };
    assert!(on(1) == on(4));
    assert_eq!(on(3).0, images);
}

#[test]
fn images_differ_by_index_and_by_seed() {
    let (images, _) = generate(1, 0, 500);
    let (others, _) = generate(2, 0, 500);
    let all: std::collections::BTreeSet<Vec<u8>> = [&images, &others]
        .iter()
        .flat_map(|images| images.outer_iter().collect::<Vec<_>>())
        .map(|image| image.iter().map(|value| (value * 255.0).round() as u8).collect())
        .collect();
    assert_eq!(all.len(), 1000);
}

#[test]
fn images_are_ink_on_clean_paper_within_the_disc() {
    let (images, _) = generate(1, 0, 2000);
    let centre = (SIZE - 1) as f32 / 2.0;
    for (i, image) in images.outer_iter().enumerate() {
        let ink: f32 = image.sum();
        assert!((10.0..250.0).contains(&ink), "image {i}: {ink}");
        assert!(image.iter().any(|&value| value > 0.5), "image {i}");
        for ((y, x), &value) in image.indexed_iter() {
            let steps = value * 255.0;
            assert!((0.0..=1.0).contains(&value) && (steps - steps.round()).abs() < 1e-4);
            // So that a rotation cuts nothing off.
            let radius = (x as f32 - centre).hypot(y as f32 - centre);
            assert!(value == 0.0 || radius <= centre, "image {i} at ({y}, {x})");
        }
    }
}

#[test]
fn every_index_and_count_works() {
    assert_eq!(generate(u64::MAX, u64::MAX, 3).1.len(), 3);
    assert_eq!(generate(0, 0, 0).0.dim(), (0, SIZE, SIZE));
}
