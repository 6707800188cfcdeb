//! The HTTPS client.

use ureq::Agent;
use ureq::config::Config;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::{Reason, Settings, SettingsError};

/// How often a server may send elsewhere.
const REDIRECTS: u32 = 5;

/// Makes connections by the settings.
#[derive(Clone)]
pub(crate) struct Client {
    config: Config,
    settings: Settings,
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Result<Self, SettingsError> {
        let tls = TlsConfig::builder().root_certs(roots(settings.extra_roots.as_deref())?).build();
        let config = Agent::config_builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(REDIRECTS)
            .timeout_resolve(Some(settings.connect_timeout))
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_per_read(Some(settings.idle_timeout))
            .timeout_per_write(Some(settings.idle_timeout))
            .accept_encoding("identity")
            .user_agent(concat!("download/", env!("CARGO_PKG_VERSION")))
            .proxy(settings.proxies.to_client()?)
            .tls_config(tls)
            .build();
        Ok(Self { config, settings })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// An agent of its own, so that shutting it down ends nobody else's transfer.
    pub(crate) fn agent(&self) -> Agent {
        self.config.new_agent()
    }

    /// What an error of the client says about the mirror.
    pub(crate) fn reason(&self, error: ureq::Error) -> Reason {
        use ureq::{Error, Timeout};
        match error {
            Error::StatusCode(status) => Reason::Status(status),
            Error::TooManyRedirects => Reason::TooManyRedirects,
            Error::RequireHttpsOnly(to) => Reason::InsecureRedirect { to },
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                Reason::ConnectTimeout(self.settings.connect_timeout)
            }
            Error::Timeout(_) => Reason::Stalled(self.settings.idle_timeout),
            Error::ConnectProxyFailed(answer) => Reason::Proxy(answer),
            Error::Tls(error) => Reason::Tls(error.into()),
            Error::Rustls(error) => Reason::Tls(error.to_string()),
            // Where a handshake fails, the TLS library's own error is inside.
            Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Reason::Tls(error.to_string())
            }
            Error::Io(error) => Reason::Network(error.to_string()),
            error @ (Error::HostNotFound | Error::ConnectionFailed) => {
                Reason::Network(error.to_string())
            }
            error => Reason::Protocol(error.to_string()),
        }
    }
}

/// The bundled certificates, and those in `extra`.
fn roots(extra: Option<&str>) -> Result<RootCerts, SettingsError> {
    let Some(pem) = extra else { return Ok(RootCerts::WebPki) };
    let mut certificates = Vec::new();
    for item in parse_pem(pem.as_bytes()) {
        let item = item.map_err(|error| SettingsError::Pem { reason: error.to_string() })?;
        if let PemItem::Certificate(certificate) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(SettingsError::NoCertificate);
    }
    let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    certificates.extend(bundled.map(|der| Certificate::from_der(der).to_owned()));
    Ok(RootCerts::new_with_certs(&certificates))
}
