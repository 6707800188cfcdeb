//! Codes near one, whatever their size: squares neither overflow nor vanish.

use ndarray::Array2;

/// Codes whose largest entry lies within `2^±LARGEST` are looked at as they are.
const LARGEST: i32 = 128;

/// `k` such that the largest entry lies in `[2ᵏ, 2ᵏ⁺¹)`; 0 where all are 0.
pub(crate) fn exponent(codes: &Array2<f64>) -> i32 {
    let largest = codes.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    // The exponent field holds none for numbers below the normal ones.
    match largest {
        0.0 => 0,
        v if v < f64::MIN_POSITIVE => field(v * 2f64.powi(64)) - 64,
        v => field(v),
    }
}

fn field(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

/// The exponent that an audit takes out of codes: 0 unless they are extremely large or small.
pub(crate) fn extreme(codes: &Array2<f64>) -> i32 {
    match exponent(codes) {
        k if k.abs() <= LARGEST => 0,
        k => k,
    }
}

/// `value · 2ᵏ`, exact but for numbers that leave the range.
pub(crate) fn times_power(value: f64, k: i32) -> f64 {
    let half = k / 2;
    value * 2f64.powi(half) * 2f64.powi(k - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_taken_out_exactly() {
        for (value, k) in
            [(1.0, 0), (1.5e308, 1023), (-3.0, 1), (5e-324, -1074), (0.0, 0), (1e-310, -1030)]
        {
            let codes = Array2::from_elem((1, 2), value);
            assert_eq!(exponent(&codes), k, "{value}");
            let near = times_power(value, -k);
            assert!(value == 0.0 || (1.0..2.0).contains(&near.abs()), "{value}: {near}");
            assert_eq!(times_power(near, k), value);
        }
        assert_eq!(extreme(&Array2::from_elem((1, 1), 1e38)), 0);
        assert_eq!(extreme(&Array2::from_elem((1, 1), 1e150)), 498);
    }
}
