//! The types of features: which group acts on a tensor, and how.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use candle_core::Tensor;
use groups::{BlockKind, FiniteGroup, Group, Representation};

use crate::NnError;
use crate::same_group::{AnyAction, AnyGroup};

/// How the group acts on the channels of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// One channel that the group leaves alone: images, invariant features.
    Trivial,
    /// One channel for each group element, permuted by left multiplication.
    Regular,
    /// Any sum of representations: [`FieldType::blocks`] lists it.
    Blocks,
}

/// What the features live on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// The pixels of the plane, which the group moves: tensors (B, C, H, W).
    Plane,
    /// A single point: tensors (B, C).
    Point,
}

/// Equal summands of a representation, side by side. Blocks are equal where the group acts alike, by
/// the matrices of its generators, whatever their names.
#[derive(Clone, Debug)]
pub struct FieldBlock {
    /// The summand's name, such as `regular` or `degree 2`.
    pub name: String,
    /// Channels of one copy.
    pub dim: usize,
    /// How many copies.
    pub copies: usize,
    /// What it is.
    pub kind: BlockKind,
    /// Nothing where the kind says it all.
    action: Option<AnyAction>,
}

impl PartialEq for FieldBlock {
    fn eq(&self, other: &Self) -> bool {
        let Self { name: _, dim, copies, kind, action } = self;
        let same_action = || match (action, &other.action) {
            (Some(action), Some(other)) => action.same(other),
            (action, other) => action.is_none() && other.is_none(),
        };
        (dim, copies, kind) == (&other.dim, &other.copies, &other.kind) && same_action()
    }
}

impl Eq for FieldBlock {}

impl Hash for FieldBlock {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.dim, self.copies, self.kind).hash(state);
    }
}

impl FieldBlock {
    /// Whether the group only moves channels, so that any function may be applied to each alone.
    pub fn permutes(&self) -> bool {
        self.kind.moves_coordinates()
    }

    /// All channels.
    pub fn channels(&self) -> usize {
        self.dim * self.copies
    }
}

/// The type of a batch of features: fields over a group.
///
/// Channel `f·N + i` of a regular type belongs to field `f` and group element `element(i)`, and
///
/// `(g·φ)_f(x, h) = φ_f(g⁻¹x, g⁻¹h)`.
///
/// Of any other type the channels are the coordinates of a representation, `g·φ = ρ(g)φ`.
///
/// Types are equal where the groups have one law, elements of one number being the same, and act on the
/// channels by the same matrices, to `10⁻⁷`. Names count on the plane only, for groups of different
/// Rust types: how those move pixels is not known here.
///
/// # Example
/// ```
/// use equivariant_nn::FieldType;
/// use groups::{Cyclic, compact::SO3};
/// let features = FieldType::regular(&Cyclic::new(8)?, 12);
/// assert_eq!(features.channels(), 96);
/// assert_eq!(features.to_string(), "12 regular fields of C8 on the plane: (B, 96, H, W)");
/// let vectors = FieldType::of_compact(&SO3.vectors().copies(4));
/// assert_eq!(vectors.to_string(), "4 × vectors of SO(3) at a point: (B, 12)");
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FieldType {
    group: String,
    law: AnyGroup,
    order: usize,
    kind: FieldKind,
    fields: usize,
    domain: Domain,
    /// Empty unless the kind says so.
    blocks: Arc<[FieldBlock]>,
}

impl PartialEq for FieldType {
    fn eq(&self, other: &Self) -> bool {
        (self.order, self.kind, self.fields, self.domain)
            == (other.order, other.kind, other.fields, other.domain)
            && self.is_over(&other.group, &other.law)
            && self.blocks == other.blocks
    }
}

impl Eq for FieldType {}

impl Hash for FieldType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.order, self.kind, self.fields, self.domain, &self.blocks).hash(state);
    }
}

impl FieldType {
    /// `fields` regular fields on the plane.
    pub fn regular<G: FiniteGroup>(group: &G, fields: usize) -> Self {
        Self {
            group: group.name(),
            law: AnyGroup::finite(group),
            order: group.order(),
            kind: FieldKind::Regular,
            fields,
            domain: Domain::Plane,
            blocks: Arc::default(),
        }
    }

