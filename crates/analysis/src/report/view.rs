//! The report as its template sees it: numbered, formatted, aligned.

use askama::Template;

use super::content::{Block, Report};
use super::table::Cell;

#[derive(Debug, Template)]
#[template(path = "report.html")]
pub(super) struct View<'a> {
    title: &'a str,
    subtitle: &'a str,
    notice: Option<&'a str>,
    summary: &'a [String],
    facts: &'a [(String, String)],
    claims: Vec<ClaimView<'a>>,
    held: usize,
    sections: Vec<SectionView<'a>>,
}

#[derive(Debug)]
struct ClaimView<'a> {
    id: &'a str,
    statement: &'a str,
    suite: &'a str,
    effect: String,
    unit: &'a str,
    interval: String,
    holds: bool,
    detail: &'a str,
}

#[derive(Debug)]
struct SectionView<'a> {
    anchor: String,
    heading: &'a str,
    blocks: Vec<BlockView<'a>>,
}

#[derive(Debug)]
enum BlockView<'a> {
    Paragraph(&'a str),
    Table {
        number: usize,
        caption: &'a str,
        header: Vec<(&'a str, bool)>,
        rows: Vec<Vec<CellView<'a>>>,
    },
    Figure {
        number: usize,
        svg: &'a str,
        caption: &'a str,
    },
}

#[derive(Debug)]
struct CellView<'a> {
    text: &'a str,
    best: bool,
    numeric: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let (mut tables, mut figures) = (0, 0);
        let sections = report
            .sections
            .iter()
            .enumerate()
            .map(|(i, section)| SectionView {
                anchor: format!("section-{}", i + 1),
                heading: &section.heading,
                blocks: section
                    .blocks
                    .iter()
                    .map(|block| BlockView::new(block, &mut tables, &mut figures))
                    .collect(),
            })
            .collect();
        let claims: Vec<_> = report
            .claims
            .iter()
            .map(|claim| ClaimView {
                id: &claim.id,
                statement: &claim.statement,
                suite: &claim.suite,
                effect: significant(claim.effect),
                unit: &claim.effect_unit,
                interval: format!(
                    "[{}, {}]",
                    significant(claim.ci95[0]),
                    significant(claim.ci95[1])
                ),
                holds: claim.holds,
                detail: &claim.detail,
            })
            .collect();
        Self {
            title: &report.title,
            subtitle: &report.subtitle,
            notice: report.notice.as_deref(),
            summary: &report.summary,
            facts: &report.facts,
            held: claims.iter().filter(|c| c.holds).count(),
            claims,
            sections,
        }
    }
}

impl<'a> BlockView<'a> {
    fn new(block: &'a Block, tables: &mut usize, figures: &mut usize) -> Self {
        match block {
            Block::Paragraph(text) => Self::Paragraph(text),
            Block::Figure(figure) => {
                *figures += 1;
                Self::Figure {
                    number: *figures,
                    svg: &figure.svg,
                    caption: &figure.caption,
                }
            }
            Block::Table(table) => {
                *tables += 1;
                let numeric: Vec<bool> = (0..table.header.len())
                    .map(|c| table.is_numeric(c))
                    .collect();
                let cell = |(cell, numeric): (&'a Cell, &bool)| CellView {
                    text: &cell.text,
                    best: cell.best,
                    numeric: *numeric,
                };
                Self::Table {
                    number: *tables,
                    caption: &table.caption,
                    header: table
                        .header
                        .iter()
                        .map(String::as_str)
                        .zip(numeric.iter().copied())
                        .collect(),
                    rows: table
                        .rows
                        .iter()
                        .map(|row| row.iter().zip(&numeric).map(cell).collect())
                        .collect(),
                }
            }
        }
    }
}

/// Three significant digits, without an exponent where that stays short.
fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let magnitude = x.abs().log10().floor() as i32;
    let text = if (-4..7).contains(&magnitude) {
        format!("{x:.*}", (2 - magnitude).clamp(0, 6) as usize)
    } else {
        format!("{x:.2e}")
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits() {
        let written = [44.6123, -0.0451, 0.0, 1234.4, 9.996, 3.2e-9].map(significant);
        assert_eq!(
            written,
            ["44.6", "−0.0451", "0", "1234", "10.00", "3.20e−9"]
        );
    }
}
