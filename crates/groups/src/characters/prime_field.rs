//! Arithmetic modulo a prime below 2³¹.

/// `Z/p`; elements are numbers `0..p`.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrimeField {
    p: u64,
}

impl PrimeField {
    /// The smallest field above 2³⁰ elements that holds the `exponent`-th roots of unity,
    /// `p ≡ 1 (mod exponent)`. Primes in arithmetic progressions are dense enough that `p < 2³¹`
    /// for every exponent below 2¹⁶.
    pub(super) fn with_roots_of_unity(exponent: usize) -> Self {
        let e = exponent as u64;
        let mut p = ((1u64 << 30) / e + 1) * e + 1;
        while !is_prime(p) {
            p += e;
        }
        Self { p }
    }

    pub(super) fn size(self) -> u64 {
        self.p
    }

    pub(super) fn add(self, a: u64, b: u64) -> u64 {
        (a + b) % self.p
    }

    pub(super) fn sub(self, a: u64, b: u64) -> u64 {
        (a + self.p - b) % self.p
    }

    pub(super) fn mul(self, a: u64, b: u64) -> u64 {
        a * b % self.p
    }

    pub(super) fn pow(self, a: u64, mut k: u64) -> u64 {
        let (mut base, mut result) = (a, 1);
        while k > 0 {
            if k & 1 == 1 {
                result = self.mul(result, base);
            }
            base = self.mul(base, base);
            k >>= 1;
        }
        result
    }

    /// `a⁻¹`, by Fermat; 0 for 0.
    pub(super) fn inverse(self, a: u64) -> u64 {
        self.pow(a, self.p - 2)
    }

    /// `Σ a_i b_i`, reduced once: the halves of the products are added up apart, so that nothing
    /// overflows and the loop vectorises.
    pub(super) fn dot(self, a: &[u32], b: &[u32]) -> u64 {
        const LOW: u64 = (1 << 32) - 1;
        let (mut low, mut high) = (0u64, 0u64);
        for (&a, &b) in a.iter().zip(b) {
            let product = u64::from(a) * u64::from(b);
            low += product & LOW;
            high += product >> 32;
        }
        (low % self.p + high % self.p * ((1 << 32) % self.p)) % self.p
    }

    /// A root of unity of order exactly `n`, which divides `p − 1`.
    pub(super) fn root_of_unity(self, n: usize) -> u64 {
        let n = n as u64;
        let primes = prime_divisors(n);
        let is_primitive = |r: &u64| primes.iter().all(|q| self.pow(*r, n / q) != 1);
        let power = (self.p - 1) / n;
        // A primitive root is among the candidates, so the search ends.
        (1..self.p).map(|x| self.pow(x, power)).find(is_primitive).unwrap_or(1)
    }

    /// `Σ_l x_l r^{kl}` for all `k`, where `r` has order `x.len()`: the Fourier transform over
    /// `Z/p`, by Cooley and Tukey for any length.
    pub(super) fn fourier(self, x: &[u64], root: u64) -> Vec<u64> {
        let n = x.len();
        let Some(&q) = prime_divisors(n as u64).first() else { return x.to_vec() };
        let q = q as usize;
        let powers: Vec<u64> =
            std::iter::successors(Some(1), |r| Some(self.mul(*r, root))).take(n).collect();
        if q == n {
            return (0..n)
                .map(|k| {
                    let sum = (0..n).fold(0, |sum, l| sum + self.mul(x[l], powers[k * l % n]));
                    sum % self.p
                })
                .collect();
        }
        let parts: Vec<Vec<u64>> = (0..q)
            .map(|r| {
                let part: Vec<u64> = x[r..].iter().step_by(q).copied().collect();
                self.fourier(&part, powers[q])
            })
            .collect();
        (0..n)
            .map(|k| {
                let sum = (0..q)
                    .fold(0, |sum, r| sum + self.mul(parts[r][k % (n / q)], powers[r * k % n]));
                sum % self.p
            })
            .collect()
    }
}

fn is_prime(n: u64) -> bool {
    n >= 2 && prime_divisors(n) == [n]
}

/// The primes that divide `n`, in ascending order.
fn prime_divisors(n: u64) -> Vec<u64> {
    let (mut rest, mut primes, mut q) = (n, Vec::new(), 2);
    while q * q <= rest {
        if rest.is_multiple_of(q) {
            primes.push(q);
            while rest.is_multiple_of(q) {
                rest /= q;
            }
        }
        q += 1;
    }
    if rest > 1 {
        primes.push(rest);
    }
    primes
}
