//! Judging a projection on codes: how much of the quotient does it keep, at which price?
//!
//! [`Judge`] is made once for a set of codes: it draws pairs, easy and hard ones, and finds their
//! exact quotient distances, neighbours and the [`Floor`] that no projection can be below. Then it
//! judges any number of projections on the same pairs; each [`Judgement`] is a value that prints as
//! a row of a [`table()`] and as a panel of a [`figure`].
//!
//! | question | answer |
//! |---|---|
//! | by how much are distances shrunk and stretched? | [`Judgement::alpha`], [`Judgement::beta`], [`Judgement::distortion`] |
//! | on which pairs is it worst? | [`Judgement::shrinks_at`], [`Judgement::stretches_at`], a [`Family`] of pairs |
//! | is what is claimed of it true of these pairs? | [`Judgement::contradicted`] |
//! | could it be better? | [`Floor`]: the least distortion that is possible |
//! | are neighbours the right ones? | [`Judgement::overlap`] |
//! | is what the codes say of labels still there? | [`Information`] |
//! | how much worse is it than that? | [`Judge::least_by_descent`] |
//! | can templates be chosen such that it is better? | [`fit_templates`] |
//! | what does a code cost? | [`microseconds_a_code`], apart from the others, as equal runs differ in it |
//!
//! Finitely many pairs bound the true distortion from **below**. Random pairs alone hide nearly all
//! failures, so most families are hard ones, and a search looks for pairs that are harder still.
//!
//! # Example
//!
//! ```
//! use analysis::judgement::{Judge, Settings};
//! use groups::Symmetric;
//! use ndarray::Array2;
//! use projections::{ColumnSort, SortedKeys};
//!
//! // Sets of three points in the plane.
//! let codes = Array2::from_shape_fn((40, 6), |(i, j)| ((i * 31 + j * 17) as f64).sin());
//! let rep = Symmetric::new(3)?.node_features(2);
//! let judge = Judge::new(&rep, codes.view(), Settings::default())?;
//!
//! let keys = judge.judge("sorted keys", &SortedKeys::random(3, 2, 12, 42)?)?;
//! assert!(keys.distortion() >= keys.floor && keys.distortion() < 10.0);
//! // Sorting columns one by one makes different sets equal.
//! let columns = judge.judge("column-wise sort", &ColumnSort::new(3, 2)?)?;
//! assert!(columns.collides());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod contradiction;
mod cost;
mod descent;
mod family;
mod fit;
mod floor;
mod judge;
mod neighbourhood;
mod pairs;
mod search;
mod show;
mod value;

pub use cost::microseconds_a_code;
pub use family::Family;
pub use fit::{FitSettings, fit_templates};
pub use floor::{Cone, Floor, floor};
pub use judge::{Judge, Settings};
pub use show::{figure, table};
pub use value::{Information, Judgement};
