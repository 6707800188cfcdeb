//! Codes in files, from any framework: read and written block by block.
//!
//! | extension | dtypes | picks an array by | metadata |
//! |---|---|---|---|
//! | `.safetensors` | `f16`, `bf16`, `f32`, `f64`, integers | tensor | `__metadata__` |
//! | `.npy` | the same without `bf16` | (there is one) | a side-car `NAME.json` |
//! | `.npz`, stored or deflated | as `.npy` | entry | an entry `metadata.json` |
//! | `.csv`, `.csv.gz`, also by `;`, tabs, spaces | decimal numbers, read as `f64` | columns | a side-car `NAME.json` |
//! | `.parquet` (feature `parquet`) | `f16`, `f32`, `f64`, integers | columns | key-value metadata |
//!
//! **Shape.** Codes are rows. An array of shape `(n, a, b, …)` is read as `(n, a·b·…)`, row-major,
//! and [`Layout::shape`] keeps what the file says: `(n, F, N)` fields, or `n x d` features of nodes.
//! In tables, the columns `NAME0, NAME1, …` are the code `NAME`, and so is a column `NAME` of lists.
//!
//! **Names.** Without a name an array called `codes` or `z` is taken, or else the only one there is. Of a
//! table without such columns it is the only column of lists, the only family `NAME0, NAME1, …`, or all
//! columns of numbers but those that number rows (without a name, `id`, `index`) and labels
//! (`label`, `class`, `target`).
//!
//! **Notes.** Nothing is left out without a word: [`Layout::notes`] says which columns and arrays are not
//! used, and how a text was understood.
//!
//! **Numbers.** `f16`, `bf16`, `f32` and integers of up to 16 bits are read as `f32`, exactly; `f64`
//! and wider integers as `f64`. NaN and infinities are read as they are;
//! [`Codes::first_not_finite`] finds them. A number that is too large for the type of a file that is
//! written is an error, not an infinity.
//!
//! **Memory.** Readers and writers hold one block, whatever the size of the file. What a header
//! claims is compared with what the file holds before anything is allocated.
//!
//! **Files appear whole**: they are written under a temporary name in the same folder, and renamed
//! by [`CodeWriter::finish`].
//!
//! ```
//! use latents::{Codes, Dtype, Spec};
//! use ndarray::array;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("codes.npy");
//! let codes = Codes::F32(array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
//! latents::write_all(&path, &Spec::new(vec![3, 2], Dtype::F32), &codes)?;
//!
//! let mut reader = latents::open(&path, None)?;
//! assert_eq!((reader.rows(), reader.dim()), (3, 2));
//! assert_eq!(reader.next_block(2)?, Some(Codes::F32(array![[1.0, 2.0], [3.0, 4.0]])));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod codes;
mod column;
mod csv;
mod dtype;
mod error;
mod format;
mod fortran;
mod map;
mod npy;
mod npz;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod raw;
mod reader;
mod safetensors;
mod select;
mod side_car;
mod writer;

pub use codes::Codes;
pub use column::{Column, read_column};
pub use dtype::Dtype;
pub use error::LatentsError;
pub use format::Format;
pub use map::map;
pub use reader::{CodeReader, Layout, open, read_all};
pub use writer::{CodeWriter, Mark, Spec, create, resumable, resume, write_all};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
