//! Orthogonal representations: how a group acts linearly on codes.

mod action;
mod character;
mod erased;
mod fixed_space;
mod operator;
mod pullback;
mod tensor;

use std::fmt;
use std::sync::Arc;

use nalgebra::DMatrix;

pub(crate) use action::{Action, SignedNodes, WithSigns};
pub use character::{Irrep, IrrepType};
pub(crate) use fixed_space::orbits as orbits_of;
pub use operator::Operator;

use crate::{FiniteGroup, Group, GroupError, Permutation, Real};

/// The largest group whose elements are listed to build a quotient representation or to average
/// characters.
pub(crate) const LISTING_LIMIT: usize = 50_000;

/// An orthogonal representation `ρ` of `G` on `R^dim`: a direct sum of blocks.
///
/// The group acts on a code `z` block by block. What matters to other crates is the layout:
/// blocks lie one after the other, and coordinate `i` of a regular block belongs to the group's
/// element number `i`. So `Representation::regular(&c8).copies(16)` acts on `(16, 8)` row-major
/// features.
///
/// Cloning is cheap.
///
/// ```
/// use groups::{Cyclic, Representation};
/// let c4 = Cyclic::new(4)?;
/// let rep = Representation::regular(&c4);
/// // (r·z)(h) = z(r⁻¹h): rotating by one step moves every entry one place on.
/// assert_eq!(rep.act(&1, &[1.0, 2.0, 3.0, 4.0]), [4.0, 1.0, 2.0, 3.0]);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Clone)]
pub struct Representation<G: Group> {
    group: G,
    terms: Vec<Term<G>>,
    dim: usize,
}

/// `copies` equal blocks, side by side.
struct Term<G: Group> {
    block: Arc<Component<G>>,
    copies: usize,
}

impl<G: Group> Clone for Term<G> {
    fn clone(&self) -> Self {
        Self { block: Arc::clone(&self.block), copies: self.copies }
    }
}

struct Component<G: Group> {
    name: String,
    dim: usize,
    kind: BlockKind,
    action: Action<G>,
}

/// One summand of a representation: where it lies in the code and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name, such as `regular`.
    pub name: String,
    /// Index of its first coordinate.
    pub offset: usize,
    /// Its dimension.
    pub dim: usize,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is, so that faster algorithms can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BlockKind {
    /// One coordinate that every element leaves alone.
    Trivial,
    /// Functions on the group, coordinate `i` at element number `i`.
    Regular,
    /// `R^{n×d}` under permutations of the `n` rows.
    NodeFeatures {
        /// `n`.
        nodes: usize,
        /// `d`.
        features: usize,
    },
    /// Any other action that moves coordinates.
    Permutation,
    /// `R^n` under all permutations of its coordinates with all changes of signs.
    SignedNodes {
        /// `n`.
        nodes: usize,
    },
    /// An irrep of rotations of the plane or of space, perhaps with reflections. Of degree 0 and odd
    /// it is the determinant.
    Harmonic {
        /// The frequency in the plane, the degree `l` in space.
        degree: usize,
        /// Whether the inversion of space changes the sign.
        odd: bool,
    },
    /// Vectors `(x, y, z)` of space, under its rotations and reflections.
    Vectors,
    /// Any other orthogonal action.
    Orthogonal,
}

impl BlockKind {
    /// Whether every element of the group moves coordinates only.
    pub fn moves_coordinates(self) -> bool {
        !matches!(
            self,
            Self::SignedNodes { .. } | Self::Orthogonal | Self::Harmonic { .. } | Self::Vectors
        )
    }
}

impl<G: Group> Representation<G> {
    /// The trivial representation on `R`.
    pub fn trivial(group: &G) -> Self {
        Self::from_action(group, "trivial".into(), 1, BlockKind::Trivial, Action::Identity)
    }

    /// The representation that moves the coordinates of `R^degree` by `permutation(g)`:
    /// `(ρ(g)z)[σ_g(i)] = z[i]`.
    ///
    /// `permutation` must be a homomorphism to permutations of `0..degree`;
    /// [`laws::check_representation`](crate::laws::check_representation) checks it.
    pub fn permutation(
        group: &G,
        name: String,
        degree: usize,
        permutation: impl Fn(&G::Element) -> Permutation + Send + Sync + 'static,
    ) -> Self {
        let action = Action::permutation(permutation);
        Self::from_action(group, name, degree, BlockKind::Permutation, action)
    }

