//! A file comes whole and right, once.

use std::fs::{self, File};

use download::{Digest, DownloadError, How, Source, SourceError};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, fetch, settings};

#[test]
fn a_file_is_downloaded_once() {
    let place = Place::new(300_000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::AlreadyThere);
    assert_eq!(server.requests(), [None]);
}

#[test]
fn a_length_need_not_be_announced() {
    let place = Place::new(10_000);
    let server = Server::new(&place.content, &[Behaviour::ServeChunked]);
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
}

#[test]
fn missing_folders_are_made() {
    let place = Place::new(10);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let dir = place.dir.path().join("a").join("b");
    let fetched = fetch(settings(), &place.source(&[&server]), &dir).unwrap();
    assert_eq!(fetched.path, dir.join("file.bin"));
    assert!(fs::read(fetched.path).unwrap() == place.content);
}

#[test]
fn another_file_of_that_name_stays_as_it_is() {
    let place = Place::new(10);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.path(), "mine").unwrap();
    let error = place.fetch(&[&server]).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, DownloadError::WrongFile { .. }), "{message}");
    for part in [
        place.path().display().to_string(),
        Digest::of(b"mine").to_string(),
        Digest::of(&place.content).to_string(),
        "delete it".into(),
    ] {
        assert!(message.contains(&part), "{message}");
    }
    assert_eq!(fs::read(place.path()).unwrap(), b"mine");
    assert_eq!(server.requests(), []);
}

#[test]
fn a_file_put_there_by_hand_is_taken_and_its_part_swept() {
    let place = Place::new(10);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.path(), &place.content).unwrap();
    fs::write(place.part(), &place.content[..4]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::AlreadyThere);
}

#[test]
fn one_process_at_a_time_fetches_a_file() {
    let place = Place::new(10);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let part = File::create(place.part()).unwrap();
    part.lock().unwrap();
    let error = place.fetch(&[&server]).unwrap_err();
    assert!(matches!(error, DownloadError::Busy { .. }), "{error}");
    assert!(error.to_string().contains("file.bin"), "{error}");
    assert_eq!(server.requests(), []);
    part.unlock().unwrap();
    place.fetch(&[&server]).unwrap();
}

#[test]
fn many_at_once_get_the_file_or_hear_that_it_is_on_its_way() {
    let place = Place::new(200_000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let source = place.source(&[&server]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| match fetch(settings(), &source, place.dir.path()) {
                Ok(_) => assert!(fs::read(place.path()).unwrap() == place.content),
                Err(DownloadError::Busy { .. }) => {}
                Err(error) => panic!("{error}"),
            });
        }
    });
    place.fetch(&[&server]).unwrap();
    assert_eq!(server.requests(), [None]);
}

#[test]
fn a_folder_in_the_way_is_named() {
    let place = Place::new(10);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let dir = place.dir.path().join("plain");
    fs::write(&dir, "").unwrap();
    let error = fetch(settings(), &place.source(&[&server]), &dir).unwrap_err();
    assert!(matches!(error, DownloadError::Io { .. }), "{error}");
    assert!(error.to_string().contains("plain"), "{error}");
    fs::create_dir(place.path()).unwrap();
    let error = fetch(settings(), &place.source(&[&server]), place.dir.path()).unwrap_err();
    assert!(error.to_string().contains("file.bin"), "{error}");
}

#[test]
fn a_source_has_a_plain_name_and_https_mirrors() {
    let source = |name: &str, urls: &[&str]| {
        Source::new(name, urls.iter().copied(), Digest::of(b""), 0).map(drop)
    };
    let url = "https://example.org/file";
    assert_eq!(source("file.tar.gz", &[url]), Ok(()));
    for name in ["", ".", "..", "../file", "a/b", "a\\b", "C:file", "a\nb"] {
        assert!(matches!(source(name, &[url]), Err(SourceError::Name { .. })), "{name}");
    }
    assert!(matches!(source("file", &[]), Err(SourceError::NoMirror { .. })));
    for url in ["http://example.org/file", "ftp://example.org/file", "example.org/file", "/file"] {
        let error = source("file", &["https://example.org/file", url]).unwrap_err();
        assert!(matches!(error, SourceError::NotHttps { .. }), "{error}");
        assert!(error.to_string().contains(url), "{error}");
    }
    assert!(matches!(source("file", &["https://a b/"]), Err(SourceError::Url { .. })));
}
