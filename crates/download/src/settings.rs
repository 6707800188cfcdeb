//! How to fetch.

use std::time::Duration;

use crate::Proxies;

/// Timeouts, retries, proxies and certificates.
///
/// ```
/// use std::time::Duration;
/// use download::Settings;
///
/// let patient = Settings { idle_timeout: Duration::from_secs(120), ..Settings::default() };
/// assert_eq!(patient.retries, 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long finding a server may take, and again how long connecting to it may: 15 seconds.
    pub connect_timeout: Duration,
    /// How long no byte at all may come: 30 seconds. A whole file may take any time.
    pub idle_timeout: Duration,
    /// How often a mirror is tried again where that may help: 4 times. Only attempts that bring
    /// no new byte count, so that a large file survives any number of broken connections.
    pub retries: u32,
    /// The pause before the first new attempt, doubled for each further one up to 16 times: half
    /// a second.
    pub pause: Duration,
    /// Proxies; those of the environment.
    pub proxies: Proxies,
    /// Certificates in PEM to trust in addition to the bundled ones of Mozilla, such as that of a
    /// company's proxy; none.
    pub extra_roots: Option<String>,
}

impl Default for Settings {
    /// The values that the fields state; the proxies are read from the environment.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(30),
            retries: 4,
            pause: Duration::from_millis(500),
            proxies: Proxies::from_env(),
            extra_roots: None,
        }
    }
}

impl Settings {
    /// The pause after `failures` attempts in a row that brought nothing, from 0.
    pub(crate) fn pause_after(&self, failures: u32) -> Duration {
        self.pause.saturating_mul(1 << failures.saturating_sub(1).min(4))
    }
}

/// Settings that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address of a proxy cannot be read. Its text is not shown: it may hold a password.
    #[error("the proxy of {origin} is no address such as http://proxy.example.org:8080")]
    Proxy {
        /// The variable that names it, or "the settings".
        origin: String,
    },

    /// The additional certificates cannot be read.
    #[error("the additional certificates are not PEM: {reason}")]
    Pem {
        /// What is wrong with them.
        reason: String,
    },

    /// The additional certificates hold none.
    #[error("the additional certificates hold no block BEGIN CERTIFICATE")]
    NoCertificate,
}
