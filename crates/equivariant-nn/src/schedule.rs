//! Learning rates as functions of the step.

use std::f64::consts::PI;

use crate::NnError;

/// A learning rate for each optimizer step.
///
/// A schedule is a value without state: [`at`](Schedule::at) may be asked for any step, so a
/// resumed training needs the step's number and nothing else.
///
/// # Example
/// ```
/// use equivariant_nn::Schedule;
/// let schedule = Schedule::one_cycle(3e-3, 1000)?;
/// assert!(schedule.at(0) < 3e-4);
/// assert!((schedule.at(300) - 3e-3).abs() < 1e-12);
/// assert!(schedule.at(999) < 1e-5);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// The same rate always.
    Constant {
        /// The rate.
        rate: f64,
    },
    /// Up from `peak/25` to `peak` over the first part of the steps, then down to `peak/10⁴`,
    /// both along half a cosine (Smith & Topin 2018, in the form that PyTorch made common).
    OneCycle {
        /// The largest rate.
        peak: f64,
        /// All steps of the training.
        steps: u64,
        /// The share of the steps that go up.
        rise: f64,
    },
    /// A linear warmup from 0, then half a cosine from `peak` down to `floor` (Loshchilov &
    /// Hutter 2017, without restarts).
    Cosine {
        /// The largest rate.
        peak: f64,
        /// The last rate.
        floor: f64,
        /// Steps of the warmup.
        warmup: u64,
        /// All steps of the training, warmup included.
        steps: u64,
    },
}

impl Schedule {
    /// One cycle with the usual 30 % rise.
    ///
    /// # Errors
    /// [`NnError::Parameter`] unless `peak > 0` and `steps ≥ 1`.
    pub fn one_cycle(peak: f64, steps: u64) -> Result<Self, NnError> {
        Self::OneCycle { peak, steps, rise: 0.3 }.checked()
    }

    /// Warmup, then half a cosine down to zero.
    ///
    /// # Errors
    /// [`NnError::Parameter`] unless `peak > 0` and `steps > warmup`.
    pub fn cosine(peak: f64, warmup: u64, steps: u64) -> Result<Self, NnError> {
        Self::Cosine { peak, floor: 0.0, warmup, steps }.checked()
    }

    /// The schedule itself, if its parameters make sense.
    ///
    /// # Errors
    /// [`NnError::Parameter`] otherwise.
    pub fn checked(self) -> Result<Self, NnError> {
        let positive = |rate: f64| rate.is_finite() && rate > 0.0;
        let (rate, steps, after) = match self {
            Self::Constant { rate } => (rate, 1, 0),
            Self::OneCycle { peak, steps, .. } => (peak, steps, 0),
            Self::Cosine { peak, warmup, steps, .. } => (peak, steps, warmup),
        };
        if !positive(rate) {
            let expected = "finite and positive";
            return Err(NnError::parameter("schedule", "the largest rate", expected, rate));
        }
        if steps <= after {
            let expected = "larger than the warmup and at least 1";
            return Err(NnError::parameter("schedule", "the number of steps", expected, steps));
        }
        if let Self::OneCycle { rise, .. } = self
            && !(0.0..1.0).contains(&rise)
        {
            return Err(NnError::parameter("schedule", "the rise", "in [0, 1)", rise));
        }
        Ok(self)
    }

    /// The rate at a step, counted from 0. After the last step the rate stays.
    pub fn at(&self, step: u64) -> f64 {
        let blend = |from: f64, to: f64, t: f64| {
            to + (from - to) * 0.5 * (1.0 + (PI * t.clamp(0.0, 1.0)).cos())
        };
        match *self {
            Self::Constant { rate } => rate,
            Self::OneCycle { peak, steps, rise } => {
                let last = steps.saturating_sub(1).max(1) as f64;
                let top = (rise * steps as f64).min(last);
                let step = step as f64;
                if step < top {
                    blend(peak / 25.0, peak, step / top)
                } else {
                    blend(peak, peak * 1e-4, (step - top) / (last - top).max(1.0))
                }
            }
            Self::Cosine { peak, floor, warmup, steps } => {
                if step < warmup {
                    peak * (step + 1) as f64 / warmup as f64
                } else {
                    let last = steps.saturating_sub(1).saturating_sub(warmup).max(1) as f64;
                    blend(peak, floor, (step - warmup) as f64 / last)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cycle_rises_then_falls() {
        let s = Schedule::one_cycle(1e-2, 200).unwrap();
        let rates: Vec<f64> = (0..200).map(|i| s.at(i)).collect();
        assert!((rates[0] - 4e-4).abs() < 1e-12);
        assert!((rates[60] - 1e-2).abs() < 1e-12);
        assert!(rates[..61].windows(2).all(|w| w[0] < w[1]));
        assert!(rates[60..].windows(2).all(|w| w[0] > w[1]));
        assert!((rates[199] - 1e-6).abs() < 1e-12);
        assert_eq!(s.at(10_000), rates[199]);
    }

    #[test]
    fn cosine_warms_up_and_reaches_its_floor() {
        let s = Schedule::cosine(1.0, 10, 110).unwrap();
        assert!((s.at(0) - 0.1).abs() < 1e-12);
        assert!((s.at(9) - 1.0).abs() < 1e-12);
        assert!((s.at(10) - 1.0).abs() < 1e-12);
        assert!(s.at(109).abs() < 1e-12);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Schedule::one_cycle(f64::NAN, 10).is_err());
        assert!(Schedule::one_cycle(1.0, 0).is_err());
        assert!(Schedule::cosine(1.0, 10, 10).is_err());
        assert!(Schedule::OneCycle { peak: 1.0, steps: 5, rise: 1.0 }.checked().is_err());
    }
}
