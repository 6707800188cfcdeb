//! What a report holds.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::Table;
use super::view::View;
use crate::FigureError;
use crate::claims::Claim;

/// A drawing with a caption that says what one sees, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub(super) svg: String,
    pub(super) caption: String,
}

impl Figure {
    /// `svg` is what [figures](crate) render; it is put into the page as it is.
    pub fn new(svg: impl Into<String>, caption: impl Into<String>) -> Self {
        Self { svg: svg.into(), caption: caption.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Block {
    Paragraph(String),
    Table(Table),
    Figure(Figure),
}

/// A heading with paragraphs, tables and figures, in the order in which they are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub(super) heading: String,
    pub(super) blocks: Vec<Block>,
}

impl Section {
    /// A section without content.
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), blocks: Vec::new() }
    }

    /// Adds a paragraph of plain text.
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// Adds a table.
    pub fn table(mut self, table: Table) -> Self {
        self.blocks.push(Block::Table(table));
        self
    }

    /// Adds a figure.
    pub fn figure(mut self, figure: Figure) -> Self {
        self.blocks.push(Block::Figure(figure));
        self
    }
}

/// One experiment of a report: what was run, what came out, and its sections.
///
/// Serialisable, so that a report can be put together from experiments that ran at other times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    pub(super) heading: String,
    pub(super) notice: Option<String>,
    pub(super) summary: Vec<String>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) sections: Vec<Section>,
}

impl Chapter {
    /// A chapter without content.
    pub fn new(heading: impl Into<String>) -> Self {
        let (summary, facts, sections) = (Vec::new(), Vec::new(), Vec::new());
        Self { heading: heading.into(), notice: None, summary, facts, sections }
    }

    /// Sets what must not be overlooked in this chapter.
    pub fn notice(mut self, text: impl Into<String>) -> Self {
        self.notice = Some(text.into());
        self
    }

    /// Adds a paragraph under the heading: what was found.
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.summary.push(text.into());
        self
    }

    /// Adds a fact about the run.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    /// Adds a section.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }
}

/// A page about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) notice: Option<String>,
    pub(super) summary: Vec<String>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) claims: Vec<Claim>,
    pub(super) sections: Vec<Section>,
    pub(super) chapters: Vec<Chapter>,
}

impl Report {
    /// A report without content.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: subtitle.into(),
            notice: None,
            summary: Vec::new(),
            facts: Vec::new(),
            claims: Vec::new(),
            sections: Vec::new(),
            chapters: Vec::new(),
        }
    }

    /// Sets what must not be overlooked, such as that the data are generated: a banner at the top.
    pub fn notice(mut self, text: impl Into<String>) -> Self {
        self.notice = Some(text.into());
        self
    }

    /// Adds a paragraph at the top: what was found.
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.summary.push(text.into());
        self
    }

    /// Adds a fact about the run: data, sizes, seeds, times, versions.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    /// Adds rows to the claims table.
    pub fn claims(mut self, claims: impl IntoIterator<Item = Claim>) -> Self {
        self.claims.extend(claims);
        self
    }

    /// Adds a section.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// Adds a chapter, which comes after all sections.
    pub fn chapter(mut self, chapter: Chapter) -> Self {
        self.chapters.push(chapter);
        self
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// [`FigureError::Template`] if formatting fails.
    pub fn render(&self) -> Result<String, FigureError> {
        View::new(self)
            .render()
            .map_err(|error| FigureError::Template { reason: error.to_string() })
    }
}
