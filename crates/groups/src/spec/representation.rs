//! Representations by name.

use super::{SpecError, closest};
use crate::{FiniteGroup, Group, Representation};

/// How representations are written.
pub(super) const EXPECTED: &str =
    "terms joined by +, such as `16 x regular`, `9 x 8`, `natural` or `4 x regular + 2 x trivial`";

/// No code is longer.
const LARGEST_DIM: usize = 1 << 32;

/// The representation of a finite group that `text` names.
pub(crate) fn of_finite<G: FiniteGroup>(
    group: &G,
    text: &str,
) -> Result<Representation<G>, SpecError> {
    let syntax = |fault: String| SpecError::Syntax { text: text.into(), fault, expected: EXPECTED };
    sum(text, |term| {
        let (copies, word) = multiplicity(term).map_err(syntax)?;
        one(group, copies, &word, text)
    })
}

/// The sum of the terms of a text, each a number of copies and what is copied.
pub(super) fn sum<G: Group>(
    text: &str,
    one: impl Fn(&str) -> Result<(usize, Representation<G>), SpecError>,
) -> Result<Representation<G>, SpecError> {
    let syntax = |fault: String| SpecError::Syntax { text: text.into(), fault, expected: EXPECTED };
    let mut terms = Vec::new();
    let mut dim = 0usize;
    for term in text.split(['+', '⊕']) {
        let term = one(term)?;
        dim = term
            .1
            .dim()
            .checked_mul(term.0)
            .and_then(|d| d.checked_add(dim))
            .filter(|d| *d <= LARGEST_DIM)
            .ok_or_else(|| syntax(format!("its dimension is above {LARGEST_DIM}")))?;
        terms.push(term.1.copies(term.0));
    }
    if dim == 0 {
        return Err(syntax("its dimension is 0".into()));
    }
    Ok(if terms.len() == 1 { terms.remove(0) } else { Representation::direct_sum(&terms)? })
}

/// `16 x regular` is `(16, regular)`, `regular` is `(1, regular)`.
pub(super) fn multiplicity(term: &str) -> Result<(usize, String), String> {
    let term = term.trim().to_lowercase();
    let end = term.find(|c: char| !c.is_ascii_digit()).unwrap_or(term.len());
    let (number, rest) = term.split_at(end);
    if number.is_empty() {
        return match rest {
            "" => Err("a term is empty".into()),
            word => Ok((1, word.to_owned())),
        };
    }
    let number =
        number.parse().map_err(|_| format!("`{number}` is too large to be a multiplicity"))?;
    let rest = rest.trim_start();
    let named = ["nodes", "points"].into_iter().find_map(|word| rest.strip_prefix(word));
    let rest = named.unwrap_or(rest).trim_start();
    match rest.strip_prefix(['x', '×', '*']).map(str::trim) {
        Some(word) if !word.is_empty() => Ok((number, word.to_owned())),
        _ => Err(format!("nothing is multiplied by {number}")),
    }
}

/// One term: how often, and what.
fn one<G: FiniteGroup>(
    group: &G,
    copies: usize,
    word: &str,
    text: &str,
) -> Result<(usize, Representation<G>), SpecError> {
    let squeezed: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    if let Ok(d) = squeezed.parse::<usize>() {
        let fits = |nodes| nodes == copies && copies.saturating_mul(d) <= LARGEST_DIM;
        let rows = group.nodes().filter(|n| fits(*n)).and_then(|_| group.per_node(d));
        return rows.map(|rows| (1, rows)).ok_or_else(|| SpecError::Syntax {
            text: text.into(),
            fault: match group.nodes() {
                Some(nodes) if nodes == copies => format!("{d} scalars a node are too many"),
                Some(nodes) => format!("{} moves {nodes} nodes, not {copies}", group.name()),
                None => format!("{} does not permute nodes", group.name()),
            },
            expected: EXPECTED,
        });
    }
    match squeezed.as_str() {
        "regular" => return Ok((copies, Representation::regular(group))),
        "trivial" => return Ok((copies, Representation::trivial(group))),
        _ => {}
    }
    let named = group.named_representations();
    let mut known: Vec<String> = vec!["regular".into(), "trivial".into()];
    known.extend(named.iter().map(|(name, _)| (*name).to_owned()));
    if let Some((_, found)) = named.into_iter().find(|(name, _)| *name == squeezed) {
        return Ok((copies, found));
    }
    // Groups of many elements have irreps too, but nobody has computed them.
    let irreps = group.named_irreps();
    let unnamed = irreps.is_err();
    for irrep in irreps.unwrap_or_default() {
        let name = irrep.representation().blocks().first().map(|b| b.name.clone());
        let name = name.unwrap_or_default();
        if name.to_lowercase().replace(' ', "") == squeezed || squeezed == name.to_lowercase() {
            return Ok((copies, irrep.representation().clone()));
        }
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let mut expected = known.join(", ");
    if let Some(nodes) = group.nodes() {
        expected += &format!(", or {nodes} x d for d scalars a node");
    }
    if unnamed {
        expected += " (irreps have names in groups of at most 6000 elements)";
    }
    let group = group.name();
    Err(SpecError::UnknownRepresentation {
        group,
        text: word.into(),
        closest: closest(word, known),
        expected,
    })
}
