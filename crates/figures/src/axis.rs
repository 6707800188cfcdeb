//! Scales, ticks and the way numbers are written.

use super::style::{FRAME, GRID, LABEL_SIZE, MUTED, TICK_SIZE};
use super::svg::{Anchor, Svg, Text};

/// How an axis maps numbers to positions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps are equal differences.
    #[default]
    Linear,
    /// Equal steps are equal ratios; ticks at powers of two. For positive numbers.
    Log2,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// As they are.
    #[default]
    Plain,
    /// A share of one as per cent: `0.96` as `96 %`.
    Percent,
}

impl Format {
    /// `x` with `decimals` after the point, of the per cent if so.
    pub(super) fn write(self, x: f64, decimals: usize) -> String {
        let text = match self {
            Self::Plain => format!("{x:.decimals$}"),
            Self::Percent => format!("{:.decimals$} %", 100.0 * x),
        };
        match text.strip_prefix('-') {
            Some(rest) if !rest.chars().any(|c| matches!(c, '1'..='9')) => rest.to_owned(),
            Some(rest) => format!("\u{2212}{rest}"),
            None => text,
        }
    }
}

/// An axis from `low` to `high`, mapped onto positions from `start` to `end`.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    start: f64,
    end: f64,
    ticks: Vec<f64>,
    step: f64,
}

impl Axis {
    /// Covers `values` with a little room; `around` ticks.
    pub(super) fn covering(
        scale: Scale,
        values: impl Iterator<Item = f64>,
        [start, end]: [f64; 2],
        around: usize,
    ) -> Self {
        let (low, high) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        match scale {
            Scale::Linear => Self::linear(low, high, [start, end], around),
            Scale::Log2 => Self::log2(low, high, [start, end], around),
        }
    }

    /// Ends are moved out to ticks where these are near.
    pub(super) fn linear(low: f64, high: f64, [start, end]: [f64; 2], around: usize) -> Self {
        let span = if high > low { high - low } else { low.abs().max(1.0) };
        let (low, high) =
            if high > low { (low, high) } else { (low - span / 2.0, high + span / 2.0) };
        let rough = span / around as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .map(|m| m * power)
            .into_iter()
            .find(|s| *s >= rough * 0.999)
            .unwrap_or(10.0 * power);
        let low = (low / step + 1e-9).floor() * step;
        let high = (high / step - 1e-9).ceil() * step;
        let count = ((high - low) / step).round() as usize;
        let ticks = (0..=count).map(|i| low + i as f64 * step).collect();
        Self { scale: Scale::Linear, low, high, start, end, ticks, step }
    }

    fn log2(low: f64, high: f64, [start, end]: [f64; 2], around: usize) -> Self {
        let (first, last) = (low.log2().floor() as i32, high.log2().ceil() as i32);
        let every = ((last - first) as usize).div_ceil(around.max(1)).max(1);
        let ticks = (first..=last).step_by(every).map(|p| 2f64.powi(p)).collect();
        let room = 0.03 * (high.log2() - low.log2()).max(1.0);
        let (low, high) = (2f64.powf(low.log2() - room), 2f64.powf(high.log2() + room));
        Self { scale: Scale::Log2, low, high, start, end, ticks, step: 1.0 }
    }

    /// The position of a number.
    pub(super) fn at(&self, x: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (x - self.low) / (self.high - self.low),
            Scale::Log2 => (x / self.low).log2() / (self.high / self.low).log2(),
        };
        self.start + share * (self.end - self.start)
    }

    /// Ticks inside the axis.
    fn inside(&self) -> impl Iterator<Item = f64> + '_ {
        let slack = 1e-9 * (self.high - self.low);
        self.ticks
            .iter()
            .copied()
            .filter(move |t| *t >= self.low - slack && *t <= self.high + slack)
    }

    /// Decimals that tell the ticks apart.
    fn tick_text(&self, format: Format, x: f64) -> String {
        if self.scale == Scale::Log2 && format == Format::Plain {
            return if x >= 1.0 {
                group_thousands(x)
            } else {
                format!("1/{}", group_thousands(1.0 / x))
            };
        }
        let step = if format == Format::Percent { 100.0 * self.step } else { self.step };
        let exact = |decimals: &usize| {
            let scaled = step * 10f64.powi(*decimals as i32);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        };
        let decimals = (0..8).find(exact).unwrap_or(8);
        if format == Format::Plain && decimals == 0 && x.abs() >= 10_000.0 {
            let sign = if x < 0.0 { "\u{2212}" } else { "" };
            return format!("{sign}{}", group_thousands(x.abs()));
        }
        format.write(x, decimals)
    }

    /// Vertical grid lines with numbers below `bottom`.
    pub(super) fn draw_below(
        &self,
        svg: &mut Svg,
        format: Format,
        [top, bottom]: [f64; 2],
        label: &str,
    ) {
        for tick in self.inside() {
            let x = self.at(tick);
            svg.line([x, top], [x, bottom], &format!("stroke=\"{GRID}\""));
            let text = Text::new(Anchor::Middle, TICK_SIZE).fill(MUTED);
            svg.text([x, bottom + 17.0], text, &self.tick_text(format, tick));
        }
        svg.line([self.start, bottom], [self.end, bottom], &format!("stroke=\"{FRAME}\""));
        let middle = (self.start + self.end) / 2.0;
        svg.text([middle, bottom + 39.0], Text::new(Anchor::Middle, LABEL_SIZE), label);
    }

    /// Horizontal grid lines with numbers left of `left`.
    pub(super) fn draw_left(
        &self,
        svg: &mut Svg,
        format: Format,
        [left, right]: [f64; 2],
        label: &str,
    ) {
        for tick in self.inside() {
            let y = self.at(tick);
            svg.line([left, y], [right, y], &format!("stroke=\"{GRID}\""));
            let text = Text::new(Anchor::End, TICK_SIZE).fill(MUTED);
            svg.text([left - 8.0, y + 4.0], text, &self.tick_text(format, tick));
        }
        let middle = (self.start + self.end) / 2.0;
        svg.text_upwards([left - 52.0, middle], Text::new(Anchor::Middle, LABEL_SIZE), label);
    }
}

fn group_thousands(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        let axis = Axis::linear(0.514, 0.968, [0.0, 100.0], 5);
        let texts: Vec<_> = axis.inside().map(|t| axis.tick_text(Format::Percent, t)).collect();
        assert_eq!(texts, ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]);
        let axis = Axis::linear(0.0, 1.0, [0.0, 100.0], 5);
        assert_eq!((axis.at(0.0), axis.at(1.0)), (0.0, 100.0));
        let axis = Axis::covering(Scale::Log2, [1.0, 512.0].into_iter(), [0.0, 1.0], 10);
        let texts: Vec<_> = axis.inside().map(|t| axis.tick_text(Format::Plain, t)).collect();
        assert_eq!(texts.first().map(String::as_str), Some("1"));
        assert_eq!(texts.len(), 10);
    }

    #[test]
    fn a_single_value_still_makes_an_axis() {
        let axis = Axis::linear(0.0, 0.0, [0.0, 100.0], 5);
        assert!((axis.at(0.0) - 50.0).abs() < 1e-9);
    }
}
