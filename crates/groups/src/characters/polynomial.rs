//! Polynomials over a prime field: minimal polynomials of sequences, and roots.
//!
//! A polynomial is the list of its coefficients, the constant first, without leading zeros.

use rand::{Rng, RngExt};

use super::prime_field::PrimeField;

/// The monic polynomial of least degree whose recurrence the sequence satisfies, by Berlekamp and
/// Massey. Unique where the degree is at most half the length.
pub(super) fn minimal_polynomial(field: PrimeField, sequence: &[u64]) -> Vec<u64> {
    // Connection polynomials, now and before the last change of length.
    let (mut now, mut before) = (vec![1u64], vec![1u64]);
    let (mut length, mut shift, mut last) = (0, 1, 1);
    for i in 0..sequence.len() {
        let discrepancy = (0..now.len().min(i + 1))
            .fold(0, |sum, j| field.add(sum, field.mul(now[j], sequence[i - j])));
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let factor = field.mul(discrepancy, field.inverse(last));
        let kept = now.clone();
        now.resize(now.len().max(before.len() + shift), 0);
        for (j, &b) in before.iter().enumerate() {
            now[j + shift] = field.sub(now[j + shift], field.mul(factor, b));
        }
        if 2 * length <= i {
            length = i + 1 - length;
            (before, last, shift) = (kept, discrepancy, 1);
        } else {
            shift += 1;
        }
    }
    now.resize(length + 1, 0);
    now.reverse();
    now
}

/// The roots of a monic polynomial that is a product of distinct linear factors, by Cantor and
/// Zassenhaus. Fewer than its degree where it is not.
pub(super) fn roots<R: Rng>(field: PrimeField, f: &[u64], rng: &mut R) -> Vec<u64> {
    let mut found = Vec::new();
    let mut open = vec![f.to_vec()];
    let mut attempts = 0;
    while let Some(f) = open.pop() {
        match f.len() {
            0 | 1 => continue,
            2 => {
                found.push(field.sub(0, f[0]));
                continue;
            }
            _ => {}
        }
        // (x + a)^{(p−1)/2} is 1 at about half of the roots.
        let a = rng.random_range(0..field.size());
        let mut half = power_modulo(field, a, (field.size() - 1) / 2, &f);
        half[0] = field.sub(half[0], 1);
        let factor = gcd(field, half, f.clone());
        attempts += 1;
        if factor.len() == 1 || factor.len() == f.len() {
            if attempts > 64 * found.len() + 1_000 {
                break;
            }
            open.push(f);
        } else {
            open.push(quotient_and_remainder(field, f, &factor).0);
            open.push(factor);
        }
    }
    found
}

/// `(x + a)^k mod f`, for `f` of degree at least 2.
fn power_modulo(field: PrimeField, a: u64, k: u64, f: &[u64]) -> Vec<u64> {
    let degree = f.len() - 1;
    let mut result = vec![0; degree];
    result[0] = 1;
    for bit in (0..64 - k.leading_zeros()).rev() {
        let mut square = vec![0u64; 2 * degree - 1];
        let multiple = field.size() << 31;
        for (i, &u) in result.iter().enumerate() {
            for (out, &v) in square[i..].iter_mut().zip(&result) {
                let sum = *out + u * v;
                *out = sum.min(sum.wrapping_sub(multiple));
            }
        }
        square.iter_mut().for_each(|v| *v %= field.size());
        if k >> bit & 1 == 1 {
            square.push(0);
            for i in (0..square.len()).rev() {
                let below = if i == 0 { 0 } else { square[i - 1] };
                square[i] = field.add(field.mul(a, square[i]), below);
            }
        }
        result = quotient_and_remainder(field, square, f).1;
        result.resize(degree, 0);
    }
    result
}

/// `a = q·f + r` for monic `f`.
fn quotient_and_remainder(field: PrimeField, mut a: Vec<u64>, f: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let degree = f.len() - 1;
    if a.len() <= degree {
        return (vec![], trimmed(a));
    }
    for i in (degree..a.len()).rev() {
        let lead = a[i];
        if lead == 0 {
            continue;
        }
        let negative = field.sub(0, lead);
        for (v, &c) in a[i - degree..i].iter_mut().zip(f) {
            *v = (*v + negative * c) % field.size();
        }
    }
    let quotient = a.split_off(degree);
    (quotient, trimmed(a))
}

/// The monic greatest common divisor.
fn gcd(field: PrimeField, a: Vec<u64>, b: Vec<u64>) -> Vec<u64> {
    let (mut a, mut b) = (trimmed(a), trimmed(b));
    while let Some(&lead) = b.last() {
        let scale = field.inverse(lead);
        b.iter_mut().for_each(|v| *v = field.mul(*v, scale));
        let remainder = quotient_and_remainder(field, a, &b).1;
        (a, b) = (b, remainder);
    }
    a
}

fn trimmed(mut a: Vec<u64>) -> Vec<u64> {
    while a.last() == Some(&0) {
        a.pop();
    }
    a
}