    /// `fields` trivial fields on the plane: images with that many channels.
    pub fn trivial<G: FiniteGroup>(group: &G, fields: usize) -> Self {
        Self { kind: FieldKind::Trivial, ..Self::regular(group, fields) }
    }

    /// Codes on which a finite group acts by a representation, at a point.
    pub fn of<G: FiniteGroup>(rho: &Representation<G>) -> Self {
        let group = rho.group();
        let law = AnyGroup::finite(group);
        let blocks = blocks_of(rho, |summand| AnyAction::finite(&law, summand));
        Self::from_blocks(group.name(), law, group.order(), blocks)
    }

    /// Codes on which a group of any size acts by a representation, at a point.
    pub fn of_compact<G: Group>(rho: &Representation<G>) -> Self {
        let law = AnyGroup::of_any_size(rho.group());
        let blocks = blocks_of(rho, |summand| AnyAction::of_any_size(&law, summand));
        Self::from_blocks(rho.group().name(), law, usize::MAX, blocks)
    }

    /// Regular fields at a point, over the group of another type.
    pub(crate) fn regular_like(other: &Self, fields: usize) -> Self {
        Self {
            group: other.group.clone(),
            law: other.law.clone(),
            order: other.order,
            kind: FieldKind::Regular,
            fields,
            domain: Domain::Point,
            blocks: Arc::default(),
        }
    }

    fn from_blocks(group: String, law: AnyGroup, order: usize, blocks: Vec<FieldBlock>) -> Self {
        let kind = match &blocks[..] {
            [block] if block.kind == BlockKind::Regular => FieldKind::Regular,
            [block] if block.kind == BlockKind::Trivial => FieldKind::Trivial,
            _ => FieldKind::Blocks,
        };
        let fields = blocks.iter().map(|b| b.copies).sum();
        let blocks = if kind == FieldKind::Blocks { blocks } else { Vec::new() };
        Self { group, law, order, kind, fields, domain: Domain::Point, blocks: blocks.into() }
    }

    /// Whether it belongs to a finite group: one of the same law.
    pub fn belongs_to<G: FiniteGroup>(&self, group: &G) -> bool {
        self.order == group.order() && self.is_over(&group.name(), &AnyGroup::finite(group))
    }

    fn is_over(&self, name: &str, law: &AnyGroup) -> bool {
        match self.domain {
            Domain::Plane => self.law.same_on_plane(law, self.group == name),
            Domain::Point => self.law.same(law),
        }
    }

    /// The summands in the order of their channels.
    pub fn blocks(&self) -> Vec<FieldBlock> {
        let (name, dim, kind) = match self.kind {
            FieldKind::Blocks => return self.blocks.to_vec(),
            FieldKind::Trivial => ("trivial", 1, BlockKind::Trivial),
            FieldKind::Regular => ("regular", self.order, BlockKind::Regular),
        };
        vec![FieldBlock { name: name.to_owned(), dim, copies: self.fields, kind, action: None }]
    }

    /// The summands with their channels.
    pub(crate) fn ranges(&self) -> Vec<(FieldBlock, Range<usize>)> {
        let mut end = 0;
        let next = |block: FieldBlock| {
            let start = end;
            end += block.channels();
            (block, start..end)
        };
        self.blocks().into_iter().map(next).collect()
    }

    /// Fields that the group does more to than to move their channels.
    pub(crate) fn turning_fields(&self) -> usize {
        self.blocks().iter().filter(|b| !b.permutes()).map(|b| b.copies).sum()
    }

    /// Whether the group only moves channels.
    pub fn permutes(&self) -> bool {
        self.blocks.iter().all(FieldBlock::permutes)
    }

    /// The same fields at a point instead of on the plane.
    pub fn at_point(self) -> Self {
        Self { domain: Domain::Point, ..self }
    }

    /// As many trivial fields on the same domain.
    pub fn to_trivial(&self) -> Self {
        Self { kind: FieldKind::Trivial, blocks: Arc::default(), ..self.clone() }
    }

    /// The name of the group.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The order `N` of the group; `usize::MAX` where it is larger than that or infinite.
    pub fn order(&self) -> usize {
        self.order
    }

    /// How the group acts on each field.
    pub fn kind(&self) -> FieldKind {
        self.kind
    }

