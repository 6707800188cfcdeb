//! Estimates with intervals: bootstrap over samples, Student's t over seeds.
//!
//! | you have | you want | call |
//! |---|---|---|
//! | an outcome per sample | interval of its mean | [`bootstrap_mean`] |
//! | outcomes of two methods on the **same** samples | interval of the difference | [`bootstrap_paired_difference`] |
//! | a statistic that is no mean (R², Spearman) | its interval | [`bootstrap`] |
//! | successes among trials | interval of the share | [`wilson`] |
//! | one value per random seed | interval of the mean over seeds | [`t_interval`] |
//! | numbers in order | quantiles, ranks, correlation | [`quantile`], [`ranks`], [`spearman`] |
//!
//! Bootstrap intervals say how much a value would move with *other samples*; t-intervals over
//! seeds say how much it would move with *another training run*. They answer different questions;
//! say which one is shown.

mod bootstrap;
mod estimate;
mod order;
mod per_sample;
mod student;
mod wilson;

pub use bootstrap::{Bootstrap, bootstrap, bootstrap_mean, bootstrap_paired_difference};
pub use estimate::Estimate;
pub use order::{quantile, ranks, spearman};
pub use per_sample::PerSample;
pub use student::{t_interval, t_quantile};
pub use wilson::wilson;
