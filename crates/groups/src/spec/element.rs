//! Elements by name.

use crate::{FiniteGroup, Permutation};

/// How permutations of a group of this order are written.
pub(super) fn permutation_syntax(order: usize) -> String {
    let written = "a permutation by its images such as [1, 0, 2]";
    match order {
        usize::MAX => format!("{written} or by its cycles such as (0 1)"),
        _ => format!("{written}, by its cycles such as (0 1), or its number"),
    }
}

/// `r^3 s` is `(3, true)`; a plain number is a power of `r`.
pub(super) fn word(text: &str) -> Option<(i64, bool)> {
    let text: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let (turn, reflected) = match text.strip_suffix('s') {
        Some(turn) => (turn.strip_suffix('*').unwrap_or(turn), true),
        None => (text.as_str(), false),
    };
    let power = match turn.strip_prefix('r') {
        Some("") => 1,
        Some(rest) => rest.strip_prefix('^').unwrap_or(rest).parse().ok()?,
        None => match turn {
            "" | "e" if reflected || turn == "e" => 0,
            _ if reflected => return None,
            number => number.parse::<u32>().ok()?.into(),
        },
    };
    Some((power, reflected))
}

/// A permutation of `0..degree` by images, cycles or number.
pub(super) fn permutation<G: FiniteGroup<Element = Permutation>>(
    group: &G,
    degree: usize,
    text: &str,
) -> Option<Permutation> {
    let text = text.trim();
    let numbers = |list: &str| -> Option<Vec<usize>> {
        list.split([' ', ',']).filter(|w| !w.is_empty()).map(|w| w.parse().ok()).collect()
    };
    if let Some(images) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        return Permutation::new(numbers(images)?).ok().filter(|g| g.degree() == degree);
    }
    if let Some(cycles) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let cycles: Option<Vec<Vec<usize>>> =
            cycles.split(')').map(|c| numbers(c.trim().trim_start_matches('('))).collect();
        let cycles = cycles?;
        let slices: Vec<&[usize]> = cycles.iter().map(Vec::as_slice).collect();
        return Permutation::from_cycles(degree, &slices).ok();
    }
    let index: usize = text.parse().ok()?;
    (index < group.order() && group.order() < usize::MAX).then(|| group.element(index))
}
