//! Links in Markdown files lead somewhere.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// Checks the links of all Markdown files that git tracks to files and to headings of the
/// repository. Links to other places are not followed.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let output = Command::new("git").args(["ls-files", "-z", "*.md"]).current_dir(root).output();
    let listed = match output {
        Ok(output) if output.status.success() => output.stdout,
        // A source archive without git has its own list of files.
        _ => return Ok(()),
    };
    for name in listed.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        let name = std::str::from_utf8(name).context("a file name is not UTF-8")?;
        // A template is read where it is rendered to.
        if name.ends_with("template.md") {
            continue;
        }
        let path = root.join(name);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (line, target) in targets(&text) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let to = match file {
                "" => path.clone(),
                file => path.parent().unwrap_or(root).join(file),
            };
            ensure!(to.exists(), "{name}:{line}: `{target}` leads to no file");
            if heading.is_empty() {
                continue;
            }
            let other = std::fs::read_to_string(&to)
                .with_context(|| format!("{name}:{line}: cannot read {}", to.display()))?;
            ensure!(
                anchors(&other).contains(heading),
                "{name}:{line}: {} has no heading `#{heading}`",
                to.display()
            );
        }
    }
    Ok(())
}

/// Every page in `docs` is a chapter of the book, and none leads out of it.
pub(super) fn check_book(root: &Path) -> anyhow::Result<()> {
    let docs = root.join("docs");
    let summary = docs.join("SUMMARY.md");
    let text = std::fs::read_to_string(&summary)
        .with_context(|| format!("cannot read {}", summary.display()))?;
    let chapters: BTreeSet<&str> = targets(&text).map(|(_, target)| target).collect();
    for entry in std::fs::read_dir(&docs)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str().filter(|name| name.ends_with(".md")) else { continue };
        ensure!(
            name == "SUMMARY.md" || chapters.contains(name),
            "docs/{name} is in no chapter of docs/SUMMARY.md"
        );
        let text = std::fs::read_to_string(docs.join(name))
            .with_context(|| format!("cannot read docs/{name}"))?;
        if let Some((line, target)) = targets(&text).find(|(_, to)| to.starts_with("..")) {
            bail!(
                "docs/{name}:{line}: `{target}` is not in the built book: name the file, without a link"
            );
        }
    }
    Ok(())
}

/// Lines outside of code blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut code = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        if line.trim_start().starts_with("```") {
            code = !code;
            return None;
        }
        (!code).then_some((i + 1, line))
    })
}

/// What is linked to within the repository.
fn targets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        line.match_indices("](").filter_map(move |(at, mark)| {
            // Between an odd and an even backtick is code.
            if line[..at].matches('`').count() % 2 == 1 {
                return None;
            }
            let target = line[at + mark.len()..].split([')', ' ']).next()?;
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            (!elsewhere && !target.is_empty()).then_some((number, target))
        })
    })
}

/// The anchors of all headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter_map(|(_, line)| {
            let title = line.trim_start_matches('#');
            (title.len() < line.len() && title.starts_with(' ')).then(|| anchor(title.trim()))
        })
        .collect()
}

fn anchor(title: &str) -> String {
    title
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_this_repository_lead_somewhere() {
        let root = crate::workspace_root().unwrap();
        check(&root).unwrap();
        check_book(&root).unwrap();
    }

    #[test]
    fn targets_and_anchors_are_found() {
        let text = "# A title, `code` & more\n[a](b.md#c), `C[N](O)` and ![p](q.svg \"t\")\n```\n[no](no)\n```\n[w](https://example.org)";
        assert_eq!(targets(text).collect::<Vec<_>>(), [(2, "b.md#c"), (2, "q.svg")]);
        assert_eq!(anchors(text).into_iter().collect::<Vec<_>>(), ["a-title-code--more"]);
    }
}
