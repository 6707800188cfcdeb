//! Groups by name.

use std::path::Path;

use super::{NamedGroup, NamedIsometries, SpecError, closest, generators};
use crate::compact::{O2, O3, SO2, SO3};
use crate::{
    Cyclic, Dihedral, GroupError, MatrixGroup, PermutationGroup, Product, Symmetric, TableGroup,
    Wreath,
};

/// The largest degree of the groups that are given by generators when they are named.
const LARGEST_DEGREE: usize = 100;

/// What is to be done with a group that a text names.
pub trait GroupVisitor: Sized {
    /// What comes of it.
    type Output;

    /// Does it for a finite group.
    fn visit<G: NamedGroup>(self, group: G) -> Self::Output;

    /// Does it for rotations and reflections of the plane or of space.
    fn visit_isometries<G: NamedIsometries>(self, group: G) -> Self::Output;
}

/// All groups with a name, or a name and a number. The one place to add another.
fn families<V: GroupVisitor>() -> Vec<Family<V>> {
    vec![
        Family::numbered("c", |n, v| Ok(v.visit(Cyclic::new(n)?))),
        Family::numbered("d", |n, v| Ok(v.visit(Dihedral::new(n)?))),
        Family::numbered("s", |n, v| Ok(v.visit(Symmetric::new(n)?))),
        Family::numbered("a", |n, v| Ok(v.visit(alternating(n)?))),
        Family::numbered("b", |n, v| Ok(v.visit(Wreath::hyperoctahedral(n)?))),
        Family::single("q8", |v| Ok(v.visit(TableGroup::quaternion()))),
        Family::single("t", |v| Ok(v.visit(MatrixGroup::tetrahedral()?))),
        Family::single("td", |v| Ok(v.visit(MatrixGroup::full_tetrahedral()?))),
        Family::single("o", |v| Ok(v.visit(MatrixGroup::octahedral()?))),
        Family::single("oh", |v| Ok(v.visit(MatrixGroup::full_octahedral()?))),
        Family::single("i", |v| Ok(v.visit(MatrixGroup::icosahedral()?))),
        Family::single("ih", |v| Ok(v.visit(MatrixGroup::full_icosahedral()?))),
        Family::single("so2", |v| Ok(v.visit_isometries(SO2))),
        Family::single("o2", |v| Ok(v.visit_isometries(O2))),
        Family::single("so3", |v| Ok(v.visit_isometries(SO3))),
        Family::single("o3", |v| Ok(v.visit_isometries(O3))),
    ]
}

struct Family<V: GroupVisitor> {
    name: &'static str,
    build: Build<V>,
}

enum Build<V: GroupVisitor> {
    Numbered(fn(usize, V) -> Result<V::Output, GroupError>),
    Single(fn(V) -> Result<V::Output, GroupError>),
}

impl<V: GroupVisitor> Family<V> {
    fn numbered(name: &'static str, build: fn(usize, V) -> Result<V::Output, GroupError>) -> Self {
        Self { name, build: Build::Numbered(build) }
    }

    fn single(name: &'static str, build: fn(V) -> Result<V::Output, GroupError>) -> Self {
        Self { name, build: Build::Single(build) }
    }
}

fn alternating(n: usize) -> Result<PermutationGroup, GroupError> {
    if n > LARGEST_DEGREE {
        let (group, limit) = (format!("A{n}"), LARGEST_DEGREE);
        return Err(GroupError::DegreeTooLarge { group, degree: n, limit });
    }
    PermutationGroup::alternating(n)
}

/// Visits the group that `text` names, upper or lower case: see [the table](super). A text that ends
/// in `.json` is the path of a file with [`Generators`](super::Generators).
///
/// A product such as `c2xc3` is a [`TableGroup`], the last factor's number running fastest.
///
/// # Errors
/// [`SpecError::UnknownGroup`] with the name that is most like it, those of files, and
/// [`SpecError::Group`] where the group cannot be built.
pub fn visit_group<V: GroupVisitor>(text: &str, visitor: V) -> Result<V::Output, SpecError> {
    let text = text.trim();
    if text.to_lowercase().ends_with(".json") {
        return generators::visit_file(Path::new(text), visitor);
    }
    let name = text.to_lowercase().replace(['(', ')'], "");
    let factors: Vec<&str> = name.split(['x', '×']).map(str::trim).collect();
    if let [single] = factors[..] {
        return visit_factor(text, single, visitor);
    }
    let mut product: Option<TableGroup> = None;
    for factor in factors {
        let group = visit_factor(text, factor, Tabulate)??;
        product = Some(match product {
            None => group,
            Some(first) => TableGroup::of(&Product::new(first, group))?,
        });
    }
    // Splitting a text gives one part at least.
    product.map(|group| visitor.visit(group)).ok_or_else(|| unknown(text, &name))
}

/// Any finite group, by its table.
struct Tabulate;

impl GroupVisitor for Tabulate {
    type Output = Result<TableGroup, SpecError>;

    fn visit<G: NamedGroup>(self, group: G) -> Self::Output {
        Ok(TableGroup::of(&group)?)
    }

    fn visit_isometries<G: NamedIsometries>(self, group: G) -> Self::Output {
        Err(SpecError::InfiniteFactor { group: group.name() })
    }
}

fn visit_factor<V: GroupVisitor>(
    text: &str,
    name: &str,
    visitor: V,
) -> Result<V::Output, SpecError> {
    let (letters, number) = split_number(name);
    for family in families::<V>() {
        match family.build {
            Build::Single(build) if family.name == name => return Ok(build(visitor)?),
            Build::Numbered(build) if family.name == letters => {
                if let Ok(n) = number.parse() {
                    return Ok(build(n, visitor)?);
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
    let known = families::<Tabulate>().into_iter().map(|family| match family.build {
        Build::Numbered(_) => format!("{}{number}", family.name),
        Build::Single(_) => family.name.to_owned(),
    });
    let expected = "c, d, s, a or b and a number (c8, d4, s9, a5, b4), q8, t, td, o, oh, i, ih, \
                    so2, o2, so3, o3, a product such as c2xc3, or a .json file with generators";
    SpecError::UnknownGroup {
        text: text.to_owned(),
        closest: closest(name, known),
        expected: expected.into(),
    }
}