    /// The representation by the orthogonal `dim × dim` matrices `matrix(g)`.
    ///
    /// `matrix` must be a homomorphism to `O(dim)`;
    /// [`laws::check_representation`](crate::laws::check_representation) checks it.
    pub fn from_matrices(
        group: &G,
        name: String,
        dim: usize,
        matrix: impl Fn(&G::Element) -> DMatrix<f64> + Send + Sync + 'static,
    ) -> Self {
        Self::of_kind(group, name, dim, BlockKind::Orthogonal, matrix)
    }

    /// As [`from_matrices`](Self::from_matrices), where more is known of the matrices.
    pub(crate) fn of_kind(
        group: &G,
        name: String,
        dim: usize,
        kind: BlockKind,
        matrix: impl Fn(&G::Element) -> DMatrix<f64> + Send + Sync + 'static,
    ) -> Self {
        Self::from_action(group, name, dim, kind, Action::Matrix(Arc::new(matrix)))
    }

    pub(crate) fn from_action(
        group: &G,
        name: String,
        dim: usize,
        kind: BlockKind,
        action: Action<G>,
    ) -> Self {
        let block = Arc::new(Component { name, dim, kind, action });
        Self { group: group.clone(), terms: vec![Term { block, copies: 1 }], dim }
    }

    /// `ρ ⊕ … ⊕ ρ`, `n` times: `n` fields of the same type. `n = 0` gives the zero space.
    pub fn copies(&self, n: usize) -> Self {
        let terms = match &self.terms[..] {
            [term] => vec![Term { block: Arc::clone(&term.block), copies: term.copies * n }],
            terms => (0..n).flat_map(|_| terms.iter().cloned()).collect(),
        };
        Self { group: self.group.clone(), terms, dim: self.dim * n }
    }

    /// `ρ₁ ⊕ ρ₂ ⊕ …`, blocks one after the other.
    ///
    /// # Errors
    /// [`GroupError::EmptySum`] for no summands, [`GroupError::GroupMismatch`] where their groups
    /// differ.
    pub fn direct_sum(summands: &[Self]) -> Result<Self, GroupError> {
        let first = summands.first().ok_or(GroupError::EmptySum)?;
        if let Some(other) = summands.iter().find(|s| s.group != first.group) {
            return Err(GroupError::GroupMismatch {
                left: first.group.name(),
                right: other.group.name(),
            });
        }
        Ok(Self {
            group: first.group.clone(),
            terms: summands.iter().flat_map(|s| s.terms.iter().cloned()).collect(),
            dim: summands.iter().map(|s| s.dim).sum(),
        })
    }

    /// The group that acts.
    pub fn group(&self) -> &G {
        &self.group
    }

    /// Dimension of the space, `D`.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// A description such as `16 × regular of C8`.
    pub fn name(&self) -> String {
        let sum: Vec<String> = self
            .terms
            .iter()
            .map(|t| match t.copies {
                1 => t.block.name.clone(),
                n => format!("{n} × {}", t.block.name),
            })
            .collect();
        format!("{} of {}", sum.join(" ⊕ "), self.group.name())
    }

    /// The summands in the order of their coordinates.
    pub fn blocks(&self) -> Vec<Block> {
        let mut offset = 0;
        let mut blocks = Vec::new();
        for term in &self.terms {
            for _ in 0..term.copies {
                let Component { name, dim, kind, .. } = &*term.block;
                blocks.push(Block { name: name.clone(), offset, dim: *dim, kind: *kind });
                offset += dim;
            }
        }
        blocks
    }

    /// The summands, those that are equal and side by side once, with their number.
    ///
    /// ```
    /// use groups::{Cyclic, Representation};
    /// let c8 = Cyclic::new(8)?;
    /// let summands = Representation::regular(&c8).copies(16).summands();
    /// assert_eq!((summands[0].0.dim(), summands[0].1), (8, 16));
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn summands(&self) -> Vec<(Self, usize)> {
        let single = |term: &Term<G>| Self {
            group: self.group.clone(),
            dim: term.block.dim,
            terms: vec![Term { block: Arc::clone(&term.block), copies: 1 }],
        };
        self.terms.iter().map(|term| (single(term), term.copies)).collect()
    }

    /// Whether every element moves coordinates only.
    pub fn is_permutation(&self) -> bool {
        self.terms.iter().all(|t| t.block.kind.moves_coordinates())
    }

