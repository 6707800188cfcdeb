//! Tests of the analysis crate. One program, so that it is linked once.

mod audit;
mod common;
mod figures_and_report;
mod judgement;
mod latents;
mod latents_files;
mod latents_python;
mod learned_action;
mod metrics;
mod neighbours;
mod pairing;
mod probes_and_embeddings;
mod sklearn;
