//! Conjugacy classes and character tables.

mod abelian;
mod classes;
mod dixon;
mod polynomial;
mod prime_field;

use std::fmt;

use num_complex::Complex;

pub use classes::ConjugacyClasses;

use crate::families::cyclic::cos_sin_of_fraction;
use crate::multiplication_table::MultiplicationTable;
use crate::representation::IrrepType;
use crate::{FiniteGroup, GroupError};

/// The character table of a finite group: the values of the irreducible complex characters on the
/// conjugacy classes.
///
/// It is computed exactly, modulo a prime (Burnside–Dixon), and lifted to the complex numbers as
/// sums of roots of unity, so each value is right to rounding. Characters are sorted by degree, the
/// trivial one first.
///
/// | S_3 | e | (0 1) | (0 1 2) |
/// |---|---|---|---|
/// | trivial | 1 | 1 | 1 |
/// | sign | 1 | −1 | 1 |
/// | plane | 2 | 0 | −1 |
///
/// Cost: `k³` operations modulo `p` for `k` classes (`|G|²` for an abelian group), `16k²` bytes.
///
/// ```
/// use groups::{CharacterTable, PermutationGroup};
/// // A_5: the golden ratio appears on the two classes of 5-cycles.
/// let table = CharacterTable::of(&PermutationGroup::alternating(5)?)?;
/// let degrees: Vec<usize> = (0..5).map(|i| table.degree(i)).collect();
/// assert_eq!(degrees, [1, 3, 3, 4, 5]);
/// let golden = (1.0 + 5f64.sqrt()) / 2.0;
/// assert!((0..5).any(|class| (table.value(1, class).re - golden).abs() < 1e-14));
/// // Its head names an element of each class, and how many there are.
/// let text = table.to_string();
/// assert!(text.lines().next().is_some_and(|line| line.contains(" e [0, 1, 4, 2, 3] ")));
/// assert!(text.lines().nth(1).is_some_and(|line| line.contains("×12")));
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CharacterTable {
    name: String,
    order: usize,
    classes: ConjugacyClasses,
    /// One element of each class, as text.
    representatives: Vec<String>,
    values: Vec<Vec<Complex<f64>>>,
    indicators: Vec<i8>,
    conjugates: Vec<usize>,
}

impl CharacterTable {
    /// The character table of a group.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    pub fn of<G: FiniteGroup>(group: &G) -> Result<Self, GroupError> {
        Self::from_table(group, &MultiplicationTable::of(group)?)
    }

    pub(crate) fn from_table<G: FiniteGroup>(
        group: &G,
        table: &MultiplicationTable,
    ) -> Result<Self, GroupError> {
        let order = table.order();
        let classes = ConjugacyClasses::from_table(table);
        let exponent = (0..classes.count())
            .map(|c| table.powers(classes.representative(c)).len())
            .fold(1, lcm);
        let mut values = if classes.count() == order {
            abelian::characters(table, exponent)
        } else {
            dixon::characters(table, &classes, exponent)
                .ok_or(GroupError::NoConvergence { operation: "the character table" })?
        };
        values.sort_by_cached_key(|chi| {
            let key = |v: f64| -(v * 1e6).round() as i64;
            let row: Vec<_> = chi.iter().map(|v| (key(v.re), key(v.im))).collect();
            (-key(chi[0].re), row)
        });
        // ν(χ) = |G|⁻¹ Σ_g χ(g²).
        let mut squares = vec![0.0; classes.count()];
        for g in 0..order {
            squares[classes.class_of(table.product(g, g))] += 1.0;
        }
        let indicators = values
            .iter()
            .map(|chi| {
                let sum: f64 = chi.iter().zip(&squares).map(|(v, n)| v.re * n).sum();
                (sum / order as f64).round() as i8
            })
            .collect();
        let conjugates = conjugates(&values);
        let representative = |c| match classes.representative(c) {
            0 => "e".to_owned(),
            index => group.write_element(&group.element(index)),
        };
        let representatives = (0..classes.count()).map(representative).collect();
        let name = group.name();
        Ok(Self { name, order, classes, representatives, values, indicators, conjugates })
    }

    /// `|G|`.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The conjugacy classes, which are the columns.
    pub fn classes(&self) -> &ConjugacyClasses {
        &self.classes
    }

    /// How many irreducible characters there are, which is also the number of classes.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Never: every group has the trivial character.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// `χ_i(1)`, the dimension of irrep `i`.
    pub fn degree(&self, i: usize) -> usize {
        self.values[i][0].re.round() as usize
    }

    /// `χ_i` on a class.
    pub fn value(&self, i: usize, class: usize) -> Complex<f64> {
        self.values[i][class]
    }

    /// `χ_i` on all classes.
    pub fn character(&self, i: usize) -> &[Complex<f64>] {
        &self.values[i]
    }

    /// The Frobenius–Schur indicator `ν(χ_i) = |G|⁻¹ Σ_g χ_i(g²)`: 1, 0 or −1 for an irrep of real,
    /// complex or quaternionic type.
    pub fn indicator(&self, i: usize) -> i8 {
        self.indicators[i]
    }

    /// The type of the real irrep that irrep `i` belongs to.
    pub fn kind(&self, i: usize) -> IrrepType {
        match self.indicators[i] {
            1 => IrrepType::Real,
            -1 => IrrepType::Quaternionic,
            _ => IrrepType::Complex,
        }
    }

    /// The irrep with the character `χ̄_i`; `i` itself unless it is of complex type.
    pub fn conjugate(&self, i: usize) -> usize {
        self.conjugates[i]
    }

    /// `⟨φ, ψ⟩ = |G|⁻¹ Σ_g φ(g) conj ψ(g)` of two functions on the classes.
    ///
    /// # Panics
    /// If a function does not have one value a class, as slice indexing does.
    pub fn product(&self, phi: &[Complex<f64>], psi: &[Complex<f64>]) -> Complex<f64> {
        let sum: Complex<f64> = (0..self.classes.count())
            .map(|c| phi[c] * psi[c].conj() * self.classes.size(c) as f64)
            .sum();
        sum / self.order as f64
    }

    /// How often each irrep occurs in a representation with the given character, one value a class.
    ///
    /// # Panics
    /// If there is not one value a class.
    pub fn multiplicities(&self, character: &[Complex<f64>]) -> Vec<usize> {
        let product = |chi: &Vec<Complex<f64>>| self.product(character, chi).re.round() as usize;
        self.values.iter().map(product).collect()
    }
}

