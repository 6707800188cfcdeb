//! The types of features: which group acts on a tensor, and how.

use std::fmt;

use candle_core::Tensor;
use groups::FiniteGroup;

use crate::NnError;

/// How the group acts on the channels of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// One channel that the group leaves alone: images, invariant features.
    Trivial,
    /// One channel for each group element, permuted by left multiplication.
    Regular,
}

/// What the features live on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// The pixels of the plane, which the group moves: tensors (B, C, H, W).
    Plane,
    /// A single point: tensors (B, C).
    Point,
}

/// The type of a batch of features: fields over a group.
///
/// Channel `f·N + i` of a regular type belongs to field `f` and group element `element(i)`, and
///
/// `(g·φ)_f(x, h) = φ_f(g⁻¹x, g⁻¹h)`.
///
/// # Example
/// ```
/// use equivariant_nn::FieldType;
/// use groups::Cyclic;
/// let features = FieldType::regular(&Cyclic::new(8)?, 12);
/// assert_eq!(features.channels(), 96);
/// assert_eq!(features.to_string(), "12 regular fields of C8 on the plane: (B, 96, H, W)");
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    group: String,
    order: usize,
    kind: FieldKind,
    fields: usize,
    domain: Domain,
}

impl FieldType {
    /// `fields` regular fields on the plane.
    pub fn regular<G: FiniteGroup>(group: &G, fields: usize) -> Self {
        Self {
            group: group.name(),
            order: group.order(),
            kind: FieldKind::Regular,
            fields,
            domain: Domain::Plane,
        }
    }

    /// `fields` trivial fields on the plane: images with that many channels.
    pub fn trivial<G: FiniteGroup>(group: &G, fields: usize) -> Self {
        Self { kind: FieldKind::Trivial, ..Self::regular(group, fields) }
    }

    /// The same fields at a point instead of on the plane.
    pub fn at_point(self) -> Self {
        Self { domain: Domain::Point, ..self }
    }

    /// The same type with another number of fields.
    pub fn with_fields(&self, fields: usize) -> Self {
        Self { fields, ..self.clone() }
    }

    /// As many trivial fields on the same domain.
    pub fn to_trivial(&self) -> Self {
        Self { kind: FieldKind::Trivial, ..self.clone() }
    }

    /// The name of the group.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The order `N` of the group.
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

    /// Channels of one field: `N` for regular ones, 1 for trivial ones.
    pub fn field_size(&self) -> usize {
        match self.kind {
            FieldKind::Trivial => 1,
            FieldKind::Regular => self.order,
        }
    }

    /// All channels.
    pub fn channels(&self) -> usize {
        self.fields * self.field_size()
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
        let kind = match self.kind {
            FieldKind::Trivial => "trivial",
            FieldKind::Regular => "regular",
        };
        let (domain, space) = match self.domain {
            Domain::Plane => ("on the plane", ", H, W"),
            Domain::Point => ("at a point", ""),
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
