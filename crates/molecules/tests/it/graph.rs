//! Molecules as graphs: nothing is lost, and symmetric nodes are told apart up to symmetry.

use molecules::enumerate::Enumeration;
use molecules::graph::{Graph, GraphSet, Omitted, Vocabulary};
use molecules::{Molecule, is_isomorphic, smiles};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

const SMILES: [&str; 12] = [
    "C",
    "CCO",
    "CC(C)(C)C",
    "c1ccccc1",
    "C1CC1",
    "[O-][N+](=O)C",
    "[NH3+]CC([O-])=O",
    "C12C3C4C1C5C2C3C45",
    "FC(F)(F)C#N",
    "c1cc[nH]c1",
    "O=C1C=CC(=O)C=C1",
    "CC(C)C(C)C",
];

fn molecules() -> Vec<Molecule> {
    SMILES.iter().map(|text| smiles::parse(text).unwrap()).collect()
}

#[test]
fn graphs_are_the_molecules_they_were_made_of() {
    let enumerated = Enumeration { heavy_atoms: 4, ..Enumeration::default() }.run().unwrap();
    let molecules: Vec<Molecule> = molecules().into_iter().chain(enumerated).collect();
    let all: Vec<&Molecule> = molecules.iter().collect();
    let vocabulary = Vocabulary::of(all.iter().copied());
    let set = GraphSet::new(&all, &vocabulary, 9, 3);
    assert_eq!(set.graphs().len(), all.len(), "{:?}", set.omitted());
    for (graph, &source) in set.graphs().iter().zip(set.sources()) {
        assert_eq!(graph.len(), 9);
        assert!(is_isomorphic(&graph.molecule(&vocabulary).unwrap(), all[source]));
    }
}

#[test]
fn what_a_graph_cannot_hold_is_left_out_and_counted() {
    let texts = ["CCO", "CCCCCCCCCC", "CCl", "[13CH4]", "[CH3]"];
    let molecules: Vec<Molecule> = texts.iter().map(|text| smiles::parse(text).unwrap()).collect();
    let all: Vec<&Molecule> = molecules.iter().collect();
    let vocabulary = Vocabulary::of([all[0]]);
    let set = GraphSet::new(&all, &vocabulary, 9, 0);
    assert_eq!(set.sources(), [0]);
    let counts: Vec<_> = set.omitted().iter().map(|(why, &count)| (*why, count)).collect();
    let expected =
        [(Omitted::TooLarge, 1), (Omitted::UnknownKind, 1), (Omitted::NotRepresentable, 2)];
    assert_eq!(counts, expected);
}

#[test]
fn node_orders_depend_on_seed_and_molecule_only() {
    let molecules = molecules();
    let all: Vec<&Molecule> = molecules.iter().collect();
    let vocabulary = Vocabulary::of(all.iter().copied());
    let set = GraphSet::new(&all, &vocabulary, 9, 5);
    let first = GraphSet::new(&all[..3], &vocabulary, 9, 5);
    assert_eq!(first.graphs(), &set.graphs()[..3]);
    let other = GraphSet::new(&all, &vocabulary, 9, 6);
    assert_ne!(other.graphs(), set.graphs());
}

#[test]
fn arrays_that_are_no_graph_are_refused() {
    assert!(Graph::new(vec![1, 2], vec![0; 3]).is_err());
    let two = Graph::new(vec![1, 1], vec![0, 1, 1, 0]).unwrap();
    assert!(two.permuted(&[0, 0]).is_err() && two.permuted(&[0]).is_err());
    assert!(two.permuted(&[1, 2]).is_err());
    let vocabulary = Vocabulary::of([&smiles::parse("CO").unwrap()]);
    for graph in [
        Graph::new(vec![0, 0], vec![0; 4]),
        Graph::new(vec![1, 3], vec![0; 4]),
        Graph::new(vec![1, 1], vec![0, 9, 9, 0]),
        Graph::new(vec![2, 2], vec![0, 3, 3, 0]),
    ] {
        assert!(graph.unwrap().molecule(&vocabulary).is_err());
    }
}

#[test]
fn nodes_of_asymmetric_molecules_have_no_ties() {
    let text = smiles::parse("CC(O)C(N)=O").unwrap();
    let vocabulary = Vocabulary::of([&text]);
    let set = GraphSet::new(&[&text], &vocabulary, 9, 0);
    assert_eq!(set.graphs()[0].ties(), [0.0; 9]);
}

proptest! {
    /// Ties of equal colour differ, and those of a permuted graph are those of the graph, permuted,
    /// up to a symmetry of the graph.
    #[test]
    fn ties_are_equivariant_up_to_symmetries(which in 0..SMILES.len(), seed in 0u64..1000) {
        let molecule = smiles::parse(SMILES[which]).unwrap();
        let vocabulary = Vocabulary::of([&molecule]);
        let graph = GraphSet::new(&[&molecule], &vocabulary, 9, 0).graphs()[0].clone();
        let mut places: Vec<usize> = (0..9).collect();
        places.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let other = graph.permuted(&places).unwrap();
        let (here, there) = (graph.ties(), other.ties());
        // Graphs with the ties as marks of nodes are isomorphic: sort out a matching by search.
        prop_assert!(matches(&graph, &here, &other, &there, &mut vec![None; 9], 0));
    }
}

/// Whether an isomorphism of the graphs takes the numbers of one to those of the other.
fn matches(
    a: &Graph,
    ta: &[f32],
    b: &Graph,
    tb: &[f32],
    image: &mut Vec<Option<usize>>,
    i: usize,
) -> bool {
    let n = a.len();
    if i == n {
        return true;
    }
    for j in 0..n {
        let fits = !image.contains(&Some(j))
            && a.nodes()[i] == b.nodes()[j]
            && ta[i] == tb[j]
            && (0..i)
                .all(|k| image[k].is_some_and(|l| a.bonds()[i * n + k] == b.bonds()[j * n + l]));
        if fits {
            image[i] = Some(j);
            if matches(a, ta, b, tb, image, i + 1) {
                return true;
            }
            image[i] = None;
        }
    }
    false
}
