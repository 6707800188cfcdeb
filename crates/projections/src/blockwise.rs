//! Projections side by side, each of its own part of a code.

use groups::Real;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `(z_1, …, z_m) ↦ (s_1(z_1), …, s_m(z_m))`: a code is cut into parts, and each has a projection of
/// its own. With equal parts see [`PerField`](crate::PerField).
///
/// For a direct product of groups, each moving one part, the squared quotient distances of the parts
/// add up, and the weakest guarantee of the parts holds for the whole. Where **one** group moves all
/// parts together, the result is invariant but their relative pose is lost; as for `⊕ m_l·ψ_l` of
/// `SO(3)`, whose degrees are each reduced by a [`RootGram`](crate::RootGram).
///
/// ```
/// use ndarray::array;
/// use projections::{Blockwise, Projection, RootGram, Sort};
/// // Two numbers in any order, and a point of the plane up to rotation.
/// let s = Blockwise::<f64>::of_product(vec![
///     Box::new(Sort::new(2)?),
///     Box::new(RootGram::new(1, 2)?),
/// ])?;
/// let images = s.project(array![[2.0, 1.0, 3.0, 4.0]].view())?;
/// assert!((&images - &array![[1.0, 2.0, 5.0]]).iter().all(|d| d.abs() < 1e-12));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug)]
pub struct Blockwise<T: Real> {
    parts: Vec<Box<dyn Projection<T>>>,
    together: bool,
}

impl<T: Real> Blockwise<T> {
    /// For one group that moves all parts together.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for no parts.
    pub fn new(parts: Vec<Box<dyn Projection<T>>>) -> Result<Self, ProjectionError> {
        if parts.is_empty() {
            return Err(ProjectionError::NoOutputs { projection: NAME });
        }
        Ok(Self { together: parts.len() > 1, parts })
    }

    /// For a direct product of groups, each of which moves one part.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_product(parts: Vec<Box<dyn Projection<T>>>) -> Result<Self, ProjectionError> {
        Ok(Self { together: false, ..Self::new(parts)? })
    }
}

const NAME: &str = "blockwise";

impl<T: Real> Projection<T> for Blockwise<T> {
    fn metadata(&self) -> Metadata {
        let all: Vec<Metadata> = self.parts.iter().map(|part| part.metadata()).collect();
        let extreme = |bound: fn(&Lipschitz) -> Option<f64>, pick: fn(f64, f64) -> f64| {
            all.iter().map(|m| bound(&m.lipschitz)).reduce(|a, b| Some(pick(a?, b?))).flatten()
        };
        let weakest = all.iter().map(|m| m.guarantee).max().unwrap_or(Guarantee::Lossy);
        let together = self.together;
        Metadata {
            name: NAME,
            formula: "(s_1(z_1), …, s_m(z_m))",
            guarantee: if together { Guarantee::Lossy } else { weakest },
            lipschitz: Lipschitz {
                lower: if together { None } else { extreme(|l| l.lower, f64::min) },
                upper: extreme(|l| l.upper, f64::max),
            },
            cross_section: !together && all.iter().all(|m| m.cross_section),
            because: if together {
                "each part is reduced by itself: the relative pose of the parts is lost"
            } else {
                "for a direct product the squared quotient distances of the parts add up"
            },
            source: "of each part: its own metadata",
        }
    }

    fn input_dim(&self) -> usize {
        self.parts.iter().map(|part| part.input_dim()).sum()
    }

    fn output_dim(&self) -> usize {
        self.parts.iter().map(|part| part.output_dim()).sum()
    }

    fn is_injective(&self) -> bool {
        self.parts.iter().all(|part| part.is_injective())
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (mut from, mut to) = (0, 0);
        for part in &self.parts {
            let (input, output) = (part.input_dim(), part.output_dim());
            part.project_rows(
                codes.slice_axis(Axis(1), Slice::from(from..from + input)),
                out.slice_axis_mut(Axis(1), Slice::from(to..to + output)),
            );
            from += input;
            to += output;
        }
    }
}

#[cfg(test)]
mod tests {
    use groups::{FiniteGroup, Permutation, Product, Representation, Symmetric};

    use super::*;
    use crate::{ProjectionError, Sort, SpectralSection};

    /// Isometric for `S_3 × S_2`, which sorts both parts; merely invariant for one `S_2` that swaps both.
    #[test]
    fn parts_of_a_product_are_reduced_each_by_itself() {
        let sorts = |n: [usize; 2]| -> Vec<Box<dyn Projection<f64>>> {
            n.map(|n| Box::new(Sort::new(n).unwrap()) as Box<dyn Projection<f64>>).into()
        };
        let both = Product::new(Symmetric::new(3).unwrap(), Symmetric::new(2).unwrap());
        assert_eq!(both.order(), 12);
        let rep = Representation::permutation(&both, "3 + 2".into(), 5, |(a, b)| {
            let images = a.images().iter().copied().chain(b.images().iter().map(|i| 3 + i));
            Permutation::new(images.collect()).unwrap()
        });
        let product = Blockwise::of_product(sorts([3, 2])).unwrap();
        assert_eq!(product.metadata().guarantee, Guarantee::Isometric);
        crate::assert_projection_laws!(product, rep, 0.0);

        let one = Symmetric::new(2).unwrap().natural().copies(2);
        let together = Blockwise::new(sorts([2, 2])).unwrap();
        assert_eq!(together.metadata().guarantee, Guarantee::Lossy);
        crate::assert_projection_laws!(together, one, 0.0);
    }

    #[test]
    fn the_weakest_part_decides() {
        let parts: Vec<Box<dyn Projection<f64>>> = vec![
            Box::new(SpectralSection::norm(3).unwrap()),
            Box::new(crate::RootGram::new(2, 2).unwrap()),
        ];
        let product = Blockwise::of_product(parts).unwrap();
        let metadata = product.metadata();
        assert_eq!((product.input_dim(), product.output_dim()), (7, 4));
        assert_eq!(metadata.guarantee, Guarantee::BiLipschitz);
        assert_eq!(metadata.lipschitz.lower, Some(1.0));
        assert_eq!(metadata.lipschitz.upper, Some(std::f64::consts::SQRT_2));
        let none = Blockwise::<f64>::new(Vec::new()).unwrap_err();
        assert_eq!(none, ProjectionError::NoOutputs { projection: NAME });
    }
}
