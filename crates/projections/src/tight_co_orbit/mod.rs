//! Sorted co-orbits of a tight bank, the linear invariants apart.

mod cyclic;
mod fit;
mod frame;
mod span;

use groups::{FiniteGroup, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

pub use fit::TemplateFit;
use frame::Frame;
use span::spans;

use crate::general_position::escape_planes;
use crate::poses::{self, Poses};
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(z) = (Bᵀz, U_i sort_g ⟨z, ρ(g)t_i⟩)`: co-orbits of templates that form a **tight frame** of what the
/// linear invariants `Bᵀz` leave over, without the outputs that follow from others.
///
/// With `Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ = 1 − BBᵀ` the derivative of `s` is an isometry wherever it exists:
/// sorting permutes the rows of one and the same frame. Hence
///
/// - `‖s(z) − s(w)‖ = d([z],[w])` for codes close to each other, away from ties;
/// - `β = 1` exactly; the linear part of the quotient is kept as it is;
/// - all that is lost is lost between distant codes, and near ties.
///
/// Any templates `t_i` become tight as `S^{−1/2} t_i`, where `S` is that sum; it commutes with `ρ`, so that
/// a template stays in the isotypic components that it has a part in.
///
/// **Components.** Two unrelated codes give nearly the same sorted values, those of `N` independent
/// normal numbers: the more numbers are sorted, the more alike. The [random](Self::random) bank
/// therefore spends a little over half of its outputs on templates that lie in one isotypic component
/// each. Those see how large and how turned a component is; they have few independent sorted values (for `C_N`
/// two a template), so that many fit. The others have a part in all components, and see how these are
/// turned against each other: they alone make the bank separate, if there are `2D` of them.
///
/// `U_i` has orthonormal rows that span all sorted values which templates like `t_i` can give. It
/// changes no distance.
///
/// [`TemplateFit`] finds better templates by pairs of codes.
///
/// **Shapes.** `(n, D)` codes to `(n, k)`. **Cost** as [`CoOrbit`](crate::CoOrbit)'s.
///
/// ```
/// use groups::{Cyclic, Representation};
/// use ndarray::Array2;
/// use projections::{Projection, TightCoOrbit};
///
/// let rep = Representation::regular(&Cyclic::new(8)?).copies(4);
/// let tight = TightCoOrbit::<f64>::random(&rep, 128, 42)?;
/// let codes = Array2::from_shape_fn((2, 32), |(i, j)| ((3 + i) as f64 * j as f64).sin());
/// let close = &codes + &(1e-6 * &codes.mapv(|v| (7.0 * v).cos()));
/// let moved = tight.project(close.view())? - tight.project(codes.view())?;
/// let (before, after) = ((&close - &codes).row(0).dot(&(&close - &codes).row(0)), moved.row(0).dot(&moved.row(0)));
/// assert!((after / before - 1.0).abs() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TightCoOrbit<T: Real> {
    /// `Bᵀ`, `(dim Z^G, D)`.
    pub(crate) fixed: Array2<T>,
    /// Nothing where the group leaves all codes alone.
    pub(crate) bank: Option<Bank<T>>,
    dim: usize,
    /// Templates with a part in every component.
    coupled: usize,
    /// Whether the templates are known to separate orbits.
    separates: bool,
}

/// The templates that see more than the linear invariants.
#[derive(Debug, Clone)]
pub(crate) struct Bank<T: Real> {
    pub(crate) poses: Poses<T>,
    pub(crate) parts: Vec<Part<T>>,
}

/// Templates with a part in the same components.
#[derive(Debug, Clone)]
pub(crate) struct Part<T: Real> {
    pub(crate) templates: Vec<usize>,
    /// `U`, `(independent, N)`.
    pub(crate) span: Array2<T>,
}

impl<T: Real> TightCoOrbit<T> {
    pub(super) const NAME: &str = "tight-co-orbit";

    /// At most `outputs` invariants: the linear ones, then templates drawn from `seed`, 5/9 of the rest
    /// in single components in proportion to their dimensions, the others in all of them.
    ///
    /// # Errors
    /// [`ProjectionError::TooFewOutputs`] where so few outputs cannot make a frame of the space, with the number
    /// that can (about `D`, and as many as the group has elements at most for each template); as [`CoOrbit::random`](crate::CoOrbit::random), and
    /// [`groups::GroupError::TooLarge`] for groups whose irreps are not computed.
    pub fn random<G: FiniteGroup>(
        representation: &Representation<G>,
        outputs: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let frame = Frame::new(representation)?;
        let templates = frame.random(outputs, seed)?;
        Self::of_frame(&frame, frame.tight(&templates)?.view(), true)
    }

    /// The bank of [`random`](Self::random) with `4D` outputs; with the fewest that make a frame where these are
    /// more, as for a large group on a small space, and with as many as fit memory where they are fewer.
    ///
    /// # Errors
    /// As [`random`](Self::random).
    pub fn of_default_size<G: FiniteGroup>(
        representation: &Representation<G>,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let frame = Frame::new(representation)?;
        let most = Poses::<T>::most_templates(representation);
        let templates = frame.random(frame.default_outputs(most)?, seed)?;
        Self::of_frame(&frame, frame.tight(&templates)?.view(), true)
    }

