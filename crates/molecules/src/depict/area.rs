//! Areas of a page.

use super::layout::point::Point;

/// A box with sides along the axes, `y` down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) low: Point,
    pub(super) high: Point,
}

impl Area {
    /// Nothing, which any point enlarges.
    pub(super) const EMPTY: Self = Self { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };

    pub(super) fn around(at: Point, half: Point) -> Self {
        Self { low: [at[0] - half[0], at[1] - half[1]], high: [at[0] + half[0], at[1] + half[1]] }
    }

    /// The least area that holds both.
    pub(super) fn and(self, other: Self) -> Self {
        let [low, high] = [0, 1].map(|axis| {
            (self.low[axis].min(other.low[axis]), self.high[axis].max(other.high[axis]))
        });
        Self { low: [low.0, high.0], high: [low.1, high.1] }
    }

    pub(super) fn size(&self) -> Point {
        [0, 1].map(|axis| (self.high[axis] - self.low[axis]).max(0.0))
    }

    /// Where a ray from a point is inside, as lengths along it; none where it misses.
    pub(super) fn inside(&self, from: Point, direction: Point) -> Option<(f64, f64)> {
        let (mut enter, mut leave) = (0.0, f64::INFINITY);
        for axis in 0..2 {
            let (low, high) = (self.low[axis] - from[axis], self.high[axis] - from[axis]);
            if direction[axis].abs() < 1e-9 {
                if low > 0.0 || high < 0.0 {
                    return None;
                }
                continue;
            }
            let (a, b) = (low / direction[axis], high / direction[axis]);
            enter = f64::max(enter, a.min(b));
            leave = f64::min(leave, a.max(b));
        }
        (enter < leave).then_some((enter, leave))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_leaves_a_box_at_its_side() {
        let area = Area::around([0.0, 0.0], [2.0, 1.0]);
        assert_eq!(area.inside([0.0, 0.0], [1.0, 0.0]), Some((0.0, 2.0)));
        assert_eq!(area.inside([0.0, 3.0], [0.0, -1.0]), Some((2.0, 4.0)));
        assert_eq!(area.inside([5.0, 3.0], [0.0, -1.0]), None);
    }
}
