//! What the catalogue builds.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use groups::{Element, Real};
use ndarray::{Array2, ArrayView2};

#[cfg(feature = "candle")]
use crate::differentiable::{Differentiable, DifferentiableError};
use crate::{CrossSection, Projection, ProjectionError};

/// A projection that gradients pass through, where candle is there.
#[cfg(feature = "candle")]
pub(super) use crate::differentiable::Differentiable as MaybeDifferentiable;

#[cfg(not(feature = "candle"))]
pub(super) trait MaybeDifferentiable {}
#[cfg(not(feature = "candle"))]
impl<P> MaybeDifferentiable for P {}

type Pair<T> = (Array2<T>, Vec<Element>);
type WithElements<T> = dyn Fn(ArrayView2<'_, T>) -> Result<Pair<T>, ProjectionError> + Send + Sync;

/// A projection of the catalogue for codes of one scalar type: with group elements where it stays on the orbit,
/// and gradients with the feature `candle`. Cloning is cheap.
///
/// ```
/// use groups::{Group, Space};
/// use ndarray::array;
/// use projections::catalogue;
///
/// let space = Space::parse("s3", "natural")?;
/// let sort = catalogue::build::<f64>(&space, &"sort".parse()?, 0)?;
/// let z = array![[2.0, 0.5, -1.0]];
/// let (s, elements) = sort.project_with_elements(z.view())?;
/// // ρ(g)z = s(z), so the inverse takes back.
/// let inverse = space.group().inverse(&elements[0]);
/// assert_eq!(space.act_rows(&inverse, s.view())?, z);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Member<T: Real> {
    projection: Arc<dyn Projection<T>>,
    with_elements: Option<Arc<WithElements<T>>>,
    #[cfg(feature = "candle")]
    differentiable: Option<Arc<dyn Differentiable>>,
}

impl<T: Real> Member<T> {
    pub(super) fn new(projection: impl Projection<T> + MaybeDifferentiable + 'static) -> Self {
        let projection = Arc::new(projection);
        Self {
            #[cfg(feature = "candle")]
            differentiable: Some(Arc::clone(&projection) as _),
            projection,
            with_elements: None,
        }
    }

    /// One that gradients do not pass through.
    pub(super) fn without_gradient(projection: impl Projection<T> + 'static) -> Self {
        Self {
            projection: Arc::new(projection),
            with_elements: None,
            #[cfg(feature = "candle")]
            differentiable: None,
        }
    }

    /// A cross-section whose own elements `element` turns into those of the group, given the code
    /// and its image.
    pub(super) fn section<S>(
        section: S,
        element: impl Fn(S::Element, &[T], &[T]) -> Element + Send + Sync + 'static,
    ) -> Self
    where
        S: CrossSection<T> + MaybeDifferentiable + Clone + 'static,
    {
        Self::new(section.clone()).with_elements_of(section, element)
    }

    /// The same with the elements of a cross-section that has the same images.
    pub(super) fn with_elements_of<S: CrossSection<T> + 'static>(
        self,
        section: S,
        element: impl Fn(S::Element, &[T], &[T]) -> Element + Send + Sync + 'static,
    ) -> Self {
        let with_elements = move |codes: ArrayView2<'_, T>| {
            let (images, elements) = section.project_with_elements(codes)?;
            let elements = elements
                .into_iter()
                .zip(codes.rows().into_iter().zip(images.rows()))
                .map(|(g, (code, image))| element(g, &code.to_vec(), &image.to_vec()))
                .collect();
            Ok((images, elements))
        };
        Self { with_elements: Some(Arc::new(with_elements)), ..self }
    }

    /// Whether it stays on the orbit and knows the element that leads there.
    pub fn has_elements(&self) -> bool {
        self.with_elements.is_some()
    }

    /// The projected codes and, for each, an element `g` with `s(z) = ρ(g)z`.
    ///
    /// # Errors
    /// As [`Projection::project`], and [`ProjectionError::NoElements`] where the image leaves the orbit.
    pub fn project_with_elements(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<Pair<T>, ProjectionError> {
        match &self.with_elements {
            Some(with_elements) => with_elements(codes),
            None => Err(ProjectionError::NoElements { projection: self.metadata().name }),
        }
    }
}

impl<T: Real> Deref for Member<T> {
    type Target = dyn Projection<T>;

    fn deref(&self) -> &Self::Target {
        &*self.projection
    }
}

#[cfg(feature = "candle")]
impl<T: Real> Differentiable for Member<T> {
    fn forward(
        &self,
        codes: &candle_core::Tensor,
    ) -> Result<candle_core::Tensor, DifferentiableError> {
        match &self.differentiable {
            Some(differentiable) => differentiable.forward(codes),
            None => Err(DifferentiableError::NoGradient { projection: self.metadata().name }),
        }
    }
}

impl<T: Real> fmt::Debug for Member<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.projection.fmt(f)
    }
}
