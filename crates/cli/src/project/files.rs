//! The files under way, and how far they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

use anyhow::Context;
use latents::{CodeWriter, Codes, Format, Layout, Mark, Spec};
use serde::{Deserialize, Serialize};
use terminal::sha256;

use super::settings::Settings;
use terminal::whole_file;

/// Time between two marks.
const BETWEEN_MARKS: Duration = Duration::from_secs(1);

/// Files that are written together, so that they can be gone on with together.
#[derive(Debug)]
pub(super) struct Files {
    writers: Vec<Box<dyn CodeWriter>>,
    partials: Vec<PathBuf>,
    /// Where it is noted how far they are. `None` where they cannot be gone on with.
    state: Option<PathBuf>,
    key: String,
    rows: usize,
    marked: Instant,
}

/// How far a run came.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    /// Of which input and which settings.
    key: String,
    marks: Vec<Mark>,
}

impl Files {
    /// Starts the files, or goes on with those of a run with the same input and settings.
    pub(super) fn start(
        input: &Layout,
        specs: Vec<(PathBuf, Spec)>,
        settings: &Settings,
    ) -> anyhow::Result<Self> {
        let key = key(input, &specs, settings)?;
        let partials: Vec<_> = specs.iter().map(|(path, _)| hidden(path, "partial")).collect();
        let resumes = specs.iter().all(|(path, _)| Format::of(path).is_ok_and(Format::resumes));
        let state = resumes.then(|| hidden(&specs[0].0, "partial.json"));
        for (path, _) in &specs {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
            }
        }
        if let Some(found) = state.as_deref().and_then(|path| read(path, &key)) {
            let resumed: Result<Vec<_>, _> = specs
                .iter()
                .zip(&partials)
                .zip(&found.marks)
                .map(|(((path, spec), partial), mark)| latents::resume(path, partial, spec, *mark))
                .collect();
            let rows = found.marks.first().map_or(0, |mark| mark.rows);
            let together = found.marks.len() == specs.len()
                && found.marks.iter().all(|mark| mark.rows == rows);
            if let (Ok(writers), true) = (resumed, together) {
                state.iter().for_each(|state| whole_file::sweep_file(state));
                let marked = Instant::now();
                return Ok(Self { writers, partials, state, key, rows, marked });
            }
        }
        let mut files =
            Self { writers: vec![], partials: vec![], state, key, rows: 0, marked: Instant::now() };
        for ((path, spec), partial) in specs.iter().zip(partials) {
            let writer = match resumes {
                true => latents::resumable(path, &partial, spec),
                false => latents::create(path, spec),
            };
            match writer {
                Ok(writer) => {
                    files.writers.push(writer);
                    files.partials.push(partial);
                }
                Err(error) => {
                    files.discard();
                    return Err(error.into());
                }
            }
        }
        files.state.iter().for_each(|state| whole_file::sweep_file(state));
        Ok(files)
    }

    /// Rows that are written.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a stopped run can be gone on with.
    pub(super) fn resumes(&self) -> bool {
        self.state.is_some()
    }

    /// Writes a block to each file.
    pub(super) fn write(&mut self, blocks: &[Codes]) -> anyhow::Result<()> {
        for (writer, block) in self.writers.iter_mut().zip(blocks) {
            writer.write_block(block)?;
        }
        self.rows += blocks.first().map_or(0, Codes::rows);
        if self.marked.elapsed() > BETWEEN_MARKS {
            self.mark()?;
        }
        Ok(())
    }

    /// Notes how far the files are.
    pub(super) fn mark(&mut self) -> anyhow::Result<()> {
        let Some(path) = &self.state else { return Ok(()) };
        let mut marks = Vec::new();
        for writer in &mut self.writers {
            marks.extend(writer.mark()?);
        }
        let text = serde_json::to_string(&State { key: self.key.clone(), marks })?;
        whole_file::write(path, text.as_bytes())?;
        self.marked = Instant::now();
        Ok(())
    }

    /// Gives the files their names.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        // The elements first: where the invariants are, everything is.
        for writer in self.writers.into_iter().rev() {
            writer.finish()?;
        }
        if let Some(state) = &self.state {
            let _ = fs::remove_file(state);
        }
        Ok(())
    }

    /// Removes what was written.
    pub(super) fn discard(&mut self) {
        self.writers.clear();
        if let Some(state) = self.state.as_ref().filter(|_| !self.partials.is_empty()) {
            let _ = fs::remove_file(state);
            for partial in &self.partials {
                let _ = fs::remove_file(partial);
            }
        }
    }
}

/// The state of a run with this key. Anything else is no state.
fn read(path: &Path, key: &str) -> Option<State> {
    let state: State = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    (state.key == key).then_some(state)
}

/// `.invariant.npy.partial` for `invariant.npy`.
fn hidden(path: &Path, extension: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{extension}"))
}

/// A hash of everything that the output depends on. Files are told by size and time of change.
fn key(input: &Layout, specs: &[(PathBuf, Spec)], settings: &Settings) -> anyhow::Result<String> {
    let path = input.path.canonicalize()?;
    let file = fs::metadata(&path)?;
    let changed = file.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let specs: Vec<_> = specs.iter().map(|(path, spec)| format!("{path:?} {spec:?}")).collect();
    let text = format!(
        "{path:?} {} {changed:?} {:?} {} {specs:?}",
        file.len(),
        input.tensor,
        serde_json::to_string(settings)?
    );
    Ok(sha256(text.as_bytes()))
}
