//! `cargo xtask results`: writes `docs/results.md` and `docs/choosing.md` from recorded runs, so that no
//! number in them is typed.
//!
//! `docs/results/NAME.json` holds what a run left behind: how it was made and what came out.
//! `docs/results/template.md` is the document with a line `<!-- run NAME -->`,
//! `<!-- stages NAME -->`, `<!-- summary NAME -->` or `<!-- floors NAME -->` wherever something of a run
//! stands. The same for the folder `docs/choosing`.

mod floors;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::reproduce::{output, record};

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Document {
    /// `docs/results.md`
    Results,
    /// `docs/choosing.md`
    Choosing,
}

impl Document {
    const ALL: [Self; 2] = [Self::Results, Self::Choosing];

    fn path(self, root: &Path) -> PathBuf {
        root.join("docs").join(format!("{}.md", self.name()))
    }

    /// The folder of its template and of the runs that it shows.
    fn folder(self, root: &Path) -> PathBuf {
        root.join("docs").join(self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::Choosing => "choosing",
        }
    }

    fn template(self, root: &Path) -> PathBuf {
        self.folder(root).join("template.md")
    }

    fn json(self, root: &Path, name: &str) -> PathBuf {
        self.folder(root).join(format!("{name}.json"))
    }
}

/// Which run to record, and for which document.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// First record a run: the folder of its results.
    #[arg(long, value_name = "OUT", requires_all = ["suite", "name"])]
    record: Option<PathBuf>,
    /// The suite of that run, such as `molecules`.
    #[arg(long)]
    suite: Option<String>,
    /// The name under which it is recorded, such as `molecules-paper`.
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// The document for which it is recorded.
    #[arg(long, value_enum, default_value = "results", requires = "record")]
    document: Document,
    /// Only check that the documents are what the recorded runs say.
    #[arg(long, conflicts_with = "record")]
    check: bool,
}

/// A recorded run of one suite.
#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    suite: String,
    run: record::Record,
    claims: Vec<Value>,
    summary: String,
    results: Value,
}

/// Records a run, if one is named, and writes the documents, or checks them.
///
/// # Errors
/// If a record or a template is missing or malformed, or a document is not what they say.
pub fn run(flags: Flags) -> anyhow::Result<()> {
    let root = crate::workspace_root()?;
    if flags.check {
        return check(&root);
    }
    if let (Some(out), Some(suite), Some(name)) = (&flags.record, &flags.suite, &flags.name) {
        let named = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        ensure!(named && !name.is_empty(), "--as: expected lower-case letters, digits and `-`");
        let recorded = recorded(out, suite)?;
        let path = flags.document.json(&root, name);
        output::write(&path, &serde_json::to_vec(&recorded)?)?;
    }
    for document in Document::ALL {
        let path = document.path(&root);
        output::write(&path, render(document, &root)?.as_bytes())?;
        tracing::info!("{} is written", path.display());
    }
    Ok(())
}

/// Fails unless each document is what its template and the recorded runs give, and the README repeats
/// percentages of the results only.
fn check(root: &Path) -> anyhow::Result<()> {
    Document::ALL.into_iter().try_for_each(|document| check_one(document, root))?;
    let results = read(&Document::Results.path(root))?;
    match percentages(&read(&root.join("README.md"))?).find(|figure| !results.contains(figure)) {
        Some(figure) => bail!("README.md says `{figure}`, which docs/results.md does not"),
        None => Ok(()),
    }
}

