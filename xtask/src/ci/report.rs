//! The report as a reader gets it: self-contained, of bounded size, described figures, no page that
//! is wider than the screen, tables that sort, and no error on the console.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::say;

/// The largest report, in bytes.
const LIMIT: usize = 5 << 20;

/// Widths of a desktop's and a phone's window, in pixels.
const WIDTHS: [u32; 2] = [1280, 390];

/// Names under which Chromium is found.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Checks a report, in a browser too where there is one.
pub(super) fn check(path: &Path) -> anyhow::Result<()> {
    let html =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(html.len() < LIMIT, "the report has {} bytes, {LIMIT} are allowed", html.len());
    for attribute in ["src=\"", "href=\"http", "url(http", "@import"] {
        ensure!(!html.contains(attribute), "the report fetches something: `{attribute}`");
    }
    let drawings: Vec<&str> = html.split("<svg").skip(1).collect();
    ensure!(!drawings.is_empty(), "the report has no figures");
    for (number, drawing) in drawings.iter().enumerate() {
        let head: String = drawing.chars().take(2_000).collect();
        ensure!(
            head.contains("<title>") || head.contains("aria-label"),
            "drawing {} has no text for screen readers",
            number + 1
        );
    }
    match browser() {
        Some(browser) => in_browser(&browser, path),
        None => {
            say(format_args!("no Chromium here: the widths of the report are not checked"));
            Ok(())
        }
    }
}

fn browser() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .flat_map(|folder| BROWSERS.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

/// Loads the report in frames of several widths and asks each how wide its content is and whether
/// every table is in order after a click on a heading. What the page logs to the console is an error.
fn in_browser(browser: &Path, report: &Path) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let report = report.canonicalize()?;
    let frames: String = WIDTHS
        .iter()
        .map(|width| {
            let from = report.display();
            format!(
                "<iframe src=\"file://{from}\" style=\"width:{width}px;height:900px\"></iframe>"
            )
        })
        .collect();
    let page = dir.path().join("frames.html");
    std::fs::write(
        &page,
        format!(
            "<!doctype html><body>{frames}<script>
             onload = () => {{
               const wide = [...document.querySelectorAll('iframe')]
                 .map(f => f.contentDocument.documentElement)
                 .map(d => d.scrollWidth + '/' + d.clientWidth);
               const first = document.querySelector('iframe').contentDocument;
               const heads = [...first.querySelectorAll('.sortable th.number button')];
               const sorted = heads.filter(button => {{
                 button.click();
                 const head = button.parentElement, table = head.closest('table');
                 const values = [...table.tBodies[0].rows]
                   .map(row => parseFloat(row.cells[head.cellIndex].textContent
                     .replace(/\\u2212/g, '-').replace(/[^-+.e\\d].*$/, '')))
                   .filter(value => !isNaN(value));
                 return head.getAttribute('aria-sort') === 'descending'
                   && values.every((value, i) => i === 0 || values[i - 1] >= value);
               }});
               document.body.innerHTML = '<p>widths ' + wide.join(' ') + '</p><p>sorted '
                 + sorted.length + '/' + heads.length + '</p>';
             }};
             </script></body>"
        ),
    )?;
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"])
        .args(["--disable-background-networking", "--no-first-run", "--dump-dom"])
        .args(["--enable-logging=stderr", "--log-level=0"])
        .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .with_context(|| format!("cannot run {}", browser.display()))?;
    let dom = String::from_utf8_lossy(&output.stdout);
    let answer = |what: &str| {
        dom.split_once(&format!("<p>{what} "))
            .and_then(|(_, rest)| rest.split_once("</p>"))
            .map(|(answer, _)| answer.to_owned())
            .with_context(|| format!("the browser did not show the report: {dom}"))
    };
    let widths = answer("widths")?;
    for pair in widths.split(' ') {
        let (content, window) = pair.split_once('/').context("no width")?;
        let (content, window): (u32, u32) = (content.parse()?, window.parse()?);
        ensure!(content <= window, "in a window of {window} pixels the report is {content} wide");
    }
    let sorted = answer("sorted")?;
    let (right, all) = sorted.split_once('/').context("no number of columns")?;
    ensure!(
        all != "0" && right == all,
        "{right} of {all} columns of numbers are sorted by a click"
    );
    let log = String::from_utf8_lossy(&output.stderr);
    let messages: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    ensure!(messages.is_empty(), "the report writes to the console: {}", messages.join("; "));
    say(format_args!(
        "report: no content wider than the window ({widths}), {all} columns sort, the console is empty"
    ));
    Ok(())
}
