//! Actions on things other than codes.

pub mod image;
