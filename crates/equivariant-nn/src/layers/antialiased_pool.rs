//! Halving the size of feature maps without aliasing.

use std::sync::Arc;

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::ops::{BandMatrix, separable_resample};
use crate::plain::{PlainNetwork, PlainStep};
use crate::{Domain, FieldType, Layer, Mode, NnError};

/// The low-pass filter of [`AntialiasedPool`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// `[1, 3, 3, 1]/8` on even sizes, `[1, 4, 6, 4, 1]/16` on odd ones (Zhang 2019).
    Binomial,
    /// `exp(−d²/2σ²)` at the distance `d` in input pixels, cut at `3σ`.
    Gaussian {
        /// The width in input pixels; 0.66 is common for stride 2.
        sigma: f64,
    },
}

/// Low-pass filter, then every second pixel.
///
/// Output pixels lie symmetrically about the centre of the image: a size `n` becomes `⌈n/2⌉`,
/// with output `j` at the input position `2j + ½` for even and `2j` for odd `n`. So the layer
/// commutes exactly with quarter turns and flips. At the border the weights inside the image are
/// scaled to sum 1.
#[derive(Debug)]
pub struct AntialiasedPool {
    name: String,
    ty: FieldType,
    window: Window,
}

impl AntialiasedPool {
    /// For feature maps of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] if the type is not on the plane, [`NnError::Parameter`] if the width of
    /// a Gaussian is not positive.
    pub fn new(ty: FieldType, window: Window) -> Result<Self, NnError> {
        let name = "AntialiasedPool".to_owned();
        ty.require(&name, "fields on the plane", ty.domain() == Domain::Plane)?;
        if let Window::Gaussian { sigma } = window
            && !(sigma > 0.0 && sigma.is_finite())
        {
            return Err(NnError::parameter(name, "sigma", "finite and positive", sigma));
        }
        Ok(Self { name, ty, window })
    }
}

/// The matrix that takes a line of `n` pixels to one of `⌈n/2⌉`.
fn matrix(n: usize, window: Window) -> BandMatrix {
    let offset = if n.is_multiple_of(2) { 0.5 } else { 0.0 };
    let weight = |row: usize, column: usize| {
        let d = (column as f64 - 2.0 * row as f64 - offset).abs();
        match window {
            Window::Binomial if offset > 0.0 => match d {
                d if d < 1.0 => 3.0,
                d if d < 2.0 => 1.0,
                _ => 0.0,
            },
            Window::Binomial => match d {
                d if d < 0.5 => 6.0,
                d if d < 1.5 => 4.0,
                d if d < 2.5 => 1.0,
                _ => 0.0,
            },
            Window::Gaussian { sigma } if d <= (3.0 * sigma).max(0.5) => {
                (-d * d / (2.0 * sigma * sigma)).exp()
            }
            Window::Gaussian { .. } => 0.0,
        }
    };
    let sums: Vec<f64> =
        (0..n.div_ceil(2)).map(|row| (0..n).map(|column| weight(row, column)).sum()).collect();
    BandMatrix::from_fn(n.div_ceil(2), n, |row, column| weight(row, column) / sums[row])
}

/// What the layer computes.
pub(crate) fn halve(x: &Tensor, window: Window) -> candle_core::Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    let rows = Arc::new(matrix(h, window));
    let columns = if h == w { rows.clone() } else { Arc::new(matrix(w, window)) };
    separable_resample(x, &rows, &columns)
}

impl Layer for AntialiasedPool {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        Ok(halve(x, self.window)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        PlainNetwork::new().then(PlainStep::Halve(self.window))
    }
}
