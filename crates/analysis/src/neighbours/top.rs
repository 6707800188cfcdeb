//! The running best few of a stream of distances.

/// Keeps the `capacity` smallest `(value, index)` pairs, sorted; equal values by index.
#[derive(Debug)]
pub(crate) struct Top {
    capacity: usize,
    entries: Vec<(f64, usize)>,
}

impl Top {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: Vec::with_capacity(capacity + 1) }
    }

    /// A value above this is certain not to be kept.
    #[inline]
    pub(crate) fn threshold(&self) -> f64 {
        if self.entries.len() < self.capacity {
            f64::INFINITY
        } else {
            self.entries.last().map_or(f64::NEG_INFINITY, |e| e.0)
        }
    }

    #[inline]
    pub(crate) fn offer(&mut self, value: f64, index: usize) {
        if value > self.threshold() {
            return;
        }
        let place = self.entries.partition_point(|e| (e.0, e.1) < (value, index));
        if place < self.capacity {
            self.entries.insert(place, (value, index));
            self.entries.truncate(self.capacity);
        }
    }

    pub(crate) fn entries(&self) -> &[(f64, usize)] {
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_smallest_and_prefers_lower_indices_among_equals() {
        let mut top = Top::new(3);
        for (index, value) in [5.0, 1.0, 2.0, 1.0, 2.0, 9.0].into_iter().enumerate() {
            top.offer(value, index);
        }
        assert_eq!(top.entries(), [(1.0, 1), (1.0, 3), (2.0, 2)]);
    }
}
