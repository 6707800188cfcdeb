//! Telling symmetric nodes apart.

use super::Graph;
use crate::smiles::rank_graph;

pub(super) fn ties(graph: &Graph) -> Vec<f32> {
    let existing: Vec<usize> = (0..graph.len()).filter(|&i| graph.nodes()[i] != 0).collect();
    let colours = colours(graph, &existing);
    let mut ties = vec![0.0; graph.len()];
    let shared = |colour: usize| colours.iter().filter(|&&c| c == colour).count();
    if colours.iter().all(|&colour| shared(colour) == 1) {
        return ties;
    }
    // The canonical order refines the colours, so that it is unique up to symmetries.
    let keys = colours.iter().map(|&colour| colour as u64).collect();
    let mut bonds = Vec::new();
    for (a, &i) in existing.iter().enumerate() {
        for (b, &j) in existing.iter().enumerate().skip(a + 1) {
            if graph.bond(i, j) != 0 {
                bonds.push((a as u32, b as u32, u32::from(graph.bond(i, j))));
            }
        }
    }
    let ranks = rank_graph(keys, &bonds);
    for (a, &i) in existing.iter().enumerate() {
        let members = shared(colours[a]);
        if members > 1 {
            let same = |b: &usize| colours[*b] == colours[a] && ranks[*b] < ranks[a];
            let place = (0..existing.len()).filter(same).count();
            ties[i] = place as f32 - (members - 1) as f32 / 2.0 + 0.25;
        }
    }
    ties
}

/// The stable colouring: each node's number of the sorted list of (colour, bonds and colours
/// around), refined until the number of colours stays.
fn colours(graph: &Graph, existing: &[usize]) -> Vec<usize> {
    let mut colours: Vec<usize> = existing.iter().map(|&i| usize::from(graph.nodes()[i])).collect();
    let mut count = 0;
    loop {
        let signatures: Vec<(usize, Vec<(u8, usize)>)> = existing
            .iter()
            .enumerate()
            .map(|(a, &i)| {
                let mut around: Vec<(u8, usize)> = existing
                    .iter()
                    .enumerate()
                    .filter(|&(_, &j)| graph.bond(i, j) != 0)
                    .map(|(b, &j)| (graph.bond(i, j), colours[b]))
                    .collect();
                around.sort_unstable();
                (colours[a], around)
            })
            .collect();
        let mut known: Vec<_> = signatures.iter().collect();
        known.sort_unstable();
        known.dedup();
        let found = known.len();
        colours = signatures.iter().map(|s| known.binary_search(&s).unwrap_or_default()).collect();
        if found == count {
            return colours;
        }
        count = found;
    }
}
