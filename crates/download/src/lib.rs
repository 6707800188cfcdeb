//! Files over HTTPS, checked by SHA-256 before anything uses them.
//!
//! | you want | look at |
//! |---|---|
//! | to name a file, its mirrors, its size and its digest | [`Source`], [`Digest`] |
//! | to fetch it, or to learn that it is there already | [`Downloader::fetch`], [`Fetched`] |
//! | timeouts, retries, certificates | [`Settings`] |
//! | proxies, from the environment or by hand | [`Proxies`] |
//! | a progress bar, and to stop | [`Progress`] |
//! | to know what went wrong | [`DownloadError`], [`MirrorFailure`], [`Reason`] |
//!
//! A file appears under its name whole and right, or not at all. Until then its bytes are in
//! `NAME.part` beside it, which the next call goes on with, whatever ended the last one: a broken
//! connection, Ctrl-C or `kill -9`.
//!
//! # Example
//!
//! ```no_run
//! use std::ops::ControlFlow;
//! use std::path::Path;
//!
//! use download::{Downloader, Settings, Source};
//!
//! let labels = Source::new(
//!     "t10k-labels-idx1-ubyte.gz",
//!     [
//!         "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz",
//!         "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz",
//!     ],
//!     "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6".parse()?,
//!     4542,
//! )?;
//! let fetched = Downloader::new(Settings::default())?.fetch(
//!     &labels,
//!     Path::new("data/mnist"),
//!     &mut |progress| {
//!         println!("{} of {} bytes", progress.bytes, progress.total);
//!         ControlFlow::Continue(())
//!     },
//! )?;
//! println!("{}", fetched.path.display());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod client;
mod digest;
mod downloader;
mod error;
mod mirror;
mod part;
mod progress;
mod proxies;
mod reason;
mod settings;
mod source;
mod transfer;

pub use digest::{Digest, DigestError};
pub use downloader::{Downloader, Fetched, How};
pub use error::{DownloadError, MirrorFailure};
pub use progress::Progress;
pub use proxies::Proxies;
pub use reason::Reason;
pub use settings::{Settings, SettingsError};
pub use source::{Source, SourceError};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
