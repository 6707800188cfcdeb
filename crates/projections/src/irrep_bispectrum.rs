//! The bispectrum of any finite group, and of rotations and reflections, by its irreps.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use groups::compact::Isometries;
use groups::{
    AnyFinite, AnyIsometries, Block, BlockKind, ClebschGordan, Group, GroupError, IrrepTheory,
    Irreps, IrrepsTo, Kind, Real, Representation, Space, Symmetry,
};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::random::gaussian;
use crate::unit::directions;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Which products of three irreps an [`IrrepBispectrum`] has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Triples {
    /// All of them: Kakarala's bispectrum.
    All,
    /// Those with one of a few irreps from whose tensor products all others come, such as one faithful
    /// irrep. They determine as much as all, by fewer numbers (Mataigne et al. 2024 for abelian and some
    /// other groups).
    Selective,
}

/// The bispectrum by irreps: for a code `z ≅ (Z_ψ)_ψ`, where the columns of `Z_ψ`, `d_ψ × m_ψ`, are its
/// parts in the copies of the real irrep `ψ`, and a mixture `U_ψ = Z_ψ A_ψ` of those copies down to as
/// many as the regular representation has, random with orthonormal columns,
///
/// - `‖z‖`, and the fixed part `Z_1`;
/// - `U_ψᵀ J Z_ψ / ‖z‖` for `J` in a basis of `Hom_G(ψ, ψ)`: every copy in the pose of the mixture;
/// - `(u_i ⊗ u_j)ᵀ Q u_k / ‖z‖²` for the Clebsch–Gordan maps `Q: ψ_k → ψ_i ⊗ ψ_j` and all columns
///   `u_i`, `u_j`, `u_k` of `U_i`, `U_j`, `U_k`, `i ≤ j ≤ k` not trivial: how the poses of the parts
///   belong together.
///
/// **Separating for generic codes** of a finite group in which every irrep occurs at least as often as in
/// the regular representation, `d_ψ / dim Hom_G(ψ, ψ)` times: then the columns of all `J U_ψ` span the irrep,
/// equal invariants make the maps `O_ψ` from those of one code to those of the other orthogonal, natural and
/// compatible with tensor products, and by Tannaka–Krein duality such a family is `ψ(g)` for one `g` of the
/// group (Kakarala 1992; Smach et al. 2008). For rotations and reflections of the plane and of space it
/// holds where the irrep of degree 1 occurs that often and the others are reached from it through such.
/// Where irreps occur less often this proof fails, and the metadata say [`Lossy`](Guarantee::Lossy): nothing
/// better is known.
///
/// Homogeneous of degree 1, smooth away from 0, hence not bi-Lipschitz. For rotations of space on
/// densities in spherical harmonics this is the bispectrum of Bartók, Kondor & Csányi 2013.
///
/// About `|G|` outputs a field and up to `|G|²/6` for the products, `|G| d²` where one faithful irrep of
/// dimension `d` suffices. Cost `Σ d_i d_j d_k r_i r_j` for `r_ψ` columns of `U_ψ`, and a change of basis.
/// [`Bispectrum`](crate::Bispectrum) and [`DihedralBispectrum`](crate::DihedralBispectrum) are faster and
/// have an inverse.
///
/// ```
/// use groups::{PermutationGroup, Representation};
/// use ndarray::Array2;
/// use projections::{Guarantee, IrrepBispectrum, Projection, Triples};
///
/// // Rotations of the tetrahedron.
/// let rep = Representation::regular(&PermutationGroup::alternating(4)?).copies(2);
/// let bispectrum = IrrepBispectrum::new(&rep, Triples::Selective, 42)?;
/// assert_eq!(Projection::<f64>::metadata(&bispectrum).guarantee, Guarantee::Generic);
///
/// let z = Array2::from_shape_fn((1, 24), |(_, i)| (i as f64 * 0.7).sin());
/// let g = groups::Permutation::new(vec![1, 2, 0, 3])?;
/// let moved = Array2::from_shape_vec((1, 24), rep.act(&g, &z.row(0).to_vec()))?;
/// let gap = bispectrum.project(z.view())? - bispectrum.project(moved.view())?;
/// assert!(gap.iter().all(|d| d.abs() < 1e-12));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct IrrepBispectrum {
    /// `z ↦ zQ`: coordinates in which irreps lie side by side.
    pub(crate) basis: Array2<f64>,
    /// Coordinates that the group leaves alone.
    pub(crate) fixed: Vec<usize>,
    pub(crate) parts: Vec<Part>,
    pub(crate) products: Vec<Product>,
    outputs: usize,
    guarantee: Guarantee,
}

