//! Many molecules in rows.

use figures::svg::{Anchor, MUTED, Svg, Text};

use super::drawing::{DepictError, check};
use super::layout::Layout;
use super::scene::{Highlight, Scene};
use super::style::{CAPTION_SIZE, FRAME, LABEL_SIZE, TITLE_SIZE, text_width};
use crate::molecule::Molecule;

/// Most room for a molecule in a cell; larger molecules make all bonds of the grid shorter.
const MOST: [f64; 2] = [210.0, 180.0];

/// Least room for a molecule in a cell.
const LEAST: [f64; 2] = [72.0, 56.0];

/// Space around a molecule in its cell.
const MARGIN: f64 = 9.0;

/// Width at which the labels of rows are broken into lines.
const LABEL_WIDTH: f64 = 110.0;

/// A cell of a [`Grid`]: a molecule or a note, with lines of text underneath.
#[derive(Clone, Debug)]
pub struct Cell<'a> {
    molecule: Option<&'a Molecule>,
    note: String,
    captions: Vec<String>,
    highlight: Highlight,
}

impl<'a> Cell<'a> {
    /// A cell with a molecule.
    pub fn new(molecule: &'a Molecule) -> Self {
        let (note, captions, highlight) = (String::new(), Vec::new(), Highlight::default());
        Self { molecule: Some(molecule), note, captions, highlight }
    }

    /// A cell with a few words instead, such as `not a molecule`.
    pub fn note(note: impl Into<String>) -> Self {
        let (captions, highlight) = (Vec::new(), Highlight::default());
        Self { molecule: None, note: note.into(), captions, highlight }
    }

    /// With one more line of text underneath.
    pub fn caption(mut self, line: impl Into<String>) -> Self {
        self.captions.push(line.into());
        self
    }

    /// With these atoms on coloured discs.
    pub fn highlight_atoms(mut self, atoms: impl IntoIterator<Item = usize>) -> Self {
        self.highlight.atoms.extend(atoms);
        self
    }

    /// With these bonds on coloured bars.
    pub fn highlight_bonds(mut self, bonds: impl IntoIterator<Item = usize>) -> Self {
        self.highlight.bonds.extend(bonds);
        self
    }
}

/// A row of a [`Grid`].
#[derive(Clone, Debug, Default)]
pub struct Row<'a> {
    label: String,
    cells: Vec<Cell<'a>>,
}

impl<'a> Row<'a> {
    /// A row with a label at its left; none where it is empty.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), cells: Vec::new() }
    }

    /// With one more cell.
    pub fn cell(mut self, cell: Cell<'a>) -> Self {
        self.cells.push(cell);
        self
    }

    /// With more cells.
    pub fn cells(mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Self {
        self.cells.extend(cells);
        self
    }
}

/// Drawings of many molecules: rows of cells of one size, bonds of one length.
///
/// ```
/// use molecules::depict::{Cell, Grid, Row};
/// use molecules::smiles;
///
/// let ethanol = smiles::parse("CCO")?;
/// let path = Row::new("projected")
///     .cell(Cell::new(&ethanol).caption("t = 0").caption("logP 0.0"))
///     .cell(Cell::note("not a molecule").caption("t = 0.5"))
///     .cell(Cell::new(&ethanol).caption("t = 1"));
/// let svg = Grid::new("From ethanol to itself").row(path).render()?;
/// assert!(svg.contains(">projected<") && svg.contains(">logP 0.0<"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Grid<'a> {
    title: String,
    rows: Vec<Row<'a>>,
}

/// Measures that all cells share.
struct Measures {
    title: f64,
    labels: f64,
    cell: [f64; 2],
    captions: f64,
}