    /// The number of fields.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// What the features live on.
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// Channels of one field where all are of one size: `N` for regular ones, 1 for trivial ones.
    pub fn field_size(&self) -> Option<usize> {
        match self.kind {
            FieldKind::Trivial => Some(1),
            FieldKind::Regular => Some(self.order),
            FieldKind::Blocks => None,
        }
    }

    /// All channels.
    pub fn channels(&self) -> usize {
        match self.kind {
            FieldKind::Trivial => self.fields,
            FieldKind::Regular => self.fields * self.order,
            FieldKind::Blocks => self.blocks.iter().map(FieldBlock::channels).sum(),
        }
    }

    /// Whether the tensor can be of this type.
    pub fn admits(&self, x: &Tensor) -> bool {
        let rank = match self.domain {
            Domain::Plane => 4,
            Domain::Point => 2,
        };
        x.rank() == rank && x.dims()[1] == self.channels()
    }

    /// Checks a layer's input.
    ///
    /// # Errors
    /// [`NnError::Input`] if the tensor is not of this type.
    pub fn check(&self, layer: &str, x: &Tensor) -> Result<(), NnError> {
        if self.admits(x) {
            return Ok(());
        }
        Err(NnError::Input {
            layer: layer.to_owned(),
            expected: Box::new(self.clone()),
            got: x.dims().to_vec(),
        })
    }

    /// The channels of one field, for layers that treat all channels of a field alike.
    pub(crate) fn plain_field_size(&self, layer: &str) -> Result<usize, NnError> {
        let size = self.field_size();
        self.require(layer, "trivial or regular fields", size.is_some())?;
        Ok(size.unwrap_or_default())
    }

    /// Checks that a layer which takes `input` can follow one that gives this type.
    pub(crate) fn require_same(&self, layer: &str, input: &Self) -> Result<(), NnError> {
        if self == input {
            return Ok(());
        }
        let mut expected = input.to_string();
        if expected == self.to_string() {
            // Only the names are equal.
            expected += match self.is_over(&input.group, &input.law) {
                true => ", with another action of the group",
                false => ", with another law of the group",
            };
        }
        self.require(layer, &expected, false)
    }

    /// Checks the type that a layer is built over.
    pub(crate) fn require(&self, layer: &str, expected: &str, holds: bool) -> Result<(), NnError> {
        if holds {
            return Ok(());
        }
        Err(NnError::Type {
            layer: layer.to_owned(),
            expected: expected.to_owned(),
            got: Box::new(self.clone()),
        })
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, space) = match self.domain {
            Domain::Plane => ("on the plane", ", H, W"),
            Domain::Point => ("at a point", ""),
        };
        let kind = match self.kind {
            FieldKind::Trivial => "trivial",
            FieldKind::Regular => "regular",
            FieldKind::Blocks => {
                for (i, block) in self.blocks.iter().enumerate() {
                    f.write_str(if i > 0 { " ⊕ " } else { "" })?;
                    if block.copies != 1 {
                        write!(f, "{} × ", block.copies)?;
                    }
                    f.write_str(&block.name)?;
                }
                return write!(f, " of {} {domain}: (B, {}{space})", self.group, self.channels());
            }
        };
        let plural = if self.fields == 1 { "" } else { "s" };
        write!(
            f,
            "{} {kind} field{plural} of {} {domain}: (B, {}{space})",
            self.fields,
            self.group,
            self.channels()
        )
    }
}

/// The summands of a representation; equal neighbours are one block.
fn blocks_of<G: Group>(
    rho: &Representation<G>,
    action: impl Fn(&Representation<G>) -> AnyAction,
) -> Vec<FieldBlock> {
    let mut blocks: Vec<FieldBlock> = Vec::new();
    for (summand, copies) in rho.summands() {
        let Some(block) = summand.blocks().pop() else { continue };
        let action = match block.kind {
            BlockKind::Trivial | BlockKind::Regular => None,
            _ => Some(action(&summand)),
        };
        let next =
            FieldBlock { name: block.name, dim: block.dim, copies, kind: block.kind, action };
        match blocks.last_mut() {
            Some(last)
                if last.name == next.name && FieldBlock { copies, ..last.clone() } == next =>
            {
                last.copies += copies;
            }
            _ => blocks.push(next),
        }
    }
    blocks
}
