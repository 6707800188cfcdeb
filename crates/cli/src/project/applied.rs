//! A projection by name, ready to be applied to blocks.

use std::fmt;

use anyhow::anyhow;
use groups::compact::Isometries;
use groups::{AnyFinite, AnyGroup, Element, FiniteGroup, Group, Representation, Space};
use latents::{Codes, Dtype, Layout};
use ndarray::Array2;
use projections::Projection;
use projections::catalogue::{self, Choice, Member};

use super::settings::Settings;
use crate::action::space;
use crate::rows::{self, Scalar};
use terminal::exit::Usage;

/// From a block of codes to a block for each file: invariants, and elements where they are asked
/// for.
type Apply = Box<dyn Fn(Codes) -> anyhow::Result<Vec<Codes>> + Send + Sync>;

pub(super) struct Applied {
    pub(super) input_dim: usize,
    pub(super) output_dim: usize,
    /// The precision of the projection.
    pub(super) scalar: Dtype,
    /// The elements, where they are asked for.
    pub(super) elements: Option<Elements>,
    pub(super) guarantee: String,
    pub(super) apply: Apply,
}

/// How elements are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elements {
    /// Numbers of one: images of a permutation, the number of the element, or a matrix row by row.
    pub(super) columns: usize,
    pub(super) dtype: Dtype,
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Applied").field("output_dim", &self.output_dim).finish_non_exhaustive()
    }
}

impl Applied {
    /// Builds the projection for codes of a layout.
    pub(super) fn new(settings: &Settings, invert: bool, layout: &Layout) -> anyhow::Result<Self> {
        let choice: Choice = settings.projection.parse().map_err(Usage::from)?;
        let space = &space(&settings.group, &settings.representation)?;
        rows::check(layout, space)?;
        match settings.single() {
            true => build::<f32>(space, &choice, settings.seed, invert),
            false => build::<f64>(space, &choice, settings.seed, invert),
        }
    }
}

fn build<T: Scalar>(
    space: &Space,
    choice: &Choice,
    seed: u64,
    invert: bool,
) -> anyhow::Result<Applied> {
    if !invert {
        return Ok(invariants(catalogue::build::<T>(space, choice, seed).map_err(Usage::from)?));
    }
    let section = catalogue::build_section::<T>(space, choice, seed).map_err(Usage::from)?;
    match space.group() {
        AnyGroup::Finite(group) => {
            let numbers = Numbers::new(group)?;
            let elements = Elements { columns: numbers.len(), dtype: Dtype::I64 };
            Ok(with_elements(section, elements, move |g| {
                numbers.of(g).into_iter().map(|n| n as f64).collect()
            }))
        }
        AnyGroup::Isometries(group) => {
            let elements =
                Elements { columns: group.ambient_dim() * group.ambient_dim(), dtype: Dtype::F64 };
            let group = group.clone();
            Ok(with_elements(section, elements, move |g| {
                // Matrices are stored by columns.
                group.matrix(g).transpose().iter().copied().collect()
            }))
        }
    }
}

fn invariants<T: Scalar>(projection: Member<T>) -> Applied {
    Applied {
        input_dim: projection.input_dim(),
        output_dim: projection.output_dim(),
        scalar: T::DTYPE,
        elements: None,
        guarantee: projection.metadata().guarantee.to_string(),
        apply: Box::new(move |codes| {
            Ok(vec![T::wrap(projection.project(T::unwrap(codes).view())?)])
        }),
    }
}

fn with_elements<T: Scalar>(
    section: Member<T>,
    elements: Elements,
    numbers: impl Fn(&Element) -> Vec<f64> + Send + Sync + 'static,
) -> Applied {
    Applied {
        input_dim: section.input_dim(),
        output_dim: section.output_dim(),
        scalar: T::DTYPE,
        elements: Some(elements),
        guarantee: section.metadata().guarantee.to_string(),
        apply: Box::new(move |codes| {
            let (images, found) = section.project_with_elements(T::unwrap(codes).view())?;
            let mut out = Array2::zeros((found.len(), elements.columns));
            for (mut row, element) in out.rows_mut().into_iter().zip(&found) {
                row.iter_mut().zip(numbers(element)).for_each(|(out, n)| *out = n);
            }
            Ok(vec![T::wrap(images), Codes::F64(out)])
        }),
    }
}

/// How elements are written as numbers: where the group permutes nodes, the images of the nodes;
/// else the number of the element.
enum Numbers {
    Images(Representation<AnyFinite>),
    Index(AnyFinite),
}

impl Numbers {
    fn new(group: &AnyFinite) -> anyhow::Result<Self> {
        match group.per_node(1) {
            Some(nodes) => Ok(Self::Images(nodes)),
            // Numbers are written by way of floating point.
            None if group.order() <= 1 << 53 => Ok(Self::Index(group.clone())),
            None => Err(anyhow!(Usage::from(format!(
                "the elements of {} have no numbers: --invert cannot write them",
                group.name()
            )))),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Images(nodes) => nodes.dim(),
            Self::Index(_) => 1,
        }
    }

    fn of(&self, element: &Element) -> Vec<usize> {
        match self {
            Self::Index(group) => vec![group.index(element)],
            Self::Images(nodes) => {
                // (ρ(g)z)[g(i)] = z[i], so that z[i] = i comes to place g(i).
                let places: Vec<f64> = (0..nodes.dim()).map(|i| i as f64).collect();
                let mut images = vec![0; nodes.dim()];
                for (to, from) in nodes.act(element, &places).into_iter().enumerate() {
                    images[from as usize] = to;
                }
                images
            }
        }
    }
}