    /// The tight bank made of the given templates, one a row. What the group leaves alone in them is
    /// dropped; templates that differ in the components they have a part in are told apart. Whatever they are,
    /// `β = 1` and close codes keep their distance; that they separate is claimed as for
    /// [`CoOrbit::with_templates`](crate::CoOrbit::with_templates).
    ///
    /// # Errors
    /// As [`random`](Self::random), those of a batch of codes for the templates, and
    /// [`ProjectionError::OutOfRange`] where they are too few for a frame.
    pub fn with_templates<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, f64>,
    ) -> Result<Self, ProjectionError> {
        crate::projection::check(Self::NAME, representation.dim(), templates)?;
        let frame = Frame::new(representation)?;
        Self::of_frame(&frame, frame.tight(&frame.without_fixed(templates))?.view(), false)
    }

    /// Of templates that are tight already; generic ones are drawn at random and not chosen since.
    fn of_frame<G: FiniteGroup>(
        frame: &Frame<G>,
        templates: ArrayView2<'_, f64>,
        generic: bool,
    ) -> Result<Self, ProjectionError> {
        let (fixed, dim) = (frame.fixed().mapv(T::of), frame.representation().dim());
        if templates.nrows() == 0 {
            return Ok(Self { fixed, bank: None, dim, coupled: 0, separates: true });
        }
        let narrow = templates.mapv(T::of);
        let poses = Poses::new(Self::NAME, frame.representation(), narrow.view(), 1.0)?;
        let parts = spans(frame, templates)
            .into_iter()
            .map(|(templates, span)| Part { templates, span: span.mapv(T::of) })
            .collect();
        let coupled = frame.coupled(templates);
        let separates = match generic {
            true => coupled >= 2 * dim,
            false => escape_planes(frame.moved_parts(templates).view(), poses.order()),
        };
        Ok(Self { fixed, bank: Some(Bank { poses, parts }), dim, coupled, separates })
    }

    /// The tight templates, one a row; [`with_templates`](Self::with_templates) makes the same bank of
    /// them.
    pub fn templates(&self) -> ArrayView2<'_, T> {
        match &self.bank {
            None => self.fixed.slice_axis(Axis(0), Slice::from(..0)),
            // The first element is the identity.
            Some(Bank { poses, .. }) => poses.table().split_at(Axis(0), poses.templates()).0,
        }
    }
}

impl<T: Real> Projection<T> for TightCoOrbit<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.coupled >= 2 * self.dim;
        let still = self.bank.is_none();
        Metadata {
            name: Self::NAME,
            formula: "(Bᵀz, sort_g ⟨z, ρ(g)t_i⟩), Σ_i Σ_g ρ(g)t_i (ρ(g)t_i)ᵀ = 1 − BBᵀ",
            guarantee: match (still, self.separates) {
                (true, _) => Guarantee::Isometric,
                (false, true) => Guarantee::BiLipschitz,
                (false, false) => Guarantee::Lossy,
            },
            lipschitz: if still { Lipschitz::ISOMETRIC } else { Lipschitz::at_most(1.0) },
            cross_section: false,
            because: match (still, self.separates, enough) {
                (true, ..) => "the group moves nothing: these are coordinates of the code",
                (false, true, true) => {
                    "2·dim generic templates separate orbits, and separating implies bi-Lipschitz; a tight frame has norm 1"
                }
                (false, true, false) => {
                    "the templates are so many in general position that they separate orbits, and separating implies bi-Lipschitz; a tight frame has norm 1"
                }
                (false, false, true) => {
                    "separation is proved for 2·dim generic templates; these were chosen, and are not known to be generic. A tight frame has norm 1"
                }
                (false, false, false) => {
                    "separation is proved for 2·dim generic templates and more; these are fewer. A tight frame has norm 1"
                }
            },
            source: "Balan & Tsoukanis 2023 (arXiv 2308.11784 and 2310.16365); tight frames: Casazza & Kutyniok, Finite Frames, ch. 1",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        let parts = self.bank.iter().flat_map(|bank| &bank.parts);
        self.fixed.nrows() + parts.map(|p| p.templates.len() * p.span.nrows()).sum::<usize>()
    }

    fn is_injective(&self) -> bool {
        self.bank.is_none()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let linear = self.fixed.nrows();
        let head = out.slice_axis_mut(Axis(1), Slice::from(..linear));
        linalg::matmul(T::one(), codes, self.fixed.t(), T::zero(), head);
        let Some(Bank { poses, parts }) = &self.bank else { return };
        let count = poses.templates();
        poses.reduce(codes, |code, products| {
            poses::sort(products, count);
            let mut outputs = out.row_mut(code).into_iter().skip(linear);
            for part in parts {
                for &template in &part.templates {
                    for (row, out) in part.span.rows().into_iter().zip(&mut outputs) {
                        let values = products[template..].iter().step_by(count);
                        *out = row.iter().zip(values).fold(T::zero(), |sum, (u, v)| sum + *u * *v);
                    }
                }
            }
        });
    }
}
