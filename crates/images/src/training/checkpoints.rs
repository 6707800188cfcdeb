//! Checkpoints: one pair of files an epoch, the last two kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use equivariant_nn::AdamW;
use groups::PlanarGroup;

use super::{EpochReport, TrainingConfig, TrainingError};
use crate::cnn::SteerableCnn;
use crate::dataset::Digits;

const KEPT: usize = 2;
const HISTORY: &str = "history";

/// Where checkpoints are written, and whether to continue from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// The folder; it is made if it is not there.
    pub dir: PathBuf,
    /// Whether to continue from the newest usable checkpoint. If not, those that are there are
    /// deleted when the first new one is written.
    pub resume: bool,
}

/// What a checkpoint must agree on with the run that continues from it.
pub(super) type Identity = BTreeMap<String, String>;

pub(super) fn identity<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    digits: &Digits,
    config: &TrainingConfig,
    seed: u64,
) -> Result<Identity, TrainingError> {
    Ok(BTreeMap::from([
        ("group".to_owned(), network.group().name()),
        ("architecture".to_owned(), serde_json::to_string(network.architecture())?),
        ("training".to_owned(), serde_json::to_string(config)?),
        ("seed".to_owned(), seed.to_string()),
        ("data".to_owned(), digits.fingerprint()),
    ]))
}

impl Checkpoints {
    fn weights(&self, epochs: usize) -> PathBuf {
        self.dir.join(format!("epoch-{epochs:04}.weights.safetensors"))
    }

    fn optimizer(&self, epochs: usize) -> PathBuf {
        self.dir.join(format!("epoch-{epochs:04}.optimizer.safetensors"))
    }

    /// The numbers of epochs for which weights are there, newest first.
    fn written(&self) -> Result<Vec<usize>, TrainingError> {
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(TrainingError::Io { path: self.dir.clone(), source }),
        };
        let mut epochs: Vec<usize> = entries
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                name.strip_prefix("epoch-")?.strip_suffix(".weights.safetensors")?.parse().ok()
            })
            .collect();
        epochs.sort_unstable_by(|a, b| b.cmp(a));
        Ok(epochs)
    }

    /// Sets network and optimizer to the newest usable checkpoint and returns its history; without
    /// one, or without resuming, leaves them alone and returns none.
    pub(super) fn restore<G: PlanarGroup>(
        &self,
        network: &SteerableCnn<G>,
        optimizer: &mut AdamW,
        identity: &Identity,
    ) -> Result<Vec<EpochReport>, TrainingError> {
        if !self.resume {
            return Ok(Vec::new());
        }
        for epochs in self.written()? {
            match self.load(epochs, network, optimizer, identity) {
                Ok(history) => {
                    tracing::info!(epochs, "resumed");
                    return Ok(history);
                }
                Err(error @ TrainingError::Changed { .. }) => return Err(error),
                Err(error) => tracing::warn!("{error}; trying the checkpoint before"),
            }
        }
        Ok(Vec::new())
    }

    fn load<G: PlanarGroup>(
        &self,
        epochs: usize,
        network: &SteerableCnn<G>,
        optimizer: &mut AdamW,
        identity: &Identity,
    ) -> Result<Vec<EpochReport>, TrainingError> {
        let path = self.weights(epochs);
        // The metadata first: other settings explain tensors that do not fit.
        let stored = equivariant_nn::checkpoint::load(&path, network.device())?.metadata;
        check(&path, &stored, identity)?;
        optimizer.load(&self.optimizer(epochs))?;
        network.parameters().load(&path)?;
        Ok(serde_json::from_str(stored.get(HISTORY).map_or("[]", String::as_str))?)
    }

    /// Writes the checkpoint of as many epochs as the history holds, and deletes old ones.
    pub(super) fn write<G: PlanarGroup>(
        &self,
        network: &SteerableCnn<G>,
        optimizer: &AdamW,
        identity: &Identity,
        history: &[EpochReport],
    ) -> Result<(), TrainingError> {
        let io = |source| TrainingError::Io { path: self.dir.clone(), source };
        fs::create_dir_all(&self.dir).map_err(io)?;
        let epochs = history.len();
        let mut metadata = identity.clone();
        metadata.insert(HISTORY.to_owned(), serde_json::to_string(history)?);
        // Weights last: where they are, the optimizer is too.
        optimizer.save(&self.optimizer(epochs), &metadata)?;
        network.parameters().save(&self.weights(epochs), &metadata)?;
        for old in self.written()? {
            if old > epochs || old + KEPT <= epochs {
                fs::remove_file(self.weights(old)).map_err(io)?;
                let _ = fs::remove_file(self.optimizer(old));
            }
        }
        Ok(())
    }
}

fn check(path: &Path, stored: &Identity, identity: &Identity) -> Result<(), TrainingError> {
    for (setting, now) in identity {
        let then = stored.get(setting).cloned().unwrap_or_default();
        if then != *now {
            return Err(TrainingError::Changed {
                path: path.to_owned(),
                setting: setting.clone(),
                then,
                now: now.clone(),
            });
        }
    }
    Ok(())
}
