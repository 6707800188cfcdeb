//! Orders that need not fit a machine word.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// The order of a group as a product of small numbers: exact for any size.
///
/// ```
/// use groups::{FiniteGroup, PermutationGroup};
/// let order = PermutationGroup::symmetric(40)?.exact_order();
/// assert_eq!(order.to_u128(), None); // 40! has 48 digits
/// assert_eq!(order.prime_factors()[0], (2, 38));
/// assert_eq!(order.log10().floor(), 47.0);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GroupOrder {
    factors: Vec<usize>,
}

impl GroupOrder {
    /// The product of these factors.
    pub fn of_product(factors: impl IntoIterator<Item = usize>) -> Self {
        Self { factors: factors.into_iter().collect() }
    }

    /// The product of two.
    pub fn times(mut self, other: Self) -> Self {
        self.factors.extend(other.factors);
        self
    }

    /// The order, where it fits.
    pub fn to_u128(&self) -> Option<u128> {
        self.factors.iter().try_fold(1u128, |n, &f| n.checked_mul(f as u128))
    }

    /// The primes that divide it, in ascending order, with their exponents.
    pub fn prime_factors(&self) -> Vec<(usize, u32)> {
        let mut exponents: BTreeMap<usize, u32> = BTreeMap::new();
        for &factor in &self.factors {
            let (mut rest, mut p) = (factor, 2);
            while rest > 1 {
                if p * p > rest {
                    p = rest;
                }
                while rest.is_multiple_of(p) {
                    rest /= p;
                    *exponents.entry(p).or_default() += 1;
                }
                p += 1;
            }
        }
        exponents.into_iter().collect()
    }

    /// Its logarithm to base 10.
    pub fn log10(&self) -> f64 {
        self.factors.iter().map(|&f| (f as f64).log10()).sum()
    }
}

impl Serialize for GroupOrder {
    /// A number where it fits 64 bits, else the text that is shown.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_u128().map(u64::try_from) {
            Some(Ok(order)) => serializer.serialize_u64(order),
            _ => serializer.collect_str(self),
        }
    }
}

impl PartialEq for GroupOrder {
    fn eq(&self, other: &Self) -> bool {
        match (self.to_u128(), other.to_u128()) {
            (None, None) => self.prime_factors() == other.prime_factors(),
            (own, other) => own == other,
        }
    }
}

impl Eq for GroupOrder {}

impl fmt::Display for GroupOrder {
    /// In figures where it fits 128 bits, else as a product of prime powers, and of many primes by its size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(order) = self.to_u128() {
            return write!(f, "{order}");
        }
        let factors = self.prime_factors();
        if factors.len() > 12 {
            return write!(f, "about 10^{:.0}", self.log10());
        }
        let powers: Vec<String> = factors.iter().map(|(p, k)| format!("{p}^{k}")).collect();
        f.write_str(&powers.join(" · "))
    }
}
