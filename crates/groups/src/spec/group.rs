//! Groups by name.

use std::path::Path;

use super::{SpecError, closest, generators};
use crate::compact::{O2, O3, SO2, SO3};
use crate::space::{AnyGroup, Symmetry};
use crate::{
    Cyclic, Dihedral, FiniteGroup, Group, GroupError, MatrixGroup, PermutationGroup, Product,
    Symmetric, TableGroup, Wreath,
};

/// The largest degree of the groups that are given by generators when they are named.
const LARGEST_DEGREE: usize = 100;

/// All groups with a name, or a name and a number. The one place to add another.
const FAMILIES: &[(&str, Build)] = &[
    ("c", Numbered(|n| finite(Cyclic::new(n)))),
    ("d", Numbered(|n| finite(Dihedral::new(n)))),
    ("s", Numbered(|n| finite(Symmetric::new(n)))),
    ("a", Numbered(|n| finite(alternating(n)))),
    ("b", Numbered(|n| finite(Wreath::hyperoctahedral(n)))),
    ("q8", Single(|| finite(Ok(TableGroup::quaternion())))),
    ("t", Single(|| finite(MatrixGroup::tetrahedral()))),
    ("td", Single(|| finite(MatrixGroup::full_tetrahedral()))),
    ("o", Single(|| finite(MatrixGroup::octahedral()))),
    ("oh", Single(|| finite(MatrixGroup::full_octahedral()))),
    ("i", Single(|| finite(MatrixGroup::icosahedral()))),
    ("ih", Single(|| finite(MatrixGroup::full_icosahedral()))),
    ("so2", Single(|| Ok(SO2.erase()))),
    ("o2", Single(|| Ok(O2.erase()))),
    ("so3", Single(|| Ok(SO3.erase()))),
    ("o3", Single(|| Ok(O3.erase()))),
];

enum Build {
    Numbered(fn(usize) -> Result<AnyGroup, GroupError>),
    Single(fn() -> Result<AnyGroup, GroupError>),
}

use Build::{Numbered, Single};

fn finite<G: FiniteGroup>(group: Result<G, GroupError>) -> Result<AnyGroup, GroupError> {
    Ok(group?.erase())
}

fn alternating(n: usize) -> Result<PermutationGroup, GroupError> {
    if n > LARGEST_DEGREE {
        let (group, limit) = (format!("A{n}"), LARGEST_DEGREE);
        return Err(GroupError::DegreeTooLarge { group, degree: n, limit });
    }
    PermutationGroup::alternating(n)
}

/// The group that `text` names: see [`AnyGroup::parse`].
pub(crate) fn group(text: &str) -> Result<AnyGroup, SpecError> {
    let text = text.trim();
    if text.to_lowercase().ends_with(".json") {
        return generators::read_file(Path::new(text));
    }
    let name = text.to_lowercase().replace(['(', ')'], "");
    let factors: Vec<&str> = name.split(['x', '×']).map(str::trim).collect();
    if let [single] = factors[..] {
        return factor(text, single);
    }
    let mut product: Option<TableGroup> = None;
    for name in factors {
        let group = match factor(text, name)? {
            AnyGroup::Finite(group) => TableGroup::of(&group)?,
            group => return Err(SpecError::InfiniteFactor { group: group.name() }),
        };
        product = Some(match product {
            None => group,
            Some(first) => TableGroup::of(&Product::new(first, group))?,
        });
    }
    // Splitting a text gives one part at least.
    product.map(|group| group.erase()).ok_or_else(|| unknown(text, &name))
}

fn factor(text: &str, name: &str) -> Result<AnyGroup, SpecError> {
    let (letters, number) = split_number(name);
    for (family, build) in FAMILIES {
        match build {
            Single(build) if *family == name => return Ok(build()?),
            Numbered(build) if *family == letters => {
                if let Ok(n) = number.parse() {
                    return Ok(build(n)?);
                }
            }
            _ => {}
        }
    }
    Err(unknown(text, name))
}

/// `c8` is `c` and `8`.
fn split_number(name: &str) -> (&str, &str) {
    name.split_at(name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len()))
}

fn unknown(text: &str, name: &str) -> SpecError {
    let (_, number) = split_number(name);
    let number = if number.parse::<usize>().is_ok() { number } else { "8" };
    let known = FAMILIES.iter().map(|(family, build)| match build {
        Numbered(_) => format!("{family}{number}"),
        Single(_) => (*family).to_owned(),
    });
    let expected = "c, d, s, a or b and a number (c8, d4, s9, a5, b4), q8, t, td, o, oh, i, ih, \
                    so2, o2, so3, o3, a product such as c2xc3, or a .json file with generators";
    SpecError::UnknownGroup {
        text: text.to_owned(),
        closest: closest(name, known),
        expected: expected.into(),
    }
}