impl fmt::Display for CharacterTable {
    /// A representative and the size of each class, then one character a row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.representatives.iter().map(|text| text.chars().count()).max();
        let width = width.unwrap_or(0).max(13);
        write!(f, "{:>8}", self.name)?;
        for representative in &self.representatives {
            write!(f, " {representative:>width$}")?;
        }
        write!(f, "\n{:>8}", "")?;
        for c in 0..self.classes.count() {
            write!(f, " {:>width$}", format!("×{}", self.classes.size(c)))?;
        }
        for (i, chi) in self.values.iter().enumerate() {
            write!(f, "\n{:>8}", format!("χ{i}"))?;
            for value in chi {
                let clean = |v: f64| if v.abs() < 5e-4 { 0.0 } else { v };
                let (re, im) = (clean(value.re), clean(value.im));
                let text = if im == 0.0 { format!("{re:.3}") } else { format!("{re:.3}{im:+.3}i") };
                write!(f, " {text:>width$}")?;
            }
        }
        Ok(())
    }
}

/// For every character the number of its conjugate, found by a functional that tells characters
/// apart.
fn conjugates(values: &[Vec<Complex<f64>>]) -> Vec<usize> {
    let weight = |c: usize| 1.0 + (1.0 + 2.3 * (c as f64).powf(1.3)).cos();
    let functional = |chi: &Vec<Complex<f64>>| -> Complex<f64> {
        chi.iter().enumerate().map(|(c, v)| v * weight(c)).sum()
    };
    let marks: Vec<Complex<f64>> = values.iter().map(functional).collect();
    let is_conjugate = |i: usize, j: usize| {
        values[i].iter().zip(&values[j]).all(|(a, b)| (a.conj() - b).norm() < 1e-6)
    };
    (0..values.len())
        .map(|i| {
            let distance = |j: &usize| (marks[*j] - marks[i].conj()).norm_sqr();
            let nearest =
                (0..marks.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(i);
            if is_conjugate(i, nearest) {
                return nearest;
            }
            // Two characters with the same mark, to rounding.
            (0..values.len()).find(|&j| is_conjugate(i, j)).unwrap_or(i)
        })
        .collect()
}

/// `e^{2πik/n}`, exact at multiples of a quarter turn.
pub(crate) fn root_of_unity(k: usize, n: usize) -> Complex<f64> {
    let (re, im) = cos_sin_of_fraction(k, n);
    Complex::new(re, im)
}

fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
