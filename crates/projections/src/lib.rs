//! Invariant projections of equivariant latent codes, each with its guarantee.
//!
//! An equivariant network maps `g·x` to `ρ(g)z`, so a code means no more than its orbit
//! `[z] = {ρ(g)z}`. An **invariant projection** `s` with `s(ρ(g)z) = s(z)` makes codes that
//! Euclidean tools may be used on (Hansen, Calissano & Feragen, *Interpreting Equivariant
//! Representations*, ICML 2024). How much survives differs; `D` is the dimension of the codes,
//! `N` the order of the group, `F` the number of fields:
//!
//! **Isometric**: straight lines and distances are those of the quotient. For finite groups these
//! exist for reflection groups only, for compact ones for polar actions.
//!
//! | projection | formula | outputs |
//! |---|---|---|
//! | [`Sort`] | ascending coordinates, `S_n` on `R^n` | `n` |
//! | [`WeylChamber`] | folding by simple reflections, any finite reflection group | `D` |
//! | [`SpectralSection`] | eigenvalues, singular values, norm, modulus | rank |
//!
//! **Cross-sections**: `s(z)` lies on the orbit, so a decoder still understands it; [`CrossSection`]
//! returns the group element too, and takes codes back. `Sort` and `WeylChamber` are others.
//!
//! | projection | formula | guarantee | outputs |
//! |---|---|---|---|
//! | [`LexSort`] | rows in lexicographic order, `S_n` on `R^{n×d}` | separating, jumps | `nd` |
//! | [`Canonicalize`] | `ρ(g*)z`, aligned to a template, a Fréchet mean, by argmax | separating for generic codes, jumps | `D` |
//! | [`RotationAlignment`] | `XRᵀ`, points aligned to a template by `O(d)` | separating for generic codes, jumps | `nd` |
//!
//! **Any finite group**, acting by any orthogonal representation:
//!
//! | projection | formula | guarantee | outputs |
//! |---|---|---|---|
//! | [`MaxFilter`] | `max_g ⟨z, ρ(g)t_i⟩`, random `t_i` | bi-Lipschitz for `k ≥ 2D` generic `t_i` | `k` |
//! | [`SoftMaxFilter`] | `τ⁻¹ log mean_g exp(τ⟨z, ρ(g)t_i⟩)` | separating for `k > 2D` as far as rounding allows, smooth | `k` |
//! | [`SeparatingPolynomials`] | `mean_g (c_i + ⟨z, ρ(g)t_i⟩)^N`, homogenised | the same for small groups, smooth but at 0 | `k + 1` |
//! | [`CoOrbit`] | `sort_g ⟨z, ρ(g)t_i⟩` | bi-Lipschitz for `k ≥ 2D` generic `t_i` | `kN` |
//! | [`TightCoOrbit`] | `P_G z` and co-orbits of a tight frame | local isometry, `β = 1`; bi-Lipschitz for `2D` generic `t_i` | any `k ≥ D` |
//! | [`Reynolds`] | `P_G z`, the mean over the group | lossy, linear | `dim Z^G` |
//! | [`RandomLinear`] | `W P_G z`, random `W` | lossy, rank ≤ `dim Z^G` | `k` |
//!
//! **Sets**: `S_n` on `R^{n×d}`; and point sets up to rotation.
//!
//! | projection | formula | guarantee | outputs |
//! |---|---|---|---|
//! | [`SortedKeys`] | each column of `XA` sorted | bi-Lipschitz for `k > n(d−1)` keys in general position | `nk` |
//! | [`FourierSliced`] | cosine coefficients of sorted slices | bi-Lipschitz for `m > 2nd` | `m` |
//! | [`SortPool`] | `Σ_i w_j(i/(n−1)) sort(Xa_j)_i` | bi-Lipschitz for `m ≥ 2nd` with `n` knots | `m` |
//! | [`Moments::of_sets`] | means of monomials | separating from degree `n` for few points, never bi-Lipschitz | monomials |
//! | [`WeightedFrame`] | average over canonical orders | lossy, continuous on distinct rows | `nd` |
//! | [`ColumnSort`] | each column sorted | lossy: a negative control | `nd` |
//! | [`RootGram`] | `(XXᵀ)^{1/2}`, `O(d)` or `E(d)` on `n` points | bi-Lipschitz, distortion ≤ `√2`; isometric for one point | `n(n+1)/2` |
//!
//! **Rotations and reflections** of the plane and of space, on sums of irreps; [`Canonicalize`],
//! [`MaxFilter`], [`Reynolds`] and [`RandomLinear`] as well:
//!
//! | projection | formula | guarantee | outputs |
//! |---|---|---|---|
//! | [`IsotypicGram`] | `(Z_ψ Z_ψᵀ)^{1/2}` | bi-Lipschitz for one irrep on which `G` acts by all orthogonal maps, else lossy | `m(m+1)/2` for `m` copies |
//! | [`BlockNorms`] | `‖z_f‖` | isometric for one vector, else lossy | `F` |
//!
//! **Fields** of the regular representation:
//!
//! | projection | formula | guarantee | outputs |
//! |---|---|---|---|
//! | [`Bispectrum`] between fields | `û(1)û(k) conj û(k+1)`, `ẑ_f(k) conj û(k)`, `C_N` | separating for generic codes, invertible | about `(F+2)N` |
//! | [`DihedralBispectrum`] | the same for `D_N` | separating for generic codes, invertible | about `(4F+4)N` |
//! | [`IrrepBispectrum`] | `U_ψᵀ J Z_ψ`, `(u_i ⊗ u_j)ᵀ Q u_k`, any group with irreps | separating for generic codes | `F·N` and up to `N²/6` |
//! | [`PowerSpectrum`] between fields | `ẑ_f(ψ)ᵀ ẑ_f'(ψ)` | lossy: phases between frequencies | `F²` a frequency |
//! | [`PowerSpectrum`] per field | norms of isotypic components | lossy | `F` a frequency |
//! | [`Bispectrum`] per field | the bispectrum of each field | lossy: a negative control | about `3FN` |
//! | [`GroupMean`], [`GroupMax`], [`GroupNorm`], [`Moments::of_fields`] | pooling of each field | lossy: relative poses of fields | `F` |
//!
//! **Made of others**: [`Projection::then`] puts one after another and says what survives, [`PerField`]
//! equal ones side by side, [`Blockwise`] different ones.
//! [`OrbitLift`] makes regular fields of any encoder, equivariant or not, by encoding its inputs in
//! every pose; any of the above then makes it invariant.
//!
//! To check one of your own, or one for a group of your own: [`laws`].
//!
//! By name, as in `max-filter:256`, and which of them apply to a representation: [`catalogue`].
//!
//! With the feature `candle`, the module `differentiable` has them on tensors, with gradients.
//!
//! What each one guarantees, with constants and source, is also a value: [`Metadata`]. What they
//! claim is tested in `tests/it/theorems`.
//!
//! # Example
//!
//! ```
//! use groups::{Cyclic, Representation};
//! use ndarray::Array2;
//! use projections::{MaxFilter, Projection};
//!
//! let rep = Representation::regular(&Cyclic::new(8)?).copies(4);
//! let codes = Array2::from_shape_fn((100, rep.dim()), |(i, j)| ((i * 7 + j) as f32).sin());
//!
//! let projection = MaxFilter::random(&rep, 2 * rep.dim(), 42)?;
//! let invariant = projection.project(codes.view())?;
//! assert_eq!(invariant.dim(), (100, 64));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bispectrum;
mod block_norms;
mod blockwise;
mod canonicalize;
pub mod catalogue;
mod co_orbit;
mod column_sort;
mod compose;
mod correlation;
mod cross_section;
#[cfg(feature = "candle")]
pub mod differentiable;
mod dihedral_bispectrum;
mod error;
mod fourier_sliced;
mod general_position;
mod group_pool;
mod irrep_bispectrum;
mod isotypic_gram;
pub mod laws;
mod lex_sort;
mod linear;
mod matrix;
mod max_filter;
mod moments;
mod network;
mod orbit_lift;
mod poses;
mod power_spectrum;
mod projection;
mod random;
mod resolution;
mod root_gram;
mod rotation_alignment;
mod separating_polynomials;
mod side_by_side;
mod soft_max_filter;
mod sort;
mod sort_pool;
mod sorted_keys;
mod spectral_section;
mod streaming;
mod tight_co_orbit;
mod total_order;
mod transpose;
mod unit;
mod weighted_frame;
mod weyl_chamber;

