//! Telling symmetric nodes apart.

use super::Graph;
use crate::smiles::rank_graph;

pub(super) fn ties(graph: &Graph) -> Vec<f32> {
    let existing = existing(graph);
    let colours = colours(graph, &existing);
    let mut ties = vec![0.0; graph.len()];
    let shared = |colour: usize| colours.iter().filter(|&&c| c == colour).count();
    if colours.iter().all(|&colour| shared(colour) == 1) {
        return ties;
    }
    let ranks = canonical(graph, &existing, &colours);
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

/// The place of each node in the canonical order, missing nodes behind the others.
pub(super) fn ranks(graph: &Graph) -> Vec<usize> {
    let existing = existing(graph);
    let places = canonical(graph, &existing, &colours(graph, &existing));
    let mut ranks = vec![0; graph.len()];
    let missing = (0..graph.len()).filter(|&i| graph.nodes()[i] == 0);
    missing.zip(existing.len()..).for_each(|(i, place)| ranks[i] = place);
    existing.iter().zip(places).for_each(|(&i, place)| ranks[i] = place);
    ranks
}

fn existing(graph: &Graph) -> Vec<usize> {
    (0..graph.len()).filter(|&i| graph.nodes()[i] != 0).collect()
}

/// The canonical order of the existing nodes, which refines their colours, so that it is unique up
/// to symmetries.
fn canonical(graph: &Graph, existing: &[usize], colours: &[usize]) -> Vec<usize> {
    let keys = colours.iter().map(|&colour| colour as u64).collect();
    let mut bonds = Vec::new();
    for (a, &i) in existing.iter().enumerate() {
        for (b, &j) in existing.iter().enumerate().skip(a + 1) {
            if graph.bond(i, j) != 0 {
                bonds.push((a as u32, b as u32, u32::from(graph.bond(i, j))));
            }
        }
    }
    rank_graph(keys, &bonds)
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
