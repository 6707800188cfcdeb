//! Projections made of projections: one after the other, and side by side.

use groups::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `z ↦ t(s(z))`, made by [`Projection::then`] or [`of_tower`](Self::of_tower).
///
/// As an invariant of the group `G` of `s` it separates orbits if and only if `t` separates the images of `s`.
/// Where `t` is [injective](Projection::is_injective) that is so: the guarantee is the weaker of the two, and the
/// constants multiply. Where `t` is invariant under another group `H`, it merges images that `H` moves into each
/// other, and the composition is lossy: `LexSort::new(1, 2)` tells (1, 2) from (2, 1), `Sort` after it does not.
/// The upper constants multiply always.
///
/// ```
/// use projections::{Guarantee, LexSort, Projection, Sort, Then};
/// let after = Projection::<f64>::then(LexSort::new(1, 2)?, Sort::new(2)?)?;
/// assert_eq!(Projection::<f64>::metadata(&after).guarantee, Guarantee::Lossy);
/// // The swap of both numbers moves images as it moves codes, and is divided out as well.
/// let tower = Then::of_tower::<f64>(LexSort::new(1, 2)?, Sort::new(2)?)?;
/// assert_eq!(Projection::<f64>::metadata(&tower).guarantee, Guarantee::Isometric);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Then<P, Q> {
    first: P,
    second: Q,
    tower: bool,
}

impl<P, Q> Then<P, Q> {
    pub(crate) fn new<T: Real>(first: P, second: Q) -> Result<Self, ProjectionError>
    where
        P: Projection<T>,
        Q: Projection<T>,
    {
        let (expected, got) = (second.input_dim(), first.output_dim());
        if expected != got {
            let projection = second.metadata().name;
            return Err(ProjectionError::Dimension { projection, expected, got });
        }
        Ok(Self { first, second, tower: false })
    }

    /// For the quotient by **both** groups: `s` must carry the action of the second group on codes to its action
    /// on images, which is not checked. Then distances in the quotient by both are those of `t` between images of
    /// `s`, so that the guarantee is the weaker of the two, and the constants multiply. An image of `s` may lie
    /// where a `t` for generic codes fails, so such a `t` proves nothing.
    ///
    /// # Errors
    /// As [`Projection::then`].
    pub fn of_tower<T: Real>(first: P, second: Q) -> Result<Self, ProjectionError>
    where
        P: Projection<T>,
        Q: Projection<T>,
    {
        Ok(Self { tower: true, ..Self::new::<T>(first, second)? })
    }

    /// `s`.
    pub fn first(&self) -> &P {
        &self.first
    }

    /// `t`.
    pub fn second(&self) -> &Q {
        &self.second
    }
}

impl<T: Real, P: Projection<T>, Q: Projection<T>> Projection<T> for Then<P, Q> {
    fn metadata(&self) -> Metadata {
        let (s, t) = (self.first.metadata(), self.second.metadata());
        let product = |a: Option<f64>, b: Option<f64>| Some(a? * b?);
        let injective = self.second.is_injective();
        let survives = (self.tower || injective) && t.guarantee <= Guarantee::Separating;
        Metadata {
            name: "composition",
            formula: "t(s(z))",
            guarantee: if survives { s.guarantee.max(t.guarantee) } else { Guarantee::Lossy },
            lipschitz: Lipschitz {
                lower: product(s.lipschitz.lower, t.lipschitz.lower).filter(|_| survives),
                upper: product(s.lipschitz.upper, t.lipschitz.upper),
            },
            cross_section: false,
            because: match (survives, injective) {
                (true, true) => "what follows is injective: the weaker guarantee of the two",
                (true, false) => {
                    "the weaker guarantee of the two, for the quotient by both groups, as s carries the action of the second"
                }
                (false, _) => "what follows may merge images of different orbits",
            },
            source: "of each part: its own metadata",
        }
    }

    fn input_dim(&self) -> usize {
        self.first.input_dim()
    }

    fn output_dim(&self) -> usize {
        self.second.output_dim()
    }

    fn is_injective(&self) -> bool {
        self.first.is_injective() && self.second.is_injective()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>) {
        let mut images = Array2::zeros((codes.nrows(), self.first.output_dim()));
        self.first.project_rows(codes, images.view_mut());
        self.second.project_rows(images.view(), out);
    }
}

/// A projection applied to each of `F` fields by itself, codes and images side by side.
///
/// This divides by a group element of its own for each field, `G^F`. Where that is the group that
/// acts, use [`of_product`](Self::of_product): every guarantee carries over. Where one `g` moves all
/// fields together, use [`new`](Self::new), **a negative control**: the relative pose of the fields is
/// lost.
#[derive(Debug, Clone)]
pub struct PerField<P> {
    projection: P,
    pub(crate) fields: usize,
    diagonal: bool,
}

impl<P> PerField<P> {
    /// For one group that moves all fields together.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for no fields.
    pub fn new(projection: P, fields: usize) -> Result<Self, ProjectionError> {
        if fields == 0 {
            return Err(ProjectionError::NoOutputs { projection: "per-field" });
        }
        Ok(Self { projection, fields, diagonal: true })
    }

    /// For the direct product `G^F`, which moves each field by an element of its own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_product(projection: P, fields: usize) -> Result<Self, ProjectionError> {
        Ok(Self { diagonal: false, ..Self::new(projection, fields)? })
    }

    /// The projection of one field.
    pub fn projection(&self) -> &P {
        &self.projection
    }
}

impl<T: Real, P: Projection<T>> Projection<T> for PerField<P> {
    fn metadata(&self) -> Metadata {
        let one = self.projection.metadata();
        if self.fields == 1 {
            return one;
        }
        if self.diagonal {
            return Metadata {
                name: "per-field",
                formula: "(s(z_1), …, s(z_F))",
                guarantee: Guarantee::Lossy,
                lipschitz: Lipschitz { lower: None, upper: one.lipschitz.upper },
                cross_section: false,
                because: "each field is reduced by itself: the relative pose of the fields is lost",
                source: one.source,
            };
        }
        Metadata {
            name: "product",
            formula: "(s(z_1), …, s(z_F))",
            because: "for a direct product the squared quotient distances of the fields add up",
            ..one
        }
    }

    fn input_dim(&self) -> usize {
        self.fields * self.projection.input_dim()
    }

    fn output_dim(&self) -> usize {
        self.fields * self.projection.output_dim()
    }

    fn is_injective(&self) -> bool {
        self.projection.is_injective()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (input, output) = (self.projection.input_dim(), self.projection.output_dim());
        for field in 0..self.fields {
            let columns = |width: usize| Slice::from(field * width..(field + 1) * width);
            self.projection.project_rows(
                codes.slice_axis(Axis(1), columns(input)),
                out.slice_axis_mut(Axis(1), columns(output)),
            );
        }
    }
}
