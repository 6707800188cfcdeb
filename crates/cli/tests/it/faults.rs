//! What is left of a run that is killed.

use std::fs;

use crate::files::npy;
use crate::kill::{Job, kill};

const PROJECT: Job = Job {
    line: &[
        "project",
        "z.npy",
        "--group",
        "s9",
        "--rep",
        "9 x 8",
        "--with",
        "max-filter:12",
        "--out",
        "s.npy",
    ],
    resume: &[],
    results: &["s.npy", "s.npy.json"],
    kills: 20,
};

const AUDIT: Job = Job {
    line: &["audit", "z.npy", "--group", "s9", "--rep", "9 x 8", "--out", "audit"],
    resume: &[],
    // The page says how long each projection took.
    results: &[],
    kills: 8,
};

#[test]
fn a_killed_projection_ends_the_same() {
    let codes = npy(45_000, 72);
    kill(&PROJECT, 3, |folder| {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("z.npy"), &codes).unwrap();
    });
}

#[test]
fn a_killed_audit_ends_the_same() {
    let codes = npy(300, 72);
    kill(&AUDIT, 4, |folder| {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("z.npy"), &codes).unwrap();
    });
}
