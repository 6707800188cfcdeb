//! Roots of Gram matrices, one for each kind of block: rotations and reflections of any degree.

use std::collections::BTreeMap;
use std::f64::consts::SQRT_2;

use groups::compact::Isometries;
use groups::{BlockKind, Real, Representation};
use nalgebra::DMatrix;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::root_gram::root_of_gram;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(z) = ((Z_ψ Z_ψᵀ)^{1/2})_ψ`: for every irrep `ψ` of rotations (and reflections) of the plane or of
/// space the root of the Gram matrix of its copies, the rows of `Z_ψ`. Scalars are kept as they are.
///
/// For the rotations of the plane rows are complex numbers, `Z_ψ Z_ψ*` is Hermitian, and the phases
/// between copies are kept.
///
/// At most `√2` times as far apart as orbits (Araki & Yamagami 1981). Where one irrep alone is not
/// trivial and the group acts on it by all orthogonal (or unitary) maps, as on points under `O(d)`, no
/// two orbits come closer: [`RootGram`](crate::RootGram). Of one copy it is the norm, and isometric.
/// Else it is lossy: of several irreps poses of parts relative to each other are lost, as they are by a power
/// spectrum; of degrees above 1 in space `ρ(G)` is but a small part of the orthogonal maps, so that even one
/// vector has different orbits of one length; and of three or more vectors under the rotations of space the
/// image does not tell left from right.
///
/// Outputs of `m` copies are the `m(m+1)/2` entries on and above the diagonal, those above it times
/// `√2`, and over the complex numbers `m²`, real and imaginary parts. Cost `m²d` for each irrep.
///
/// ```
/// use groups::compact::{Isometries, O3};
/// use ndarray::array;
/// use projections::{IsotypicGram, Projection};
///
/// // Two points of space, turned about z by a quarter.
/// let rep = O3.natural().copies(2);
/// let z = array![[1.0, 0.0, 0.0, 0.0, 2.0, 1.0], [0.0, 1.0, 0.0, -2.0, 0.0, 1.0]];
/// let s = IsotypicGram::new(&rep)?.project(z.view())?;
/// assert!((&s.row(0) - &s.row(1)).iter().all(|d: &f64| d.abs() < 1e-12));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct IsotypicGram {
    pub(crate) scalars: Vec<usize>,
    pub(crate) components: Vec<Component>,
    dim: usize,
    outputs: usize,
    guarantee: Guarantee,
}

/// All copies of one irrep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Component {
    /// The coordinates of each copy.
    pub(crate) copies: Vec<Vec<usize>>,
    /// Whether the two coordinates of a copy are a complex number.
    pub(crate) complex: bool,
}

impl Component {
    fn outputs(&self) -> usize {
        let m = self.copies.len();
        if self.complex { m * m } else { m * (m + 1) / 2 }
    }
}

impl IsotypicGram {
    pub(crate) const NAME: &str = "root-gram";

    /// The invariants of a sum of irreps.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] where a block is no irrep that is known by its degree.
    pub fn new<G: Isometries>(representation: &Representation<G>) -> Result<Self, ProjectionError> {
        let reflects = representation.group().reflects();
        let (mut scalars, mut parts) =
            (Vec::new(), BTreeMap::<(usize, bool), Vec<Vec<usize>>>::new());
        for block in representation.blocks() {
            let places: Vec<usize> = (block.offset..block.offset + block.dim).collect();
            let (degree, odd, places) = match block.kind {
                BlockKind::Trivial => (0, false, places),
                BlockKind::Harmonic { degree, odd } => (degree, odd && reflects, places),
                // The order of the irrep of degree 1.
                BlockKind::Vectors => (1, reflects, [1, 2, 0].map(|i| places[i]).to_vec()),
                _ => {
                    return Err(ProjectionError::NotApplicable {
                        projection: Self::NAME,
                        requirement: "irreps of rotations by their degrees",
                        representation: representation.name(),
                    });
                }
            };
            match (degree, odd) {
                (0, false) => scalars.extend(places),
                key => parts.entry(key).or_default().push(places),
            }
        }
        let in_plane = representation.group().ambient_dim() == 2;
        let all_maps = |&(degree, odd): &(usize, bool), copies: usize| {
            // Two vectors of space and their mirror images are turned into each other.
            in_plane || degree == 0 || degree == 1 && (odd || copies < 3)
        };
        let guarantee = match parts.iter().next() {
            None => Guarantee::Isometric,
            Some((key, copies)) if parts.len() == 1 && all_maps(key, copies.len()) => {
                if copies.len() == 1 { Guarantee::Isometric } else { Guarantee::BiLipschitz }
            }
            Some(_) => Guarantee::Lossy,
        };
        let components: Vec<Component> = parts
            .into_iter()
            .map(|((degree, _), copies)| Component {
                copies,
                complex: in_plane && !reflects && degree > 0,
            })
            .collect();
        let outputs = scalars.len() + components.iter().map(Component::outputs).sum::<usize>();
        if outputs == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        Ok(Self { scalars, components, dim: representation.dim(), outputs, guarantee })
    }
}

