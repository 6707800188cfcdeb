//! The norm of every vector of a code.

use groups::compact::Isometries;
use groups::{BlockKind, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(z) = (‖z_f‖)_f`: the norm of every block of a code under rotations (and reflections); scalars
/// are kept as they are. [`GroupNorm`](crate::GroupNorm) for infinite groups.
///
/// 1-Lipschitz. Of one block it is the quotient itself where the group is transitive on the sphere;
/// of several, poses relative to each other are lost.
///
/// ```
/// use groups::compact::SO3;
/// use ndarray::array;
/// use projections::{BlockNorms, Projection};
/// let s = BlockNorms::new(&SO3.vectors().copies(2))?;
/// assert_eq!(s.project(array![[3.0, 4.0, 0.0, 0.0, 0.0, -1.0]].view())?, array![[5.0, 1.0]]);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockNorms {
    /// Offset and dimension, and whether it is a scalar that nothing changes.
    pub(crate) blocks: Vec<(usize, usize, bool)>,
    dim: usize,
    isometric: bool,
}

impl BlockNorms {
    const NAME: &str = "group-norm";

    /// The norms of the blocks of a representation.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where there are none.
    pub fn new<G: Isometries>(representation: &Representation<G>) -> Result<Self, ProjectionError> {
        let blocks = representation.blocks();
        if blocks.is_empty() {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let reflects = representation.group().reflects();
        let is_scalar = |kind: BlockKind| match kind {
            BlockKind::Trivial => true,
            BlockKind::Harmonic { degree: 0, odd } => !(odd && reflects),
            _ => false,
        };
        let moved: Vec<_> = blocks.iter().filter(|b| !is_scalar(b.kind)).collect();
        let isometric = match moved[..] {
            [] => true,
            [one] => match one.kind {
                BlockKind::Vectors => true,
                BlockKind::Harmonic { degree, .. } => {
                    representation.group().ambient_dim() == 2 || degree <= 1
                }
                _ => false,
            },
            _ => false,
        };
        let blocks = blocks.iter().map(|b| (b.offset, b.dim, is_scalar(b.kind))).collect();
        Ok(Self { blocks, dim: representation.dim(), isometric })
    }
}

impl<T: Real> Projection<T> for BlockNorms {
    fn metadata(&self) -> Metadata {
        let (guarantee, lipschitz, because) = match self.isometric {
            true => (
                Guarantee::Isometric,
                Lipschitz::ISOMETRIC,
                "the group is transitive on the sphere of the one vector",
            ),
            false => (
                Guarantee::Lossy,
                Lipschitz::at_most(1.0),
                "each vector is reduced by itself, and poses relative to each other are lost",
            ),
        };
        Metadata {
            name: Self::NAME,
            formula: "‖z_f‖",
            guarantee,
            lipschitz,
            cross_section: false,
            because,
            source: "Dadok 1985 (polar representations)",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.blocks.len()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            for (out, &(offset, dim, scalar)) in out.iter_mut().zip(&self.blocks) {
                let entries = (offset..offset + dim).map(|i| code[i].as_f64());
                *out = match scalar {
                    true => code[offset],
                    // By steps, so that neither huge nor tiny values overflow or vanish when squared.
                    false => T::of(entries.fold(0.0, f64::hypot)),
                };
            }
        }
    }
}
