//! What the words of this module mean for rotations and reflections.

use nalgebra::{Matrix3, Unit, UnitQuaternion, Vector3};

use super::element::{angle, decimals, squeeze};
use super::representation::{EXPECTED, multiplicity, sum};
use super::{SpecError, closest};
use crate::Representation;
use crate::compact::{Isometries, SpaceIsometry, SpaceRotation};

/// The representation of rotations and reflections that `text` names.
pub(crate) fn of_isometries<G: Isometries>(
    group: &G,
    text: &str,
) -> Result<Representation<G>, SpecError> {
    let syntax = |fault: String| SpecError::Syntax { text: text.into(), fault, expected: EXPECTED };
    sum(text, |term| {
        let squeezed = squeeze(term);
        if let Some(irrep) = group.read_irrep(&squeezed)? {
            return Ok((1, irrep.representation().clone()));
        }
        let (copies, word) = multiplicity(term).map_err(syntax)?;
        let word = squeeze(&word);
        if let Ok(d) = word.parse::<usize>() {
            return match d == group.ambient_dim() {
                true => Ok((copies, group.natural())),
                false => Err(syntax(format!(
                    "{} moves points of dimension {}, not {d}",
                    group.name(),
                    group.ambient_dim()
                ))),
            };
        }
        match word.as_str() {
            "natural" | "vectors" => return Ok((copies, group.natural())),
            "trivial" => return Ok((copies, Representation::trivial(group))),
            _ => {}
        }
        if let Some(irrep) = group.read_irrep(&word)? {
            return Ok((copies, irrep.representation().clone()));
        }
        let known = ["natural", "trivial", "determinant", "frequency 1", "degree 1"];
        Err(SpecError::UnknownRepresentation {
            group: group.name(),
            text: word.clone(),
            closest: closest(&word, known).map(str::to_owned),
            expected: format!(
                "natural, trivial, {}, or n x {} for n points",
                group.irrep_syntax(),
                group.ambient_dim()
            ),
        })
    })
}

/// `frequency 3` is 3.
pub(crate) fn frequency(name: &str) -> Option<usize> {
    name.strip_prefix("frequency")?.parse().ok()
}

/// `l2` and `degree 2` are 2 of no parity, `1o` and `degree 1, odd` are 1 and odd.
pub(crate) fn degree(name: &str) -> Option<(usize, Option<bool>)> {
    if let Some(of) = name.strip_prefix("degree").or_else(|| name.strip_prefix('l')) {
        return Some(match of.split_once(',') {
            Some((of, "even")) => (of.parse().ok()?, Some(false)),
            Some((of, "odd")) => (of.parse().ok()?, Some(true)),
            Some(_) => return None,
            None => (of.parse().ok()?, None),
        });
    }
    match (name.strip_suffix('e'), name.strip_suffix('o')) {
        (Some(of), _) => Some((of.parse().ok()?, Some(false))),
        (_, Some(of)) => Some((of.parse().ok()?, Some(true))),
        _ => None,
    }
}

pub(crate) fn degrees(radians: f64) -> String {
    format!("{}deg", decimals(radians.to_degrees()))
}

/// A rotation about an axis, `60deg about [0, 0, 1]` or `60deg about z`, in lower case and without
/// blanks.
pub(crate) fn about_axis(text: &str) -> Option<SpaceRotation> {
    let (turn, axis) = text.split_once("about").or_else(|| text.split_once("around"))?;
    let axis = match axis {
        "x" => Vector3::x(),
        "y" => Vector3::y(),
        "z" => Vector3::z(),
        "-x" => -Vector3::x(),
        "-y" => -Vector3::y(),
        "-z" => -Vector3::z(),
        list => {
            let [x, y, z]: [f64; 3] = serde_json::from_str(list).ok()?;
            Vector3::new(x, y, z)
        }
    };
    let axis = Unit::try_new(axis, 1e-12)?;
    Some(UnitQuaternion::from_axis_angle(&axis, angle(turn)?))
}

pub(crate) fn write_rotation(g: &SpaceRotation) -> String {
    match g.axis_angle() {
        Some((axis, angle)) => format!(
            "{} about [{}, {}, {}]",
            degrees(angle),
            decimals(axis.x),
            decimals(axis.y),
            decimals(axis.z)
        ),
        None => "e".into(),
    }
}

/// A matrix row by row, `[[0, -1, 0], [1, 0, 0], [0, 0, 1]]`.
pub(crate) fn by_matrix(text: &str) -> Option<SpaceIsometry> {
    let rows: [[f64; 3]; 3] = serde_json::from_str(text).ok()?;
    SpaceIsometry::from_matrix(&Matrix3::from_fn(|i, j| rows[i][j])).ok()
}