/// The copies of one irrep.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    irrep: usize,
    pub(crate) dim: usize,
    pub(crate) copies: usize,
    /// Where the first copy begins among the coordinates.
    pub(crate) first: usize,
    /// `A`, copies × columns.
    pub(crate) mixture: DMatrix<f64>,
    pub(crate) grams: Vec<Gram>,
}

/// `UᵀJZ` for one `J` of `Hom_G(ψ, ψ)`.
#[derive(Debug, Clone)]
pub(crate) struct Gram {
    /// `J`, an isometry.
    pub(crate) commuting: DMatrix<f64>,
    /// The entries that do not follow from others.
    pub(crate) entries: Vec<(usize, usize)>,
}

/// Clebsch–Gordan maps of three parts.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// Numbers of the parts, ascending.
    pub(crate) parts: [usize; 3],
    pub(crate) maps: Vec<DMatrix<f64>>,
}

impl IrrepBispectrum {
    pub(crate) const NAME: &str = "irrep-bispectrum";

    /// The bispectrum of any representation of a finite group, or of a sum of irreps of rotations, or rotations and
    /// reflections, of the plane or of space; mixtures are drawn from `seed`.
    ///
    /// # Errors
    /// [`ProjectionError::Group`] where the group is too large for its irreps to be found, or knows no such
    /// irreps, [`ProjectionError::NotApplicable`] where a block of rotations is no irrep that is known by its
    /// degree.
    pub fn new<G: Symmetry>(
        representation: &Representation<G>,
        triples: Triples,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        match Space::from(representation).kind() {
            Kind::Finite(representation) => Self::of_finite(&representation, triples, seed),
            Kind::Isometries(representation) => Self::of_isometries(&representation, triples, seed),
        }
    }

    fn of_finite(
        representation: &Representation<AnyFinite>,
        triples: Triples,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let irreps = Irreps::of(representation.group())?;
        let mut this = Self::build(representation, &irreps, triples, seed, &[])?;
        let all_occur = irreps.real().len() <= this.parts.len() + 1;
        if all_occur && this.parts.iter().all(Part::is_full) {
            this.guarantee = Guarantee::Generic;
        }
        Ok(this)
    }

    fn of_isometries(
        representation: &Representation<AnyIsometries>,
        triples: Triples,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let group = representation.group();
        let degree = |block: Block| match block.kind {
            BlockKind::Trivial => Some(0),
            BlockKind::Harmonic { degree, .. } => Some(degree),
            BlockKind::Vectors => Some(1),
            _ => None,
        };
        let degrees: Option<Vec<usize>> = representation.blocks().into_iter().map(degree).collect();
        let Some(highest) = degrees.map(|all| all.into_iter().fold(1, usize::max)) else {
            return Err(ProjectionError::NotApplicable {
                projection: Self::NAME,
                requirement: "irreps of rotations by their degrees",
                representation: representation.name(),
            });
        };
        let theory = IrrepsTo::new(group.clone(), highest);
        let vector = theory.isotypic(&group.natural())?.components[0].irrep;
        let mut this = Self::build(representation, &theory, triples, seed, &[vector])?;
        let mut couplings = Couplings::new(&theory, &this.parts);
        let start = this.parts.iter().position(|part| part.irrep == vector);
        let reaches = match start {
            Some(start) if this.parts[start].is_full() => {
                couplings.reached(&BTreeSet::from([start]))?.len() == this.parts.len()
            }
            _ => this.parts.is_empty(),
        };
        if reaches {
            this.guarantee = Guarantee::Generic;
        }
        Ok(this)
    }

