//! The best pose of one code relative to another, in closed form.

pub(super) mod plane;
pub(super) mod space;
mod trigonometric;
