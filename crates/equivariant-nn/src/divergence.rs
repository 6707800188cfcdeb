//! Where a training went wrong.

use std::fmt;
use std::path::PathBuf;

use crate::checkpoint::Checkpoints;

/// Samples that a message names.
const NAMED: usize = 8;

/// A loss that is NaN or infinite: the step, the samples, and what is left to go on from.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// The epoch, from 0.
    pub epoch: usize,
    /// The step within the epoch, from 0.
    pub step: usize,
    /// The loss.
    pub loss: f64,
    /// The samples of the batch, by their numbers in the training set.
    pub samples: Vec<usize>,
    /// The weights of the last checkpoint, which is from before.
    pub checkpoint: Option<PathBuf>,
}

impl Divergence {
    /// At a step of a training with or without checkpoints.
    pub fn new(
        epoch: usize,
        step: usize,
        loss: f64,
        samples: &[usize],
        checkpoints: Option<&Checkpoints>,
    ) -> Self {
        // Before the first epoch ends, those of an earlier run may be there.
        let own = checkpoints.filter(|checkpoints| checkpoints.resume || epoch > 0);
        let checkpoint = own.and_then(Checkpoints::newest);
        Self { epoch, step, loss, samples: samples.to_vec(), checkpoint }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, step, loss, .. } = self;
        write!(f, "training diverged in epoch {epoch}, step {step}: the loss is {loss}; samples")?;
        for sample in self.samples.iter().take(NAMED) {
            write!(f, " {sample}")?;
        }
        if self.samples.len() > NAMED {
            write!(f, " and {} more", self.samples.len() - NAMED)?;
        }
        match &self.checkpoint {
            Some(path) => write!(f, "; the last good weights are {}", path.display()),
            None => write!(f, "; there is no checkpoint yet"),
        }
    }
}

impl std::error::Error for Divergence {}
