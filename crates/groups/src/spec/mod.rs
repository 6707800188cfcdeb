//! Groups, representations and elements by name: `c8`, `16 x regular`, `r^3`.
//!
//! [`Space::parse`](crate::Space::parse) reads a group and a representation,
//! [`AnyGroup::parse`](crate::AnyGroup::parse) a group, [`Symmetry`](crate::Symmetry) the representations and
//! elements of a group in its own type.
//!
//! | group | text | elements, next to their numbers and `e` |
//! |---|---|---|
//! | `C_N` | `c8` | `r^3`, `r^-1`, `-45deg` |
//! | `D_N` of order `2N` | `d4` | `r^3 s`, `s r`, `90deg s` |
//! | `S_n` | `s9` | `[1, 0, 2]`, `(0 1)(2 3)` |
//! | `A_n` | `a5` | the same |
//! | `B_n = C_2 ≀ S_n` | `b4` | |
//! | `Q_8` | `q8` | |
//! | the Platonic solids | `t`, `td`, `o`, `oh`, `i`, `ih` | as those of `so3` and `o3` |
//! | rotations of the plane | `so2` | `60deg`, `-1.2rad` |
//! | with reflections | `o2` | `60deg s` |
//! | rotations of space | `so3` | `60deg about z`, `1.2rad about [1, 2, 2]`, a matrix |
//! | with reflections | `o3` | `60deg about z inverted`, `inversion`, a matrix |
//! | products of finite groups | `c2xc3` | |
//! | by generators | a file, see [`Generators`] | |
//!
//! Representations are sums of these, each with a multiplicity, as in `4 x regular + 2 x trivial`:
//!
//! | text | what |
//! |---|---|
//! | `regular` | functions on the group |
//! | `trivial` | one number that nothing changes |
//! | `natural` | the plane for `C_N` and `D_N`, `R^n` for permutations, the matrices themselves for matrix groups, the plane or space for rotations |
//! | `9 x 8`, `9 nodes x 8` | `R^{n×d}`, eight scalars a node, stored row by row |
//! | `9 x 3`, `9 points x 3` | nine points of space for `so3` and `o3`; `n x 2` for `so2` and `o2` |
//! | `irrep 2`, `E1`, `sign` | irreps by the names that the group gives them |
//! | `frequency 2`, `determinant` | irreps of `so2` and `o2` |
//! | `degree 2`, `l2`, `2e`, `1o` | irreps of `so3` and `o3`, the latter as e3nn writes them |
//!
//! ```
//! use groups::{Space, spec::SpecError};
//!
//! let say = |group, rep| -> Result<String, SpecError> {
//!     let space = Space::parse(group, rep)?;
//!     Ok(format!("{} on R^{}", space.name(), space.dim()))
//! };
//! assert_eq!(say("c8", "16 x regular")?, "16 × regular of C8 on R^128");
//! assert_eq!(say("S9", "9 nodes x 8")?, "9 nodes × 8 of S9 on R^72");
//! assert_eq!(say("o3", "2x0e + 4x1o")?, "2 × trivial ⊕ 4 × degree 1, odd of O(3) on R^14");
//! let error = say("z8", "regular").unwrap_err().to_string();
//! assert!(error.starts_with("no group is called `z8` (did you mean `c8`?);"));
//! # Ok::<(), groups::spec::SpecError>(())
//! ```

mod closest;
pub(crate) mod element;
mod error;
mod generators;
mod group;
pub(crate) mod isometries;
mod representation;

pub use closest::closest;
pub use error::SpecError;
pub use generators::Generators;
pub(crate) use generators::LIMIT as LARGEST_GENERATED;
pub(crate) use group::group;
pub(crate) use isometries::of_isometries;
pub(crate) use representation::of_finite;
