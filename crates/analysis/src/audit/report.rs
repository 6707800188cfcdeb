//! An audit as a page.

use super::recommend::percent;
use super::{Ambiguity, Asked, Audit, Judged};
use crate::report::{Cell, Report, Section, Table};

impl Audit {
    /// The audit as a page on the codes of this name.
    pub fn report(&self, name: &str) -> Report {
        let best = self.recommended();
        let mut report = Report::new(format!("Audit of {name}"), self.representation.clone())
            .summary(self.sentence())
            .summary(format!("Recommended: {}. {}", best.name, self.why.join(" ")))
            .fact("codes", format!("{} of dimension {}", self.codes, self.dim))
            .fact(
                "group",
                match self.group_order {
                    None => "infinite".to_owned(),
                    Some(usize::MAX) => "more than 2⁶⁴ elements".to_owned(),
                    Some(order) => format!("{order} elements"),
                },
            )
            .fact(
                "sample",
                format!(
                    "{} nearest of {} codes for {} others, seed {}",
                    self.neighbours, self.base, self.queries, self.options.seed
                ),
            )
            .section(self.ambiguity_section())
            .section(self.projections_section());
        if !self.probes.is_empty() {
            report = report.section(self.probes_section());
        }
        if !self.figures.is_empty() {
            let section = Section::new("Before and after");
            let figures = self.figures.iter().cloned();
            report = report.section(figures.fold(section, Section::figure));
        }
        report.section(self.unfit_section())
    }

    /// How ambiguous the codes are, in one sentence.
    pub fn sentence(&self) -> String {
        let Ambiguity { changed, changed_at_random_poses, .. } = self.ambiguity;
        format!(
            "{} of the {} nearest neighbours of a code are wrong by ‖z − w‖, {} when every code \
             stands in a random pose; two poses of one code are {:.2} times as far apart as two codes.",
            percent(changed),
            self.neighbours,
            percent(changed_at_random_poses),
            self.ambiguity.spread()
        )
    }

    fn ambiguity_section(&self) -> Section {
        let a = &self.ambiguity;
        let table = Table::new("How ambiguous the codes are", ["measure", "value"])
            .row(["neighbours that change, codes as they are".into(), percent(a.changed).into()])
            .row([
                "neighbours that change, each code in a random pose".into(),
                percent(a.changed_at_random_poses).into(),
            ])
            .row([
                "neighbours that two unrelated searches would share".into(),
                percent(a.chance).into(),
            ])
            .row(["RMS distance of two poses of a code".into(), number(a.within_orbits).into()])
            .row(["RMS distance of two codes".into(), number(a.between_codes).into()])
            .row(["the first over the second (orbit spread)".into(), number(a.spread()).into()]);
        Section::new("Ambiguity")
            .paragraph(format!(
                "A code means no more than its orbit. Neighbours by ‖z − w‖ are compared with the exact \
                 ones by d([z],[w]) = min ‖z − ρ(g)w‖ over the group; orbits are measured on {} elements.",
                a.elements
            ))
            .table(table)
    }

    fn projections_section(&self) -> Section {
        let header = [
            "projection",
            "guarantee",
            "outputs",
            "neighbours kept",
            "distances: 1 %",
            "median",
            "99 %",
            "invariance error",
            "µs a code",
        ];
        let mut rows: Vec<(usize, &Judged)> = self.judged.iter().enumerate().collect();
        rows.sort_by(|(_, a), (_, b)| b.overlap.total_cmp(&a.overlap));
        let table = rows.into_iter().fold(
            Table::new("What every projection that applies keeps and costs", header),
            |table, (i, j)| {
                let name = match i == self.recommendation {
                    true => Cell::best(j.name.clone()),
                    false => Cell::new(j.name.clone()),
                };
                let ratio = |f: fn(&crate::metrics::Distortion) -> f64| {
                    Cell::new(j.distortion.as_ref().map_or("–".into(), |d| number(f(d))))
                };
                table.row([
                    name,
                    j.guarantee.to_string().into(),
                    j.outputs.to_string().into(),
                    percent(j.overlap).into(),
                    ratio(|d| d.q01),
                    ratio(|d| d.median),
                    ratio(|d| d.q99),
                    j.invariance_error.map_or("–".into(), |e| Cell::new(format!("{e:.0e}"))),
                    number(j.microseconds).into(),
                ])
            },
        );
        let why = self.why.iter().fold(Section::new("Projections"), |section, sentence| {
            section.paragraph(sentence.clone())
        });
        why.paragraph(
            "Neighbours kept: the share of exact quotient neighbours found among the images. Distances: \
             quantiles of ‖s(z) − s(w)‖ / d([z],[w]) over random pairs and near neighbours. Invariance \
             error: the largest change under random elements, beside the RMS distance of images. A dash: \
             all images are equal. Sizes are those of the catalogue.",
        )
        .table(table)
    }

    fn probes_section(&self) -> Section {
        let numbers = self.probed == Some(Asked::Number);
        let title = match numbers {
            true => "R² on codes that were not fitted",
            false => "Accuracy on codes that were not fitted",
        };
        let linear = if numbers { "ridge" } else { "linear" };
        let share = |value: f64| if numbers { format!("{value:.3}") } else { percent(value) };
        let table = self.probes.iter().fold(
            Table::new(title, ["codes", "5 neighbours", linear]),
            |table, p| {
                let linear = p.linear.map_or("–".into(), share);
                table.row([p.codes.clone().into(), share(p.neighbours).into(), linear.into()])
            },
        );
        Section::new("Probes")
            .paragraph(format!(
                "Simple models are fitted to {} codes and asked about {} others.",
                self.base, self.queries
            ))
            .table(table)
    }

    fn unfit_section(&self) -> Section {
        let table = self.unfit.iter().fold(
            Table::new("Projections that do not apply", ["projection", "why"]),
            |table, (name, why)| table.row([name.clone().into(), why.clone().into()]),
        );
        Section::new("Not tried").table(table)
    }
}

/// Three digits that matter.
fn number(value: f64) -> String {
    match value.abs() {
        v if v == 0.0 || !v.is_finite() => format!("{value:.2}"),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.01 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}
