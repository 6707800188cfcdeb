//! Proxies are used, except where they are not to be.

use std::collections::HashMap;

use download::{Downloader, Proxies, Reason, Settings, SettingsError};

use crate::proxy::Proxy;
use crate::server::{Behaviour, Server};
use crate::setting::{Place, failures, fetch, settings};

fn from_variables(variables: &[(&str, &str)]) -> Proxies {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Proxies::from_variables(|name| variables.get(name).map(|&value| value.to_owned()))
}

#[test]
fn a_proxy_is_gone_through() {
    let (place, proxy) = (Place::new(100_000), Proxy::new());
    let server = Server::new(&place.content, &[Behaviour::Truncate(70_000), Behaviour::Serve]);
    let settings = Settings { proxies: Proxies::through(proxy.url()), ..settings() };
    place.fetch_with(settings, &[&server]).unwrap();
    assert_eq!((proxy.tunnels(), server.requests().len()), (2, 2));
}

#[test]
fn an_exception_goes_round_the_proxy() {
    let (place, proxy) = (Place::new(1000), Proxy::new());
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let proxies = from_variables(&[("ALL_PROXY", &proxy.url()), ("NO_PROXY", "a.org,127.0.0.1")]);
    place.fetch_with(Settings { proxies, ..settings() }, &[&server]).unwrap();
    assert_eq!((proxy.tunnels(), server.requests().len()), (0, 1));
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let (place, proxy) = (Place::new(1000), Proxy::new());
    let source = place.source_at(["https://forbidden.example.org/file".into()]);
    let settings = Settings { proxies: Proxies::through(proxy.url()), ..settings() };
    let failures = failures(fetch(settings, &source, place.dir.path()).unwrap_err());
    assert!(matches!(failures[0].reason, Reason::Proxy(_)), "{}", failures[0]);
    assert_eq!(proxy.tunnels(), 1);
}

#[test]
fn the_variables_are_read_in_either_case() {
    let same = |variables: &[(&str, &str)], address, exceptions| {
        let read = from_variables(variables);
        assert_eq!((read.address(), read.exceptions()), (Some(address), exceptions));
    };
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        same(&[(name, "http://p:1")], "http://p:1", "");
        for exceptions in ["no_proxy", "NO_PROXY"] {
            same(&[(name, "http://p:1"), (exceptions, "a,b")], "http://p:1", "a,b");
        }
    }
    same(&[("all_proxy", "http://a:1"), ("HTTPS_PROXY", "http://h:1")], "http://h:1", "");
    same(&[("https_proxy", ""), ("ALL_PROXY", "http://a:1")], "http://a:1", "");
    assert_eq!(from_variables(&[("http_proxy", "http://p:1")]), Proxies::none());
    assert_eq!(from_variables(&[("NO_PROXY", "*")]), Proxies::none());
}

#[test]
fn a_proxy_that_cannot_be_read_is_an_error_and_not_left_out() {
    let proxies = from_variables(&[("ALL_PROXY", "gopher://p")]);
    let error = Downloader::new(Settings { proxies, ..settings() }).unwrap_err();
    assert_eq!(error, SettingsError::Proxy { origin: "ALL_PROXY".into() });
}
