//! Puts rigid pieces and chains together, atom by atom.

use std::collections::{BTreeMap, VecDeque};
use std::f64::consts::{PI, TAU};

use super::block::Block;
use super::cages::{Cage, cage};
use super::part::Part;
use super::point::{
    Point, add, angle, at_angle, cross, mirrored, scaled, sub, turned, unit, widest_gap,
};
use super::polygons::polygons;
use super::quality;

/// A block as it is drawn by itself.
#[derive(Debug)]
struct Piece {
    block: Block,
    shape: Cage,
    placed: bool,
}

/// What leaves an atom in one direction.
#[derive(Debug, Clone, Copy)]
enum Item {
    /// A bond to this atom.
    Bond(usize),
    /// A piece that shares the atom, by its index.
    Spiro(usize),
}

/// Atoms that are placed one after the other.
#[derive(Debug)]
pub(super) struct Growth<'a> {
    part: &'a Part,
    pieces: Vec<Piece>,
    points: Vec<Option<Point>>,
    /// Where a piece wants the neighbours of its atoms.
    wishes: BTreeMap<[usize; 2], Point>,
    open: VecDeque<usize>,
}

impl<'a> Growth<'a> {
    pub(super) fn new(part: &'a Part) -> Self {
        let pieces = Block::all(part)
            .into_iter()
            .map(|block| Piece { shape: shape(part, &block), block, placed: false })
            .collect();
        let points = vec![None; part.len()];
        Self { part, pieces, points, wishes: BTreeMap::new(), open: VecDeque::new() }
    }

    /// Places all atoms, the largest piece first, without one the atom in the middle.
    pub(super) fn run(mut self) -> Vec<Point> {
        if self.pieces.is_empty() {
            let root = middle(self.part);
            if let Some(point) = self.points.get_mut(root) {
                *point = Some([0.0; 2]);
                self.open.push_back(root);
            }
        } else {
            self.place(0, |point| point);
        }
        while let Some(atom) = self.open.pop_front() {
            self.expand(atom);
        }
        self.points.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// Places a piece.
    fn place(&mut self, index: usize, motion: impl Fn(Point) -> Point) {
        let piece = &mut self.pieces[index];
        piece.placed = true;
        for (&atom, &point) in &piece.shape.atoms {
            if self.points[atom].is_none() {
                self.points[atom] = Some(motion(point));
            }
            self.open.push_back(atom);
        }
        for (&pair, &point) in &piece.shape.neighbours {
            self.wishes.insert(pair, motion(point));
        }
    }

    /// Places what is bonded to an atom.
    fn expand(&mut self, atom: usize) {
        let Some(here) = self.points[atom] else { return };
        let items = self.items(atom);
        if items.is_empty() {
            return;
        }
        let taken: Vec<usize> = self.part.near[atom]
            .iter()
            .copied()
            .filter(|&other| self.points[other].is_some())
            .collect();
        let toward = |other: usize| self.points[other].map_or(0.0, |there| angle(sub(there, here)));
        let directions: Vec<f64> = taken.iter().map(|&other| toward(other)).collect();
        let alone = taken.len() == 1 && !self.in_ring(atom);
        let angles = if let Some(angles) = self.wished(atom, here, &items) {
            angles
        } else if let (true, Some(&from)) = (alone, directions.first()) {
            let side = self.away(atom, taken[0]);
            let turns = self.around_chain_atom(atom, taken[0], &items);
            turns.iter().map(|turn| from + side * turn).collect()
        } else if taken.is_empty() && items.iter().all(|item| matches!(item, Item::Bond(_))) {
            let mut turns = vec![0.0];
            if let Item::Bond(first) = items[0] {
                turns.extend(self.around_chain_atom(atom, first, &items[1..]));
            }
            turns
        } else {
            self.in_gap(self.open_gap(atom, &taken, &directions), &directions, atom, &items)
        };
        for (item, angle) in items.into_iter().zip(angles) {
            match item {
                Item::Bond(other) => self.attach(atom, other, at_angle(angle)),
                Item::Spiro(piece) => self.attach_spiro(atom, piece, at_angle(angle)),
            }
        }
    }

    /// What is not placed around an atom.
    fn items(&self, atom: usize) -> Vec<Item> {
        let mut items = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            if !piece.placed && piece.block.contains(atom) {
                items.push(Item::Spiro(index));
            }
        }
        let unplaced = self.part.near[atom].iter().copied().filter(|&other| {
            self.points[other].is_none()
                && !self.pieces.iter().any(|piece| piece.block.contains_bond(atom, other))
        });
        let mut bonds: Vec<usize> = unplaced.collect();
        // Chains before ends, so that ends are drawn beside them.
        bonds.sort_by_key(|&other| (self.part.near[other].len() == 1, other));
        items.extend(bonds.into_iter().map(Item::Bond));
        items
    }

    fn in_ring(&self, atom: usize) -> bool {
        self.pieces.iter().any(|piece| piece.block.contains(atom))
    }

