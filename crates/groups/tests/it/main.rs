//! Tests of groups and their representations. One program, so that it is linked once.

mod characters;
mod compact;
mod e3nn;
mod families;
mod gap;
mod image_action;
mod irreps;
mod laws;
mod precision;
mod read;
mod reference;
mod rounded;
mod signed;
mod space;
mod spec;
