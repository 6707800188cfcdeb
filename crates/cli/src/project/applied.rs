//! A projection by name, ready to be applied to blocks.

use std::fmt;

use analysis::latents::{Codes, Dtype, Layout};
use anyhow::anyhow;
use groups::spec::{NamedGroup, NamedIsometries, RepresentationVisitor, visit_representation};
use groups::{FiniteGroup, Group, Representation};
use ndarray::Array2;
use projections::Projection;
use projections::catalogue::{self, Choice, Section};

use super::settings::Settings;
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

    fn visit_isometries<G: NamedIsometries>(
        self,
        rep: Representation<G>,
    ) -> anyhow::Result<Applied> {
        rows::check(self.layout, &rep)?;
        match self.settings.single() {
            true => self.build_for_isometries::<G, f32>(&rep),
            false => self.build_for_isometries::<G, f64>(&rep),
        }
    }
}

impl Build<'_> {
    fn build<G: NamedGroup, T: Scalar>(self, rep: &Representation<G>) -> anyhow::Result<Applied> {
        let (choice, seed) = (&self.choice, self.settings.seed);
        if !self.invert {
            let built = catalogue::build::<G, T>(rep, choice, seed).map_err(Usage::from)?;
            return Ok(invariants(built));
        }
        let section = catalogue::build_section::<G, T>(rep, choice, seed).map_err(Usage::from)?;
        let numbers = Numbers::new(rep.group())?;
        let elements = Elements { columns: numbers.len(), dtype: Dtype::I64 };
        Ok(with_elements(section, elements, move |g| {
            numbers.of(g).into_iter().map(|n| n as f64).collect()
        }))
    }

    fn build_for_isometries<G: NamedIsometries, T: Scalar>(
        self,
        rep: &Representation<G>,
    ) -> anyhow::Result<Applied> {
        let (choice, seed) = (&self.choice, self.settings.seed);
        if !self.invert {
            let built =
                catalogue::build_for_isometries::<G, T>(rep, choice, seed).map_err(Usage::from)?;
            return Ok(invariants(built));
        }
        let section = catalogue::build_section_for_isometries::<G, T>(rep, choice, seed)
            .map_err(Usage::from)?;
        let elements = Elements { columns: G::DIM * G::DIM, dtype: Dtype::F64 };
        let group = rep.group().clone();
        Ok(with_elements(section, elements, move |g| {
            // Matrices are stored by columns.
            group.matrix(g).transpose().iter().copied().collect()
        }))
    }
}

fn invariants<T: Scalar>(projection: Box<dyn Projection<T>>) -> Applied {
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

fn with_elements<G: Group, T: Scalar>(
    section: Section<G, T>,
    elements: Elements,
    numbers: impl Fn(&G::Element) -> Vec<f64> + Send + Sync + 'static,
) -> Applied {
    let projection = section.projection();
    Applied {
        input_dim: projection.input_dim(),
        output_dim: projection.output_dim(),
        scalar: T::DTYPE,
        elements: Some(elements),
        guarantee: projection.metadata().guarantee.to_string(),
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
enum Numbers<G: NamedGroup> {
    Images(Representation<G>),
    Index(G),
}

impl<G: NamedGroup> Numbers<G> {
    fn new(group: &G) -> anyhow::Result<Self> {
        match group.per_node(1) {
            Some(nodes) => Ok(Self::Images(nodes)),
            // Numbers are written by way of floating point.
            None if FiniteGroup::order(group) <= 1 << 53 => Ok(Self::Index(group.clone())),
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
