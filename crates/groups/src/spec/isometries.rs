//! What the words of this module mean for rotations and reflections.

use nalgebra::{Matrix3, Unit, UnitQuaternion, Vector3};

use super::element::{self, angle, decimals, is_identity, squeeze};
use super::representation::{EXPECTED, multiplicity, sum};
use super::{SpecError, closest};
use crate::compact::{
    Angle, Isometries, O2, O3, PlaneIsometry, SO2, SO3, SpaceIsometry, SpaceRotation,
};
use crate::{Group, GroupError, Irrep, Representation};

/// Rotations of the plane or of space, perhaps with reflections, whose representations and elements
/// have names.
pub trait NamedIsometries: Isometries {
    /// Names of irreps, for messages.
    fn irrep_syntax(&self) -> &'static str;

    /// The irrep of this name, in lower case and without blanks.
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] above the highest degree.
    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError>;

    /// How elements are written, for messages.
    fn element_syntax(&self) -> &'static str;

    /// The element of this name.
    fn read_element(&self, text: &str) -> Option<Self::Element>;

    /// The element of this name, or why there is none.
    ///
    /// # Errors
    /// [`SpecError::UnknownElement`] with how elements are written.
    fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError> {
        self.read_element(text).ok_or_else(|| SpecError::UnknownElement {
            group: self.name(),
            text: text.to_owned(),
            expected: self.element_syntax().to_owned(),
        })
    }

    /// A name of an element, which [`read_element`](Self::read_element) reads.
    fn write_element(&self, g: &Self::Element) -> String;
}

/// The representation of rotations and reflections that `text` names: see [the table](super).
///
/// # Errors
/// As [`representation`](super::representation).
///
/// ```
/// use groups::{compact::O3, spec::representation_of_isometries};
/// let rep = representation_of_isometries(&O3, "8x0e + 4x1o + 2x2e")?; // as e3nn writes it
/// assert_eq!(rep.dim(), 8 + 4 * 3 + 2 * 5);
/// assert_eq!(representation_of_isometries(&O3, "9 points x 3")?.dim(), 27);
/// # Ok::<(), groups::spec::SpecError>(())
/// ```
pub fn representation_of_isometries<G: NamedIsometries>(
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
            return match d == G::DIM {
                true => Ok((copies, group.natural())),
                false => Err(syntax(format!(
                    "{} moves points of dimension {}, not {d}",
                    group.name(),
                    G::DIM
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
                G::DIM
            ),
        })
    })
}

/// `frequency 3` is 3.
fn frequency(name: &str) -> Option<usize> {
    name.strip_prefix("frequency")?.parse().ok()
}

/// `l2` and `degree 2` are 2 of no parity, `1o` and `degree 1, odd` are 1 and odd.
fn degree(name: &str) -> Option<(usize, Option<bool>)> {
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

fn degrees(radians: f64) -> String {
    format!("{}deg", decimals(radians.to_degrees()))
}

impl NamedIsometries for SO2 {
    fn irrep_syntax(&self) -> &'static str {
        "frequency k"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        Ok(frequency(name).map(|k| self.irrep(k)))
    }

    fn element_syntax(&self) -> &'static str {
        "an angle such as 60deg, -90deg or 1.2rad, or e"
    }

    fn read_element(&self, text: &str) -> Option<Angle> {
        match element::of_circle(&element::word(&squeeze(text))?)? {
            (radians, false) => Some(Angle::new(radians)),
            (_, true) => None,
        }
    }

    fn write_element(&self, g: &Angle) -> String {
        degrees(g.radians())
    }
}

impl NamedIsometries for O2 {
    fn irrep_syntax(&self) -> &'static str {
        "frequency k, determinant"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        Ok(match name {
            "determinant" => Some(self.determinant()),
            _ => frequency(name).and_then(|k| self.irrep(k)),
        })
    }

    fn element_syntax(&self) -> &'static str {
        "an angle such as 60deg or 1.2rad, with s for the reflection y ↦ −y before it: 60deg s"
    }

    fn read_element(&self, text: &str) -> Option<PlaneIsometry> {
        let (radians, reflected) = element::of_circle(&element::word(&squeeze(text))?)?;
        Some(PlaneIsometry { angle: Angle::new(radians), reflected })
    }

    fn write_element(&self, g: &PlaneIsometry) -> String {
        format!("{}{}", degrees(g.angle.radians()), if g.reflected { " s" } else { "" })
    }
}

/// A rotation about an axis, `60deg about [0, 0, 1]` or `60deg about z`, in lower case and without
/// blanks.
fn about_axis(text: &str) -> Option<SpaceRotation> {
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

fn write_rotation(g: &SpaceRotation) -> String {
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
fn by_matrix(text: &str) -> Option<SpaceIsometry> {
    let rows: [[f64; 3]; 3] = serde_json::from_str(text).ok()?;
    SpaceIsometry::from_matrix(&Matrix3::from_fn(|i, j| rows[i][j])).ok()
}

impl NamedIsometries for SO3 {
    fn irrep_syntax(&self) -> &'static str {
        "degree l (or l2, or 2e and 2o as e3nn writes them)"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        degree(name).map(|(l, _)| self.irrep(l)).transpose()
    }

    fn element_syntax(&self) -> &'static str {
        "a rotation such as `60deg about z`, `1.2rad about [1, 2, 2]`, or its matrix \
         [[0, -1, 0], [1, 0, 0], [0, 0, 1]]"
    }

    fn read_element(&self, text: &str) -> Option<SpaceRotation> {
        match squeeze(text).as_str() {
            text if is_identity(text) => Some(self.identity()),
            matrix if matrix.starts_with('[') => {
                by_matrix(matrix).filter(|g| !g.inverted).map(|g| g.rotation)
            }
            text => about_axis(text),
        }
    }

    fn write_element(&self, g: &SpaceRotation) -> String {
        write_rotation(g)
    }
}

impl NamedIsometries for O3 {
    fn irrep_syntax(&self) -> &'static str {
        "determinant, degree l with its parity (2e and 1o as e3nn writes them; l2 has that of the \
         spherical harmonics)"
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        if name == "determinant" {
            return self.irrep(0, true).map(Some);
        }
        degree(name).map(|(l, odd)| self.irrep(l, odd.unwrap_or(l % 2 == 1))).transpose()
    }

    fn element_syntax(&self) -> &'static str {
        "a rotation such as `60deg about z` or `1.2rad about [1, 2, 2]`, with `inverted` after it for \
         the inversion too, `inversion`, or a matrix [[0, -1, 0], [1, 0, 0], [0, 0, 1]]"
    }

    fn read_element(&self, text: &str) -> Option<SpaceIsometry> {
        let text = squeeze(text);
        if text.starts_with('[') {
            return by_matrix(&text);
        }
        if matches!(text.as_str(), "inversion" | "-e" | "-1" | "-identity") {
            return Some(SpaceIsometry { rotation: SO3.identity(), inverted: true });
        }
        let (turn, inverted) = match text.strip_suffix("inverted") {
            Some(turn) => (turn, true),
            None => (text.as_str(), false),
        };
        let rotation = match turn {
            "" if inverted => SO3.identity(),
            turn if is_identity(turn) => SO3.identity(),
            turn => about_axis(turn)?,
        };
        Some(SpaceIsometry { rotation, inverted })
    }

    fn write_element(&self, g: &SpaceIsometry) -> String {
        format!("{}{}", write_rotation(&g.rotation), if g.inverted { " inverted" } else { "" })
    }
}
