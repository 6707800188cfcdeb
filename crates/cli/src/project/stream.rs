//! Reads ahead, projects and writes at the same time.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::bail;
use latents::{CodeReader, Codes, Dtype};

use super::applied::Applied;
use super::files::Files;
use crate::rows;
use terminal::Progress;
use terminal::interrupt;

/// Numbers in a block of codes or invariants.
const BLOCK: usize = 1 << 20;

/// Rows are read in multiples of what a projection works on at a time.
const ROWS: usize = 128;

/// Blocks that wait between two steps.
const AHEAD: usize = 2;

/// Projects all codes that are left.
pub(super) fn run(
    reader: Box<dyn CodeReader>,
    applied: &Applied,
    files: &mut Files,
    quiet: bool,
) -> anyhow::Result<()> {
    let result = stream(reader, applied, files, quiet);
    match &result {
        // What is there is kept for the next time.
        Err(error) if error.is::<Stopped>() => files.mark()?,
        Err(_) => files.discard(),
        Ok(()) => {}
    }
    result
}

/// Ctrl-C was pressed.
#[derive(Debug, thiserror::Error)]
#[error("stopped after {rows} of {all} codes; {then}")]
struct Stopped {
    rows: usize,
    all: usize,
    then: &'static str,
}

fn stream(
    mut reader: Box<dyn CodeReader>,
    applied: &Applied,
    files: &mut Files,
    quiet: bool,
) -> anyhow::Result<()> {
    let all = reader.rows();
    let widest =
        applied.input_dim.max(applied.output_dim).max(applied.elements.map_or(1, |e| e.columns));
    let rows = (BLOCK / widest / ROWS).max(1) * ROWS;
    let (first, resumes) = (files.rows(), files.resumes());
    let progress = if quiet { None } else { Some(Progress::new(vec![1.0])?) };
    let bar = match &progress {
        Some(progress) => {
            let bar = progress.bar(all)?;
            bar.set_position(first as u64);
            Some(bar)
        }
        None => None,
    };

    let written = thread::scope(|scope| {
        let (to_project, codes) = sync_channel::<anyhow::Result<Codes>>(AHEAD);
        let (to_write, blocks) = sync_channel::<anyhow::Result<Vec<Codes>>>(AHEAD);
        scope.spawn(move || read(&mut *reader, rows, first, applied.scalar, &to_project));
        scope.spawn(move || project(applied, &codes, first, &to_write));
        for block in blocks {
            files.write(&block?)?;
            if let Some(bar) = &bar {
                bar.set_position(files.rows() as u64);
            }
            if interrupt::requested() && files.rows() < all {
                let then = if resumes {
                    "the same command goes on from there"
                } else {
                    "files of this format cannot be gone on with, so the same command starts again"
                };
                bail!(Stopped { rows: files.rows(), all, then });
            }
        }
        Ok(())
    });
    if let Some(progress) = &progress {
        bar.iter().for_each(|bar| bar.finish_and_clear());
        progress.finish();
    }
    written
}

/// Sends blocks until the end, an error, or until nobody listens.
fn read(
    reader: &mut dyn CodeReader,
    rows_at_once: usize,
    first: usize,
    scalar: Dtype,
    to: &SyncSender<anyhow::Result<Codes>>,
) {
    let mut done = first;
    loop {
        let block = match reader.next_block(rows_at_once) {
            Ok(None) => return,
            Ok(Some(block)) => rows::check_finite(reader.layout(), &block, done)
                .and_then(|()| rows::check_fits(reader.layout(), &block, done, scalar))
                .map(|()| block),
            Err(error) => Err(error.into()),
        };
        done += block.as_ref().map_or(0, Codes::rows);
        let last = block.is_err();
        if to.send(block).is_err() || last {
            return;
        }
    }
}

fn project(
    applied: &Applied,
    codes: &Receiver<anyhow::Result<Codes>>,
    first: usize,
    to: &SyncSender<anyhow::Result<Vec<Codes>>>,
) {
    let mut done = first;
    for block in codes {
        let images = block.and_then(|block| {
            let images = (applied.apply)(block)?;
            if let Some((row, column, value)) = images[0].first_not_finite() {
                bail!(
                    "row {}: the projection gives {value} in column {column}: the code is too large for {}",
                    done + row,
                    applied.scalar
                );
            }
            done += images[0].rows();
            Ok(images)
        });
        let last = images.is_err();
        if to.send(images).is_err() || last {
            return;
        }
    }
}
