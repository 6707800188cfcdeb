//! Checkpoints: one pair of files an epoch, the last two kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{AdamW, NnError, Parameters};

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

/// What a checkpoint must agree on with the run that continues from it: a name and a value for each
/// setting, such as architecture, training, seed and data.
pub type Identity = BTreeMap<String, String>;

impl Checkpoints {
    fn weights(&self, epochs: usize) -> PathBuf {
        self.dir.join(format!("epoch-{epochs:04}.weights.safetensors"))
    }

    fn optimizer(&self, epochs: usize) -> PathBuf {
        self.dir.join(format!("epoch-{epochs:04}.optimizer.safetensors"))
    }

    /// The numbers of epochs for which weights are there, newest first.
    fn written(&self) -> Result<Vec<usize>, NnError> {
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(NnError::io(&self.dir, source)),
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

    /// The weights of the newest checkpoint, if there is one.
    pub fn newest(&self) -> Option<PathBuf> {
        Some(self.weights(*self.written().ok()?.first()?))
    }

    /// Sets weights and optimizer to the newest usable checkpoint and returns its history; without
    /// one, or without resuming, leaves them alone and returns none. The history has one entry an
    /// epoch.
    ///
    /// # Errors
    /// [`NnError::Changed`] where the newest usable one belongs to other settings.
    pub fn restore<E: DeserializeOwned>(
        &self,
        parameters: &Parameters,
        optimizer: &mut AdamW,
        identity: &Identity,
    ) -> Result<Vec<E>, NnError> {
        if !self.resume {
            return Ok(Vec::new());
        }
        for epochs in self.written()? {
            match self.load(epochs, parameters, optimizer, identity) {
                Ok(history) => {
                    tracing::info!(epochs, "resumed");
                    return Ok(history);
                }
                Err(error @ NnError::Changed { .. }) => return Err(error),
                Err(error) => tracing::warn!("{error}; trying the checkpoint before"),
            }
        }
        Ok(Vec::new())
    }

    fn load<E: DeserializeOwned>(
        &self,
        epochs: usize,
        parameters: &Parameters,
        optimizer: &mut AdamW,
        identity: &Identity,
    ) -> Result<Vec<E>, NnError> {
        let path = self.weights(epochs);
        // The metadata first: other settings explain tensors that do not fit.
        let stored = super::load(&path, parameters.device())?.metadata;
        check(&path, &stored, identity)?;
        optimizer.load(&self.optimizer(epochs))?;
        parameters.load(&path)?;
        serde_json::from_str(stored.get(HISTORY).map_or("[]", String::as_str))
            .map_err(|e| NnError::Damaged { path, reason: format!("unreadable history: {e}") })
    }

    /// Writes the checkpoint of as many epochs as the history holds, and deletes old ones.
    ///
    /// # Errors
    /// [`NnError::Io`] where the folder cannot be written.
    pub fn write<E: Serialize>(
        &self,
        parameters: &Parameters,
        optimizer: &AdamW,
        identity: &Identity,
        history: &[E],
    ) -> Result<(), NnError> {
        let io = |source| NnError::io(&self.dir, source);
        fs::create_dir_all(&self.dir).map_err(io)?;
        let epochs = history.len();
        let mut metadata = identity.clone();
        let history = serde_json::to_string(history).map_err(|e| NnError::Damaged {
            path: self.dir.clone(),
            reason: format!("the history cannot be serialized: {e}"),
        })?;
        metadata.insert(HISTORY.to_owned(), history);
        // Weights last: where they are, the optimizer is too.
        optimizer.save(&self.optimizer(epochs), &metadata)?;
        parameters.save(&self.weights(epochs), &metadata)?;
        for old in self.written()? {
            if old > epochs || old + KEPT <= epochs {
                fs::remove_file(self.weights(old)).map_err(io)?;
                let _ = fs::remove_file(self.optimizer(old));
            }
        }
        Ok(())
    }
}

fn check(path: &Path, stored: &Identity, identity: &Identity) -> Result<(), NnError> {
    for (setting, now) in identity {
        let then = stored.get(setting).cloned().unwrap_or_default();
        if then != *now {
            return Err(NnError::Changed {
                path: path.to_owned(),
                setting: setting.clone(),
                then,
                now: now.clone(),
            });
        }
    }
    Ok(())
}
