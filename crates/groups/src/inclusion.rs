//! Subgroups: restriction and induction of representations.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use nalgebra::DMatrix;

use crate::multiplication_table::{MultiplicationTable, TABLE_LIMIT};
use crate::representation::LISTING_LIMIT;
use crate::{FiniteGroup, GroupError, Permutation, Representation, TableGroup};

/// An injective homomorphism `ι: H → G`, which makes `H` a subgroup of `G`.
///
/// Frobenius reciprocity ties the two directions: `dim Hom_G(Ind σ, ρ) = dim Hom_H(σ, Res ρ)`.
///
/// ```
/// use groups::{Cyclic, Dihedral, DihedralElement, Inclusion, Representation};
/// let (c4, d4) = (Cyclic::new(4)?, Dihedral::new(4)?);
/// let rotations = Inclusion::new(&c4, &d4, |k| DihedralElement::rotation(*k))?;
/// assert_eq!(rotations.index(), 2);
/// // Inducing from the subgroup {e} gives the regular representation, in steps too.
/// let induced = rotations.induce(&Representation::regular(&c4))?;
/// assert_eq!(induced.character(&DihedralElement::reflection(1)), 0.0);
/// assert_eq!(induced.dim(), 8);
/// # Ok::<(), groups::GroupError>(())
/// ```
pub struct Inclusion<H: FiniteGroup, G: FiniteGroup> {
    subgroup: H,
    group: G,
    embedding: Arc<Embedding<H, G>>,
    cosets: Arc<Cosets<G>>,
}

type Embedding<H, G> =
    dyn Fn(&<H as crate::Group>::Element) -> <G as crate::Group>::Element + Send + Sync;

#[derive(Debug)]
struct Cosets<G: FiniteGroup> {
    /// For every element of `G`, by number: its left coset and the number in `H` of
    /// `r⁻¹g`, where `r` represents the coset.
    places: Vec<(usize, usize)>,
    representatives: Vec<G::Element>,
}

impl<H: FiniteGroup, G: FiniteGroup> Inclusion<H, G> {
    /// The inclusion by `embedding(h) = ι(h)`. Checked over all `h` and the generators of `H`.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] where `G` has more than 50,000 elements,
    /// [`GroupError::NotAHomomorphism`] where `ι(sh) = ι(s)ι(h)` or injectivity fails.
    pub fn new(
        subgroup: &H,
        group: &G,
        embedding: impl Fn(&H::Element) -> G::Element + Send + Sync + 'static,
    ) -> Result<Self, GroupError> {
        let order = group.order();
        if order > LISTING_LIMIT {
            return Err(GroupError::TooLarge {
                operation: "the cosets of a subgroup",
                group: group.name(),
                order,
                limit: LISTING_LIMIT,
            });
        }
        let require = |holds: bool, law, witness: &dyn Fn() -> String| {
            let map = || format!("inclusion of {} in {}", subgroup.name(), group.name());
            if holds {
                return Ok(());
            }
            Err(GroupError::NotAHomomorphism { map: map(), law, witness: witness() })
        };
        let generators = subgroup.generators();
        let mut seen = vec![false; order];
        let mut images = Vec::with_capacity(subgroup.order().min(order));
        for h in subgroup.elements() {
            let image = embedding(&h);
            for s in &generators {
                let product = embedding(&subgroup.compose(s, &h));
                let each = group.compose(&embedding(s), &image);
                require(product == each, "ι(sh) = ι(s)ι(h)", &|| {
                    format!("s = {s:?}, h = {h:?}")
                })?;
            }
            let index = group.index(&image);
            require(!seen[index], "ι(h) ≠ ι(k) for h ≠ k", &|| format!("h = {h:?}"))?;
            seen[index] = true;
            images.push(image);
        }
        let mut places = vec![(usize::MAX, 0); order];
        let mut representatives = Vec::with_capacity(order / images.len());
        for first in 0..order {
            if places[first].0 != usize::MAX {
                continue;
            }
            let representative = group.element(first);
            for (h, image) in images.iter().enumerate() {
                let member = group.index(&group.compose(&representative, image));
                places[member] = (representatives.len(), h);
            }
            representatives.push(representative);
        }
        Ok(Self {
            subgroup: subgroup.clone(),
            group: group.clone(),
            embedding: Arc::new(embedding),
            cosets: Arc::new(Cosets { places, representatives }),
        })
    }

    /// `H`.
    pub fn subgroup(&self) -> &H {
        &self.subgroup
    }

    /// `G`.
    pub fn group(&self) -> &G {
        &self.group
    }

    /// `[G : H] = |G|/|H|`, the number of cosets.
    pub fn index(&self) -> usize {
        self.cosets.representatives.len()
    }

    /// `ι(h)`.
    pub fn embed(&self, h: &H::Element) -> G::Element {
        (self.embedding)(h)
    }

