//! Only servers that somebody trusted vouches for are spoken to.

use download::{Downloader, Reason, Settings, SettingsError};

use crate::certificates::STRANGER;
use crate::server::{Behaviour, Server};
use crate::setting::{Place, failures, settings};

#[test]
fn a_stranger_is_refused() {
    let place = Place::new(1000);
    let server = Server::of(&STRANGER, &place.content, &[Behaviour::Serve]);
    let (reason, attempts) = place.reason(&server);
    assert!(matches!(reason, Reason::Tls(_)), "{reason}");
    assert_eq!((attempts, server.requests()), (1, vec![]));
}

#[test]
fn without_extra_roots_only_the_bundled_ones_count() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let settings = Settings { extra_roots: None, ..settings() };
    let failures = failures(place.fetch_with(settings, &[&server]).unwrap_err());
    assert!(matches!(failures[0].reason, Reason::Tls(_)), "{}", failures[0]);
}

#[test]
fn several_extra_roots_are_trusted() {
    let place = Place::new(1000);
    let server = Server::of(&STRANGER, &place.content, &[Behaviour::Serve]);
    let both = settings().extra_roots.unwrap() + &STRANGER.pem;
    let settings = Settings { extra_roots: Some(both), ..settings() };
    place.fetch_with(settings, &[&server]).unwrap();
}

#[test]
fn roots_that_are_none_are_refused() {
    let error = |pem: &str| {
        let settings = Settings { extra_roots: Some(pem.into()), ..settings() };
        Downloader::new(settings).unwrap_err()
    };
    assert_eq!(error("no certificate"), SettingsError::NoCertificate);
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    assert!(matches!(error(broken), SettingsError::Pem { .. }));
}
