//! What is known of each code besides.

use crate::{AnalysisError, checks};

use super::OPERATION;

/// A class or a number for each code.
///
/// ```
/// use analysis::audit::Labels;
/// let labels = Labels::named(&["oak", "elm", "oak"]);
/// assert_eq!(labels, Labels::Classes {
///     of: vec![1, 0, 1],
///     names: vec!["elm".into(), "oak".into()],
/// });
/// assert_eq!(Labels::numbered(&[7, 9, 7]), Labels::named(&["7", "9", "7"]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Labels {
    /// Classes: what simple models are to tell apart.
    Classes {
        /// The class of each code, as a number of `names`.
        of: Vec<usize>,
        /// What classes are called.
        names: Vec<String>,
    },
    /// Targets of regression.
    Targets(Vec<f64>),
}

impl Labels {
    /// Classes by numbers of any size, called by these numbers.
    pub fn numbered(classes: &[i64]) -> Self {
        let (of, known) = distinct(classes);
        Self::Classes { of, names: known.iter().map(ToString::to_string).collect() }
    }

    /// Classes by their names.
    pub fn named<S: AsRef<str>>(classes: &[S]) -> Self {
        let texts: Vec<&str> = classes.iter().map(AsRef::as_ref).collect();
        let (of, known) = distinct(&texts);
        Self::Classes { of, names: known.into_iter().map(str::to_owned).collect() }
    }

    /// How many codes have one.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { of, .. } => of.len(),
            Self::Targets(values) => values.len(),
        }
    }

    /// Whether no code has one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those of some codes.
    ///
    /// # Panics
    /// Where a row is no code's, as slice indexing does.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes { of, names } => {
                Self::Classes { of: rows.iter().map(|&i| of[i]).collect(), names: names.clone() }
            }
            Self::Targets(values) => Self::Targets(rows.iter().map(|&i| values[i]).collect()),
        }
    }

    pub(super) fn check(&self, codes: usize) -> Result<(), AnalysisError> {
        checks::same(OPERATION, "labels, one per code", codes, self.len())?;
        match self {
            Self::Targets(values) => checks::finite_values(OPERATION, values),
            Self::Classes { of, names } => match of.iter().find(|class| **class >= names.len()) {
                None => Ok(()),
                Some(class) => Err(AnalysisError::Option {
                    operation: OPERATION,
                    option: "classes",
                    expected: "numbers of their names",
                    got: format!("{class} of {} names", names.len()),
                }),
            },
        }
    }

    /// Fails where there is nothing to learn.
    pub(super) fn check_different(&self) -> Result<(), AnalysisError> {
        match self {
            Self::Classes { of, .. } => {
                checks::at_least(OPERATION, "classes among the labels", 2, distinct(of).1.len())
            }
            Self::Targets(values) => {
                let differ = values.iter().any(|v| *v != values[0]);
                let different = if differ { 2 } else { values.len().min(1) };
                checks::at_least(OPERATION, "different numbers among the targets", 2, different)
            }
        }
    }
}

/// The place of each value among the different ones, and these, ascending.
fn distinct<V: Ord + Copy>(values: &[V]) -> (Vec<usize>, Vec<V>) {
    let mut known = values.to_vec();
    known.sort_unstable();
    known.dedup();
    let place = |value: &V| known.partition_point(|other| other < value);
    (values.iter().map(place).collect(), known)
}
