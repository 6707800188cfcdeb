//! How times are taken, here and by the peers.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::statistics::Summary;

/// When enough has been measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Protocol {
    /// Runs before the first that counts.
    pub(crate) warm_up: usize,
    /// Fewest samples, patience permitting.
    pub(crate) samples: usize,
    /// Least time of all samples together, in seconds.
    pub(crate) seconds: f64,
    /// After this many seconds the sample that is under way is the last one.
    pub(crate) patience: f64,
}

impl Protocol {
    /// For what takes up to some seconds.
    pub(crate) const FULL: Self = Self { warm_up: 2, samples: 9, seconds: 2.0, patience: 60.0 };
    /// For a first look.
    pub(crate) const QUICK: Self = Self { warm_up: 1, samples: 3, seconds: 0.3, patience: 15.0 };

    /// The same with one sample and nothing before it, for what takes minutes.
    pub(crate) const fn once(self) -> Self {
        Self { warm_up: 0, samples: 1, seconds: 0.0, ..self }
    }

    /// Measures `work`. What it returns is not optimised away.
    pub(crate) fn time<R>(
        &self,
        mut work: impl FnMut() -> anyhow::Result<R>,
    ) -> anyhow::Result<Summary> {
        self.time_after(|| Ok(()), |()| work())
    }

    /// Measures `work` on what `prepare` makes each time, which is not measured.
    pub(crate) fn time_after<S, R>(
        &self,
        mut prepare: impl FnMut() -> anyhow::Result<S>,
        mut work: impl FnMut(S) -> anyhow::Result<R>,
    ) -> anyhow::Result<Summary> {
        let begun = Instant::now();
        for _ in 0..self.warm_up {
            black_box(work(prepare()?)?);
            if begun.elapsed().as_secs_f64() > self.patience / 4.0 {
                break;
            }
        }
        let begun = Instant::now();
        let (mut times, mut sum) = (Vec::new(), 0.0);
        loop {
            let prepared = prepare()?;
            let started = Instant::now();
            let result = work(prepared)?;
            let time = started.elapsed().as_secs_f64();
            black_box(result);
            times.push(time);
            sum += time;
            let enough = times.len() >= self.samples && sum >= self.seconds;
            if enough || begun.elapsed().as_secs_f64() > self.patience {
                return Summary::of(&times);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_until_there_are_enough_samples() {
        let protocol = Protocol { warm_up: 2, samples: 5, seconds: 0.0, patience: 60.0 };
        let mut runs = 0;
        let summary = protocol
            .time(|| {
                runs += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!((runs, summary.samples), (7, 5));
        assert_eq!(protocol.once().time(|| Ok(())).unwrap().samples, 1);
    }

    #[test]
    fn errors_end_it() {
        assert!(Protocol::QUICK.time(|| -> anyhow::Result<()> { anyhow::bail!("no") }).is_err());
    }
}