    /// Everything but the guarantee. Irreps in `first` are tried first where few shall suffice.
    fn build<G: Group, T: IrrepTheory<G>>(
        representation: &Representation<G>,
        theory: &T,
        triples: Triples,
        seed: u64,
        first: &[usize],
    ) -> Result<Self, ProjectionError> {
        let isotypic = theory.isotypic(representation)?;
        let (mut fixed, mut parts) = (Vec::new(), Vec::new());
        let dims: Vec<usize> = theory.irreps().iter().map(|i| i.representation().dim()).collect();
        let rows: usize = isotypic.components.iter().map(|c| dims[c.irrep]).sum();
        let copies = isotypic.components.iter().map(|c| c.multiplicity).max().unwrap_or(0);
        let normal = gaussian::<f64>(rows, copies, seed);
        let mut row = 0;
        for component in isotypic.components {
            // The trivial irrep comes first.
            if component.irrep == 0 {
                fixed.extend(component.columns);
                continue;
            }
            let (dim, copies) = (dims[component.irrep], component.multiplicity);
            let commuting = identity_first(theory.endomorphisms(component.irrep)?, dim);
            let columns = copies.min(dim / commuting.len());
            let mixture = if columns == copies {
                DMatrix::identity(copies, copies)
            } else {
                DMatrix::from_fn(copies, columns, |c, a| normal[(row + a, c)]).qr().q()
            };
            row += dim;
            let grams = commuting.into_iter().enumerate().map(|(e, commuting)| {
                // Without a mixture the matrix is symmetric for the identity and skew for the others.
                let from = |a: usize| if columns < copies { 0 } else { a + usize::from(e > 0) };
                let entries = (0..columns).flat_map(|a| (from(a)..copies).map(move |c| (a, c)));
                Gram { entries: entries.collect(), commuting }
            });
            let grams = grams.collect();
            let first = component.columns.start;
            parts.push(Part { irrep: component.irrep, dim, copies, first, mixture, grams });
        }
        let mut couplings = Couplings::new(theory, &parts);
        let with: BTreeSet<usize> = match triples {
            Triples::All => (0..parts.len()).collect(),
            Triples::Selective => couplings.few(first)?,
        };
        let products = couplings.products(&with)?;
        let n = representation.dim();
        let mut this = Self {
            basis: Array2::from_shape_fn((n, n), |(i, j)| isotypic.basis[(i, j)]),
            fixed,
            parts,
            products,
            outputs: 0,
            guarantee: Guarantee::Lossy,
        };
        let grams: usize = this.parts.iter().flat_map(|p| &p.grams).map(|g| g.entries.len()).sum();
        let columns =
            |p: &Product| p.parts.map(|i| this.parts[i].columns()).iter().product::<usize>();
        let products: usize = this.products.iter().map(|p| p.maps.len() * columns(p)).sum();
        this.outputs = 1 + this.fixed.len() + grams + products;
        Ok(this)
    }

    /// The invariants of a code that is not zero, in the coordinates of irreps and of length 1.
    fn invariants(&self, w: &[f64], out: &mut Vec<f64>) {
        out.push(1.0);
        out.extend(self.fixed.iter().map(|&i| w[i]));
        let mut mixtures = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let z = DMatrix::from_column_slice(
                part.dim,
                part.copies,
                &w[part.first..][..part.dim * part.copies],
            );
            let u = &z * &part.mixture;
            for Gram { commuting, entries } in &part.grams {
                let gram = u.transpose() * commuting * &z;
                out.extend(entries.iter().map(|&entry| gram[entry]));
            }
            mixtures.push(u);
        }
        for product in &self.products {
            let [left, right, with] = product.parts.map(|i| &mixtures[i]);
            let tensors = left.kronecker(right);
            for map in &product.maps {
                // Row by row: the pair of columns, then the third.
                let values = with.transpose() * (map.transpose() * &tensors);
                out.extend(values.as_slice());
            }
        }
    }
}

impl Part {
    pub(crate) fn columns(&self) -> usize {
        self.mixture.ncols()
    }

    /// Whether generic copies and what commutes with the group make all of the irrep of them: whether it
    /// occurs at least as often as in the regular representation.
    fn is_full(&self) -> bool {
        self.copies * self.grams.len() >= self.dim
    }
}

/// The same space of maps by a basis of isometries, orthogonal for `tr SᵀT`, that begins with the identity;
/// the others are then skew.
fn identity_first(maps: Vec<DMatrix<f64>>, dim: usize) -> Vec<DMatrix<f64>> {
    let count = maps.len();
    let mut basis = vec![DMatrix::<f64>::identity(dim, dim)];
    for mut map in maps {
        for known in &basis {
            map -= known * (known.dot(&map) / dim as f64);
        }
        let size = map.norm() / (dim as f64).sqrt();
        // One of them follows from the identity and the others.
        if size > 1e-6 && basis.len() < count {
            basis.push(map / size);
        }
    }
    basis
}

/// Clebsch–Gordan maps between the parts of a code, each pair found when first asked for.
struct Couplings<'a, G, T> {
    theory: &'a T,
    parts: &'a [Part],
    found: BTreeMap<(usize, usize), Vec<ClebschGordan>>,
    group: PhantomData<G>,
}

impl<'a, G: Group, T: IrrepTheory<G>> Couplings<'a, G, T> {
    fn new(theory: &'a T, parts: &'a [Part]) -> Self {
        Self { theory, parts, found: BTreeMap::new(), group: PhantomData }
    }