    /// `Res ρ`, the representation `ρ∘ι` of `H`.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] where `ρ` is of another group than `G`.
    pub fn restrict(&self, rho: &Representation<G>) -> Result<Representation<H>, GroupError> {
        if *rho.group() != self.group {
            return Err(GroupError::GroupMismatch {
                left: self.group.name(),
                right: rho.group().name(),
            });
        }
        let embedding = Arc::clone(&self.embedding);
        Ok(rho.pulled_back(&self.subgroup, move |h: &H::Element| embedding(h)))
    }

    /// `Ind σ` on one copy of the space of `σ` a coset `r_c H`, copy by copy:
    /// `(Ind σ)(g)` takes `v` in copy `c` to `σ(h)v` in copy `c'`, where `g r_c = r_{c'} h`.
    ///
    /// The dimension is `[G : H] dim σ`; a representation that moves coordinates gives another.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] where `σ` is of another group than `H`.
    pub fn induce(&self, sigma: &Representation<H>) -> Result<Representation<G>, GroupError> {
        if *sigma.group() != self.subgroup {
            return Err(GroupError::GroupMismatch {
                left: self.subgroup.name(),
                right: sigma.group().name(),
            });
        }
        let (cosets, d) = (Arc::clone(&self.cosets), sigma.dim());
        let (group, rho) = (self.group.clone(), sigma.clone());
        let dim = self.index() * d;
        let name = format!("{} induced to {}", sigma.name(), self.group.name());
        // For every coset the one that `g` takes it to, and `h`.
        let moves = move |g: &G::Element| -> Vec<(usize, H::Element)> {
            let place = |r| cosets.places[group.index(&group.compose(g, r))];
            let element = |(to, h)| (to, rho.group().element(h));
            cosets.representatives.iter().map(|r| element(place(r))).collect()
        };
        let sigma = sigma.clone();
        if sigma.is_permutation() {
            return Ok(Representation::permutation(&self.group, name, dim, move |g| {
                let mut images = vec![0; dim];
                for (from, (to, h)) in moves(g).into_iter().enumerate() {
                    let sources = sigma.operator(&h).sources().unwrap_or_default();
                    for (target, source) in sources.into_iter().enumerate() {
                        images[from * d + source] = to * d + target;
                    }
                }
                Permutation::from_fn(dim, |i| images[i])
            }));
        }
        Ok(Representation::from_matrices(&self.group, name, dim, move |g| {
            let mut matrix = DMatrix::zeros(dim, dim);
            for (from, (to, h)) in moves(g).into_iter().enumerate() {
                matrix.view_mut((to * d, from * d), (d, d)).copy_from(&sigma.matrix(&h));
            }
            matrix
        }))
    }
}

impl<G: FiniteGroup> Inclusion<TableGroup, G> {
    /// The subgroup that some elements generate, as a group by its table.
    ///
    /// # Errors
    /// [`GroupError::TooManyFound`] where the subgroup has more than 6,000 elements,
    /// [`GroupError::TooLarge`] where `G` has more than 50,000.
    ///
    /// ```
    /// use groups::{FiniteGroup, Inclusion, Permutation, Symmetric};
    /// let double = Permutation::from_cycles(4, &[&[0, 1], &[2, 3]])?;
    /// let other = Permutation::from_cycles(4, &[&[0, 2], &[1, 3]])?;
    /// let klein = Inclusion::generated_by(&Symmetric::new(4)?, "V4", &[double, other])?;
    /// assert_eq!((klein.subgroup().order(), klein.index()), (4, 6));
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn generated_by(
        group: &G,
        name: impl Into<Arc<str>>,
        generators: &[G::Element],
    ) -> Result<Self, GroupError> {
        let name = name.into();
        let mut numbers = HashMap::from([(group.identity(), 0)]);
        let mut elements = vec![group.identity()];
        let mut left: Vec<Vec<usize>> = vec![vec![]; generators.len()];
        let mut steps = Vec::new();
        let mut next = 0;
        while next < elements.len() {
            for (generator, s) in generators.iter().enumerate() {
                let product = group.compose(s, &elements[next]);
                let number = *numbers.entry(product.clone()).or_insert_with(|| {
                    elements.push(product);
                    steps.push((generator, next));
                    elements.len() - 1
                });
                left[generator].push(number);
                if elements.len() > TABLE_LIMIT {
                    let (operation, group) = ("the closure of a subgroup", name.to_string());
                    return Err(GroupError::TooManyFound { operation, group, limit: TABLE_LIMIT });
                }
            }
            next += 1;
        }
        let table = MultiplicationTable::from_left_steps(elements.len(), &left, &steps);
        let subgroup = TableGroup::from_table(name, table);
        Self::new(&subgroup, group, move |h: &usize| elements[*h].clone())
    }
}

impl<H: FiniteGroup, G: FiniteGroup> Clone for Inclusion<H, G> {
    fn clone(&self) -> Self {
        Self {
            subgroup: self.subgroup.clone(),
            group: self.group.clone(),
            embedding: Arc::clone(&self.embedding),
            cosets: Arc::clone(&self.cosets),
        }
    }
}

impl<H: FiniteGroup, G: FiniteGroup> fmt::Debug for Inclusion<H, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inclusion({} in {})", self.subgroup.name(), self.group.name())
    }
}
