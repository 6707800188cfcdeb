//! Other ways to lay out the coordinates of a code.

use groups::compact::Isometries;
use groups::{
    AnyFinite, AnyIsometries, Block, BlockKind, Element, FiniteGroup, Group, Representation,
};

use super::Layout;

/// A layout, and the place of each declared coordinate in a code of it.
pub(super) type Places = (Layout, Vec<usize>);

/// Those of a finite group; the declared one is the first.
pub(super) fn of_finite(representation: &Representation<AnyFinite>) -> Vec<Places> {
    let dim = representation.dim();
    let mut layouts = vec![(Layout::Declared, (0..dim).collect())];
    layouts.extend(transposed(&representation.blocks()));
    if let Some(fields) = representation.regular_fields() {
        let group = representation.group();
        let order = group.order();
        let inverse: Vec<usize> =
            group.elements().map(|g| group.index(&group.inverse(&g))).collect();
        let places = (0..fields).flat_map(|f| inverse.iter().map(move |i| f * order + i));
        layouts.push((Layout::Inverted, places.collect()));
    }
    layouts
}

/// The same for rotations and reflections.
pub(super) fn of_isometries(representation: &Representation<AnyIsometries>) -> Vec<Places> {
    let mut layouts = vec![(Layout::Declared, (0..representation.dim()).collect())];
    layouts.extend(transposed(&representation.blocks()));
    layouts
}

/// Each run of equal blocks the other way round: a copy's numbers are not side by side.
fn transposed(blocks: &[Block]) -> Option<Places> {
    let mut places = Vec::new();
    for run in blocks.chunk_by(|a, b| (&a.name, a.kind, a.dim) == (&b.name, b.kind, b.dim)) {
        let (rows, columns) = match run[0].kind {
            BlockKind::NodeFeatures { nodes, features } if run.len() == 1 => (nodes, features),
            _ => (run.len(), run[0].dim),
        };
        let offset = run[0].offset;
        places.extend((0..rows * columns).map(|j| offset + (j % columns) * rows + j / columns));
    }
    let moves = places.iter().enumerate().any(|(j, place)| j != *place);
    moves.then_some((Layout::Transposed, places))
}

/// Space with its axes in another order, and the blocks where it is so.
pub(super) struct Turned {
    /// The element that brings the declared axes to the others, but for a sign.
    pub(super) by: Element,
    /// Which blocks hold their numbers in which order.
    pub(super) order: String,
    /// Whether it is so in all blocks that move.
    pub(super) everywhere: bool,
    /// For each coordinate, whether it is so there.
    pub(super) there: Vec<bool>,
}

/// The kinds of blocks that have axes.
#[derive(Clone, Copy, PartialEq)]
enum Axed {
    Vectors,
    Degree1,
    Higher,
}

fn axed(kind: BlockKind) -> Option<Axed> {
    match kind {
        BlockKind::Vectors => Some(Axed::Vectors),
        BlockKind::Harmonic { degree: 1, .. } => Some(Axed::Degree1),
        BlockKind::Harmonic { degree: 2.., .. } => Some(Axed::Higher),
        _ => None,
    }
}

/// All other orders of the axes: in all blocks, or in some kinds of blocks only.
pub(super) fn turned(representation: &Representation<AnyIsometries>) -> Vec<Turned> {
    let blocks = representation.blocks();
    let present: Vec<Axed> = [Axed::Vectors, Axed::Degree1, Axed::Higher]
        .into_iter()
        .filter(|a| blocks.iter().any(|block| axed(block.kind) == Some(*a)))
        .collect();
    let subsets = [
        &[Axed::Vectors, Axed::Degree1, Axed::Higher][..],
        &[Axed::Degree1, Axed::Higher],
        &[Axed::Vectors, Axed::Degree1],
        &[Axed::Vectors],
        &[Axed::Degree1],
        &[Axed::Higher],
    ];
    let mut known: Vec<Vec<Axed>> = Vec::new();
    let mut found = Vec::new();
    for subset in subsets {
        let some: Vec<Axed> = present.iter().copied().filter(|a| subset.contains(a)).collect();
        if some.is_empty() || known.contains(&some) {
            continue;
        }
        let there: Vec<bool> = blocks
            .iter()
            .flat_map(|block| {
                let is = axed(block.kind).is_some_and(|a| some.contains(&a));
                std::iter::repeat_n(is, block.dim)
            })
            .collect();
        for (text, axes) in orders(representation.group().ambient_dim()) {
            let Some(by) = representation.group().read_element(text) else { continue };
            let order = describe(&some, axes);
            let everywhere = some.len() == present.len();
            found.push(Turned { by, order, everywhere, there: there.clone() });
        }
        known.push(some);
    }
    found
}

/// Elements that put the axes `(x, y, z)` into another order, but for a sign, and that order.
fn orders(dim: usize) -> &'static [(&'static str, &'static [usize])] {
    match dim {
        2 => &[("90deg s", &[1, 0])],
        _ => &[
            ("[[0, 1, 0], [0, 0, 1], [1, 0, 0]]", &[1, 2, 0]),
            ("[[0, 0, 1], [1, 0, 0], [0, 1, 0]]", &[2, 0, 1]),
            ("[[0, 0, -1], [0, -1, 0], [-1, 0, 0]]", &[2, 1, 0]),
            ("[[-1, 0, 0], [0, 0, -1], [0, -1, 0]]", &[0, 2, 1]),
            ("[[0, -1, 0], [-1, 0, 0], [0, 0, -1]]", &[1, 0, 2]),
        ],
    }
}

fn describe(some: &[Axed], axes: &[usize]) -> String {
    let names = |order: &[usize]| {
        let names: Vec<&str> = order.iter().map(|i| ["x", "y", "z"][*i]).collect();
        format!("({})", names.join(", "))
    };
    let mut texts = Vec::new();
    if let [a, b] = axes {
        return format!("vectors hold {} for (x, y)", names(&[*a, *b]));
    }
    if some.contains(&Axed::Vectors) {
        texts.push(format!("vectors hold {} for (x, y, z)", names(axes)));
    }
    if some.contains(&Axed::Degree1) {
        // Degree 1 is declared as (y, z, x).
        let shifted = [axes[1], axes[2], axes[0]];
        texts.push(format!("degree 1 holds {} for (y, z, x)", names(&shifted)));
    }
    if some.contains(&Axed::Higher) {
        texts.push(format!("higher degrees stand on the axes {}", names(axes)));
    }
    texts.join(", ")
}