    /// The parts in the tensor product of two, ascending; `irrep` is the number of the part.
    fn of(&mut self, i: usize, j: usize) -> Result<&[ClebschGordan], GroupError> {
        let (i, j) = (i.min(j), i.max(j));
        match self.found.entry((i, j)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => {
                let couplings = self.theory.couplings(self.parts[i].irrep, self.parts[j].irrep)?;
                let part = |irrep: usize| self.parts.iter().position(|part| part.irrep == irrep);
                let those = couplings
                    .into_iter()
                    .filter_map(|c| Some(ClebschGordan { irrep: part(c.irrep)?, ..c }));
                Ok(new.insert(those.collect()))
            }
        }
    }

    /// The parts that occur in products of some parts any number of times, by way of full ones.
    fn reached(&mut self, from: &BTreeSet<usize>) -> Result<BTreeSet<usize>, GroupError> {
        let mut reached = from.clone();
        let mut ahead: Vec<usize> = from.iter().copied().collect();
        while let Some(j) = ahead.pop() {
            if !self.parts[j].is_full() {
                continue;
            }
            for &i in from {
                for k in self.of(i, j)?.iter().map(|c| c.irrep).collect::<Vec<_>>() {
                    if reached.insert(k) {
                        ahead.push(k);
                    }
                }
            }
        }
        Ok(reached)
    }

    /// A few full parts, of small dimension, from which all parts are reached; all parts if there are
    /// none. Irreps in `first` are tried before others.
    fn few(&mut self, first: &[usize]) -> Result<BTreeSet<usize>, GroupError> {
        let parts = self.parts;
        let full = (0..parts.len()).filter(|&i| parts[i].is_full());
        let mut starts: Vec<usize> = full.collect();
        starts.sort_by_key(|&i| (!first.contains(&parts[i].irrep), parts[i].dim));
        let cost = |set: &BTreeSet<usize>| set.iter().map(|&i| parts[i].dim.pow(2)).sum::<usize>();
        let mut best: Option<BTreeSet<usize>> = None;
        for start in &starts {
            let mut set = BTreeSet::from([*start]);
            loop {
                let reached = self.reached(&set)?;
                if reached.len() == parts.len() {
                    if best.as_ref().is_none_or(|best| cost(&set) < cost(best)) {
                        best = Some(set);
                    }
                    break;
                }
                match starts.iter().find(|i| !reached.contains(i)) {
                    Some(next) => set.insert(*next),
                    None => break,
                };
            }
            // One irrep that suffices is the smallest that does.
            if best.as_ref().is_some_and(|best| best.len() == 1) {
                break;
            }
        }
        Ok(best.unwrap_or_else(|| (0..parts.len()).collect()))
    }

    /// The products of three parts, ascending, of which one is among those named.
    fn products(&mut self, with: &BTreeSet<usize>) -> Result<Vec<Product>, GroupError> {
        let mut products = Vec::new();
        for i in 0..self.parts.len() {
            for j in i..self.parts.len() {
                let named = with.contains(&i) || with.contains(&j);
                if !named && with.range(j..).next().is_none() {
                    continue;
                }
                for ClebschGordan { irrep: k, maps } in self.of(i, j)? {
                    if *k >= j && (named || with.contains(k)) {
                        products.push(Product { parts: [i, j, *k], maps: maps.clone() });
                    }
                }
            }
        }
        Ok(products)
    }
}

impl<T: Real> Projection<T> for IrrepBispectrum {
    fn metadata(&self) -> Metadata {
        Metadata {
            name: Self::NAME,
            formula: "Z_1, U_ψᵀ J Z_ψ, (u_i ⊗ u_j)ᵀ Q u_k",
            guarantee: self.guarantee,
            lipschitz: Lipschitz::UNKNOWN,
            cross_section: false,
            because: match self.guarantee {
                Guarantee::Lossy => {
                    "some irreps occur less often than in the regular representation: no proof is known"
                }
                _ => "poses of the irreps that respect tensor products are one group element",
            },
            source: "Kakarala 1992, 2012; Smach et al. 2008; Mataigne et al. 2024 (arXiv 2407.07655)",
        }
    }

    fn input_dim(&self) -> usize {
        self.basis.nrows()
    }

    fn output_dim(&self) -> usize {
        self.outputs
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (unit, norms) = directions(codes);
        let coordinates = unit.dot(&self.basis);
        let mut row = Vec::with_capacity(self.outputs);
        for ((w, norm), mut out) in coordinates.rows().into_iter().zip(norms).zip(out.rows_mut()) {
            row.clear();
            self.invariants(&w.to_vec(), &mut row);
            out.iter_mut().zip(&row).for_each(|(out, value)| *out = T::of(value * norm));
        }
    }
}
