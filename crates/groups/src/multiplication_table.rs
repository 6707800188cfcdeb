//! All products of a finite group at once: what algorithms that run over pairs of elements need.

use crate::{FiniteGroup, GroupError};

/// The largest group whose multiplication table is made.
pub(crate) const TABLE_LIMIT: usize = 6_000;

/// `a·b` for all numbers `a`, `b` of elements; the identity is number 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MultiplicationTable {
    order: usize,
    products: Vec<u16>,
    inverses: Vec<u16>,
}

impl MultiplicationTable {
    /// The table of a group: `|G|` products for each generator by the group's law, the others by
    /// `(sa)b = s(ab)`.
    pub(crate) fn of<G: FiniteGroup>(group: &G) -> Result<Self, GroupError> {
        let order = group.order();
        if order > TABLE_LIMIT {
            return Err(too_large(group.name(), order));
        }
        let elements: Vec<_> = group.elements().collect();
        let left: Vec<Vec<u16>> = group
            .generators()
            .iter()
            .map(|s| elements.iter().map(|a| group.index(&group.compose(s, a)) as u16).collect())
            .collect();
        let tree = SpanningTree::of(order, &left);
        if tree.steps.len() + 1 != order {
            return Err(GroupError::NotAGroup {
                group: group.name(),
                axiom: "the generators generate",
                witness: format!("{} of {order} elements", tree.steps.len() + 1),
            });
        }
        let mut products = vec![0; order * order];
        for (b, entry) in products[..order].iter_mut().enumerate() {
            *entry = b as u16;
        }
        for step in &tree.steps {
            let times = &left[step.generator];
            for b in 0..order {
                let ab = products[step.from * order + b];
                products[step.to * order + b] = times[usize::from(ab)];
            }
        }
        Ok(Self::from_products(order, products))
    }

    /// The table of elements found one after the other: number `i + 1` is the generator times the
    /// earlier element of step `i`, and `left[s][a]` is the number of `s·a`.
    pub(crate) fn from_left_steps(
        order: usize,
        left: &[Vec<usize>],
        steps: &[(usize, usize)],
    ) -> Self {
        let mut products: Vec<u16> = (0..order).map(|b| b as u16).collect();
        products.reserve(order * (order - 1));
        for &(generator, from) in steps {
            for b in 0..order {
                let ab = usize::from(products[from * order + b]);
                products.push(left[generator][ab] as u16);
            }
        }
        Self::from_products(order, products)
    }

    /// The table with the given rows, which are known to be those of a group.
    pub(crate) fn from_products(order: usize, products: Vec<u16>) -> Self {
        let mut inverses = vec![0; order];
        for a in 0..order {
            let row = &products[a * order..(a + 1) * order];
            inverses[a] = row.iter().position(|&ab| ab == 0).unwrap_or(0) as u16;
        }
        Self { order, products, inverses }
    }

    pub(crate) fn order(&self) -> usize {
        self.order
    }

    pub(crate) fn product(&self, a: usize, b: usize) -> usize {
        usize::from(self.products[a * self.order + b])
    }

    /// `a·b` for every `b`.
    pub(crate) fn row(&self, a: usize) -> &[u16] {
        &self.products[a * self.order..(a + 1) * self.order]
    }

    pub(crate) fn inverse(&self, a: usize) -> usize {
        usize::from(self.inverses[a])
    }

    /// `1, a, a², …` up to the last power that is not the identity again.
    pub(crate) fn powers(&self, a: usize) -> Vec<usize> {
        let mut powers = vec![0];
        let mut power = a;
        while power != 0 {
            powers.push(power);
            power = self.product(power, a);
        }
        powers
    }

    /// A few elements that generate the group: each is outside what those before it generate.
    pub(crate) fn generators(&self) -> Vec<usize> {
        let mut generators: Vec<usize> = Vec::new();
        let mut member = vec![false; self.order];
        member[0] = true;
        for a in 1..self.order {
            if member[a] {
                continue;
            }
            generators.push(a);
            member = vec![false; self.order];
            for b in self.subgroup(&generators) {
                member[b] = true;
            }
        }
        generators
    }

    /// The elements of the subgroup that `generators` generate, in order of discovery.
    pub(crate) fn subgroup(&self, generators: &[usize]) -> Vec<usize> {
        let mut member = vec![false; self.order];
        member[0] = true;
        let mut subgroup = vec![0];
        let mut next = 0;
        while next < subgroup.len() {
            for &s in generators {
                let b = self.product(s, subgroup[next]);
                if !member[b] {
                    member[b] = true;
                    subgroup.push(b);
                }
            }
            next += 1;
        }
        subgroup
    }

    /// How each element comes from the generators, breadth first.
    pub(crate) fn spanning_tree(&self, generators: &[usize]) -> SpanningTree {
        let left: Vec<Vec<u16>> = generators.iter().map(|&s| self.row(s).to_vec()).collect();
        SpanningTree::of(self.order, &left)
    }
}

/// Every element but the identity as a generator times an element before it.
pub(crate) struct SpanningTree {
    pub(crate) steps: Vec<Step>,
}

/// `to = generator · from`.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) generator: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl SpanningTree {
    fn of(order: usize, left: &[Vec<u16>]) -> Self {
        let mut reached = vec![false; order];
        reached[0] = true;
        let mut frontier = vec![0];
        let mut steps: Vec<Step> = Vec::with_capacity(order.saturating_sub(1));
        let mut next = 0;
        while next < frontier.len() {
            let from = frontier[next];
            next += 1;
            for (generator, times) in left.iter().enumerate() {
                let to = usize::from(times[from]);
                if !reached[to] {
                    reached[to] = true;
                    frontier.push(to);
                    steps.push(Step { generator, from, to });
                }
            }
        }
        Self { steps }
    }
}

pub(crate) fn too_large(group: String, order: usize) -> GroupError {
    GroupError::TooLarge { operation: "the multiplication table", group, order, limit: TABLE_LIMIT }
}
