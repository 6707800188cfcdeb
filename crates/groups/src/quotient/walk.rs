//! The best element of a group that moves coordinates, by trying all of them one step from the other: no
//! element is kept but the generators.

use crate::{FiniteGroup, Representation};

/// Entries of a code that are compared before it is asked whether the rest can matter.
const AT_ONCE: usize = 64;

/// A walk to every element by products with generators, and how those move coordinates.
///
/// The elements form a tree, each a generator times the one that it comes from. A code is kept as long as
/// some product of it is still to be made; as the largest branch comes last, these are few.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// For each generator and each coordinate of the image the one that it comes from.
    generators: Vec<Vec<u32>>,
    steps: Vec<Step>,
    /// How many codes are kept at once.
    places: usize,
}

/// Moves the code in a place by a generator.
#[derive(Debug, Clone, Copy)]
struct Step {
    generator: u32,
    from: u32,
    to: u32,
    /// The number of the element that has moved it now.
    element: u32,
}

impl Walk {
    /// Nothing for a representation that does not only move coordinates.
    pub(super) fn of<G: FiniteGroup>(representation: &Representation<G>) -> Option<Self> {
        let group = representation.group();
        let elements = group.generators();
        let narrow = |sources: Vec<usize>| sources.into_iter().map(|i| i as u32).collect();
        let generators: Option<Vec<Vec<u32>>> =
            elements.iter().map(|g| representation.operator(g).sources().map(narrow)).collect();
        let order = group.order();
        // Breadth first, so that ways are short.
        let mut parents: Vec<Option<(usize, usize)>> = vec![None; order];
        let mut found = vec![0];
        let mut next = 0;
        while next < found.len() {
            let a = group.element(found[next]);
            for (generator, s) in elements.iter().enumerate() {
                let to = group.index(&group.compose(s, &a));
                if to != 0 && parents[to].is_none() {
                    parents[to] = Some((found[next], generator));
                    found.push(to);
                }
            }
            next += 1;
        }
        let mut sizes = vec![1usize; order];
        let mut branches = vec![Vec::new(); order];
        for &element in found.iter().rev() {
            if let Some((parent, generator)) = parents[element] {
                sizes[parent] += sizes[element];
                branches[parent].push((element, generator));
            }
        }
        for branch in &mut branches {
            branch.sort_by_key(|(element, _)| sizes[*element]);
        }
        let mut walk = Self { generators: generators?, steps: Vec::new(), places: 1 };
        walk.visit(&branches);
        Some(walk)
    }

    fn visit(&mut self, branches: &[Vec<(usize, usize)>]) {
        let mut free: Vec<u32> = Vec::new();
        // Elements with the place of their code, and which of their branches comes next.
        let mut open = vec![(0usize, 0u32, 0usize)];
        while let Some((element, from, branch)) = open.pop() {
            let Some(&(to_element, generator)) = branches[element].get(branch) else {
                free.push(from);
                continue;
            };
            if branch + 1 < branches[element].len() {
                open.push((element, from, branch + 1));
            }
            let to = free.pop().unwrap_or_else(|| {
                self.places += 1;
                self.places as u32 - 1
            });
            self.steps.push(Step {
                generator: generator as u32,
                from,
                to,
                element: to_element as u32,
            });
            if branch + 1 == branches[element].len() {
                free.push(from);
            }
            open.push((to_element, to, 0));
        }
    }

    /// The number of the element that minimises `‖z − ρ(g)w‖`, the least where several do.
    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> usize {
        let mut codes = vec![Vec::new(); self.places];
        codes[0] = w.to_vec();
        let mut best = (squared_distance(z, w, f64::INFINITY), 0);
        for step in &self.steps {
            let mut moved = std::mem::take(&mut codes[step.to as usize]);
            let (from, sources) =
                (&codes[step.from as usize], &self.generators[step.generator as usize]);
            moved.clear();
            moved.extend(sources.iter().map(|&source| from[source as usize]));
            let distance = squared_distance(z, &moved, best.0);
            let element = step.element as usize;
            if distance < best.0 || (distance == best.0 && element < best.1) {
                best = (distance, element);
            }
            codes[step.to as usize] = moved;
        }
        best.1
    }
}

/// `‖z − w‖²`, or some number above `most` where it is larger than that.
fn squared_distance(z: &[f64], w: &[f64], most: f64) -> f64 {
    let mut sum = 0.0;
    for (z, w) in z.chunks(AT_ONCE).zip(w.chunks(AT_ONCE)) {
        for (a, b) in z.iter().zip(w) {
            sum += (a - b).powi(2);
        }
        if sum > most {
            break;
        }
    }
    sum
}
