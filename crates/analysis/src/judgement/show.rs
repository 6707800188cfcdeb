//! Judgements as a table and as a figure.

use super::{Family, Judgement};
use crate::AnalysisError;
use figures::report::{Cell, Table};
use figures::{DistancePanel, DistancePanels};

/// Titles of the columns of a [`table`], in the order of [`Judgement::cells`].
const HEADER: [&str; 10] = [
    "projection",
    "outputs",
    "guarantee",
    "distortion",
    "α̂",
    "β̂",
    "1 % to 99 %",
    "neighbours",
    "retained",
    "µs a code",
];

impl Judgement {
    /// Its row in a [`table`]; a cost in microseconds stands at the end.
    pub fn cells(&self, microseconds: Option<f64>) -> Vec<String> {
        let at = |value: f64, family: Family| format!("{} ({family})", ratio(value));
        let alpha = if self.collides() { 0.0 } else { self.alpha };
        let spread = self.quantiles().map_or("–".to_owned(), |[low, _, high]| {
            format!("{} to {}", ratio(low), ratio(high))
        });
        let retained = self
            .information
            .and_then(|information| information.retained())
            .map_or("–".to_owned(), |share| format!("{:.0} %", 100.0 * share));
        vec![
            self.name.clone(),
            self.output_dim.to_string(),
            match self.contradicted {
                Some(_) => format!("{}, contradicted", self.metadata.guarantee),
                None => self.metadata.guarantee.to_string(),
            },
            ratio(self.distortion()),
            at(alpha, self.shrinks_at),
            at(self.beta, self.stretches_at),
            spread,
            format!("{:.0} %", 100.0 * self.overlap),
            retained,
            microseconds.map_or("–".to_owned(), cost),
        ]
    }
}

/// Judgements as a table, with what a code costs where that was measured: one time a judgement. A guarantee that
/// a pair contradicts is marked.
pub fn table(caption: &str, judgements: &[Judgement], costs: &[f64]) -> Table {
    let mut table = Table::new(caption, HEADER);
    for (i, judgement) in judgements.iter().enumerate() {
        table = table.row(judgement.cells(costs.get(i).copied()).into_iter().map(Cell::new));
    }
    table
}

/// Distance against quotient distance, one panel a projection: [`DistancePanels`].
///
/// # Errors
/// [`AnalysisError::Figure`] without judgements.
pub fn figure(title: &str, judgements: &[Judgement]) -> Result<String, AnalysisError> {
    let names = Family::ALL.map(|family| family.to_string());
    let mut panels = DistancePanels::new(title, names);
    for judgement in judgements {
        let distortion = judgement.distortion();
        let note = if judgement.contradicted.is_some() {
            format!("claim contradicted, distortion {}", ratio(distortion))
        } else if distortion.is_finite() {
            format!("distortion {}", ratio(distortion))
        } else {
            "collides".to_owned()
        };
        let place = |family: Family| Family::ALL.iter().position(|f| *f == family).unwrap_or(0);
        panels = panels.panel(DistancePanel {
            title: judgement.name.clone(),
            note,
            points: judgement.points.iter().map(|(_, point)| *point).collect(),
            classes: judgement.points.iter().map(|(family, _)| place(*family)).collect(),
            bounds: [judgement.alpha, judgement.beta],
        });
    }
    Ok(panels.render()?)
}

/// Three significant digits.
fn ratio(value: f64) -> String {
    match value {
        v if v.is_infinite() => "∞".to_owned(),
        0.0 => "0".to_owned(),
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v if v >= 0.1 => format!("{v:.3}"),
        v if v >= 1e-3 => format!("{v:.4}"),
        v => format!("{v:.1e}"),
    }
}

fn cost(microseconds: f64) -> String {
    match microseconds {
        t if t >= 100.0 => format!("{t:.0}"),
        t if t >= 1.0 => format!("{t:.1}"),
        t => format!("{t:.2}"),
    }
}