    /// The directions that a cage has for its neighbours, where it has them for all.
    fn wished(&self, atom: usize, here: Point, items: &[Item]) -> Option<Vec<f64>> {
        items
            .iter()
            .map(|item| match item {
                Item::Bond(other) => {
                    let wish = self.wishes.get(&[atom, *other])?;
                    Some(angle(sub(*wish, here)))
                }
                Item::Spiro(_) => None,
            })
            .collect()
    }

    /// The sense of turning in which a chain that came by `from` goes on in a zigzag.
    fn away(&self, atom: usize, from: usize) -> f64 {
        let (Some(here), Some(there)) = (self.points[atom], self.points[from]) else { return 1.0 };
        let along = sub(here, there);
        let near = self.part.near[from].iter().filter(|&&other| other != atom);
        let placed = near.filter_map(|&other| self.points[other]);
        let balance: f64 = placed.map(|point| cross(along, sub(point, there))).sum();
        if balance < -1e-6 { -1.0 } else { 1.0 }
    }

    /// Angles from the bond to `from` to the bonds to `items`.
    fn around_chain_atom(&self, atom: usize, from: usize, items: &[Item]) -> Vec<f64> {
        let is_end = |other: usize| self.part.near[other].len() == 1;
        let third = TAU / 3.0;
        match items.len() {
            1 if self.part.linear[atom] => vec![PI],
            1 => vec![third],
            2 => vec![third, -third],
            3 => {
                let ends: Vec<bool> = items
                    .iter()
                    .map(|item| matches!(item, Item::Bond(other) if is_end(*other)))
                    .collect();
                let wide = TAU * 80.0 / 360.0;
                match (is_end(from), ends.as_slice()) {
                    // A chain goes on at 120°, its two ends lie outside.
                    (false, [false, true, true]) => vec![third, third + wide, third + 2.0 * wide],
                    (true, [false, false, true]) => vec![wide, wide + third, -wide],
                    // The first one, the largest chain, opposite.
                    _ => vec![PI, PI / 2.0, -PI / 2.0],
                }
            }
            many => (1..=many).map(|at| TAU * at as f64 / (many + 1) as f64).collect(),
        }
    }

    /// The widest gap around an atom: where it begins, and how wide it is. The inside of a ring
    /// only where it is much wider than what is outside.
    fn open_gap(&self, atom: usize, taken: &[usize], directions: &[f64]) -> (f64, f64) {
        let widest = widest_gap(directions);
        let ring_between = |a: usize, b: usize| {
            let rings = self.part.rings.iter().filter(|ring| ring.contains(&atom));
            rings.clone().any(|ring| ring.contains(&a) && ring.contains(&b))
        };
        let mut around: Vec<(f64, usize)> =
            directions.iter().copied().zip(taken.iter().copied()).collect();
        around.sort_by(|a, b| a.0.total_cmp(&b.0));
        let next = around.iter().cycle().skip(1);
        let gaps = around.iter().zip(next).filter(|(a, b)| !ring_between(a.1, b.1));
        let outside: Vec<(f64, f64)> =
            gaps.map(|(a, b)| (a.0, (b.0 - a.0).rem_euclid(TAU))).collect();
        let best = outside.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        best.filter(|gap| gap.1 > 0.75 * widest.1).unwrap_or(widest)
    }

    /// Directions in a gap around an atom, evenly apart.
    fn in_gap(
        &self,
        (from, gap): (f64, f64),
        directions: &[f64],
        atom: usize,
        items: &[Item],
    ) -> Vec<f64> {
        let width = |item: &Item| match item {
            Item::Bond(_) => 0.0,
            Item::Spiro(index) => self.pieces[*index].wedge(atom).1,
        };
        let free = gap - items.iter().map(width).sum::<f64>();
        let spaces = if directions.is_empty() { items.len() } else { items.len() + 1 };
        let space = free / spaces.max(1) as f64;
        let mut at = from;
        items
            .iter()
            .map(|item| {
                at += space + width(item);
                at - width(item) / 2.0
            })
            .collect()
    }

    /// Places a neighbour, and the piece that it belongs to.
    fn attach(&mut self, atom: usize, other: usize, direction: Point) {
        let (Some(here), None) = (self.points[atom], self.points[other]) else { return };
        let there = add(here, direction);
        self.points[other] = Some(there);
        let index =
            self.pieces.iter().position(|piece| !piece.placed && piece.block.contains(other));
        let Some(index) = index else {
            self.open.push_back(other);
            return;
        };
        let piece = &self.pieces[index];
        let Some(&own) = piece.shape.atoms.get(&other) else { return };
        let back = match piece.shape.neighbours.get(&[other, atom]) {
            Some(&wish) => angle(sub(wish, own)),
            None => {
                let (from, gap) = widest_gap(&piece.directions(other));
                let outside = self.part.near[other].len() - piece.directions(other).len();
                from + gap / (outside + 1) as f64
            }
        };
        let turn = at_angle(angle(scaled(direction, -1.0)) - back);
        self.place(index, |point| add(there, turned(sub(point, own), turn)));
    }

