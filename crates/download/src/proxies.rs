//! Proxies, and what is fetched without them.

use std::fmt;

use ureq::Proxy;

use crate::SettingsError;

/// Variables that name a proxy for HTTPS, the first that is set counts.
const PROXY_VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Variables that name hosts to reach without a proxy.
const EXCEPTION_VARIABLES: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The proxy to use, and the hosts that are reached without it.
///
/// A proxy is given as `http://user:password@host:port`; `https`, `socks4`, `socks4a`, `socks5` and
/// `socks5h` work too. The exceptions are separated by commas: `example.org` stands for itself and
/// for all hosts that end in `.example.org`, and `*` for every host.
///
/// ```
/// use download::Proxies;
///
/// let variables = |name: &str| (name == "ALL_PROXY").then(|| "http://proxy:8080".to_owned());
/// assert_eq!(Proxies::from_variables(variables).address(), Some("http://proxy:8080"));
/// assert_eq!(Proxies::from_variables(|_| None), Proxies::none());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    proxy: Option<String>,
    origin: Option<&'static str>,
    exceptions: String,
}

impl Proxies {
    /// No proxy.
    pub fn none() -> Self {
        Self::default()
    }

    /// One proxy for every host.
    pub fn through(proxy: impl Into<String>) -> Self {
        Self { proxy: Some(proxy.into()), ..Self::default() }
    }

    /// The same proxy, but not for these hosts.
    #[must_use]
    pub fn except(self, hosts: impl Into<String>) -> Self {
        Self { exceptions: hosts.into(), ..self }
    }

    /// What the environment says: see [`Proxies::from_variables`].
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// What the variables `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY` say, the first
    /// that is not empty, and `no_proxy` or `NO_PROXY`.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|&name| {
                let value = variable(name)?.trim().to_owned();
                (!value.is_empty()).then_some((name, value))
            })
        };
        let exceptions = first(&EXCEPTION_VARIABLES).map(|(_, value)| value).unwrap_or_default();
        match first(&PROXY_VARIABLES) {
            Some((name, proxy)) => Self { proxy: Some(proxy), origin: Some(name), exceptions },
            None => Self::none(),
        }
    }

    /// The address of the proxy, if there is one.
    pub fn address(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// The hosts that are reached without it.
    pub fn exceptions(&self) -> &str {
        &self.exceptions
    }

    /// The same for the client.
    pub(crate) fn to_client(&self) -> Result<Option<Proxy>, SettingsError> {
        let Some(proxy) = &self.proxy else { return Ok(None) };
        let origin = self.origin.unwrap_or("the settings");
        let invalid = |_| SettingsError::Proxy { origin: origin.into() };
        let proxy = Proxy::new(proxy).map_err(invalid)?;
        let mut builder = Proxy::builder(proxy.protocol()).host(proxy.host()).port(proxy.port());
        if let Some(username) = proxy.username() {
            builder = builder.username(username);
        }
        if let Some(password) = proxy.password() {
            builder = builder.password(password);
        }
        for pattern in patterns(&self.exceptions) {
            builder = builder.no_proxy(&pattern);
        }
        builder.build().map(Some).map_err(invalid)
    }
}

/// The client's patterns for a list of exceptions. To it `example.org` is that host alone.
fn patterns(exceptions: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    for entry in exceptions.split([',', ' ']).filter(|entry| !entry.is_empty()) {
        let host = entry.trim_start_matches('*').trim_start_matches('.');
        if entry == "*" {
            patterns.push("*".into());
        } else if host.contains("::") && !host.starts_with('[') {
            patterns.push(format!("[{host}]"));
        } else if !host.is_empty() {
            patterns.extend([host.to_owned(), format!(".{host}")]);
        }
    }
    patterns
}

/// Without the address, which may hold a password.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("proxy", &self.proxy.as_ref().map(|_| "…"))
            .field("origin", &self.origin)
            .field("exceptions", &self.exceptions)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a host is reached without the proxy.
    fn direct(exceptions: &str, host: &str) -> bool {
        let proxies = Proxies::through("http://user:secret@proxy:8080").except(exceptions);
        let uri = format!("https://{host}/file").parse().unwrap();
        proxies.to_client().unwrap().unwrap().is_no_proxy(&uri)
    }

    #[test]
    fn an_exception_is_a_host_and_those_below_it() {
        for exceptions in ["example.org", ".example.org", "*.example.org", "a, example.org", "*"] {
            assert!(direct(exceptions, "example.org"), "{exceptions}");
            assert!(direct(exceptions, "data.example.org:8443"), "{exceptions}");
        }
        assert!(!direct("example.org", "example.com"));
        assert!(!direct("example.org", "myexample.org"));
        assert!(!direct("", "example.org"));
        assert!(direct("::1,127.0.0.1", "[::1]"));
    }

    #[test]
    fn all_parts_of_the_address_reach_the_client() {
        let proxy = Proxies::through("http://user:sec%2Fret@proxy:8080").to_client();
        let proxy = proxy.unwrap().unwrap();
        assert_eq!((proxy.host(), proxy.port()), ("proxy", 8080));
        assert_eq!((proxy.username(), proxy.password()), (Some("user"), Some("sec/ret")));
    }

    #[test]
    fn a_proxy_that_cannot_be_read_names_its_variable_and_hides_its_text() {
        let read = |name: &str| (name == "HTTPS_PROXY").then(|| "gopher://secret".to_owned());
        let proxies = Proxies::from_variables(read);
        let error = proxies.to_client().unwrap_err().to_string();
        assert!(error.contains("HTTPS_PROXY") && !error.contains("secret"), "{error}");
        assert!(!format!("{proxies:?}").contains("secret"));
    }
}
