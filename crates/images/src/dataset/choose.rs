//! Seeded subsets.

use ndarray::Axis;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::Digits;
use crate::ImageError;
use crate::digits::CLASSES;

/// How a subset is drawn.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The first ones.
    First,
    /// Every subset of the size equally likely. With one seed, a smaller one is part of a larger.
    Random,
    /// Random within each class, the classes keeping their shares (by largest remainders).
    #[default]
    Stratified,
}

impl Digits {
    /// The images at `indices`, in that order.
    ///
    /// # Errors
    /// [`ImageError::InvalidParameter`] where an index is not below [`Digits::len`],
    /// [`ImageError::InvalidDigits`] where there are no indices.
    pub fn select(&self, indices: &[usize]) -> Result<Self, ImageError> {
        if let Some(index) = indices.iter().find(|&&index| index >= self.len()) {
            return Err(ImageError::InvalidParameter {
                operation: "selecting digits",
                expected: "indices below the number of digits",
                found: format!("{index} of {}", self.len()),
            });
        }
        let images = self.images.select(Axis(0), indices);
        let labels = indices.iter().map(|&index| self.labels[index]).collect();
        Self::new(images, labels, self.origin.clone())
    }

    /// `count` of the digits, by `choice`; in the order in which they are in `self`.
    ///
    /// ```
    /// use images::dataset::{Choice, Digits};
    /// let digits = Digits::generated(0, 0, 200)?;
    /// let some = digits.choose(50, Choice::Stratified, 1)?;
    /// assert_eq!(some.class_counts(), [5; 10]);
    /// # Ok::<(), images::ImageError>(())
    /// ```
    ///
    /// # Errors
    /// [`ImageError::NotEnough`] where `count` is above [`Digits::len`],
    /// [`ImageError::InvalidDigits`] where it is 0.
    pub fn choose(&self, count: usize, choice: Choice, seed: u64) -> Result<Self, ImageError> {
        let available = self.len();
        if count > available {
            let operation = "choosing a subset of the digits";
            return Err(ImageError::NotEnough { operation, requested: count, available });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut indices: Vec<usize> = (0..available).collect();
        match choice {
            Choice::First => indices.truncate(count),
            Choice::Random => {
                indices.shuffle(&mut rng);
                indices.truncate(count);
            }
            Choice::Stratified => {
                let shares = shares(&self.class_counts(), count);
                indices.shuffle(&mut rng);
                let mut left = shares;
                indices.retain(|&index| {
                    let left = &mut left[usize::from(self.labels[index])];
                    let keep = *left > 0;
                    *left -= usize::from(keep);
                    keep
                });
            }
        }
        indices.sort_unstable();
        self.select(&indices)
    }
}

/// `total` divided in proportion to `counts`, rounded by largest remainders; ties go to the
/// smaller class number.
fn shares(counts: &[usize; CLASSES], total: usize) -> [usize; CLASSES] {
    let all = counts.iter().sum::<usize>().max(1) as u128;
    let exact = counts.map(|count| count as u128 * total as u128);
    let mut shares = exact.map(|product| (product / all) as usize);
    let mut order: Vec<usize> = (0..CLASSES).collect();
    order.sort_by_key(|&class| std::cmp::Reverse(exact[class] % all));
    let missing = total - shares.iter().sum::<usize>();
    for &class in order.iter().take(missing) {
        shares[class] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_are_within_one_of_the_exact_proportion() {
        let counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
        let all: usize = counts.iter().sum();
        for total in [1, 7, 10, 999, 12_000, all] {
            let shares = shares(&counts, total);
            assert_eq!(shares.iter().sum::<usize>(), total);
            for (share, count) in shares.iter().zip(&counts) {
                let exact = *count as f64 * total as f64 / all as f64;
                assert!((*share as f64 - exact).abs() < 1.0 && share <= count);
            }
        }
    }
}
