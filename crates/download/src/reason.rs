//! Why a mirror did not give the file.

use std::time::Duration;

use crate::Digest;

/// Why a mirror did not give the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The server answers with an error: 404 where the file has moved, 403 where it may not be
    /// had, 5xx where the server is in trouble.
    #[error("the server answers with status {0}")]
    Status(u16),

    /// The server sends elsewhere more than five times.
    #[error("more than 5 redirects")]
    TooManyRedirects,

    /// The server sends to an address without encryption, which is not followed.
    #[error("it redirects to {to}, which is not https")]
    InsecureRedirect {
        /// That address.
        to: String,
    },

    /// The server could not be found or reached in time.
    #[error("no connection within {} s", .0.as_secs_f64())]
    ConnectTimeout(Duration),

    /// The server sent nothing for too long.
    #[error("no byte for {} s", .0.as_secs_f64())]
    Stalled(Duration),

    /// The connection ended before the file did.
    #[error("the connection ended after {found} of {expected} bytes")]
    Truncated {
        /// How many bytes there are.
        found: u64,
        /// How many there should be.
        expected: u64,
    },

    /// The server announces a file of another size, none of which was read.
    #[error("it offers {found} bytes instead of {expected}")]
    Size {
        /// The size announced.
        found: u64,
        /// The size expected.
        expected: u64,
    },

    /// The server went on sending after the last byte.
    #[error("it sends more than the {expected} bytes expected")]
    TooLong {
        /// How many bytes there should be.
        expected: u64,
    },

    /// The server sent another part of the file than the one asked for.
    #[error("it does not send the part of the file that was asked for")]
    Range,

    /// The file is another one.
    #[error("its SHA-256 is {found} instead of {expected}")]
    Digest {
        /// The digest of what was sent.
        found: Digest,
        /// The digest expected.
        expected: Digest,
    },

    /// The server's certificate is not trusted, or the two cannot agree on a cipher. Behind a
    /// company's proxy, its certificate belongs into
    /// [`Settings::extra_roots`](crate::Settings::extra_roots).
    #[error("no secure connection: {0}")]
    Tls(String),

    /// The proxy does not lead to the server.
    #[error("the proxy refuses: {0}")]
    Proxy(String),

    /// The server cannot be reached, or the connection broke.
    #[error("no connection: {0}")]
    Network(String),

    /// What the server says is no HTTP.
    #[error("it cannot be understood: {0}")]
    Protocol(String),
}

impl Reason {
    /// Whether the same mirror may do better when it is asked again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::ConnectTimeout(_)
            | Self::Stalled(_)
            | Self::Truncated { .. }
            | Self::Network(_) => true,
            _ => false,
        }
    }
}
