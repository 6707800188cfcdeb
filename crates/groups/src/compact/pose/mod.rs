//! The best pose of one code relative to another, in closed form.

pub(super) mod plane;
pub(super) mod space;
mod trigonometric;

/// Squared distances above this part of `‖z‖² + ‖w‖²` are not hidden by the rounding of products.
const CLEAR: f64 = 1e-3;