/// Percentages with decimals, such as `97.4 %`.
fn percentages(text: &str) -> impl Iterator<Item = String> {
    text.match_indices(" %").filter_map(|(end, sign)| {
        let number = text[..end].rsplit(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        number.contains('.').then(|| format!("{number}{sign}"))
    })
}

fn check_one(document: Document, root: &Path) -> anyhow::Result<()> {
    let path = document.path(root);
    let found = read(&path)?;
    ensure!(
        found == render(document, root)?,
        "{} is not what the recorded runs say; write it with `cargo xtask results`",
        path.display()
    );
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// What a run in the folder `out` left behind of one suite.
fn recorded(out: &Path, suite: &str) -> anyhow::Result<Recorded> {
    let path = out.join("results.json");
    let mut all: Value = serde_json::from_str(&read(&path)?)
        .with_context(|| format!("{} is no JSON", path.display()))?;
    let results = all[suite].take();
    let missing = || format!("{} has no suite `{suite}`", path.display());
    ensure!(results.is_object(), missing());
    let summary = all["summaries"][suite].as_str().with_context(missing)?.to_owned();
    let claims = all["claims"].as_array().with_context(missing)?;
    let claims = claims.iter().filter(|claim| claim["suite"] == suite).cloned().collect();
    let path = record::path(out, suite);
    let run = serde_json::from_str(&read(&path)?)
        .with_context(|| format!("{} is no record of a run", path.display()))?;
    Ok(Recorded { suite: suite.to_owned(), run, claims, summary, results })
}

/// The document: the template with what the runs say.
fn render(document: Document, root: &Path) -> anyhow::Result<String> {
    let path = document.template(root);
    let mut text = String::new();
    for (number, line) in read(&path)?.lines().enumerate() {
        let directive = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        let Some((what, name)) = directive.and_then(|line| line.split_once(' ')) else {
            text += line;
            text.push('\n');
            continue;
        };
        let file = document.json(root, name);
        let recorded: Recorded = serde_json::from_str(&read(&file)?)
            .with_context(|| format!("{} is no recorded run", file.display()))?;
        match what {
            "run" => made(&mut text, &recorded.run)?,
            "stages" => stages(&mut text, &recorded.run)?,
            "summary" => writeln!(text, "{}", recorded.summary.trim_end())?,
            "floors" => floors::table(&mut text, &recorded.results)
                .with_context(|| format!("in {}", file.display()))?,
            _ => bail!(
                "{}:{}: `{what}`; expected run, stages, summary or floors",
                path.display(),
                number + 1
            ),
        }
    }
    Ok(text)
}

/// How the run was made, as a sentence.
fn made(text: &mut String, run: &record::Record) -> std::fmt::Result {
    write!(text, "`{}`, {}", run.command, run.software)?;
    if let Some(commit) = &run.commit {
        write!(text, ", commit `{commit}`")?;
    }
    write!(text, ", on {}", run.machine)?;
    for machine in &run.elsewhere {
        write!(text, ", parts of it on {machine}")?;
    }
    write!(text, ": {}", duration(run.seconds))?;
    if run.resumed {
        write!(text, " in several parts")?;
    }
    if let Some(memory) = run.peak_memory_mib {
        write!(text, ", {memory} MiB of memory at most")?;
    }
    writeln!(text, ".")
}

/// The time of each stage, as a table.
fn stages(text: &mut String, run: &record::Record) -> std::fmt::Result {
    writeln!(text, "| stage | time |\n|---|---|")?;
    for stage in &run.stages {
        writeln!(text, "| {} | {} |", stage.name, duration(stage.seconds))?;
    }
    Ok(())
}

fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_with_decimals_are_found() {
        let text = "| raw | 56.0 % | 97.4 % |, 82 % of the ten, 99.18 %";
        assert_eq!(percentages(text).collect::<Vec<_>>(), ["56.0 %", "97.4 %", "99.18 %"]);
    }

    #[test]
    fn the_document_is_what_the_runs_say() {
        check(&crate::workspace_root().unwrap()).unwrap();
    }

    #[test]
    fn a_run_is_recorded_and_rendered() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let stages = vec![("training".to_owned(), 75.0), ("paths".to_owned(), 3.0)];
        let machine = record::Machine {
            processor: Some("P1".into()),
            threads: 2,
            system: "linux".into(),
            accelerator: None,
        };
        let other = record::Machine { accelerator: Some("X1".into()), ..machine.clone() };
        let command = "cargo xtask reproduce images".to_owned();
        let mut run = record::Record::new(command, record::commit(), machine, false, stages);
        run.elsewhere.push(other);
        run.write(&out, "images").unwrap();
        let results = serde_json::json!({
            "claims": [{ "suite": "images" }, { "suite": "molecules" }],
            "summaries": { "images": "| a |" },
            "images": { "seeds": [] },
        });
        output::write(&out.join("results.json"), results.to_string().as_bytes()).unwrap();
        let recorded = recorded(&out, "images").unwrap();
        assert_eq!(recorded.claims.len(), 1);
        let bytes = serde_json::to_vec(&recorded).unwrap();
        let document = Document::Results;
        output::write(&document.json(root.path(), "a"), &bytes).unwrap();
        let template = "Text\n<!-- run a -->\n<!-- stages a -->\n<!-- summary a -->\n";
        output::write(&document.template(root.path()), template.as_bytes()).unwrap();
        let text = render(document, root.path()).unwrap();
        assert!(text.starts_with("Text\n`cargo xtask reproduce images`"), "{text}");
        let where_from =
            "on 2 threads of P1 (linux), parts of it on X1 and 2 threads of P1 (linux)";
        assert!(text.contains(where_from), "{text}");
        assert!(text.contains(": 1 min 18 s"), "{text}");
        assert!(text.ends_with("| training | 1 min 15 s |\n| paths | 3 s |\n| a |\n"), "{text}");
        assert!(super::recorded(&out, "molecules").is_err());
        output::write(&document.path(root.path()), text.as_bytes()).unwrap();
        check_one(document, root.path()).unwrap();
        output::write(&document.path(root.path()), b"typed").unwrap();
        assert!(check_one(document, root.path()).is_err());
    }
}
