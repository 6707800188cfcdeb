//! Cross-sections of any kind, with elements of the group.

use std::fmt;

use groups::{Group, Real};
use ndarray::{Array2, ArrayView2};

use crate::{CrossSection, Projection, ProjectionError};

type Pair<G, T> = (Array2<T>, Vec<<G as groups::Group>::Element>);
type WithElements<G, T> =
    Box<dyn Fn(ArrayView2<'_, T>) -> Result<Pair<G, T>, ProjectionError> + Send + Sync>;

/// A projection that stays on the orbit, with the group elements that lead there.
///
/// ```
/// use groups::{Group, Symmetric};
/// use ndarray::array;
/// use projections::catalogue;
///
/// let rep = Symmetric::new(3)?.natural();
/// let sort = catalogue::build_section::<_, f64>(&rep, &"sort".parse()?, 0)?;
/// let z = array![[2.0, 0.5, -1.0]];
/// let (s, elements) = sort.project_with_elements(z.view())?;
/// // ρ(g)z = s(z), so the inverse takes back.
/// let inverse = rep.group().inverse(&elements[0]);
/// assert_eq!(rep.act(&inverse, s.row(0).as_slice().unwrap()), [2.0, 0.5, -1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Section<G: Group, T: Real> {
    projection: Box<dyn Projection<T>>,
    with_elements: WithElements<G, T>,
}

impl<G: Group, T: Real> Section<G, T> {
    /// A cross-section whose own elements `element` turns into those of the group, given the code
    /// and its image.
    pub(super) fn new<S: CrossSection<T> + Clone + 'static>(
        section: S,
        element: impl Fn(S::Element, &[T], &[T]) -> G::Element + Send + Sync + 'static,
    ) -> Self {
        let same = section.clone();
        let with_elements: WithElements<G, T> = Box::new(move |codes| {
            let (images, elements) = same.project_with_elements(codes)?;
            let elements = elements
                .into_iter()
                .zip(codes.rows().into_iter().zip(images.rows()))
                .map(|(g, (code, image))| element(g, &code.to_vec(), &image.to_vec()))
                .collect();
            Ok((images, elements))
        });
        Self { projection: Box::new(section), with_elements }
    }

    /// The same elements with another projection that has the same images.
    pub(super) fn shown_as(self, projection: impl Projection<T> + 'static) -> Self {
        Self { projection: Box::new(projection), ..self }
    }

    /// The projection.
    pub fn projection(&self) -> &dyn Projection<T> {
        &*self.projection
    }

    /// The projection by itself.
    pub fn into_projection(self) -> Box<dyn Projection<T>> {
        self.projection
    }

    /// The projected codes and, for each, an element `g` with `s(z) = ρ(g)z`.
    ///
    /// # Errors
    /// As [`Projection::project`].
    pub fn project_with_elements(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<Pair<G, T>, ProjectionError> {
        (self.with_elements)(codes)
    }
}

impl<G: Group, T: Real> fmt::Debug for Section<G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Section").field(&self.projection).finish()
    }
}
