//! A projection by name, ready to be applied to blocks.

use std::fmt;

use analysis::latents::{Codes, Layout};
use anyhow::anyhow;
use groups::spec::{NamedGroup, RepresentationVisitor, visit_representation};
use groups::{FiniteGroup, Representation};
use ndarray::Array2;
use projections::catalogue::{self, Choice};

use super::settings::Settings;
use crate::commands::rows::{self, Scalar};
use crate::exit::Usage;

/// From a block of codes to a block for each file: invariants, and elements where they are asked
/// for.
type Apply = Box<dyn Fn(Codes) -> anyhow::Result<Vec<Codes>> + Send + Sync>;

pub(super) struct Applied {
    pub(super) input_dim: usize,
    pub(super) output_dim: usize,
    /// Numbers of an element: images of a permutation, or one number.
    pub(super) element_dim: Option<usize>,
    pub(super) guarantee: String,
    pub(super) apply: Apply,
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
        let build = Build { choice, settings, invert, layout };
        visit_representation(&settings.group, &settings.representation, build)
            .map_err(Usage::from)?
    }
}

struct Build<'a> {
    choice: Choice,
    settings: &'a Settings,
    invert: bool,
    layout: &'a Layout,
}

impl RepresentationVisitor for Build<'_> {
    type Output = anyhow::Result<Applied>;

    fn visit<G: NamedGroup>(self, rep: Representation<G>) -> anyhow::Result<Applied> {
        rows::check(self.layout, &rep)?;
        if self.settings.single() { self.build::<G, f32>(&rep) } else { self.build::<G, f64>(&rep) }
    }
}

impl Build<'_> {
    fn build<G: NamedGroup, T: Scalar>(self, rep: &Representation<G>) -> anyhow::Result<Applied> {
        let seed = self.settings.seed;
        if !self.invert {
            let projection =
                catalogue::build::<G, T>(rep, &self.choice, seed).map_err(Usage::from)?;
            return Ok(Applied {
                input_dim: projection.input_dim(),
                output_dim: projection.output_dim(),
                element_dim: None,
                guarantee: projection.metadata().guarantee.to_string(),
                apply: Box::new(move |codes| {
                    Ok(vec![T::wrap(projection.project(T::unwrap(codes).view())?)])
                }),
            });
        }
        let section =
            catalogue::build_section::<G, T>(rep, &self.choice, seed).map_err(Usage::from)?;
        let numbers = Numbers::new(rep.group())?;
        let projection = section.projection();
        Ok(Applied {
            input_dim: projection.input_dim(),
            output_dim: projection.output_dim(),
            element_dim: Some(numbers.len()),
            guarantee: projection.metadata().guarantee.to_string(),
            apply: Box::new(move |codes| {
                let (images, elements) = section.project_with_elements(T::unwrap(codes).view())?;
                let mut out = Array2::zeros((elements.len(), numbers.len()));
                for (mut row, element) in out.rows_mut().into_iter().zip(&elements) {
                    row.iter_mut().zip(numbers.of(element)).for_each(|(out, n)| *out = n as f64);
                }
                Ok(vec![T::wrap(images), Codes::F64(out)])
            }),
        })
    }
}

/// How elements are written as numbers: where the group permutes nodes, the images of the nodes;
/// else the number of the element.
enum Numbers<G: NamedGroup> {
    Images(Representation<G>),
    Index(G),
}

impl<G: NamedGroup> Numbers<G> {
    fn new(group: &G) -> anyhow::Result<Self> {
        match group.per_node(1) {
            Some(nodes) => Ok(Self::Images(nodes)),
            None if FiniteGroup::order(group) < usize::MAX => Ok(Self::Index(group.clone())),
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

    fn of(&self, element: &G::Element) -> Vec<usize> {
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
