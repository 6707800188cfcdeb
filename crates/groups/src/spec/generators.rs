//! A group by its generators, in a file.

use std::path::Path;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::SpecError;
use crate::space::{AnyGroup, Symmetry};
use crate::{GroupError, MatrixGroup, Permutation, PermutationGroup};

/// The largest group that a file of matrices may generate.
pub(crate) const LIMIT: usize = 6_000;

/// Generators of a group as they stand in a JSON file: either permutations, as lists of images, or
/// orthogonal matrices, row by row.
///
/// ```
/// let text = r#"{"name": "turns", "matrices": [[[0, -1], [1, 0]]]}"#;
/// let generators: groups::spec::Generators = serde_json::from_str(text)?;
/// assert_eq!(generators.name.as_deref(), Some("turns"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generators {
    /// What the group is called; the file's name where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Lists of images: `[1, 2, 0]` maps 0 to 1, 1 to 2 and 2 to 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permutations: Option<Vec<Permutation>>,
    /// Orthogonal matrices, row by row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrices: Option<Vec<Vec<Vec<f64>>>>,
}

/// The group of a file of generators.
pub(super) fn read_file(path: &Path) -> Result<AnyGroup, SpecError> {
    let text = std::fs::read_to_string(path).map_err(|error| SpecError::Unreadable {
        path: path.to_owned(),
        fault: error.to_string(),
    })?;
    let no_generators = |fault: String| SpecError::NoGenerators { path: path.to_owned(), fault };
    let generators: Generators =
        serde_json::from_str(&text).map_err(|error| no_generators(error.to_string()))?;
    let stem = || path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let name = generators.name.unwrap_or_else(stem);
    match (generators.permutations, generators.matrices) {
        (Some(permutations), None) => {
            let Some(first) = permutations.first() else {
                return Err(no_generators("the list of permutations is empty".into()));
            };
            let degree = first.degree();
            Ok(PermutationGroup::new(name, degree, permutations)?.erase())
        }
        (None, Some(matrices)) => {
            let matrices: Vec<_> = matrices
                .iter()
                .enumerate()
                .map(|(i, m)| matrix(&name, i, m))
                .collect::<Result<_, _>>()?;
            Ok(MatrixGroup::generated_by(name, &matrices, LIMIT)?.erase())
        }
        (Some(_), Some(_)) => Err(no_generators("it holds both permutations and matrices".into())),
        (None, None) => Err(no_generators("it holds neither permutations nor matrices".into())),
    }
}

fn matrix(group: &str, position: usize, rows: &[Vec<f64>]) -> Result<DMatrix<f64>, GroupError> {
    let d = rows.len();
    match rows.iter().position(|row| row.len() != d) {
        Some(row) => Err(GroupError::BadGenerator {
            group: group.to_owned(),
            position,
            expected: format!("an orthogonal {d}×{d} matrix"),
            got: format!("of {d} rows, of which row {row} has {} entries", rows[row].len()),
        }),
        None => Ok(DMatrix::from_fn(d, d, |i, j| rows[i][j])),
    }
}
