//! Figures as SVG: a value to fill and [`render`](ScatterPanels::render) to a string.
//!
//! | figure | shows |
//! |---|---|
//! | [`ScatterPanels`] | embeddings side by side, coloured by class |
//! | [`OrbitPaths`] | orbits of a few inputs as closed paths among all codes |
//! | [`Curves`] | means with 95 % bands over a parameter |
//! | [`DistancePanels`] | distances after a projection against those before |
//! | [`Bars`] | values with intervals, one row each |
//! | [`ImageGrid`] | grey-scale images with captions |
//!
//! The SVG scales with the page (a `viewBox`, no fixed size), its text is text, it names itself to
//! screen readers, and it needs no font, script or style sheet. Points are subpaths of one path a
//! class, about ten bytes each.
//!
//! [`report`] puts figures, tables and [`claims`] into one page; [`svg`] is the writer below all drawings.
//!
//! # Example
//! ```
//! use figures::{ScatterPanel, ScatterPanels};
//!
//! let panel = ScatterPanel::new("raw codes", vec![[0.0, 1.0], [2.0, 0.5]], vec![0, 1]);
//! let svg = ScatterPanels::new("Codes of two digits", ["0", "1"]).panel(panel).render()?;
//! assert!(svg.starts_with("<svg") && svg.contains(">raw codes</text>"));
//! # Ok::<(), figures::FigureError>(())
//! ```
#![forbid(unsafe_code)]

mod axis;
mod bars;
mod checks;
#[cfg(feature = "report")]
pub mod claims;
mod curves;
mod distances;
mod error;
#[cfg(feature = "ndarray")]
mod images;
mod interval;
mod legend;
mod orbit_paths;
mod panel;
#[cfg(feature = "report")]
pub mod report;
mod scatter;
mod style;
pub mod svg;

pub use axis::{Format, Scale};
pub use bars::{BarGroup, Bars};
pub use curves::{CurvePoint, Curves, Series};
pub use distances::{DistancePanel, DistancePanels};
pub use error::FigureError;
#[cfg(feature = "ndarray")]
pub use images::{ImageCell, ImageGrid};
pub use interval::Interval;
pub use orbit_paths::{OrbitPanel, OrbitPaths};
pub use scatter::{ScatterPanel, ScatterPanels};
pub use style::{PALETTE, class_colour};

/// The examples of the README are tested with the others.
#[cfg(all(doctest, feature = "report"))]
#[doc = include_str!("../README.md")]
struct Readme;
