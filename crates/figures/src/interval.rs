//! A value with the ends of its interval.

/// A value and the interval around it, as a bar with whiskers or a curve with a band shows it.
///
/// ```
/// let accuracy = figures::Interval { value: 0.96, low: 0.95, high: 0.97 };
/// assert_eq!(accuracy.numbers(), [0.96, 0.95, 0.97]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `[value, low, high]`
    pub fn numbers(self) -> [f64; 3] {
        [self.value, self.low, self.high]
    }
}
