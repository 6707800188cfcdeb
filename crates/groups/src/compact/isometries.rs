//! Best poses under rotations and reflections: what the quotient metric of these groups needs.

use std::fmt;
use std::sync::Arc;

use nalgebra::DMatrix;

use super::pose::{plane, space};
use super::{Angle, CompactGroup, O2, O3, PlaneIsometry, SO2, SO3, SpaceIsometry, SpaceRotation};
use crate::space::Symmetry;
use crate::spec::element::{self, is_identity, squeeze};
use crate::spec::isometries::{about_axis, by_matrix, degree, degrees, frequency, write_rotation};
use crate::{Block, Group, GroupError, Irrep, Representation};

/// Rotations of the plane or of space, perhaps with reflections: compact groups whose quotient metric
/// is known in closed form on many representations.
///
/// | group | representations | method |
/// |---|---|---|
/// | [`SO2`], [`O2`] | all sums of irreps | the largest value of a trigonometric polynomial |
/// | [`SO3`], [`O3`] | sums of vectors and irreps of degrees 0 and 1 | singular values (Kabsch 1976) |
pub trait Isometries: CompactGroup + Symmetry {
    /// The dimension of the space that is turned.
    fn ambient_dim(&self) -> usize;

    /// The action on this space: coordinates `(x, y)` or `(x, y, z)`.
    fn natural(&self) -> Representation<Self>;

    /// The orthogonal matrix by which an element moves the points of the space.
    fn matrix(&self, g: &Self::Element) -> DMatrix<f64> {
        self.natural().matrix(g)
    }

    /// Whether reflections are among the elements.
    fn reflects(&self) -> bool;

    /// The map from codes `z` and `w` to `argmin_g ‖z − ρ(g)w‖` on a sum of these blocks, where an exact
    /// method is known.
    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Self::Element>>;

    /// The representations for which an aligner is known, for messages.
    fn aligned(&self) -> &'static str;

    /// Names of irreps, for messages.
    fn irrep_syntax(&self) -> &'static str;

    /// The irrep of this name, in lower case and without blanks.
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] above the highest degree.
    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError>;

    /// How elements are written, for messages.
    fn element_syntax(&self) -> &'static str;

    /// The element of this name.
    fn read_element(&self, text: &str) -> Option<Self::Element>;

    /// A name of an element, which [`read_element`](Self::read_element) reads.
    fn write_element(&self, g: &Self::Element) -> String;
}

/// From codes `z` and `w` to the element that moves `w` closest to `z`.
#[derive(Clone)]
pub struct Aligner<E>(Arc<Best<E>>);

type Best<E> = dyn Fn(&[f64], &[f64]) -> E + Send + Sync;

impl<E> Aligner<E> {
    pub(crate) fn new(best: impl Fn(&[f64], &[f64]) -> E + Send + Sync + 'static) -> Self {
        Self(Arc::new(best))
    }

    /// `argmin_g ‖z − ρ(g)w‖`.
    ///
    /// # Panics
    /// If a code does not have the dimension of the representation, as slice operations do.
    pub fn best(&self, z: &[f64], w: &[f64]) -> E {
        (self.0)(z, w)
    }
}

impl<E> fmt::Debug for Aligner<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aligner")
    }
}

const IN_THE_PLANE: &str = "a sum of irreps by their frequencies";
const IN_SPACE: &str = "vectors and irreps of degrees 0 and 1";

impl Isometries for SO2 {
    fn ambient_dim(&self) -> usize {
        2
    }

    fn natural(&self) -> Representation<Self> {
        self.irrep(1).representation().clone()
    }

    fn reflects(&self) -> bool {
        false
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Self::Element>> {
        let waves = plane::Waves::of(blocks)?;
        Some(Aligner::new(move |z, w| waves.best(z, w, false).angle))
    }

    fn aligned(&self) -> &'static str {
        IN_THE_PLANE
    }

    fn irrep_syntax(&self) -> &'static str {
        "frequency k"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        Ok(frequency(name).map(|k| self.irrep(k)))
    }

    fn element_syntax(&self) -> &'static str {
        "an angle such as 60deg, -90deg or 1.2rad, or e"
    }

    fn read_element(&self, text: &str) -> Option<Angle> {
        match element::of_circle(&element::word(&squeeze(text))?)? {
            (radians, false) => Some(Angle::new(radians)),
            (_, true) => None,
        }
    }

    fn write_element(&self, g: &Angle) -> String {
        degrees(g.radians())
    }
}

impl Isometries for O2 {
    fn ambient_dim(&self) -> usize {
        2
    }

