//! `S_n`, the permutations of `n` things.

use std::sync::Arc;

use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::group::Structure;
use crate::representation::{Action, BlockKind};
use crate::spec::element;
use crate::{FiniteGroup, Group, GroupError, GroupOrder, Representation};

/// A permutation `σ` of `0..n`, stored as its images: `σ(i) = images()[i]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<usize>", into = "Vec<usize>")]
pub struct Permutation {
    images: Box<[usize]>,
}

impl Permutation {
    /// The permutation that maps `i` to `images[i]`.
    ///
    /// # Errors
    /// [`GroupError::NotAPermutation`] names the first position whose image is out of range or
    /// taken already.
    pub fn new(images: Vec<usize>) -> Result<Self, GroupError> {
        let degree = images.len();
        let mut taken = vec![false; degree];
        for (position, &image) in images.iter().enumerate() {
            let fault = match taken.get(image) {
                None => "out of range",
                Some(true) => "taken already",
                Some(false) => {
                    taken[image] = true;
                    continue;
                }
            };
            return Err(GroupError::NotAPermutation { degree, position, image, fault });
        }
        Ok(Self { images: images.into() })
    }

    /// The permutation `i ↦ image(i)`, where `image` is known to be a bijection of `0..degree`.
    pub(crate) fn from_fn(degree: usize, image: impl FnMut(usize) -> usize) -> Self {
        Self { images: (0..degree).map(image).collect() }
    }

    /// The identity of `0..degree`.
    pub fn identity(degree: usize) -> Self {
        Self { images: (0..degree).collect() }
    }

    /// The permutation that sorts `values` into ascending order: `σ(i)` is the rank of entry `i`,
    /// equal entries in their given order. What cannot be compared with itself, as NaN, comes last,
    /// in its given order.
    ///
    /// Acting with it moves entry `i` to place `σ(i)`, so `σ·values` is sorted.
    ///
    /// ```
    /// use groups::Permutation;
    /// let sigma = Permutation::sorting(&[2.0, f64::NAN, 1.0]);
    /// assert_eq!(sigma.images(), [1, 2, 0]);
    /// ```
    pub fn sorting<T: PartialOrd>(values: &[T]) -> Self {
        let incomparable = |v: &T| v.partial_cmp(v).is_none();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&values[a], &values[b]);
            // Without the second step, NaN would equal numbers that are not equal.
            a.partial_cmp(b).unwrap_or_else(|| incomparable(a).cmp(&incomparable(b)))
        });
        Self { images: order.into() }.inverse()
    }

    /// The permutation of `0..degree` with the given cycles, written as in `(0 1 2)(3 4)`; points
    /// in no cycle stay where they are.
    ///
    /// ```
    /// let sigma = groups::Permutation::from_cycles(5, &[&[0, 1, 2], &[3, 4]])?;
    /// assert_eq!(sigma.images(), [1, 2, 0, 4, 3]);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    ///
    /// # Errors
    /// [`GroupError::NotAPermutation`] where a point is out of range or stands in two places.
    pub fn from_cycles(degree: usize, cycles: &[&[usize]]) -> Result<Self, GroupError> {
        let mut images: Vec<usize> = (0..degree).collect();
        let mut moved = vec![false; degree];
        for cycle in cycles {
            for (i, &point) in cycle.iter().enumerate() {
                let image = cycle[(i + 1) % cycle.len()];
                let fault = match moved.get(point) {
                    None => "out of range",
                    Some(true) => "taken already",
                    Some(false) => {
                        moved[point] = true;
                        images[point] = image;
                        continue;
                    }
                };
                return Err(GroupError::NotAPermutation {
                    degree,
                    position: i,
                    image: point,
                    fault,
                });
            }
        }
        Self::new(images)
    }

    /// How many things it permutes.
    pub fn degree(&self) -> usize {
        self.images.len()
    }

    /// The images `σ(0), σ(1), …`.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// `σ∘τ`: first `other`, then `self`. Degrees must be equal.
    pub fn compose(&self, other: &Self) -> Self {
        Self { images: other.images.iter().map(|&i| self.images[i]).collect() }
    }

    /// `σ⁻¹`.
    pub fn inverse(&self) -> Self {
        let mut images = vec![0; self.images.len()];
        for (i, &image) in self.images.iter().enumerate() {
            images[image] = i;
        }
        Self { images: images.into() }
    }

    /// `+1` for an even permutation, `−1` for an odd one.
    pub fn sign(&self) -> i8 {
        let mut seen = vec![false; self.degree()];
        let mut sign = 1;
        for start in 0..self.degree() {
            let (mut i, mut length) = (start, 0);
            while !seen[i] {
                seen[i] = true;
                i = self.images[i];
                length += 1;
            }
            if length > 0 && length % 2 == 0 {
                sign = -sign;
            }
        }
        sign
    }

    /// Moves the entries of `x`: `(σ·x)[σ(i)] = x[i]`, a left action.
    pub fn act<T: Clone>(&self, x: &[T]) -> Vec<T> {
        let inverse = self.inverse();
        inverse.images.iter().map(|&i| x[i].clone()).collect()
    }
}

impl TryFrom<Vec<usize>> for Permutation {
    type Error = GroupError;

    fn try_from(images: Vec<usize>) -> Result<Self, GroupError> {
        Self::new(images)
    }
}

