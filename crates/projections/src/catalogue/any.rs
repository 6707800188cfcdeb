//! A projection whatever the precision of codes.

use std::any::Any;
use std::sync::OnceLock;

use groups::{Element, Real, Space};
use ndarray::{Array2, ArrayView2};

use super::{CatalogueError, Choice, Member, build};
use crate::{Metadata, Projection};

/// A projection of the catalogue for codes of either precision.
///
/// It is built in single precision, and in double when such codes come: templates are the same but for rounding.
///
/// ```
/// use groups::Space;
/// use ndarray::Array2;
/// use projections::{Guarantee, catalogue::AnyProjection};
///
/// let s = AnyProjection::new(&Space::parse("c8", "4 x regular")?, "max-filter:64", 42)?;
/// assert_eq!((s.input_dim(), s.output_dim()), (32, 64));
/// assert_eq!(s.metadata().guarantee, Guarantee::BiLipschitz);
/// assert_eq!(s.project(Array2::<f32>::ones((5, 32)).view())?.dim(), (5, 64));
/// assert_eq!(s.project(Array2::<f64>::ones((5, 32)).view())?.dim(), (5, 64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AnyProjection {
    space: Space,
    choice: Choice,
    seed: u64,
    single: Member<f32>,
    double: OnceLock<Member<f64>>,
}

impl AnyProjection {
    /// The projection that `choice` names, such as `max-filter:256`. What is random is drawn from `seed`.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] and [`CatalogueError::Size`] for what cannot be read,
    /// [`CatalogueError::Projection`] where it does not apply, or would be too large.
    pub fn new(space: impl Into<Space>, choice: &str, seed: u64) -> Result<Self, CatalogueError> {
        let space = space.into();
        let choice: Choice = choice.parse()?;
        let single = build(&space, &choice, seed)?;
        Ok(Self { space, choice, seed, single, double: OnceLock::new() })
    }

    /// What it is called, with its size.
    pub fn choice(&self) -> Choice {
        self.choice
    }

    /// Where the codes live.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Name, formula, guarantee and source.
    pub fn metadata(&self) -> Metadata {
        self.single.metadata()
    }

    /// Dimension of the codes, `D`.
    pub fn input_dim(&self) -> usize {
        self.single.input_dim()
    }

    /// Dimension of the invariants, `k`.
    pub fn output_dim(&self) -> usize {
        self.single.output_dim()
    }

    /// The projection for codes of one scalar type.
    ///
    /// # Errors
    /// As [`build`].
    pub fn of<T: Real>(&self) -> Result<Member<T>, CatalogueError> {
        let built: [Option<&dyn Any>; 2] =
            [Some(&self.single), self.double.get().map(|double| double as _)];
        let built = built.into_iter().flatten().find_map(|built| built.downcast_ref());
        if let Some(built) = built {
            return Ok(Member::clone(built));
        }
        let built = build(&self.space, &self.choice, self.seed)?;
        // Another thread may have been faster; both are the same.
        if let Some(double) = (&built as &dyn Any).downcast_ref::<Member<f64>>() {
            let _ = self.double.set(double.clone());
        }
        Ok(built)
    }

    /// Projects a batch: `(n, D)` codes, one a row, to `(n, k)` invariants, in parallel.
    ///
    /// # Errors
    /// As [`Projection::project`] and [`of`](Self::of).
    pub fn project<T: Real>(&self, codes: ArrayView2<'_, T>) -> Result<Array2<T>, CatalogueError> {
        Ok(self.of::<T>()?.project(codes)?)
    }

    /// The projected codes and, for each, an element `g` with `s(z) = ρ(g)z`.
    ///
    /// # Errors
    /// As [`project`](Self::project), and [`crate::ProjectionError::NoElements`] where the image leaves the orbit.
    pub fn project_with_elements<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<(Array2<T>, Vec<Element>), CatalogueError> {
        Ok(self.of::<T>()?.project_with_elements(codes)?)
    }
}

#[cfg(feature = "candle")]
impl crate::differentiable::Differentiable for AnyProjection {
    fn forward(
        &self,
        codes: &candle_core::Tensor,
    ) -> Result<candle_core::Tensor, crate::differentiable::DifferentiableError> {
        if codes.dtype() != candle_core::DType::F64 {
            return self.single.forward(codes);
        }
        match self.of::<f64>() {
            Ok(double) => double.forward(codes),
            Err(CatalogueError::Projection(error)) => Err(error.into()),
            // The choice has been read.
            Err(_) => self.single.forward(codes),
        }
    }
}