impl<T: Real> Projection<T> for IsotypicGram {
    fn metadata(&self) -> Metadata {
        let (lipschitz, because) = match self.guarantee {
            Guarantee::Isometric => {
                (Lipschitz::ISOMETRIC, "min_g ‖z − ρ(g)w‖ = |‖z‖ − ‖w‖| for one vector")
            }
            Guarantee::BiLipschitz => (
                Lipschitz { lower: Some(1.0), upper: Some(SQRT_2) },
                "d ≤ ‖√(XXᵀ) − √(YYᵀ)‖ ≤ √2 d, and no Euclidean invariant of two or more vectors has less distortion",
            ),
            _ => (
                Lipschitz::at_most(SQRT_2),
                "each irrep is reduced by itself, and poses relative to each other are lost",
            ),
        };
        Metadata {
            name: Self::NAME,
            formula: "(Z_ψ Z_ψᵀ)^{1/2}",
            guarantee: self.guarantee,
            lipschitz,
            cross_section: false,
            because,
            source: "Araki & Yamagami 1981; Derksen 2024 (arXiv 2409.06829)",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.outputs
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            let code: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            let scalars = self.scalars.iter().map(|&i| code[i]);
            let roots = self.components.iter().flat_map(|component| component.root(&code));
            out.iter_mut().zip(scalars.chain(roots)).for_each(|(out, value)| *out = T::of(value));
        }
    }
}

impl Component {
    /// The entries of the root, in coordinates in which their Euclidean norm is that of Frobenius.
    fn root(&self, code: &[f64]) -> Vec<f64> {
        let m = self.copies.len();
        let entries = self.copies.iter().flatten().map(|&i| code[i].abs());
        // Scaled, so that neither huge nor tiny values overflow or vanish when squared.
        let largest = entries.fold(0.0, f64::max);
        if largest == 0.0 {
            return vec![0.0; self.outputs()];
        }
        let at = |i: usize, j: usize| code[self.copies[i][j]] / largest;
        let pairs = (0..m).flat_map(|i| (i..m).map(move |j| (i, j)));
        if self.complex {
            // The root of ζζ* is ζζ*/‖ζ‖.
            let square: f64 = (0..m).map(|i| at(i, 0).powi(2) + at(i, 1).powi(2)).sum();
            let scale = largest / square.sqrt();
            return pairs
                .flat_map(|(i, j)| {
                    let real = at(i, 0) * at(j, 0) + at(i, 1) * at(j, 1);
                    let imaginary = at(i, 1) * at(j, 0) - at(i, 0) * at(j, 1);
                    match i == j {
                        true => vec![real * scale],
                        false => vec![SQRT_2 * real * scale, SQRT_2 * imaginary * scale],
                    }
                })
                .collect();
        }
        let root = root_of_gram(&DMatrix::from_fn(m, self.copies[0].len(), at));
        pairs.map(|(i, j)| root[(i, j)] * largest * if i == j { 1.0 } else { SQRT_2 }).collect()
    }
}
