//! Quotient-aware analysis of latent codes: neighbours, probes, embeddings, figures, reports.
#![forbid(unsafe_code)]