pub use bispectrum::Bispectrum;
pub use block_norms::BlockNorms;
pub use blockwise::Blockwise;
pub use canonicalize::Canonicalize;
pub use co_orbit::CoOrbit;
pub use column_sort::ColumnSort;
pub use compose::{PerField, Then};
pub use cross_section::CrossSection;
pub use dihedral_bispectrum::DihedralBispectrum;
pub use error::ProjectionError;
pub use fourier_sliced::FourierSliced;
pub use group_pool::{GroupMax, GroupMean, GroupNorm, GroupPool, Max, Mean, Norm, Statistic};
pub use irrep_bispectrum::{IrrepBispectrum, Triples};
pub use isotypic_gram::IsotypicGram;
pub use lex_sort::LexSort;
pub use linear::{RandomLinear, Reynolds};
pub use max_filter::MaxFilter;
pub use moments::Moments;
pub use orbit_lift::OrbitLift;
pub use power_spectrum::{Coupling, PowerSpectrum};
pub use projection::{Guarantee, Lipschitz, Metadata, Projection};
pub use root_gram::RootGram;
pub use rotation_alignment::RotationAlignment;
pub use separating_polynomials::SeparatingPolynomials;
pub use soft_max_filter::SoftMaxFilter;
pub use sort::Sort;
pub use sort_pool::SortPool;
pub use sorted_keys::SortedKeys;
pub use spectral_section::SpectralSection;
pub use tight_co_orbit::{TemplateFit, TightCoOrbit};
pub use weighted_frame::WeightedFrame;
pub use weyl_chamber::{Reflection, ReflectionGroup, WeylChamber, reflections};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