impl<'a> Grid<'a> {
    /// A grid with a title, which is drawn unless it is empty.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new() }
    }

    /// With one more row.
    pub fn row(mut self, row: Row<'a>) -> Self {
        self.rows.push(row);
        self
    }

    /// With more cells, so many in a row (at least one).
    pub fn wrapped(mut self, columns: usize, cells: impl IntoIterator<Item = Cell<'a>>) -> Self {
        let mut cells = cells.into_iter().peekable();
        while cells.peek().is_some() {
            let row = cells.by_ref().take(columns.max(1)).collect();
            self.rows.push(Row { label: String::new(), cells: row });
        }
        self
    }

    /// The grid as SVG.
    ///
    /// # Errors
    /// [`DepictError`] where an atom or bond to highlight is not there.
    pub fn render(&self) -> Result<String, DepictError> {
        let mut layouts = Vec::new();
        for cell in self.cells() {
            let Some(molecule) = cell.molecule else { continue };
            check(molecule, &cell.highlight)?;
            layouts.push(Layout::of(molecule));
        }
        let draw = |scale: f64| -> Vec<Scene> {
            self.cells()
                .filter_map(|cell| Some((cell.molecule?, &cell.highlight)))
                .zip(&layouts)
                .map(|((molecule, highlight), layout)| {
                    Scene::of(molecule, layout, highlight, scale)
                })
                .collect()
        };
        let largest = |scenes: &[Scene]| {
            scenes
                .iter()
                .map(|scene| scene.area.size())
                .fold([0.0; 2], |most: [f64; 2], size| [most[0].max(size[0]), most[1].max(size[1])])
        };
        let mut scenes = draw(1.0);
        let mut room = largest(&scenes);
        let scale = (MOST[0] / room[0]).min(MOST[1] / room[1]);
        if scale < 1.0 {
            scenes = draw(scale);
            room = largest(&scenes);
        }
        let measures = self.measures(room);
        let columns = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let tall = measures.cell[1] + measures.captions;
        let size = [
            (measures.labels + columns as f64 * measures.cell[0])
                .max(text_width(&self.title, TITLE_SIZE) * 1.08 + 16.0),
            measures.title + self.rows.len() as f64 * tall,
        ];
        let mut svg = Svg::new();
        if !self.title.is_empty() {
            let bold = Text::new(Anchor::Start, TITLE_SIZE).bold();
            svg.text([8.0, 21.0], bold, &self.title);
        }
        let mut scenes = scenes.iter();
        for (index, row) in self.rows.iter().enumerate() {
            let top = measures.title + index as f64 * tall;
            draw_row(&mut svg, row, &measures, [top, size[0]], &mut scenes);
        }
        Ok(svg.finish(size.map(f64::ceil), &self.title))
    }

    fn cells(&self) -> impl Iterator<Item = &Cell<'a>> {
        self.rows.iter().flat_map(|row| &row.cells)
    }

    fn measures(&self, room: [f64; 2]) -> Measures {
        let mut wide = room[0].max(LEAST[0]);
        for cell in self.cells() {
            for line in &cell.captions {
                wide = wide.max(text_width(line, CAPTION_SIZE));
            }
        }
        let lines = self.cells().map(|cell| cell.captions.len()).max().unwrap_or(0);
        let labels = self.rows.iter().flat_map(|row| wrapped(&row.label));
        let labels = labels.map(|line| text_width(&line, LABEL_SIZE)).fold(0.0, f64::max);
        Measures {
            title: if self.title.is_empty() { 0.0 } else { 34.0 },
            labels: if labels > 0.0 { labels * 1.08 + 20.0 } else { 0.0 },
            cell: [wide + 2.0 * MARGIN, room[1].max(LEAST[1]) + 2.0 * MARGIN],
            captions: lines as f64 * CAPTION_SIZE * 1.3 + if lines > 0 { 6.0 } else { 0.0 },
        }
    }
}

fn draw_row<'a>(
    svg: &mut Svg,
    row: &Row<'_>,
    measures: &Measures,
    [top, width]: [f64; 2],
    scenes: &mut impl Iterator<Item = &'a Scene>,
) {
    let [wide, tall] = measures.cell;
    if top > 0.0 {
        svg.line([0.0, top], [width, top], &format!("stroke=\"{FRAME}\""));
    }
    let label = wrapped(&row.label);
    let height = LABEL_SIZE * 1.25;
    let first = top + tall / 2.0 - (label.len() as f64 - 1.0) / 2.0 * height + 4.5;
    let bold = Text::new(Anchor::Start, LABEL_SIZE).bold();
    for (line, label) in label.iter().enumerate() {
        svg.text([8.0, first + line as f64 * height], bold, label);
    }
    let small = Text::new(Anchor::Middle, CAPTION_SIZE).fill(MUTED);
    for (column, cell) in row.cells.iter().enumerate() {
        let middle = measures.labels + (column as f64 + 0.5) * wide;
        if cell.molecule.is_some() {
            if let Some(scene) = scenes.next() {
                scene.draw(svg, [middle, top + tall / 2.0]);
            }
        } else {
            svg.text([middle, top + tall / 2.0 + 4.0], small, &cell.note);
        }
        for (line, caption) in cell.captions.iter().enumerate() {
            let y = top + tall + (line as f64 + 0.75) * CAPTION_SIZE * 1.3;
            svg.text([middle, y], small, caption);
        }
    }
}

/// A label broken between words.
fn wrapped(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), LABEL_SIZE) <= LABEL_WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
