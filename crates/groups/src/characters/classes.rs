//! Conjugacy classes.

use crate::multiplication_table::MultiplicationTable;
use crate::{FiniteGroup, GroupError};

/// The conjugacy classes `{h g h⁻¹ : h ∈ G}` of a finite group, in order of their first elements:
/// class 0 is `{e}`. Elements are given by their numbers.
///
/// ```
/// use groups::{ConjugacyClasses, Symmetric};
/// // S_4 has five cycle types.
/// let classes = ConjugacyClasses::of(&Symmetric::new(4)?)?;
/// let mut sizes: Vec<usize> = (0..classes.count()).map(|c| classes.size(c)).collect();
/// sizes.sort();
/// assert_eq!(sizes, [1, 3, 6, 6, 8]);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConjugacyClasses {
    class_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    inverse: Vec<usize>,
}

impl ConjugacyClasses {
    /// The classes of a group.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    pub fn of<G: FiniteGroup>(group: &G) -> Result<Self, GroupError> {
        Ok(Self::from_table(&MultiplicationTable::of(group)?))
    }

    pub(crate) fn from_table(table: &MultiplicationTable) -> Self {
        let generators = table.generators();
        let mut class_of = vec![usize::MAX; table.order()];
        let mut members: Vec<Vec<usize>> = Vec::new();
        for first in 0..table.order() {
            if class_of[first] != usize::MAX {
                continue;
            }
            let number = members.len();
            class_of[first] = number;
            let mut class = vec![first];
            let mut next = 0;
            while next < class.len() {
                for &s in &generators {
                    let conjugate = table.product(table.product(s, class[next]), table.inverse(s));
                    if class_of[conjugate] == usize::MAX {
                        class_of[conjugate] = number;
                        class.push(conjugate);
                    }
                }
                next += 1;
            }
            class.sort_unstable();
            members.push(class);
        }
        let inverse = members.iter().map(|class| class_of[table.inverse(class[0])]).collect();
        Self { class_of, members, inverse }
    }

    /// How many there are, which is also the number of complex irreps.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// The members of a class, in ascending order.
    pub fn members(&self, class: usize) -> &[usize] {
        &self.members[class]
    }

    /// The first member of a class.
    pub fn representative(&self, class: usize) -> usize {
        self.members[class][0]
    }

    /// How many members a class has.
    pub fn size(&self, class: usize) -> usize {
        self.members[class].len()
    }

    /// The class of an element.
    pub fn class_of(&self, element: usize) -> usize {
        self.class_of[element]
    }

    /// The class of the inverses of a class.
    pub fn inverse(&self, class: usize) -> usize {
        self.inverse[class]
    }
}
