//! One module a command.

pub(crate) mod ci;
pub(crate) mod molecules;
pub(crate) mod reproduce;
