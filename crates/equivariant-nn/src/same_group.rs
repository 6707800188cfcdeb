//! Groups and representations behind field types, compared by law and action whatever their Rust
//! types are. Names tell nothing: everybody may call a group what they like.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use groups::{FiniteGroup, Group, Operator, Representation};

/// Entries of orthogonal matrices that are closer than this are equal: rounding of computed irreps is
/// smaller, and features in single precision see no more.
const SAME: f64 = 1e-7;

/// The largest group whose law is tabled, where values are not simply equal.
const LIMIT: usize = 50_000;

/// A group of any type.
#[derive(Clone)]
pub(crate) struct AnyGroup(Arc<dyn Erased>);

/// How two groups are the same.
enum Relation<'a> {
    /// Equal values of one type.
    Equal,
    /// Elements of one number multiply alike.
    SameLaw(&'a Law),
    Different,
}

trait Erased: Send + Sync {
    fn value(&self) -> &dyn Any;
    /// Whether the value is equal; nothing where it is of another type.
    fn equals(&self, value: &dyn Any) -> Option<bool>;
    fn law(&self) -> Option<&Law>;
}

/// Numbers of elements that generate the group, and for each the number of its product with every
/// element. Which elements those are depends on the numbering and the law alone.
#[derive(PartialEq)]
struct Law {
    generators: Vec<usize>,
    products: Vec<Vec<u32>>,
}

impl Law {
    fn of<G: FiniteGroup>(group: &G) -> Option<Self> {
        let order = group.order();
        if order > LIMIT {
            return None;
        }
        let elements: Vec<_> = group.elements().collect();
        let mut law = Self { generators: Vec::new(), products: Vec::new() };
        let mut reached = vec![false; order];
        let mut found = vec![0];
        reached[0] = true;
        while let Some(next) = reached.iter().position(|reached| !reached) {
            let times = |a| group.index(&group.compose(&elements[next], a)) as u32;
            law.generators.push(next);
            law.products.push(elements.iter().map(times).collect());
            // Everything again, as the new element multiplies what was there.
            reached[next] = true;
            found.push(next);
            let mut done = 0;
            while done < found.len() {
                for times in &law.products {
                    let product = times[found[done]] as usize;
                    if reached.get(product) == Some(&false) {
                        reached[product] = true;
                        found.push(product);
                    }
                }
                done += 1;
            }
        }
        Some(law)
    }
}

struct Finite<G> {
    group: G,
    law: OnceLock<Option<Law>>,
}

impl<G: FiniteGroup> Erased for Finite<G> {
    fn value(&self) -> &dyn Any {
        &self.group
    }

    fn equals(&self, value: &dyn Any) -> Option<bool> {
        value.downcast_ref::<G>().map(|group| *group == self.group)
    }

    fn law(&self) -> Option<&Law> {
        self.law.get_or_init(|| Law::of(&self.group)).as_ref()
    }
}

struct Unlisted<G>(G);

impl<G: Group> Erased for Unlisted<G> {
    fn value(&self) -> &dyn Any {
        &self.0
    }

    fn equals(&self, value: &dyn Any) -> Option<bool> {
        value.downcast_ref::<G>().map(|group| *group == self.0)
    }

    fn law(&self) -> Option<&Law> {
        None
    }
}

impl AnyGroup {
    /// A group whose elements can be listed.
    pub(crate) fn finite<G: FiniteGroup>(group: &G) -> Self {
        Self(Arc::new(Finite { group: group.clone(), law: OnceLock::new() }))
    }

    /// A group of any size.
    pub(crate) fn of_any_size<G: Group>(group: &G) -> Self {
        Self(Arc::new(Unlisted(group.clone())))
    }

    fn relation<'a>(&'a self, other: &'a Self) -> Relation<'a> {
        if Arc::ptr_eq(&self.0, &other.0) || self.0.equals(other.0.value()) == Some(true) {
            return Relation::Equal;
        }
        match (self.0.law(), other.0.law()) {
            (Some(law), Some(others)) if law == others => Relation::SameLaw(law),
            _ => Relation::Different,
        }
    }

    /// Whether elements of one number multiply alike.
    pub(crate) fn same(&self, other: &Self) -> bool {
        !matches!(self.relation(other), Relation::Different)
    }

    /// Whether they move pixels alike as well. Two groups of one type do if they are equal; of groups
    /// of different types only law and name are known: `C_2` and `D_1` have one law.
    pub(crate) fn same_on_plane(&self, other: &Self, same_name: bool) -> bool {
        self.0.equals(other.0.value()).unwrap_or_else(|| same_name && self.same(other))
    }
}

impl fmt::Debug for AnyGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyGroup")
    }
}

/// A representation of a group of any type.
#[derive(Clone)]
pub(crate) struct AnyAction {
    group: AnyGroup,
    action: Arc<dyn Acts>,
}

trait Acts: Send + Sync {
    fn value(&self) -> &dyn Any;
    /// Whether a representation of an equal group has the same matrices.
    fn equals(&self, value: &dyn Any) -> bool;
    /// `ρ(g)` for elements by number.
    fn operators(&self, elements: &[usize]) -> Vec<Operator>;
}

struct Listed<G: FiniteGroup>(Representation<G>);

impl<G: FiniteGroup> Acts for Listed<G> {
    fn value(&self) -> &dyn Any {
        &self.0
    }

    fn equals(&self, value: &dyn Any) -> bool {
        same_at_generators(&self.0, value)
    }

    fn operators(&self, elements: &[usize]) -> Vec<Operator> {
        elements.iter().map(|&i| self.0.operator(&self.0.group().element(i))).collect()
    }
}

impl<G: Group> Acts for Representation<G> {
    fn value(&self) -> &dyn Any {
        self
    }

    fn equals(&self, value: &dyn Any) -> bool {
        same_at_generators(self, value)
    }

    /// Never asked for: a group that is not listed has no tabled law.
    fn operators(&self, _: &[usize]) -> Vec<Operator> {
        Vec::new()
    }
}

fn same_at_generators<G: Group>(rho: &Representation<G>, value: &dyn Any) -> bool {
    let same = |other: &Representation<G>| {
        let generators = rho.group().generators();
        generators.iter().all(|s| same_operator(&rho.operator(s), &other.operator(s)))
    };
    value.downcast_ref::<Representation<G>>().is_some_and(same)
}

impl AnyAction {
    pub(crate) fn finite<G: FiniteGroup>(group: &AnyGroup, rho: &Representation<G>) -> Self {
        Self { group: group.clone(), action: Arc::new(Listed(rho.clone())) }
    }

    pub(crate) fn of_any_size<G: Group>(group: &AnyGroup, rho: &Representation<G>) -> Self {
        Self { group: group.clone(), action: Arc::new(rho.clone()) }
    }

    /// Whether elements of one number act by the same matrices, to rounding.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match self.group.relation(&other.group) {
            Relation::Equal => self.action.equals(other.action.value()),
            Relation::SameLaw(law) => {
                let at = |action: &Self| action.action.operators(&law.generators);
                at(self).iter().zip(&at(other)).all(|(a, b)| same_operator(a, b))
            }
            Relation::Different => false,
        }
    }
}

fn same_operator(a: &Operator, b: &Operator) -> bool {
    match (a.sources(), b.sources()) {
        _ if a.dim() != b.dim() => false,
        (Some(a), Some(b)) => a == b,
        _ => (a.matrix() - b.matrix()).iter().all(|v| v.abs() < SAME),
    }
}

impl fmt::Debug for AnyAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyAction")
    }
}
