//! Tests of the analysis crate. One program, so that it is linked once.

mod audit;
mod common;
mod judgement;
mod learned_action;
mod metrics;
mod neighbours;
mod pairing;
mod probes_and_embeddings;
mod sklearn;