    fn natural(&self) -> Representation<Self> {
        // There is an irrep of frequency 1.
        self.irrep(1).map_or_else(|| Representation::trivial(self), |i| i.representation().clone())
    }

    fn reflects(&self) -> bool {
        true
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Self::Element>> {
        let waves = plane::Waves::of(blocks)?;
        Some(Aligner::new(move |z, w| waves.best(z, w, true)))
    }

    fn aligned(&self) -> &'static str {
        IN_THE_PLANE
    }

    fn irrep_syntax(&self) -> &'static str {
        "frequency k, determinant"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        Ok(match name {
            "determinant" => Some(self.determinant()),
            _ => frequency(name).and_then(|k| self.irrep(k)),
        })
    }

    fn element_syntax(&self) -> &'static str {
        "an angle such as 60deg or 1.2rad, with s for the reflection y ↦ −y before it: 60deg s"
    }

    fn read_element(&self, text: &str) -> Option<PlaneIsometry> {
        let (radians, reflected) = element::of_circle(&element::word(&squeeze(text))?)?;
        Some(PlaneIsometry { angle: Angle::new(radians), reflected })
    }

    fn write_element(&self, g: &PlaneIsometry) -> String {
        format!("{}{}", degrees(g.angle.radians()), if g.reflected { " s" } else { "" })
    }
}

impl Isometries for SO3 {
    fn ambient_dim(&self) -> usize {
        3
    }

    fn natural(&self) -> Representation<Self> {
        self.vectors()
    }

    fn reflects(&self) -> bool {
        false
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Self::Element>> {
        let arrows = space::Arrows::of(blocks)?;
        Some(Aligner::new(move |z, w| arrows.best(z, w, false).rotation))
    }

    fn aligned(&self) -> &'static str {
        IN_SPACE
    }

    fn irrep_syntax(&self) -> &'static str {
        "degree l (or l2, or 2e and 2o as e3nn writes them)"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        degree(name).map(|(l, _)| self.irrep(l)).transpose()
    }

    fn element_syntax(&self) -> &'static str {
        "a rotation such as `60deg about z`, `1.2rad about [1, 2, 2]`, or its matrix \
         [[0, -1, 0], [1, 0, 0], [0, 0, 1]]"
    }

    fn read_element(&self, text: &str) -> Option<SpaceRotation> {
        match squeeze(text).as_str() {
            text if is_identity(text) => Some(self.identity()),
            matrix if matrix.starts_with('[') => {
                by_matrix(matrix).filter(|g| !g.inverted).map(|g| g.rotation)
            }
            text => about_axis(text),
        }
    }

    fn write_element(&self, g: &SpaceRotation) -> String {
        write_rotation(g)
    }
}

impl Isometries for O3 {
    fn ambient_dim(&self) -> usize {
        3
    }

    fn natural(&self) -> Representation<Self> {
        self.vectors()
    }

    fn reflects(&self) -> bool {
        true
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Self::Element>> {
        let arrows = space::Arrows::of(blocks)?;
        Some(Aligner::new(move |z, w| arrows.best(z, w, true)))
    }

    fn aligned(&self) -> &'static str {
        IN_SPACE
    }

    fn irrep_syntax(&self) -> &'static str {
        "determinant, degree l with its parity (2e and 1o as e3nn writes them; l2 has that of the \
         spherical harmonics)"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        if name == "determinant" {
            return self.irrep(0, true).map(Some);
        }
        degree(name).map(|(l, odd)| self.irrep(l, odd.unwrap_or(l % 2 == 1))).transpose()
    }

    fn element_syntax(&self) -> &'static str {
        "a rotation such as `60deg about z` or `1.2rad about [1, 2, 2]`, with `inverted` after it for \
         the inversion too, `inversion`, or a matrix [[0, -1, 0], [1, 0, 0], [0, 0, 1]]"
    }

    fn read_element(&self, text: &str) -> Option<SpaceIsometry> {
        let text = squeeze(text);
        if text.starts_with('[') {
            return by_matrix(&text);
        }
        if matches!(text.as_str(), "inversion" | "-e" | "-1" | "-identity") {
            return Some(SpaceIsometry { rotation: SO3.identity(), inverted: true });
        }
        let (turn, inverted) = match text.strip_suffix("inverted") {
            Some(turn) => (turn, true),
            None => (text.as_str(), false),
        };
        let rotation = match turn {
            "" if inverted => SO3.identity(),
            turn if is_identity(turn) => SO3.identity(),
            turn => about_axis(turn)?,
        };
        Some(SpaceIsometry { rotation, inverted })
    }

    fn write_element(&self, g: &SpaceIsometry) -> String {
        format!("{}{}", write_rotation(&g.rotation), if g.inverted { " inverted" } else { "" })
    }
}