    /// `F` where the representation is `F` copies of the regular one, and nothing else.
    pub fn regular_fields(&self) -> Option<usize> {
        let all_regular = self.terms.iter().all(|t| t.block.kind == BlockKind::Regular);
        all_regular.then(|| self.terms.iter().map(|t| t.copies).sum())
    }

    /// The way from a signed permutation to an element, where the representation is made of equal
    /// [signed nodes](BlockKind::SignedNodes) and trivial blocks.
    pub(crate) fn with_signs(&self) -> Option<(usize, WithSigns<G>)> {
        let mut found = None;
        for term in self.terms.iter().filter(|t| t.copies > 0) {
            match (&term.block.action, term.block.kind) {
                (Action::Signed(SignedNodes { element, .. }), BlockKind::SignedNodes { nodes })
                    if found.as_ref().is_none_or(|(n, _)| *n == nodes) =>
                {
                    found = Some((nodes, Arc::clone(element)));
                }
                (Action::Identity, _) => {}
                _ => return None,
            }
        }
        found
    }

    /// `ρ(g)`, ready to be applied to many codes.
    pub fn operator(&self, g: &G::Element) -> Operator {
        Operator::new(
            self.dim,
            self.terms.iter().map(|t| (t.block.action.at(g, t.block.dim), t.copies)),
        )
    }

    /// `ρ(g)` as a dense matrix.
    pub fn matrix(&self, g: &G::Element) -> DMatrix<f64> {
        self.operator(g).matrix()
    }

    /// `ρ(g)z`.
    ///
    /// # Panics
    /// If `z` does not have [`dim`](Self::dim) entries, as slice operations do.
    pub fn act<T: Real>(&self, g: &G::Element, z: &[T]) -> Vec<T> {
        let mut out = vec![T::zero(); self.dim];
        self.act_into(g, z, &mut out);
        out
    }

    /// Writes `ρ(g)z` to `out`. To apply one `g` to many codes, use [`operator`](Self::operator).
    ///
    /// # Panics
    /// If `z` or `out` does not have [`dim`](Self::dim) entries.
    pub fn act_into<T: Real>(&self, g: &G::Element, z: &[T], out: &mut [T]) {
        self.operator(g).apply_into(z, out);
    }
}

impl<G: FiniteGroup> Representation<G> {
    /// The regular representation on functions `z: G → R`, `(ρ(g)z)(h) = z(g⁻¹h)`; coordinate `i`
    /// is the value at `group.element(i)`.
    pub fn regular(group: &G) -> Self {
        let g = group.clone();
        let order = group.order();
        let translate = move |a: &G::Element| {
            Permutation::from_fn(order, |i| g.index(&g.compose(a, &g.element(i))))
        };
        let action = Action::permutation(translate);
        Self::from_action(group, "regular".into(), order, BlockKind::Regular, action)
    }

    /// The quotient representation on functions of the left cosets `gH`, where `H` is the subgroup
    /// that `subgroup` generates. Cosets are numbered by their first element.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] where the group has more than 50,000 elements.
    pub fn quotient(group: &G, subgroup: &[G::Element]) -> Result<Self, GroupError> {
        let order = group.order();
        if order > LISTING_LIMIT {
            return Err(GroupError::TooLarge {
                operation: "the quotient representation",
                group: group.name(),
                order,
                limit: LISTING_LIMIT,
            });
        }
        let mut coset_of = vec![usize::MAX; order];
        let mut representatives = Vec::new();
        for first in 0..order {
            if coset_of[first] != usize::MAX {
                continue;
            }
            coset_of[first] = representatives.len();
            let mut frontier = vec![first];
            while let Some(i) = frontier.pop() {
                for h in subgroup {
                    let j = group.index(&group.compose(&group.element(i), h));
                    if coset_of[j] == usize::MAX {
                        coset_of[j] = representatives.len();
                        frontier.push(j);
                    }
                }
            }
            representatives.push(group.element(first));
        }
        let degree = representatives.len();
        let g = group.clone();
        Ok(Self::permutation(group, format!("functions on {degree} cosets"), degree, move |a| {
            Permutation::from_fn(degree, |c| coset_of[g.index(&g.compose(a, &representatives[c]))])
        }))
    }
}

impl<G: Group> fmt::Debug for Representation<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Representation({}, dim {})", self.name(), self.dim)
    }
}

impl<G: Group> fmt::Display for Representation<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
