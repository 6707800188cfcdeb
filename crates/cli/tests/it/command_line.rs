//! The program as it is run: exit codes, what is left of a run that is stopped or fails, help.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::PROGRAM;
use crate::files::{names, npy};
use crate::program::{run, said};

const C8: [&str; 4] = ["--group", "c8", "--rep", "2 x regular"];

/// A command line with group and representation.
fn with<'a>(first: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [first, &C8[..], rest].concat()
}

#[test]
fn exit_codes_tell_usage_from_data() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("z.npy"), npy(40, 16)).unwrap();
    fs::write(dir.path().join("cut.npy"), &npy(40, 16)[..900]).unwrap();
    let before = names(dir.path());
    let to = ["--with", "reynolds", "--out", "s.npy"];
    let cases: [(Vec<&str>, i32, &[&str]); 10] = [
        (with(&["project", "z.npy"], &to), 0, &[]),
        (with(&["project", "cut.npy"], &to), 1, &["cut.npy", "bytes"]),
        (with(&["project", "absent.npy"], &to), 1, &["absent.npy"]),
        (with(&["project", "z.txt"], &to), 2, &["z.txt", ".safetensors"]),
        (with(&["project", "z.npy"], &["--with", "sort", "--out", "s.npy"]), 2, &["sort needs"]),
        (with(&["project", "z.npy"], &["--with", "reynolds"]), 2, &["--out"]),
        (with(&["neighbours", "z.npy"], &["--of", "40"]), 1, &["row 40"]),
        (with(&["neighbours", "z.npy"], &["--of", "4", "-k", "0"]), 2, &["--count"]),
        (with(&["audit", "cut.npy"], &[]), 1, &["cut.npy"]),
        (vec!["audit", "z.npy", "--group", "o4", "--rep", "natural"], 2, &["did you mean `c4`?"]),
    ];
    for (line, code, parts) in cases {
        let output = run(dir.path(), &line);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{line:?}: {text}");
        assert!(parts.iter().all(|part| text.contains(part)), "{line:?}: {text}");
        if code == 0 {
            fs::remove_file(dir.path().join("s.npy")).unwrap();
            fs::remove_file(dir.path().join("s.npy.json")).unwrap();
        }
        assert_eq!(names(dir.path()), before, "{line:?}");
    }
    // Into a file where a folder should be, as root may write to any folder.
    let output = run(
        dir.path(),
        &with(&["project", "z.npy"], &["--with", "reynolds", "--out", "z.npy/s.npy"]),
    );
    assert_eq!((output.status.code(), names(dir.path())), (Some(1), before), "{}", said(&output));
}

#[test]
fn every_command_has_a_page_of_help_and_colours_only_for_terminals() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["audit", "project", "neighbours", "interpolate"] {
        let output = run(dir.path(), &[command, "--help"]);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && page.contains("Examples:"), "{page}");
        assert!(page.contains(&format!("equivariant {command} ")), "{page}");
        assert!(page.contains("Exit code 2") && !page.contains('\u{1b}'), "{page}");
    }
    fs::write(dir.path().join("z.npy"), npy(40, 16)).unwrap();
    let line = ["project", "z.npy", "--with", "reynolds", "--out", "s.npy"];
    let output = run(dir.path(), &[&line[..], &C8].concat());
    assert!(
        said(&output).contains("s.npy") && !said(&output).contains('\u{1b}'),
        "{}",
        said(&output)
    );
    let output = run(dir.path(), &[&line[..], &C8, &["--quiet"]].concat());
    assert_eq!((said(&output), output.stdout.len()), (String::new(), 0));
    let output = run(dir.path(), &[&line[..], &C8, &["--json", "--quiet"]].concat());
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((line["rows"].as_u64(), line["settings"]["seed"].as_u64()), (Some(40), Some(0)));
}

