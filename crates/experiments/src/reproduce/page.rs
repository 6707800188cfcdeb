//! One report, one summary and one `results.json` from the results of all suites.

use std::collections::BTreeMap;
use std::path::Path;

use figures::claims::Claim;
use figures::report::Report;
use serde::Serialize;
use serde_json::{Map, Value};

use super::suite::SuiteResult;
use super::{Profile, output};

/// Version of the schema of `results.json`, documented in `docs/results-schema.md`.
const VERSION: u32 = 2;

/// The whole `results.json`. Holds no times and no paths of the run, so that equal runs give equal
/// files.
#[derive(Debug, Serialize)]
struct Results<'a> {
    schema: &'static str,
    version: u32,
    software: &'static str,
    profile: Profile,
    claims: Vec<&'a Claim>,
    /// The main numbers of each suite as Markdown.
    summaries: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    suites: Map<String, Value>,
}

/// What the page says of its suites.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) profile: Profile,
    pub(super) suites: &'a [SuiteResult],
    /// Suites of these that an earlier run found.
    pub(super) earlier: &'a [String],
    /// Suites that failed, and why.
    pub(super) failed: &'a [String],
}

/// Writes `results.json`, `summary.md` and `report.html`.
pub(super) fn write(out: &Path, page: &Page<'_>) -> anyhow::Result<()> {
    let Page { profile, suites, .. } = *page;
    let results = Results {
        schema: "equivariant-latents/results",
        version: VERSION,
        software: concat!("equivariant-latents ", env!("CARGO_PKG_VERSION")),
        profile,
        claims: suites.iter().flat_map(|suite| &suite.claims).collect(),
        summaries: suites.iter().map(|s| (s.name.as_str(), s.summary.as_str())).collect(),
        suites: suites.iter().map(|s| (s.name.clone(), s.results.clone())).collect(),
    };
    output::write(&out.join("results.json"), &serde_json::to_vec_pretty(&results)?)?;
    let summary: Vec<&str> = suites.iter().map(|suite| suite.summary.as_str()).collect();
    output::write(&out.join("summary.md"), summary.join("\n").as_bytes())?;
    Ok(output::write(&out.join("report.html"), report(page)?.as_bytes())?)
}

fn report(page: &Page<'_>) -> anyhow::Result<String> {
    let Page { profile, suites, earlier, failed } = *page;
    let claims: Vec<&Claim> = suites.iter().flat_map(|suite| &suite.claims).collect();
    let held = claims.iter().filter(|claim| claim.holds).count();
    let mut report = Report::new(
        "Interpreting equivariant representations",
        "Reproduction of Hansen, Calissano & Feragen (ICML 2024), and what lies beyond it",
    );
    let generated: Vec<&str> =
        suites.iter().filter(|suite| suite.generated).map(|suite| suite.name.as_str()).collect();
    let mut notices = Vec::new();
    if profile == Profile::Smoke {
        notices.push(
            "This is a smoke run on very little data: it shows that everything works, and its numbers mean nothing."
                .to_owned(),
        );
    }
    if !generated.is_empty() {
        notices.push(format!(
            "Generated data: {} rest on data that the program made itself, because no data sets were given (or --generated was). For the real thing, run again with --data DIR.",
            generated.join(", ")
        ));
    }
    if !failed.is_empty() {
        notices.push(format!("These failed, and are not of this run: {}.", failed.join("; ")));
    }
    if !earlier.is_empty() {
        notices.push(format!("From earlier runs in the same folder: {}.", earlier.join(", ")));
    }
    if !notices.is_empty() {
        report = report.notice(notices.join(" "));
    }
    report = report
        .summary("An equivariant network turns a transformation g of its input into a known linear map of its code, E(g·x) = ρ(g)E(x). So z and ρ(g)z mean the same, and a code means no more than its orbit. Tools that compare codes by ‖z − w‖ – nearest neighbours, principal components, regression, straight lines – see differences that mean nothing. An invariant projection s, s(ρ(g)z) = s(z), repairs this; projections differ in what they keep.")
        .summary(format!("{held} of {} claims hold.", claims.len()))
        .fact("profile", profile.name())
        .fact("suites", suites.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", "))
        .fact("software", concat!("equivariant-latents ", env!("CARGO_PKG_VERSION")))
        .claims(claims.into_iter().cloned());
    for suite in suites {
        report = report.chapter(suite.chapter.clone());
    }
    Ok(report.render()?)
}
