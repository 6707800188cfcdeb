//! The device that networks are trained on, as a flag.

use std::fmt;
use std::str::FromStr;

use anyhow::Context;
use candle_core::Device;

/// `cpu`, `cuda`, `cuda:N` or `metal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceName {
    Cpu,
    Cuda(usize),
    Metal,
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.split_once(':') {
            None if name == "cpu" => Ok(Self::Cpu),
            None if name == "cuda" => Ok(Self::Cuda(0)),
            None if name == "metal" => Ok(Self::Metal),
            Some(("cuda", ordinal)) => ordinal
                .parse()
                .map(Self::Cuda)
                .map_err(|_| format!("`{ordinal}` is not the number of a CUDA device")),
            _ => Err(format!("no device `{name}`; expected cpu, cuda, cuda:N or metal")),
        }
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(0) => f.write_str("cuda"),
            Self::Cuda(ordinal) => write!(f, "cuda:{ordinal}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

impl DeviceName {
    /// The feature that a program needs for it.
    pub(crate) fn feature(self) -> Option<&'static str> {
        match self {
            Self::Cpu => None,
            Self::Cuda(_) => Some("cuda"),
            Self::Metal => Some("metal"),
        }
    }

    /// What the device is called by its maker, if it is not the processor.
    pub(crate) fn accelerator(self) -> Option<String> {
        #[cfg(feature = "cuda")]
        if let Self::Cuda(ordinal) = self
            && let Ok(Device::Cuda(device)) = Device::new_cuda(ordinal)
            && let Ok(name) = device.cuda_stream().context().name()
        {
            return Some(name);
        }
        (self != Self::Cpu).then(|| self.to_string())
    }

    /// Opens the device.
    pub(crate) fn open(self) -> anyhow::Result<Device> {
        match self {
            Self::Cpu => Ok(Device::Cpu),
            Self::Cuda(ordinal) => Device::new_cuda(ordinal).context(
                "no CUDA device; run with `cargo run -p equivariant-experiments --features cuda -- reproduce …`",
            ),
            Self::Metal => Device::new_metal(0).context(
                "no Metal device; run with `cargo run -p equivariant-experiments --features metal -- reproduce …`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!("cpu".parse(), Ok(DeviceName::Cpu));
        assert_eq!("cuda:1".parse(), Ok(DeviceName::Cuda(1)));
        for name in ["cpu", "cuda", "cuda:2", "metal"] {
            assert_eq!(name.parse::<DeviceName>().unwrap().to_string(), name);
        }
        assert!("cuda:x".parse::<DeviceName>().is_err());
        assert!("tpu".parse::<DeviceName>().unwrap_err().contains("expected cpu"));
    }
}
