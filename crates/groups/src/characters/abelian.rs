//! The characters of an abelian group, by extension from subgroup to subgroup.

use num_complex::Complex;

use super::root_of_unity;
use crate::multiplication_table::MultiplicationTable;

/// All characters: `values[χ][g]`.
///
/// A character of `H` extends to `⟨H, s⟩` in `m` ways, where `m` is least with `sᵐ ∈ H`:
/// `χ(s)` is any `m`-th root of `χ(sᵐ)`. Values are held as exact multiples of `1/exponent` turn.
pub(super) fn characters(table: &MultiplicationTable, exponent: usize) -> Vec<Vec<Complex<f64>>> {
    let order = table.order();
    let mut subgroup = vec![0];
    let mut member = vec![false; order];
    member[0] = true;
    let mut turns = vec![vec![0usize; order]];
    for s in table.generators() {
        let (mut powers, mut last) = (vec![0], s);
        while !member[last] {
            powers.push(last);
            last = table.product(last, s);
        }
        let m = powers.len();
        turns = turns
            .iter()
            .flat_map(|turn| {
                let (subgroup, powers) = (&subgroup, &powers);
                (0..m).map(move |j| {
                    let step = turn[last] / m + j * (exponent / m);
                    let mut extended = vec![0; order];
                    for (i, &power) in powers.iter().enumerate() {
                        for &h in subgroup {
                            extended[table.product(power, h)] = (i * step + turn[h]) % exponent;
                        }
                    }
                    extended
                })
            })
            .collect();
        subgroup = powers
            .iter()
            .flat_map(|&power| subgroup.iter().map(move |&h| table.product(power, h)))
            .collect();
        for &h in &subgroup {
            member[h] = true;
        }
    }
    turns.iter().map(|turn| turn.iter().map(|&t| root_of_unity(t, exponent)).collect()).collect()
}
