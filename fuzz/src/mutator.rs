//! Bytes that are nearly what a reader expects.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Numbers at which lengths, shapes and offsets overflow or turn negative.
const NUMBERS: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0xffff_ffff_ffff_fff0,
    u64::MAX,
];

/// Inputs no longer than this, so that many are tried.
const LONGEST: usize = 1 << 14;

/// Draws inputs: one of the seeds, changed in up to eight places; now and then one from nothing.
#[derive(Debug, Clone)]
pub struct Mutator {
    seeds: Vec<Vec<u8>>,
    rng: ChaCha8Rng,
}

impl Mutator {
    /// The same seeds and number give the same inputs.
    pub fn new(seeds: Vec<Vec<u8>>, seed: u64) -> Self {
        Self { seeds, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The next input.
    pub fn draw(&mut self) -> Vec<u8> {
        let from_nothing = self.rng.random_range(0..16) == 0;
        let mut bytes = match self.seeds.choose(&mut self.rng) {
            Some(seed) if !from_nothing => seed.clone(),
            _ => self.noise(64),
        };
        for _ in 0..self.rng.random_range(1..=8) {
            self.change(&mut bytes);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn noise(&mut self, longest: usize) -> Vec<u8> {
        let len = self.rng.random_range(0..=longest);
        (0..len).map(|_| self.rng.random()).collect()
    }

    /// A place to start at, and one to end before.
    fn range(&mut self, len: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.rng.random_range(0..=len);
        start..(start + self.rng.random_range(0..=longest)).min(len)
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let len = bytes.len();
        match self.rng.random_range(0..8) {
            0 if len > 0 => {
                bytes[self.rng.random_range(0..len)] ^= 1 << self.rng.random_range(0..8)
            }
            1 if len > 0 => bytes[self.rng.random_range(0..len)] = self.rng.random(),
            2 => {
                let at = self.rng.random_range(0..=len);
                let new = self.noise(8);
                bytes.splice(at..at, new);
            }
            3 => {
                let range = self.range(len, 16);
                bytes.drain(range);
            }
            4 => {
                let (range, at) = (self.range(len, 32), self.rng.random_range(0..=len));
                let copy = bytes[range].to_vec();
                bytes.splice(at..at, copy);
            }
            5 => {
                // A number in either order of bytes.
                let number = NUMBERS.choose(&mut self.rng).copied().unwrap_or(0);
                let width = [1, 2, 4, 8].choose(&mut self.rng).copied().unwrap_or(8).min(len);
                let start = self.rng.random_range(0..=len - width);
                let little = number.to_le_bytes();
                let of = |i: usize, big: bool| little[if big { width - 1 - i } else { i }];
                let big = self.rng.random();
                (0..width).for_each(|i| bytes[start + i] = of(i, big));
            }
            6 => {
                let other = self.seeds.choose(&mut self.rng).cloned().unwrap_or_default();
                let (from, to) = (self.range(other.len(), 256), self.range(len, 256));
                bytes.splice(to, other[from].iter().copied());
            }
            7 => bytes.truncate(self.rng.random_range(0..=len)),
            _ => bytes.push(self.rng.random()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_depend_on_the_seed_alone_and_differ() {
        let draw = |seed| {
            let mut mutator = Mutator::new(vec![b"first".to_vec(), b"second seed".to_vec()], seed);
            (0..200).map(|_| mutator.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        let all = draw(2);
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(distinct.len() > 150, "{}", distinct.len());
        assert!(Mutator::new(Vec::new(), 0).draw().len() <= LONGEST);
    }
}
