//! Representation theory in ten steps, with what this crate has for each.
//!
//! A code `z` and `ρ(g)z` mean the same thing. What a linear map, a probe or a layer can do with
//! such codes is decided by the representation `ρ`, and this is how to take one apart.
//!
//! # 1. Groups
//!
//! A group is a set with a product that is associative, has a neutral element `e` and inverses.
//!
//! | you have | use | it is held as |
//! |---|---|---|
//! | a regular polygon | [`Cyclic`](crate::Cyclic), [`Dihedral`](crate::Dihedral) | numbers |
//! | all orders of `n` things | [`Symmetric`](crate::Symmetric) | permutations |
//! | some permutations | [`PermutationGroup`](crate::PermutationGroup) | base and strong generators |
//! | some matrices | [`MatrixGroup`](crate::MatrixGroup) | all matrices |
//! | a table | [`TableGroup`](crate::TableGroup) | the table |
//! | two groups | [`Product`](crate::Product), [`Semidirect`](crate::Semidirect), [`Wreath`](crate::Wreath) | pairs |
//! | rotations of the plane or of space | [`compact`](crate::compact) | angles, quaternions |
//!
//! A group given by permutations is never listed unless asked for: 43 quintillion positions of
//! Rubik's cube are no obstacle to membership or to fair samples.
//!
//! ```
//! use groups::{FiniteGroup, Permutation, PermutationGroup};
//! // Six quarter turns of the faces, on the 48 stickers that move.
//! let faces: [&[&[usize]]; 6] = [
//!     &[&[0, 2, 7, 5], &[1, 4, 6, 3], &[8, 32, 24, 16], &[9, 33, 25, 17], &[10, 34, 26, 18]],
//!     &[&[8, 10, 15, 13], &[9, 12, 14, 11], &[0, 16, 40, 39], &[3, 19, 43, 36], &[5, 21, 45, 34]],
//!     &[&[16, 18, 23, 21], &[17, 20, 22, 19], &[5, 24, 42, 15], &[6, 27, 41, 12], &[7, 29, 40, 10]],
//!     &[&[24, 26, 31, 29], &[25, 28, 30, 27], &[2, 37, 42, 18], &[4, 35, 44, 20], &[7, 32, 47, 23]],
//!     &[&[32, 34, 39, 37], &[33, 36, 38, 35], &[2, 8, 45, 31], &[1, 11, 46, 28], &[0, 13, 47, 26]],
//!     &[&[40, 42, 47, 45], &[41, 44, 46, 43], &[13, 21, 29, 37], &[14, 22, 30, 38], &[15, 23, 31, 39]],
//! ];
//! let turns = faces.iter().map(|cycles| Permutation::from_cycles(48, cycles));
//! let cube = PermutationGroup::new("cube", 48, turns.collect::<Result<_, _>>()?)?;
//! assert_eq!(cube.exact_order().to_u128(), Some(43_252_003_274_489_856_000));
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 2. Representations
//!
//! A representation is a homomorphism `ρ: G → O(D)`, `ρ(ab) = ρ(a)ρ(b)`: each element acts as an
//! orthogonal matrix. Three that come for free:
//!
//! | name | space | `ρ(g)` |
//! |---|---|---|
//! | [trivial](crate::Representation::trivial) | `R` | 1 |
//! | [regular](crate::Representation::regular) | functions on `G` | `(ρ(g)z)(h) = z(g⁻¹h)` |
//! | [quotient](crate::Representation::quotient) | functions on the cosets `G/H` | the same |
//!
//! Codes add up to codes: [`direct_sum`](crate::Representation::direct_sum) and
//! [`copies`](crate::Representation::copies) put blocks side by side. The question is how far one
//! can go back: into which smallest blocks does `ρ` fall apart, in a good basis?
//!
//! # 3. Irreps
//!
//! `ρ` is *irreducible* where no subspace but 0 and the whole is mapped to itself. Because `ρ(g)` is
//! orthogonal, the complement of an invariant subspace is invariant too, so every representation is
//! a sum of irreps (Maschke). A finite group has as many complex irreps as conjugacy classes, and
//! `Σ d_i² = |G|`.
//!
//! ```
//! use groups::{Irreps, MatrixGroup};
//! let cube = MatrixGroup::octahedral()?;
//! let irreps = Irreps::of(&cube)?;
//! let dims: Vec<usize> = irreps.complex().iter().map(|psi| psi.dim()).collect();
//! assert_eq!(dims, [1, 1, 2, 3, 3]); // 1 + 1 + 4 + 9 + 9 = 24
//! assert_eq!(irreps.table().classes().count(), 5);
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 4. Characters
//!
//! The trace `χ_ρ(g) = tr ρ(g)` depends on the conjugacy class of `g` only, and determines `ρ` up to
//! a change of basis. With `⟨φ, ψ⟩ = |G|⁻¹ Σ_g φ(g) conj ψ(g)` the irreducible characters are
//! orthonormal, so `⟨χ_ρ, χ_i⟩` counts how often irrep `i` occurs in `ρ`. Characters of `S_4`, by
//! the cycles of a permutation (the column heads) and the size of its class:
//!
//! | | `e` ×1 | `(0 1)` ×6 | `(0 1)(2 3)` ×3 | `(0 1 2)` ×8 | `(0 1 2 3)` ×6 |
//! |---|---|---|---|---|---|
//! | trivial | 1 | 1 | 1 | 1 | 1 |
//! | sign | 1 | −1 | 1 | 1 | −1 |
//! | plane | 2 | 0 | 2 | −1 | 0 |
//! | space | 3 | 1 | −1 | 0 | −1 |
//! | space ⊗ sign | 3 | −1 | −1 | 0 | 1 |
//!
//! ```
//! use groups::{CharacterTable, Symmetric};
//! let table = CharacterTable::of(&Symmetric::new(4)?)?;
//! println!("{table}");
//! // R⁴ has the character "number of fixed points": trivial ⊕ space.
//! let natural = Symmetric::new(4)?.natural();
//! # use groups::FiniteGroup;
//! let s4 = natural.group();
//! let character: Vec<_> = (0..table.len())
//!     .map(|c| natural.character(&s4.element(table.classes().representative(c))).into())
//!     .collect();
//! assert_eq!(table.multiplicities(&character).iter().sum::<usize>(), 2);
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 5. Real irreps and their types
//!
//! Codes are real, and over the real numbers irreps come in three types, by the algebra of matrices
//! that commute with them ([`IrrepType`](crate::IrrepType)). The Frobenius–Schur indicator
//! `ν = |G|⁻¹ Σ_g χ(g²)` of a complex irrep tells which:
//!
//! | type | commuting matrices | `ν` | example |
//! |---|---|---|---|
//! | real | `R` | 1 | every irrep of `S_n` and `D_N` |
//! | complex | `C` | 0 | rotations of the plane by `C_N`, `N ≥ 3` |
//! | quaternionic | `H` | −1 | `Q_8` on the quaternions |
//!
//! A layer between irreps of complex type has two free weights a pair where one of real type has
//! one: forgetting this makes equivariant networks needlessly narrow.
//!
//! # 6. Isotypic decomposition
//!
//! [`Irreps::decompose`](crate::Irreps::decompose) gives multiplicities `m_i` and an orthogonal `Q`
//! with `Qᵀρ(g)Q = ⊕ m_i ψ_i(g)`.
//!
//! ```
//! use groups::{Cyclic, Irreps, Representation};
//! // Peter–Weyl for C_8: frequencies 0, …, 4, and Q is the discrete Fourier transform.
//! let c8 = Cyclic::new(8)?;
//! let decomposition = Irreps::of(&c8)?.decompose(&Representation::regular(&c8))?;
//! let dims: Vec<usize> = decomposition.components().iter().map(|c| c.columns.len()).collect();
//! assert_eq!(dims.iter().sum::<usize>(), 8);
//! let block = decomposition.basis().transpose()
//!     * Representation::regular(&c8).matrix(&1)
//!     * decomposition.basis();
//! assert!((block - decomposition.block_form()?.matrix(&1)).amax() < 1e-12);
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 7. Invariants
//!
//! The trivial part `Z^G = {z : ρ(g)z = z}` is all that an invariant linear map can see: there are
//! [`fixed_dim`](crate::Representation::fixed_dim) `= ⟨χ_ρ, 1⟩` independent ones, and random linear
//! invariants beyond that many add nothing. Sixteen regular fields of `C_8` have 128 coordinates
//! and 16 linear invariants.
//!
//! ```
//! use groups::{Cyclic, Representation};
//! let fields = Representation::regular(&Cyclic::new(8)?).copies(16);
//! assert_eq!((fields.dim(), fields.fixed_dim()), (128, 16));
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 8. Intertwiners: linear layers
//!
//! A linear layer is equivariant where `T ρ(g) = σ(g) T`. By Schur's lemma such a `T` maps copies of
//! an irrep to copies of the same one, and `dim Hom_G(ρ, σ) = Σ m_i n_i dim End ψ_i = ⟨χ_ρ, χ_σ⟩`.
//! [`Representation::intertwiners`](crate::Representation::intertwiners) finds a basis for groups of
//! any size. Between tensors of orders `k` and `l` over `n` nodes they are the partitions of `k + l`
//! things into at most `n` parts, for `n ≥ k + l` a Bell number. For four nodes and more:
//!
//! | from order \ to order | 0 | 1 | 2 |
//! |---|---|---|---|
//! | 0 | 1 | 1 | 2 |
//! | 1 | 1 | 2 | 5 |
//! | 2 | 2 | 5 | 15 |
//!
//! ```
//! use groups::Symmetric;
//! let nodes = Symmetric::new(9)?.natural();
//! let edges = nodes.tensor(&nodes)?;
//! assert_eq!(nodes.intertwiners(&nodes)?.len(), 2); // the identity and the mean: DeepSets
//! assert_eq!(nodes.intertwiners(&edges)?.len(), 5);
//! // Two nodes: of the five partitions of three things the one into three parts is missing.
//! let nodes = Symmetric::new(2)?.natural();
//! assert_eq!(nodes.intertwiners(&nodes.tensor(&nodes)?)?.len(), 4);
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 9. Products and subgroups
//!
//! `ρ ⊗ σ` decomposes again; the change of basis holds the Clebsch–Gordan coefficients
//! ([`Irreps::clebsch_gordan`](crate::Irreps::clebsch_gordan)). An
//! [`Inclusion`](crate::Inclusion) of a subgroup restricts representations to it and induces them
//! from it, and the two are adjoint (Frobenius): `dim Hom_G(Ind σ, ρ) = dim Hom_H(σ, Res ρ)`.
//!
//! ```
//! use groups::{Cyclic, Dihedral, DihedralElement, HasIrreps, Inclusion};
//! let (c6, d6) = (Cyclic::new(6)?, Dihedral::new(6)?);
//! let rotations = Inclusion::new(&c6, &d6, |k| DihedralElement::rotation(*k))?;
//! for sigma in c6.irreps() {
//!     let induced = rotations.induce(sigma.representation())?;
//!     for rho in d6.irreps() {
//!         let restricted = rotations.restrict(rho.representation())?;
//!         let up = induced.character_product(rho.representation())?;
//!         let down = sigma.representation().character_product(&restricted)?;
//!         assert!((up - down).abs() < 1e-12);
//!     }
//! }
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! # 10. Compact groups
//!
//! With the Haar measure in place of the mean over elements everything above holds for compact
//! groups. `SO(3)` has one irrep of dimension `2l + 1` for each degree `l`, and
//! `k ⊗ l = |k − l| ⊕ … ⊕ (k + l)`: see [`compact`](crate::compact).
//!
//! ```
//! use groups::compact::{CompactGroup, SO3};
//! let irreps = SO3.irreps_to(2);
//! let vectors = irreps[1].representation();
//! let pairs = vectors.tensor(vectors)?; // 9 = 1 + 3 + 5: inner, cross and traceless product
//! for psi in &irreps {
//!     assert_eq!(psi.representation().intertwiners(&pairs)?.len(), 1);
//! }
//! # Ok::<(), groups::GroupError>(())
//! ```
//!
//! Further reading: Serre, *Linear Representations of Finite Groups*; Fulton & Harris,
//! *Representation Theory*; Isaacs, *Character Theory of Finite Groups*; for networks, Cohen,
//! *Equivariant Convolutional Networks*, 2021.
