//! An audit as a page.

use super::recommend::percent;
use super::{Ambiguity, Asked, Audit, Judged};
use figures::report::{Cell, Report, Section, Table};

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
                self.group_order
                    .as_ref()
                    .map_or("infinite".to_owned(), |order| format!("{order} elements")),
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
        if let Some(advice) = &self.for_labels {
            report = report.summary(advice.clone());
        }
        if self.exponent != 0 {
            report = report.summary(format!(
                "Codes are extremely {}: the audit divided them by 2^{} and states distances for the codes \
                 as they are. Divide yours as well before anything squares them.",
                if self.exponent > 0 { "large" } else { "small" },
                self.exponent
            ));
        }
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
             all images are equal, or those of the codes whose neighbours are looked for. Sizes are those \
             of the catalogue.",
        )
        .table(table)
    }

    fn probes_section(&self) -> Section {
        let asked = self.probed.unwrap_or(Asked::Class);
        let (title, linear) = match asked {
            Asked::Number => ("R² on codes that were not fitted", "ridge"),
            Asked::Class => ("Accuracy on codes that were not fitted", "linear"),
        };
        let share = |value: f64| match value.is_nan() {
            true => Cell::new("–"),
            false => Cell::new(asked.score(value)),
        };
        let header = ["codes", "5 neighbours", linear, "penalty", "cross-validation"];
        let table = self.probes.iter().fold(Table::new(title, header), |table, p| {
            table.row([
                p.codes.clone().into(),
                share(p.neighbours),
                share(p.linear.unwrap_or(f64::NAN)),
                p.penalty.map_or("–".into(), |penalty| Cell::new(format!("{penalty:e}"))),
                share(p.cross_validated),
            ])
        });
        let section = Section::new("Probes").paragraph(format!(
            "Simple models are fitted to {} codes and asked about {} others. Penalties are chosen by \
             five-fold cross-validation among the codes that are fitted; the last column is what the better \
             of both models reaches there, each code predicted from others.",
            self.base, self.queries
        ));
        let mut reasons: Vec<&String> =
            self.probes.iter().filter_map(|p| p.missing.as_ref()).collect();
        reasons.dedup();
        let section = match reasons.is_empty() {
            true => section,
            false => {
                reasons.into_iter().fold(section.paragraph("A dash has a reason:"), |s, reason| {
                    s.paragraph(reason.clone())
                })
            }
        };
        let advice = self.for_labels.iter().cloned();
        advice.fold(section, Section::paragraph).table(table)
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
