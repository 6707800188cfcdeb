//! Where and of what a run was made.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// The name that the processor gives itself.
    pub(crate) cpu: String,
    /// Threads that were used.
    pub(crate) threads: usize,
    /// Memory in GiB, where the system says.
    pub(crate) memory: Option<f64>,
    /// Operating system and architecture.
    pub(crate) os: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let info = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cpu = field(&info("/proc/cpuinfo"), "model name").unwrap_or("unknown").to_owned();
        let memory = field(&info("/proc/meminfo"), "MemTotal")
            .and_then(|kib| kib.split_whitespace().next()?.parse::<f64>().ok())
            .map(|kib| (kib / f64::from(1 << 20) * 10.0).round() / 10.0);
        Self {
            cpu,
            threads: rayon::current_num_threads(),
            memory,
            os: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

/// The first line that a program prints; nothing where it cannot be run.
pub(crate) fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(program).args(arguments).current_dir(root).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The commit, and whether files differ from it.
pub(crate) fn commit() -> Option<(String, bool)> {
    let commit = first_line("git", &["rev-parse", "HEAD"])?;
    let changed = first_line("git", &["status", "--porcelain", "--untracked-files=no"])?;
    Some((commit, !changed.is_empty()))
}

/// Today in UTC, `2026-01-31`.
pub(crate) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    date(seconds / 86_400)
}

/// The date so many days after 1970-01-01, by counting from March so that leap days come last
/// (Hinnant, *chrono-compatible low-level date algorithms*, 2021).
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let known = [(0, "1970-01-01"), (11_016, "2000-02-29"), (20_454, "2026-01-01")];
        for (days, text) in known {
            assert_eq!(date(days), text);
        }
    }

    #[test]
    fn fields_are_found() {
        let text = "processor\t: 0\nmodel name\t: Some CPU\nmodel name\t: other\n";
        assert_eq!(field(text, "model name"), Some("Some CPU"));
        assert_eq!(field(text, "flags"), None);
    }
}
