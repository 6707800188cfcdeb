//! Rotated digits and rotation-equivariant image networks.
#![forbid(unsafe_code)]
