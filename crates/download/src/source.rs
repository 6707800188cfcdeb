//! What to fetch, and from where.

use ureq::http::Uri;
use ureq::http::uri::InvalidUri;

use crate::Digest;

/// A file: its name, where it is offered, its size and its digest.
///
/// ```
/// use download::{Digest, Source, SourceError};
///
/// let digest = Digest::of(b"hello");
/// let source = Source::new("hello.txt", ["https://example.org/hello.txt"], digest, 5)?;
/// assert_eq!(source.name(), "hello.txt");
///
/// let plain = Source::new("hello.txt", ["http://example.org/hello.txt"], digest, 5);
/// assert!(matches!(plain, Err(SourceError::NotHttps { .. })));
/// # Ok::<(), SourceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    mirrors: Vec<String>,
    sha256: Digest,
    bytes: u64,
}

/// Why a file cannot be fetched as it is described.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The name is empty or leads to another folder.
    #[error("{name:?} is no plain file name; give one without folders")]
    Name {
        /// The name.
        name: String,
    },

    /// There is no address.
    #[error("{name} has no mirror; give at least one https address")]
    NoMirror {
        /// The name of the file.
        name: String,
    },

    /// An address is not one of HTTPS.
    #[error("{url} is not fetched: only https addresses are")]
    NotHttps {
        /// The address.
        url: String,
    },

    /// An address cannot be read.
    #[error("{url} is no address of a file: {reason}")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Source {
    /// A file called `name` of exactly `bytes` bytes, offered by `mirrors`, which are tried in
    /// order.
    ///
    /// # Errors
    /// [`SourceError`] where the name has folders, or a mirror is no address of HTTPS. No
    /// connection is made to tell.
    pub fn new(
        name: impl Into<String>,
        mirrors: impl IntoIterator<Item = impl Into<String>>,
        sha256: Digest,
        bytes: u64,
    ) -> Result<Self, SourceError> {
        let name = name.into();
        let mirrors: Vec<String> = mirrors.into_iter().map(Into::into).collect();
        if name.is_empty()
            || name == "."
            || name == ".."
            || name.contains(['/', '\\', ':'])
            || name.contains(char::is_control)
        {
            return Err(SourceError::Name { name });
        }
        if mirrors.is_empty() {
            return Err(SourceError::NoMirror { name });
        }
        mirrors.iter().try_for_each(|url| check(url))?;
        Ok(Self { name, mirrors, sha256, bytes })
    }

    /// The name of the file, without folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The addresses, in the order in which they are tried.
    pub fn mirrors(&self) -> &[String] {
        &self.mirrors
    }

    /// The digest of the file.
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// The size of the file, which is also the most that is read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn check(url: &str) -> Result<(), SourceError> {
    if !url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
        return Err(SourceError::NotHttps { url: url.into() });
    }
    let parsed: Result<Uri, InvalidUri> = url.parse();
    let reason = match parsed {
        Ok(uri) if uri.host().is_some_and(|host| !host.is_empty()) => return Ok(()),
        Ok(_) => "it has no host".into(),
        Err(error) => error.to_string(),
    };
    Err(SourceError::Url { url: url.into(), reason })
}
