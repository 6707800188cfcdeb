//! Redirects are followed, but not everywhere.

use download::Reason;

use crate::server::{Behaviour, Server};
use crate::setting::Place;

#[test]
fn redirects_are_followed() {
    let place = Place::new(1000);
    let good = Server::new(&place.content, &[Behaviour::Truncate(300), Behaviour::Serve]);
    let relative = Behaviour::Redirect("/elsewhere".into());
    let absolute = Behaviour::Redirect(good.url());
    let first = Server::new(&[], &[relative.clone(), absolute.clone(), relative, absolute]);
    place.fetch(&[&first]).unwrap();
    assert_eq!(good.requests(), [None, Some(300)]);
}

#[test]
fn five_redirects_are_followed_and_no_more() {
    let place = Place::new(1000);
    let again = Behaviour::Redirect("/again".into());
    let mut behaviours = vec![again.clone(); 5];
    behaviours.push(Behaviour::Serve);
    let server = Server::new(&place.content, &behaviours);
    place.fetch(&[&server]).unwrap();
    std::fs::remove_file(place.path()).unwrap();
    let server = Server::new(&place.content, &[again]);
    assert_eq!(place.reason(&server), (Reason::TooManyRedirects, 1));
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn a_redirect_to_http_is_refused() {
    let place = Place::new(1000);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let to = format!("http://{}/file", listener.local_addr().unwrap());
    let server = Server::new(&place.content, &[Behaviour::Redirect(to.clone())]);
    assert_eq!(place.reason(&server), (Reason::InsecureRedirect { to }, 1));
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
