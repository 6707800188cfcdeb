//! The report as its template sees it: numbered, formatted, aligned.

use askama::Template;

use super::content::{Block, Report, Section};
use super::table::Cell;
use crate::claims::Claim;

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
    chapters: Vec<ChapterView<'a>>,
}

#[derive(Debug)]
struct ChapterView<'a> {
    anchor: String,
    heading: &'a str,
    notice: Option<&'a str>,
    summary: &'a [String],
    facts: &'a [(String, String)],
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
        let mut views = |sections: &'a [Section], prefix: &str| -> Vec<SectionView<'a>> {
            sections
                .iter()
                .enumerate()
                .map(|(i, section)| SectionView {
                    anchor: format!("{prefix}section-{}", i + 1),
                    heading: &section.heading,
                    blocks: section
                        .blocks
                        .iter()
                        .map(|block| BlockView::new(block, &mut tables, &mut figures))
                        .collect(),
                })
                .collect()
        };
        let sections = views(&report.sections, "");
        let chapters = report
            .chapters
            .iter()
            .enumerate()
            .map(|(i, chapter)| ChapterView {
                anchor: format!("chapter-{}", i + 1),
                heading: &chapter.heading,
                notice: chapter.notice.as_deref(),
                summary: &chapter.summary,
                facts: &chapter.facts,
                sections: views(&chapter.sections, &format!("chapter-{}-", i + 1)),
            })
            .collect();
        let claims: Vec<_> = report
            .claims
            .iter()
            .map(|claim| {
                let (effect, interval) = effect(claim);
                ClaimView {
                    id: &claim.id,
                    statement: &claim.statement,
                    suite: &claim.suite,
                    effect,
                    unit: &claim.effect_unit,
                    interval,
                    holds: claim.holds,
                    detail: &claim.detail,
                }
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
            chapters,
        }
    }
}

impl<'a> BlockView<'a> {
    fn new(block: &'a Block, tables: &mut usize, figures: &mut usize) -> Self {
        match block {
            Block::Paragraph(text) => Self::Paragraph(text),
            Block::Figure(figure) => {
                *figures += 1;
                Self::Figure { number: *figures, svg: &figure.svg, caption: &figure.caption }
            }
            Block::Table(table) => {
                *tables += 1;
                let numeric: Vec<bool> =
                    (0..table.header.len()).map(|c| table.is_numeric(c)).collect();
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

/// An effect and its interval, to the two leading digits of the interval's width.
fn effect(claim: &Claim) -> (String, String) {
    let [low, high] = claim.ci95;
    let width = (high - low).abs();
    let exponent = if width > 0.0 { width.log10().floor() } else { claim.effect.abs().log10() };
    let decimals = if exponent.is_finite() { (1.0 - exponent).clamp(0.0, 6.0) as usize } else { 2 };
    let write = |x: f64| {
        let text = if exponent.is_finite() && exponent < -5.0 {
            format!("{x:.2e}")
        } else {
            format!("{x:.decimals$}")
        };
        match text.strip_prefix('-') {
            Some(rest) if !rest.contains(|c| matches!(c, '1'..='9')) => rest.to_owned(),
            _ => text.replace('-', "\u{2212}"),
        }
    };
    (write(claim.effect), format!("[{}, {}]", write(low), write(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_width_of_the_interval() {
        let write = |effect: f64, ci95| {
            let claim = Claim {
                id: String::new(),
                statement: String::new(),
                suite: String::new(),
                effect,
                effect_unit: String::new(),
                ci95,
                holds: true,
                detail: String::new(),
            };
            super::effect(&claim)
        };
        let expect = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(write(44.61, [42.2, 46.9]), expect("44.6", "[42.2, 46.9]"));
        assert_eq!(write(-0.13, [-0.6, 0.312]), expect("−0.13", "[−0.60, 0.31]"));
        assert_eq!(write(1234.4, [1000.0, 1400.0]), expect("1234", "[1000, 1400]"));
        assert_eq!(write(3.2e-9, [1e-9, 4e-9]), expect("3.20e−9", "[1.00e−9, 4.00e−9]"));
        assert_eq!(write(0.0, [0.0, 0.0]), expect("0.00", "[0.00, 0.00]"));
    }
}
