//! A part is gone on with, and nothing wrong in it survives.

use std::fs;

use download::{How, Reason};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, failures};

#[test]
fn a_part_is_gone_on_with() {
    let place = Place::new(100_000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.part(), &place.content[..40_000]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: 40_000 });
    assert_eq!(server.requests(), [Some(40_000)]);
}

#[test]
fn a_part_that_is_whole_needs_no_server() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Status(500)]);
    fs::write(place.part(), &place.content).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: 1000 });
    assert_eq!(server.requests(), []);
}

#[test]
fn a_part_that_is_too_long_is_started_over() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.part(), vec![7; 1001]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
    assert_eq!(server.requests(), [None]);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let place = Place::new(100_000);
    let server = Server::new(&place.content, &[Behaviour::IgnoreRange]);
    fs::write(place.part(), &place.content[..40_000]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
}

#[test]
fn a_part_of_another_file_is_started_over() {
    let place = Place::new(1000);
    for part in [500, 1000] {
        let server = Server::new(&place.content, &[Behaviour::Serve]);
        fs::write(place.part(), vec![7; part]).unwrap();
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
        assert_eq!(server.requests().last(), Some(&None));
        fs::remove_file(place.path()).unwrap();
    }
}

#[test]
fn a_part_that_the_server_refuses_is_started_over() {
    for refusal in [Behaviour::Status(416), Behaviour::WrongRange] {
        let place = Place::new(1000);
        let server = Server::new(&place.content, &[refusal, Behaviour::Serve]);
        fs::write(place.part(), &place.content[..500]).unwrap();
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
        assert_eq!(server.requests(), [Some(500), None]);
    }
}

#[test]
fn a_wrong_part_costs_a_mirror_one_new_start_only() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::WrongBytes]);
    fs::write(place.part(), &place.content[..500]).unwrap();
    let failures = failures(place.fetch(&[&server]).unwrap_err());
    assert!(matches!(failures[0].reason, Reason::Digest { .. }), "{:?}", failures[0].reason);
    assert_eq!(server.requests(), [Some(500), None]);
    assert!(!place.part().exists());
}

#[test]
fn wrong_bytes_of_one_mirror_do_not_spoil_the_next() {
    let place = Place::new(1000);
    let first = Server::new(&place.content, &[Behaviour::WrongBytes, Behaviour::Truncate(0)]);
    let liar = Server::new(&[7; 1000], &[Behaviour::Truncate(300), Behaviour::Status(404)]);
    let good = Server::new(&place.content, &[Behaviour::Serve]);
    assert_eq!(place.fetch(&[&first, &liar, &good]).unwrap().how, How::Downloaded);
    assert_eq!(liar.requests(), [None, Some(300)]);
    assert_eq!(good.requests(), [Some(300), None]);
}
