//! One self-contained page: what was run, on which data, what came out.
//!
//! [`Report`] is filled with text, [`Table`]s and [`Figure`]s, perhaps in several [`Chapter`]s, and rendered to HTML with its style
//! inside: no font, nothing fetched, one script that sorts tables. All text is escaped; only the SVG of figures is
//! taken over as it is.
//!
//! # Example
//! ```
//! use figures::report::{Report, Section, Table};
//!
//! let table = Table::new("Accuracy of 5 nearest neighbours", ["codes", "accuracy"])
//!     .row(["raw".into(), "51.4 %".into()])
//!     .row(["max filter".into(), figures::report::Cell::best("96.5 %")]);
//! let html = Report::new("Images", "quick profile")
//!     .fact("seed", "0")
//!     .section(Section::new("Neighbours").paragraph("Raw codes <fail>.").table(table))
//!     .render()?;
//! assert!(html.contains("Raw codes &#60;fail&#62;."));
//! # Ok::<(), figures::FigureError>(())
//! ```

mod content;
mod table;
mod view;

pub use content::{Chapter, Figure, Report, Section};
pub use table::{Cell, Table};