impl From<Permutation> for Vec<usize> {
    fn from(permutation: Permutation) -> Self {
        permutation.images.into_vec()
    }
}

/// The symmetric group `S_n` of all permutations of `0..n`.
///
/// Elements are numbered in lexicographic order of their images (Lehmer code). The numbering, and
/// with it everything that lists elements, reaches up to `n = 20`, the last `n!` that fits 64
/// bits; the law, sampling, permutation representations and the quotient metric have no limit.
///
/// ```
/// use groups::{FiniteGroup, Symmetric};
/// let s9 = Symmetric::new(9)?;
/// assert_eq!(s9.order(), 362_880);
/// // Codes with 8 scalars a node: R^{9×8}, one row a node.
/// assert_eq!(s9.node_features(8).dim(), 72);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Symmetric {
    degree: usize,
}

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(rename = "Symmetric")]
struct Unchecked {
    degree: usize,
}

impl TryFrom<Unchecked> for Symmetric {
    type Error = GroupError;

    fn try_from(read: Unchecked) -> Result<Self, GroupError> {
        Self::new(read.degree)
    }
}

impl Symmetric {
    /// The permutations of `degree` things.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for degree 0.
    pub fn new(degree: usize) -> Result<Self, GroupError> {
        if degree == 0 {
            return Err(GroupError::Empty { group: "symmetric group", parameter: "degree" });
        }
        Ok(Self { degree })
    }

    /// How many things are permuted.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The action on `R^n` that moves coordinates, `(σ·x)[σ(i)] = x[i]`.
    pub fn natural(&self) -> Representation<Self> {
        self.node_features(1)
    }

    /// The action on `R^{n×d}` that moves rows: codes with `d` scalars a node, stored row by row.
    pub fn node_features(&self, d: usize) -> Representation<Self> {
        let n = self.degree;
        let name = if d == 1 { "natural".into() } else { format!("{n} nodes × {d}") };
        let rows = move |sigma: &Permutation| Permutation {
            images: (0..n * d).map(|k| sigma.images[k / d] * d + k % d).collect(),
        };
        let kind = BlockKind::NodeFeatures { nodes: n, features: d };
        Representation::from_action(self, name, n * d, kind, Action::permutation(rows))
    }

    /// The sign representation on `R`.
    pub fn sign(&self) -> Representation<Self> {
        Representation::from_matrices(self, "sign".into(), 1, |sigma: &Permutation| {
            nalgebra::DMatrix::from_element(1, 1, f64::from(sigma.sign()))
        })
    }
}

impl Group for Symmetric {
    type Element = Permutation;

    fn name(&self) -> String {
        format!("S{}", self.degree)
    }

    fn identity(&self) -> Permutation {
        Permutation::identity(self.degree)
    }

    fn compose(&self, a: &Permutation, b: &Permutation) -> Permutation {
        a.compose(b)
    }

    fn inverse(&self, a: &Permutation) -> Permutation {
        a.inverse()
    }

    /// A transposition and the full cycle.
    fn generators(&self) -> Vec<Permutation> {
        let n = self.degree;
        if n == 1 {
            return vec![];
        }
        let mut swap: Vec<usize> = (0..n).collect();
        swap.swap(0, 1);
        let swap = Permutation { images: swap.into() };
        let cycle = Permutation { images: (0..n).map(|i| (i + 1) % n).collect() };
        if n == 2 { vec![swap] } else { vec![swap, cycle] }
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Permutation {
        let mut images: Vec<usize> = (0..self.degree).collect();
        images.shuffle(rng);
        Permutation { images: images.into() }
    }

    fn structure(&self) -> Structure<Permutation> {
        Structure::Symmetric { degree: self.degree, element: Arc::new(|sigma| sigma) }
    }
}

impl FiniteGroup for Symmetric {
    fn order(&self) -> usize {
        (1..=self.degree).fold(1, usize::saturating_mul)
    }

    fn exact_order(&self) -> GroupOrder {
        GroupOrder::of_product(1..=self.degree)
    }

    fn element(&self, index: usize) -> Permutation {
        let n = self.degree;
        assert!(n <= 20 && index < self.order(), "S{n} has no element number {index}");
        let mut rest = index;
        let mut left: Vec<usize> = (0..n).collect();
        let mut images = Vec::with_capacity(n);
        for remaining in (0..n).rev() {
            let factorial: usize = (1..=remaining).product();
            images.push(left.remove(rest / factorial));
            rest %= factorial;
        }
        Permutation { images: images.into() }
    }

    fn index(&self, element: &Permutation) -> usize {
        let n = self.degree;
        assert!(n <= 20, "the elements of S{n} are too many to be numbered");
        element.images.iter().enumerate().fold(0, |index, (i, &image)| {
            let smaller_later = element.images[i + 1..].iter().filter(|&&j| j < image).count();
            index * (n - i) + smaller_later
        })
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.natural()), ("sign", self.sign())]
    }

    fn nodes(&self) -> Option<usize> {
        Some(self.degree())
    }

    fn per_node(&self, d: usize) -> Option<Representation<Self>> {
        Some(self.node_features(d))
    }

    fn element_syntax(&self) -> String {
        element::permutation_syntax(self.order())
    }

    fn read_element(&self, text: &str) -> Option<Permutation> {
        element::permutation(self, self.degree(), text)
    }

    fn write_element(&self, g: &Permutation) -> String {
        format!("{:?}", g.images())
    }
}
