//! Latent codes of equivariant networks: what their symmetry hides, and how to look past it.
//!
//! An equivariant network maps `g·x` to `ρ(g)z`: the code `z` and every `ρ(g)z` mean the same thing. Distances,
//! neighbours, clusters and means of raw codes are wrong for that reason, or worse than they could be. What
//! means something is the orbit `[z]`, and this crate measures, divides and compares orbits.
//!
//! # In five steps
//!
//! **1. Say where the codes live.** A [`Space`](groups::Space) is a group with the representation by which it acts:
//!
//! ```
//! use equivariant_latents::prelude::*;
//!
//! let fields = Space::parse("c8", "16 x regular")?; // a rotation-equivariant CNN
//! let nodes = Space::parse("s9", "9 x 8")?; // nine nodes of a graph, eight numbers each
//! let atoms = Space::parse("o3", "32x0e + 8x1o")?; // as e3nn writes it
//! assert_eq!([fields.dim(), nodes.dim(), atoms.dim()], [128, 72, 56]);
//! # Ok::<(), groups::spec::SpecError>(())
//! ```
//!
//! [`groups::spec`] lists all names. A group of your own becomes a space by `Space::from(&representation)`.
//!
//! **2. Measure.** The quotient metric `d([z],[w]) = min_g ‖z − ρ(g)w‖` is exact, and says which `g` it is:
//!
//! ```
//! use equivariant_latents::prelude::*;
//!
//! let space = Space::parse("c4", "regular")?;
//! let metric = space.metric()?;
//! let (z, w) = ([1.0, 2.0, 3.0, 4.0], [4.0, 1.0, 2.0, 3.0]);
//! assert_eq!(metric.distance(&z, &w), 0.0); // the same thing in another pose
//! assert_eq!(space.name_of(&metric.align(&z, &w).element), "3");
//! # Ok::<(), groups::spec::SpecError>(())
//! ```
//!
//! **3. Find out what raw codes get wrong,** and which projection repairs it:
//!
//! ```
//! use equivariant_latents::prelude::*;
//! use ndarray::Array2;
//!
//! let space = Space::parse("c8", "2 x regular")?;
//! let codes = Array2::from_shape_fn((60, 16), |(i, j)| ((i * i + 7 * i * j + j) as f64).sin());
//! let audit = Audit::of(codes.view(), &space, None, &AuditOptions::default())?;
//! println!("{}; take {}", audit.sentence(), audit.recommended().name);
//! let page = audit.report("My codes").render()?; // a page of HTML that needs nothing else
//! # assert!(page.contains("My codes"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **4. Project.** What comes out is invariant; [`metadata`](projections::catalogue::AnyProjection::metadata) says what
//! is kept, and where it is proved:
//!
//! ```
//! use equivariant_latents::prelude::*;
//! use ndarray::Array2;
//!
//! let space = Space::parse("c8", "2 x regular")?;
//! let s = AnyProjection::new(&space, "max-filter:32", 42)?;
//! assert_eq!(s.metadata().guarantee, Guarantee::BiLipschitz);
//! let codes = Array2::from_shape_fn((60, 16), |(i, j)| ((i * i + 7 * i * j + j) as f32).sin());
//! let g = space.parse_element("r^3")?;
//! let moved = space.act_rows(&g, codes.view())?;
//! let gap = &s.project(codes.view())? - &s.project(moved.view())?;
//! assert!(gap.iter().all(|v| v.abs() < 1e-5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **5. Do so with files.** [`latents`] reads and writes `.npy`, `.npz`, `.safetensors` and `.csv`, block by block:
//!
//! ```
//! use equivariant_latents::prelude::*;
//! use equivariant_latents::latents;
//! use ndarray::Array2;
//!
//! let dir = tempfile::tempdir()?;
//! let (raw, invariant) = (dir.path().join("z.npy"), dir.path().join("s.npy"));
//! let spec = latents::Spec::new(vec![60, 16], latents::Dtype::F32);
//! latents::write_all(&raw, &spec, &Array2::<f32>::ones((60, 16)).into())?;
//!
//! let s = AnyProjection::new(&Space::parse("c8", "2 x regular")?, "max-filter:32", 42)?;
//! latents::map(&raw, &invariant, |codes| s.project(codes.into_f32().view()))?;
//! assert_eq!(latents::read_all(&invariant, None)?.0.shape, [60, 32]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What there is
//!
//! | you want | look at |
//! |---|---|
//! | groups, representations, irreps, orbits | [`groups`] |
//! | distances, alignment, geodesics and means of orbits | [`groups::quotient`] |
//! | a group or a representation by name | [`groups::spec`] |
//! | an invariant projection, and what it guarantees | [`projections`] |
//! | all projections by name, and those that apply | [`projections::catalogue`] |
//! | exact neighbours, metrics, probes, intervals | [`analysis`] |
//! | an audit of codes, a check of a declared action | [`analysis::audit`] |
//! | a verdict on a projection of your own | [`analysis::judgement`], [`projections::laws`] |
//! | codes in files | [`latents`] |
//! | figures and reports | [`figures`] |
//! | equivariant layers (feature `nn`) | `nn` |
//! | molecules (feature `molecules`) | `molecules` |
#![forbid(unsafe_code)]

pub use analysis;
#[cfg(feature = "nn")]
pub use equivariant_nn as nn;
pub use figures;
pub use groups;
pub use latents;
#[cfg(feature = "molecules")]
pub use molecules;
pub use projections;

/// What most programs need.
///
/// ```
/// use equivariant_latents::prelude::*;
/// assert_eq!(Space::parse("d4", "natural")?.dim(), 2);
/// # Ok::<(), groups::spec::SpecError>(())
/// ```
pub mod prelude {
    pub use analysis::audit::{Audit, AuditOptions, Labels, Pairing, Verdict};
    pub use analysis::neighbours::{SelfMatches, nearest, nearest_in_quotient};
    pub use groups::quotient::QuotientMetric;
    pub use groups::{FiniteGroup, Group, Representation, Space, Symmetry};
    pub use projections::catalogue::{AnyProjection, Choice};
    pub use projections::{CrossSection, Guarantee, Projection};

    #[doc(no_inline)]
    pub use crate::groups;
}

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
