//! Single and double bonds for aromatic ones: a perfect matching of the atoms that need one.

use petgraph::algo::maximum_matching;
use petgraph::graph::{NodeIndex, UnGraph};

/// Whether an atom takes part in the choice of double bonds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// It needs exactly one.
    Needs,
    /// It has none to give.
    Never,
}

/// An atom that needs a double bond and cannot have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unserved {
    /// Index of the atom.
    pub(crate) atom: usize,
}

/// Chooses, among `bonds` (pairs of atoms), one at each atom that needs one.
///
/// Atoms with one open neighbour are served first, which settles nearly every molecule in linear
/// time; where that leaves an atom over, a maximum matching (Gabow's algorithm) decides.
///
/// Returns for each bond whether it is double.
pub(crate) fn double_bonds(
    candidates: &[Candidate],
    bonds: &[[usize; 2]],
) -> Result<Vec<bool>, Unserved> {
    let needs = |atom: usize| candidates[atom] == Candidate::Needs;
    let open = |&[a, b]: &[usize; 2]| needs(a) && needs(b);
    let mut near: Vec<Vec<(usize, usize)>> = vec![Vec::new(); candidates.len()];
    for (bond, &[a, b]) in bonds.iter().enumerate().filter(|(_, ends)| open(ends)) {
        near[a].push((b, bond));
        near[b].push((a, bond));
    }
    let mut left: Vec<usize> = near.iter().map(Vec::len).collect();
    let mut done: Vec<bool> = (0..candidates.len()).map(|atom| !needs(atom)).collect();
    let mut double = vec![false; bonds.len()];
    let mut forced: Vec<usize> =
        (0..candidates.len()).filter(|&atom| !done[atom] && left[atom] == 1).collect();
    let mut failed = false;
    for start in 0..candidates.len() {
        let mut next = Some(start);
        while let Some(atom) = forced.pop().or_else(|| next.take()) {
            if done[atom] {
                continue;
            }
            // The neighbour with fewest choices, so that none is stranded needlessly.
            let open = near[atom].iter().filter(|(other, _)| !done[*other]);
            let Some(&(other, bond)) = open.min_by_key(|(other, _)| left[*other]) else {
                failed = true;
                done[atom] = true;
                continue;
            };
            double[bond] = true;
            for end in [atom, other] {
                done[end] = true;
                for &(far, _) in &near[end] {
                    left[far] -= 1;
                    if !done[far] && left[far] == 1 {
                        forced.push(far);
                    }
                }
            }
        }
    }
    if !failed {
        return Ok(double);
    }
    by_matching(candidates, bonds)
}

fn by_matching(candidates: &[Candidate], bonds: &[[usize; 2]]) -> Result<Vec<bool>, Unserved> {
    let needs = |atom: usize| candidates[atom] == Candidate::Needs;
    let mut graph: UnGraph<(), usize> = UnGraph::default();
    for _ in candidates {
        graph.add_node(());
    }
    for (bond, &[a, b]) in bonds.iter().enumerate() {
        if needs(a) && needs(b) {
            graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), bond);
        }
    }
    let matching = maximum_matching(&graph);
    if let Some(atom) = (0..candidates.len())
        .find(|&atom| needs(atom) && !matching.contains_node(NodeIndex::new(atom)))
    {
        return Err(Unserved { atom });
    }
    let mut double = vec![false; bonds.len()];
    for edge in graph.edge_indices() {
        if let Some((a, b)) = graph.edge_endpoints(edge)
            && matching.contains_edge(a, b)
        {
            double[graph[edge]] = true;
        }
    }
    Ok(double)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exhaustive search, for comparison.
    fn can_be_served(needs: &[bool], bonds: &[[usize; 2]]) -> bool {
        let Some(atom) = needs.iter().position(|&needs| needs) else { return true };
        bonds.iter().any(|&[a, b]| {
            let other = if a == atom { b } else { a };
            (a == atom || b == atom) && needs[other] && {
                let mut rest = needs.to_vec();
                rest[atom] = false;
                rest[other] = false;
                can_be_served(&rest, bonds)
            }
        })
    }

    #[test]
    fn agrees_with_exhaustive_search_on_all_small_graphs() {
        let pairs: Vec<[usize; 2]> = (0..5).flat_map(|b| (0..b).map(move |a| [a, b])).collect();
        for mask in 0u32..1 << pairs.len() {
            let bonds: Vec<_> =
                (0..pairs.len()).filter(|i| mask >> i & 1 == 1).map(|i| pairs[i]).collect();
            for excluded in 0..5 {
                let needs: Vec<bool> = (0..5).map(|atom| atom != excluded).collect();
                let candidates: Vec<Candidate> = needs
                    .iter()
                    .map(|&needs| if needs { Candidate::Needs } else { Candidate::Never })
                    .collect();
                match double_bonds(&candidates, &bonds) {
                    Ok(double) => {
                        for (atom, &needs) in needs.iter().enumerate() {
                            let count = bonds
                                .iter()
                                .zip(&double)
                                .filter(|(ends, double)| **double && ends.contains(&atom))
                                .count();
                            assert_eq!(count, usize::from(needs));
                        }
                    }
                    Err(_) => assert!(!can_be_served(&needs, &bonds)),
                }
            }
        }
    }
}
