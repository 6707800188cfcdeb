//! What the tests have in common.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use download::{
    Digest, DownloadError, Downloader, Fetched, MirrorFailure, Proxies, Reason, Settings, Source,
};
use tempfile::TempDir;

use crate::certificates::TRUSTED;
use crate::server::Server;

/// Settings for a server nearby.
pub(crate) fn settings() -> Settings {
    Settings {
        connect_timeout: Duration::from_secs(5),
        idle_timeout: Duration::from_secs(5),
        retries: 2,
        pause: Duration::from_millis(1),
        proxies: Proxies::none(),
        extra_roots: Some(TRUSTED.pem.clone()),
    }
}

/// The same for a server that stalls.
pub(crate) fn impatient() -> Settings {
    Settings { idle_timeout: Duration::from_millis(300), ..settings() }
}

/// Bytes that tell their place.
pub(crate) fn content(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

/// A folder to fetch a file into, and the file.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) content: Vec<u8>,
}

impl Place {
    pub(crate) fn new(length: usize) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), content: content(length) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("file.bin")
    }

    pub(crate) fn part(&self) -> PathBuf {
        self.dir.path().join("file.bin.part")
    }

    pub(crate) fn source(&self, servers: &[&Server]) -> Source {
        self.source_at(servers.iter().map(|server| server.url()))
    }

    pub(crate) fn source_at(&self, urls: impl IntoIterator<Item = String>) -> Source {
        let digest = Digest::of(&self.content);
        Source::new("file.bin", urls, digest, self.content.len() as u64).unwrap()
    }

    pub(crate) fn fetch(&self, servers: &[&Server]) -> Result<Fetched, DownloadError> {
        self.fetch_with(settings(), servers)
    }

    pub(crate) fn fetch_with(
        &self,
        settings: Settings,
        servers: &[&Server],
    ) -> Result<Fetched, DownloadError> {
        let result = fetch(settings, &self.source(servers), self.dir.path());
        self.check(&result);
        result
    }

    /// What holds after every call: the file is there and right, or it is not there, and nothing
    /// else is but a part.
    pub(crate) fn check(&self, result: &Result<Fetched, DownloadError>) {
        let names = names(self.dir.path());
        match result {
            Ok(fetched) => {
                assert_eq!(fetched.path, self.path());
                assert!(std::fs::read(self.path()).unwrap() == self.content);
                assert_eq!(names, ["file.bin"]);
            }
            Err(DownloadError::WrongFile { .. }) => {}
            Err(_) => assert!(names.is_empty() || names == ["file.bin.part"], "{names:?}"),
        }
    }

    /// Why the only mirror failed, and how often it was asked.
    pub(crate) fn reason(&self, server: &Server) -> (Reason, u32) {
        self.reason_with(settings(), server)
    }

    pub(crate) fn reason_with(&self, settings: Settings, server: &Server) -> (Reason, u32) {
        let mut failures = failures(self.fetch_with(settings, &[server]).unwrap_err());
        assert_eq!(failures.len(), 1);
        let MirrorFailure { reason, attempts, url, .. } = failures.remove(0);
        assert_eq!(url, server.url());
        (reason, attempts)
    }
}

pub(crate) fn fetch(
    settings: Settings,
    source: &Source,
    dir: &Path,
) -> Result<Fetched, DownloadError> {
    Downloader::new(settings).unwrap().fetch(source, dir, &mut |_| ControlFlow::Continue(()))
}

pub(crate) fn failures(error: DownloadError) -> Vec<MirrorFailure> {
    match error {
        DownloadError::NoMirror { failures, .. } => failures,
        error => panic!("{error}"),
    }
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
