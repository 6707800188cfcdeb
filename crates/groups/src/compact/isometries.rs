//! Best poses under rotations and reflections: what the quotient metric of these groups needs.

use std::fmt;
use std::sync::Arc;

use nalgebra::DMatrix;

use super::pose::{plane, space};
use super::{CompactGroup, O2, O3, SO2, SO3, SpaceIsometry, SpaceRotation};
use crate::{Group, GroupError, Representation};

/// Rotations of the plane or of space, perhaps with reflections: compact groups whose quotient metric
/// is known in closed form on many representations.
///
/// | group | representations | method |
/// |---|---|---|
/// | [`SO2`], [`O2`] | all sums of irreps | the largest value of a trigonometric polynomial |
/// | [`SO3`], [`O3`] | sums of vectors and irreps of degrees 0 and 1 | singular values (Kabsch 1976) |
pub trait Isometries: CompactGroup {
    /// The dimension of the space that is turned.
    const DIM: usize;

    /// The action on this space: coordinates `(x, y)` or `(x, y, z)`.
    fn natural(&self) -> Representation<Self>;

    /// The orthogonal matrix by which an element moves the points of the space.
    fn matrix(&self, g: &Self::Element) -> DMatrix<f64> {
        self.natural().matrix(g)
    }

    /// Whether reflections are among the elements.
    fn reflects(&self) -> bool;

    /// The map from codes `z` and `w` to `argmin_g ‖z − ρ(g)w‖`.
    ///
    /// # Errors
    /// [`GroupError::NoMetric`] where no exact method is known for the representation.
    fn aligner(
        &self,
        representation: &Representation<Self>,
    ) -> Result<Aligner<Self::Element>, GroupError>;
}

/// From codes `z` and `w` to the element that moves `w` closest to `z`.
#[derive(Clone)]
pub struct Aligner<E>(Arc<Best<E>>);

type Best<E> = dyn Fn(&[f64], &[f64]) -> E + Send + Sync;

impl<E> Aligner<E> {
    pub(super) fn new(best: impl Fn(&[f64], &[f64]) -> E + Send + Sync + 'static) -> Self {
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

fn unknown<G: Group>(representation: &Representation<G>, expected: &'static str) -> GroupError {
    GroupError::NoMetric { representation: representation.name(), expected }
}

const IN_THE_PLANE: &str = "a sum of irreps by their frequencies";
const IN_SPACE: &str = "vectors and irreps of degrees 0 and 1";

impl Isometries for SO2 {
    const DIM: usize = 2;

    fn natural(&self) -> Representation<Self> {
        self.irrep(1).representation().clone()
    }

    fn reflects(&self) -> bool {
        false
    }

    fn aligner(
        &self,
        representation: &Representation<Self>,
    ) -> Result<Aligner<Self::Element>, GroupError> {
        let waves = plane::Waves::of(&representation.blocks())
            .ok_or_else(|| unknown(representation, IN_THE_PLANE))?;
        Ok(Aligner::new(move |z, w| waves.best(z, w, false).angle))
    }
}

impl Isometries for O2 {
    const DIM: usize = 2;

    fn natural(&self) -> Representation<Self> {
        // There is an irrep of frequency 1.
        self.irrep(1).map_or_else(|| Representation::trivial(self), |i| i.representation().clone())
    }

    fn reflects(&self) -> bool {
        true
    }

    fn aligner(
        &self,
        representation: &Representation<Self>,
    ) -> Result<Aligner<Self::Element>, GroupError> {
        let waves = plane::Waves::of(&representation.blocks())
            .ok_or_else(|| unknown(representation, IN_THE_PLANE))?;
        Ok(Aligner::new(move |z, w| waves.best(z, w, true)))
    }
}

impl Isometries for SO3 {
    const DIM: usize = 3;

    fn natural(&self) -> Representation<Self> {
        self.vectors()
    }

    fn reflects(&self) -> bool {
        false
    }

    fn aligner(
        &self,
        representation: &Representation<Self>,
    ) -> Result<Aligner<SpaceRotation>, GroupError> {
        let arrows = space::Arrows::of(&representation.blocks())
            .ok_or_else(|| unknown(representation, IN_SPACE))?;
        Ok(Aligner::new(move |z, w| arrows.best(z, w, false).rotation))
    }
}

impl Isometries for O3 {
    const DIM: usize = 3;

    fn natural(&self) -> Representation<Self> {
        self.vectors()
    }

    fn reflects(&self) -> bool {
        true
    }

    fn aligner(
        &self,
        representation: &Representation<Self>,
    ) -> Result<Aligner<SpaceIsometry>, GroupError> {
        let arrows = space::Arrows::of(&representation.blocks())
            .ok_or_else(|| unknown(representation, IN_SPACE))?;
        Ok(Aligner::new(move |z, w| arrows.best(z, w, true)))
    }
}
