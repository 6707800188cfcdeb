//! Files name only addresses that are known to be what they are taken for.
//!
//! An address that nobody owns can be registered by anybody, who then serves our readers what they like.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// The list of known addresses.
const KNOWN: &str = include_str!("addresses.txt");

/// Hosts where anybody can register a name; they count without `https://` too, as after `git@`.
const FORGES: [&str; 6] =
    ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "crates.io", "huggingface.co"];

/// Checks all text files that git tracks.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    let listed = match output {
        Ok(output) if output.status.success() => output.stdout,
        // A source archive without git has its own list of files.
        _ => return Ok(()),
    };
    for name in listed.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        let name = std::str::from_utf8(name).context("a file name is not UTF-8")?;
        // What is no text has no readers.
        let Ok(text) = std::fs::read_to_string(root.join(name)) else { continue };
        check_text(name, &text)?;
    }
    Ok(())
}

fn check_text(name: &str, text: &str) -> anyhow::Result<()> {
    for (number, line) in text.lines().enumerate() {
        if let Some(address) = addresses(line).find(|address| !is_known(address)) {
            bail!(
                "{name}:{}: `{address}` is not in xtask/src/ci/addresses.txt: add it there if its owner is known",
                number + 1
            );
        }
        if ["cargo add ", "cargo install "].iter().any(|call| line.contains(call))
            && line.contains(concat!(" equivariant", "-"))
            && !line.contains("--path")
        {
            bail!("{name}:{}: no crate of ours is in a registry yet: write `--path`", number + 1);
        }
    }
    Ok(())
}

/// Hosts with their paths, in lower case: `github.com/huggingface/candle`.
fn addresses(line: &str) -> impl Iterator<Item = String> {
    let line = line.to_ascii_lowercase();
    let mut starts: Vec<usize> =
        line.match_indices("://").map(|(at, mark)| at + mark.len()).collect();
    for forge in FORGES {
        for (at, _) in line.match_indices(forge) {
            let before = line[..at].chars().next_back();
            let after = line[at + forge.len()..].chars().next();
            // Part of a longer host, or no path behind it: nothing that can be registered there.
            let whole =
                before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/')));
            if whole && matches!(after, Some('/' | ':')) {
                starts.push(at);
            }
        }
    }
    starts
        .into_iter()
        .map(move |at| normal(&line[at..]))
        .filter(|a| !a.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// The address at the start of a text, without user, port and what ends it in Markdown and in code.
fn normal(text: &str) -> String {
    let end = |c: char| c.is_whitespace() || "\"'`<>()[]|\\,;*".contains(c);
    let text = text.split(end).next().unwrap_or_default();
    let (authority, path) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    // After `git@` a path stands where others have a port.
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    let place = if port.is_empty() || port.bytes().all(|b| b.is_ascii_digit()) {
        String::new()
    } else {
        format!("/{port}")
    };
    format!("{host}{place}{path}").trim_end_matches(['.', ':', '!', '?', '/']).to_owned()
}

fn is_known(address: &str) -> bool {
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let reserved = ["example.org", "example.com", "example.net", "localhost"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || [".example", ".test", ".invalid"].iter().any(|end| host.ends_with(end));
    // Names without a dot are of the reader's own network, and braces are filled in by a program.
    if reserved || !host.contains('.') || host.starts_with("127.") || host.contains(['{', '$']) {
        return true;
    }
    KNOWN.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).any(
        |known| {
            let Some(rest) = address.strip_prefix(known) else { return false };
            let rest = rest.strip_prefix(".git").unwrap_or(rest);
            rest.is_empty() || rest.starts_with(['/', '?', '#'])
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_names_known_addresses() {
        check(&crate::workspace_root().unwrap()).unwrap();
    }

    #[test]
    fn known_and_reserved_addresses_pass() {
        for line in [
            "[candle](https://github.com/huggingface/candle), and <https://www.rdkit.org>.",
            "git+https://github.com/rust-lang/crates.io-index.git#abc",
            "https://GitHub.com/HuggingFace/Candle/tree/main",
            "http://localhost:8080/x http://proxy:1 https://a.example.org/f http://127.0.0.1:1",
            "https://{host}/file, http://user:secret@proxy:8080, `https://`, uses: actions/checkout@v4",
            "both from crates.io; by GitHub's form",
            "cargo add equivariant-groups --path CLONE/crates/groups",
        ] {
            check_text("a.md", line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn others_are_refused() {
        // In halves, so that this file passes too.
        let (http, forge) = (concat!("https:", "//"), concat!("github", ".com"));
        for line in [
            format!("git clone {http}{forge}/nobody/nothing && cd nothing"),
            format!("{http}{forge}/huggingface/candle-fork"),
            format!("{http}{forge}@evil.io/huggingface/candle"),
            format!("{http}{forge}.evil.io/huggingface/candle"),
            format!("{http}evil.io/{forge}/huggingface/candle"),
            format!("git@{forge}:nobody/nothing.git"),
            format!("see {forge}/nobody/nothing"),
            format!("ssh{}git@{forge}/nobody/nothing", ":/".to_owned() + "/"),
            format!("{http}nobody.github.io/book"),
            format!("{http}arxiv.org.evil.io"),
            format!("cargo add {}-groups", "equivariant"),
        ] {
            let error = check_text("a.md", &format!("first\n{line}")).unwrap_err().to_string();
            assert!(error.starts_with("a.md:2: "), "{error}");
        }
    }
}