#[test]
fn the_manual_has_a_page_a_command() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["man", "--out", "pages"]);
    assert!(output.status.success(), "{}", said(&output));
    let pages = names(&dir.path().join("pages"));
    for page in ["equivariant.1", "equivariant-audit.1", "equivariant-fetch.1"] {
        assert!(pages.iter().any(|name| name == page), "{pages:?}");
    }
    let printed = run(dir.path(), &["man"]).stdout;
    assert!(printed == fs::read(dir.path().join("pages/equivariant.1")).unwrap());
}

#[cfg(not(feature = "download"))]
#[test]
fn what_was_left_out_says_how_to_get_it() {
    let output = run(Path::new("."), &["fetch", "mnist", "--data", "elsewhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--features download"), "{}", said(&output));
}

/// Five blocks, each of which takes a while.
#[cfg(unix)]
mod stopped {
    use super::*;

    const ROWS: usize = 40_960;
    const DIM: usize = 128;
    const LINE: [&str; 10] = [
        "project",
        "z.npy",
        "--group",
        "d32",
        "--rep",
        "2 x regular",
        "--with",
        "max-filter:64",
        "--out",
        "s.npy",
    ];

    fn signal(name: &str, process: u32) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &process.to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Starts a run and sends it a signal once some of the output is there.
    fn stop(folder: &Path, name: &str) -> Output {
        let child = Command::new(PROGRAM)
            .args(LINE)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let partial: PathBuf = folder.join(".s.npy.partial");
        let start = Instant::now();
        while fs::metadata(&partial).map_or(0, |file| file.len()) < 1 << 20 {
            assert!(start.elapsed() < Duration::from_secs(120), "nothing is written");
            std::thread::sleep(Duration::from_millis(5));
        }
        signal(name, child.id());
        child.wait_with_output().unwrap()
    }

    /// Ctrl-C and a kill in the middle: what is there afterwards is the same, byte for byte.
    #[test]
    fn runs_that_are_stopped_or_killed_are_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        fs::write(folder.join("z.npy"), npy(ROWS, DIM)).unwrap();
        let output = run(folder, &LINE);
        assert!(output.status.success(), "{}", said(&output));
        let whole = fs::read(folder.join("s.npy")).unwrap();
        let files = names(folder);

        for (name, code) in [("INT", Some(1)), ("TERM", Some(1)), ("KILL", None)] {
            fs::remove_file(folder.join("s.npy")).unwrap();
            let output = stop(folder, name);
            assert_eq!(output.status.code(), code, "{name}: {}", said(&output));
            assert!(!folder.join("s.npy").exists(), "{name}");
            let output = run(folder, &[&LINE[..], &["--json"]].concat());
            assert!(output.status.success(), "{name}: {}", said(&output));
            let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            // After a kill there is a mark only where one had been made.
            let gone_on = line["resumed_at"].as_u64().unwrap();
            assert!(code.is_none() || (1..ROWS as u64).contains(&gone_on), "{name}: {line}");
            assert!(fs::read(folder.join("s.npy")).unwrap() == whole, "{name}");
            assert_eq!(names(folder), files, "{name}");
        }
    }

    /// A limit of the size of files is like a full disk: a message, exit code 1, nothing left.
    #[test]
    fn a_full_disk_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("z.npy"), npy(20_000, 16)).unwrap();
        let before = names(dir.path());
        for out in ["s.npy", "s.npz", "s.safetensors", "s.csv", "s.csv.gz", "s.parquet"] {
            if out.ends_with("parquet") && !cfg!(feature = "parquet") {
                continue;
            }
            let line = ["project", "z.npy", "--group", "c8", "--rep", "2 x regular"];
            let line = [&line[..], &["--with", "max-filter:32", "--quiet", "--out", out]].concat();
            let output = Command::new("sh")
                .args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"", PROGRAM])
                .args(&line)
                .current_dir(dir.path())
                .output()
                .unwrap();
            let text = said(&output);
            assert_eq!(output.status.code(), Some(1), "{out}: {text}");
            assert!(text.contains("cannot write") && text.contains(out), "{out}: {text}");
            assert_eq!(names(dir.path()), before, "{out}");
        }
    }
}