    /// Places a piece that shares an atom, its wedge in a direction.
    fn attach_spiro(&mut self, atom: usize, index: usize, direction: Point) {
        let Some(here) = self.points[atom] else { return };
        let piece = &self.pieces[index];
        let Some(&own) = piece.shape.atoms.get(&atom) else { return };
        let turn = at_angle(angle(direction) - piece.wedge(atom).0);
        self.place(index, |point| add(here, turned(sub(point, own), turn)));
    }

    /// Groups of atoms that can be mirrored, each with the line: a point and a direction.
    pub(super) fn flips(part: &Part) -> Vec<Flip> {
        let mut flips = Vec::new();
        let blocks = Block::all(part);
        for &[a, b] in &part.bonds {
            if blocks.iter().any(|block| block.contains_bond(a, b)) {
                continue;
            }
            let side = reached(part, b, |from, to| (from, to) == (b, a));
            let other = reached(part, a, |from, to| (from, to) == (a, b));
            let moving = if side.len() <= other.len() { side } else { other };
            if moving.len() > 1 {
                flips.push(Flip { pivot: a, toward: vec![b], moving });
            }
        }
        for block in &blocks {
            for &atom in &block.atoms {
                let own: Vec<usize> = part.near[atom]
                    .iter()
                    .copied()
                    .filter(|&other| block.contains_bond(atom, other))
                    .collect();
                if own.len() < part.near[atom].len() {
                    let moving = reached(part, atom, |from, to| from == atom && own.contains(&to));
                    flips.push(Flip { pivot: atom, toward: own, moving });
                }
            }
        }
        flips
    }
}

/// Atoms that may be mirrored at the line through an atom and the middle of others.
#[derive(Debug)]
pub(super) struct Flip {
    pivot: usize,
    toward: Vec<usize>,
    moving: Vec<usize>,
}

impl Flip {
    /// Mirrors the atoms.
    pub(super) fn apply(&self, points: &mut [Point]) {
        let at = points[self.pivot];
        let directions = self.toward.iter().map(|&other| unit(sub(points[other], at)));
        let along = unit(super::point::centre(directions));
        for &atom in &self.moving {
            points[atom] = mirrored(points[atom], at, along);
        }
    }
}

impl Piece {
    /// Directions of the piece's bonds at an atom.
    fn directions(&self, atom: usize) -> Vec<f64> {
        let Some(&here) = self.shape.atoms.get(&atom) else { return Vec::new() };
        let bonds = self.block.bonds.iter().filter(|bond| bond.contains(&atom));
        let others = bonds.map(|bond| if bond[0] == atom { bond[1] } else { bond[0] });
        let there = others.filter_map(|other| self.shape.atoms.get(&other));
        there.map(|&there| angle(sub(there, here))).collect()
    }

    /// The middle and the width of the angle that the piece fills at an atom.
    fn wedge(&self, atom: usize) -> (f64, f64) {
        let (from, gap) = widest_gap(&self.directions(atom));
        (from + gap + (TAU - gap) / 2.0, TAU - gap)
    }
}

/// Polygons where they leave room, else the drawing of a cage.
fn shape(part: &Part, block: &Block) -> Cage {
    if let Some(atoms) = polygons(block) {
        let place: BTreeMap<usize, usize> = atoms.keys().copied().zip(0..).collect();
        let points: Vec<Point> = atoms.values().copied().collect();
        let bonds: Vec<[usize; 2]> = block
            .bonds
            .iter()
            .filter_map(|[a, b]| Some([*place.get(a)?, *place.get(b)?]))
            .collect();
        let roomy = quality::closest(&points) > 0.7
            && quality::clearance(&points, &bonds) > 0.45
            && quality::crossings(&points, &bonds) == 0;
        if roomy {
            return Cage { atoms, neighbours: BTreeMap::new() };
        }
    }
    cage(part, block)
}

/// The atoms that are reached from one without the steps that are barred, ascending.
pub(super) fn reached(
    part: &Part,
    from: usize,
    barred: impl Fn(usize, usize) -> bool,
) -> Vec<usize> {
    let mut seen = vec![false; part.len()];
    let mut open = vec![from];
    while let Some(atom) = open.pop() {
        if !std::mem::replace(&mut seen[atom], true) {
            open.extend(part.near[atom].iter().filter(|&&other| !barred(atom, other)));
        }
    }
    (0..part.len()).filter(|&atom| seen[atom]).collect()
}

/// The atom whose farthest atom is nearest, of those the one with most neighbours.
fn middle(part: &Part) -> usize {
    let farthest = |root: usize| {
        let mut depth = vec![usize::MAX; part.len()];
        depth[root] = 0;
        let mut open = VecDeque::from([root]);
        let mut last = 0;
        while let Some(atom) = open.pop_front() {
            last = depth[atom];
            for &other in &part.near[atom] {
                if depth[other] == usize::MAX {
                    depth[other] = last + 1;
                    open.push_back(other);
                }
            }
        }
        last
    };
    let best = |&atom: &usize| (farthest(atom), std::cmp::Reverse(part.near[atom].len()), atom);
    (0..part.len()).min_by_key(best).unwrap_or(0)
}
