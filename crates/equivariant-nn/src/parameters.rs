//! The parameters of a model under construction.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use candle_core::{DType, Device, Shape, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder, VarMap};

use crate::{NnError, checkpoint, init};

/// A [`VarMap`] whose new variables are drawn from our own seeded streams.
///
/// Layers ask a [`VarBuilder`] for their parameters and say how to initialise them; this type is
/// the backend that obeys, with one stream of random numbers for each name. Any other backend
/// works as well, such as `VarBuilder::from_buffered_safetensors` for inference.
///
/// Variables whose last name starts with `running_` are statistics: they are saved and loaded
/// with the others but not trained.
///
/// # Example
/// ```
/// use candle_core::{DType, Device};
/// use equivariant_nn::Parameters;
/// let parameters = Parameters::new(1, DType::F32, Device::Cpu);
/// let linear = candle_nn::linear(3, 2, parameters.builder().pp("head"))?;
/// let names: Vec<String> = parameters.trainable().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["head.bias", "head.weight"]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Parameters {
    map: VarMap,
    seed: u64,
    dtype: DType,
    device: Device,
}

impl Parameters {
    /// No variables yet.
    pub fn new(seed: u64, dtype: DType, device: Device) -> Self {
        Self { map: VarMap::new(), seed, dtype, device }
    }

    /// A builder at the root of the names.
    pub fn builder(&self) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), self.dtype, self.device.clone())
    }

    /// Where the variables lie.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The map that holds the variables.
    pub fn var_map(&self) -> &VarMap {
        &self.map
    }

    /// All variables, by name.
    pub fn all(&self) -> BTreeMap<String, Var> {
        let data = match self.map.data().lock() {
            Ok(data) => data,
            // A poisoned map is still a map: nothing here leaves it half-written.
            Err(poisoned) => poisoned.into_inner(),
        };
        data.iter().map(|(name, var)| (name.clone(), var.clone())).collect()
    }

    /// The variables that an optimizer may change, in the order of their names.
    pub fn trainable(&self) -> Vec<(String, Var)> {
        self.all().into_iter().filter(|(name, _)| !is_statistic(name)).collect()
    }

    /// The number of trainable scalars.
    pub fn count(&self) -> usize {
        self.trainable().iter().map(|(_, var)| var.elem_count()).sum()
    }

    /// Writes all variables to a checkpoint; see [`checkpoint::save`].
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), NnError> {
        let tensors = self.all().into_iter().map(|(name, var)| (name, var.into_inner())).collect();
        checkpoint::save(path, &tensors, metadata)
    }

    /// Sets all variables from a checkpoint and returns its metadata.
    ///
    /// Build the model first: the variables that exist then are those that the file must have,
    /// neither more nor fewer. Nothing is changed if anything does not fit.
    ///
    /// # Errors
    /// Names the tensor that is missing, unknown or of another shape or scalar type.
    pub fn load(&self, path: &Path) -> Result<BTreeMap<String, String>, NnError> {
        let loaded = checkpoint::load(path, &self.device)?;
        let variables = self.all();
        let expected = variables.iter().map(|(name, v)| (name.as_str(), v.as_tensor()));
        loaded.check(path, expected)?;
        for (name, var) in &variables {
            if let Some(tensor) = loaded.tensors.get(name) {
                var.set(tensor)?;
            }
        }
        Ok(loaded.metadata)
    }
}

fn is_statistic(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| last.starts_with("running_"))
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shapes: BTreeMap<String, Vec<usize>> =
            self.all().into_iter().map(|(name, v)| (name, v.dims().to_vec())).collect();
        f.debug_struct("Parameters")
            .field("seed", &self.seed)
            .field("dtype", &self.dtype)
            .field("shapes", &shapes)
            .finish()
    }
}

impl SimpleBackend for Parameters {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        init: Init,
        dtype: DType,
        device: &Device,
    ) -> candle_core::Result<Tensor> {
        let exists = self.contains_tensor(name);
        if !exists {
            let drawn = init::draw(init, shape.clone(), self.seed, name, dtype, device)?;
            let var = Var::from_tensor(&drawn)?;
            if let Ok(mut data) = self.map.data().lock() {
                data.insert(name.to_owned(), var);
            }
        }
        // The map checks the shape; the initialisation is not used any more.
        self.map.get(shape, name, Init::Const(0.0), dtype, device)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> candle_core::Result<Tensor> {
        match self.all().remove(name) {
            Some(var) => Ok(var.into_inner()),
            None => candle_core::bail!("no variable `{name}`; give its shape to create it"),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.map.data().lock().is_ok_and(|data| data.contains_key(name))
    }
}
