//! The chapter of the report that shows it all.

use analysis::judgement::{figure, table};
use figures::report::{Cell, Chapter, Figure, Section, Table};

use super::space::Space;
use super::summary::{descents, heading};

/// Projections in a figure: the first of the leaderboard.
const PANELS: usize = 12;

/// The figure of a space: distance against quotient distance.
pub(super) fn draw(space: &Space) -> anyhow::Result<String> {
    let count = space.judgements.len().min(PANELS);
    let title = format!("Distances before and after projection: {}", space.name);
    Ok(figure(&title, &space.judgements[..count])?)
}

/// The chapter of the report.
pub(super) fn chapter(spaces: &[Space], figures: &[String], seed: u64) -> Chapter {
    let mut chapter = Chapter::new("Projections: a leaderboard")
        .summary("Every projection of the catalogue that applies, on codes in random poses, by r = ‖s(z) − s(w)‖ / d([z],[w]) over easy and hard pairs: random ones, close ones, about codes that some element leaves alone, reversals, single fields moved, single columns shuffled, along the directions that the derivative shrinks and stretches most, and what a search finds. The distortion is the largest ratio over the least; for each space there is one below which no projection can be (the floor).")
        .fact("seed", seed.to_string())
        .section(Section::new("Which one").table(best(spaces)));
    for (space, svg) in spaces.iter().zip(figures) {
        let unfit: Vec<&str> = space.unfit.iter().map(|(name, _)| name.as_str()).collect();
        chapter = chapter.section(
            Section::new(heading(space))
                .table(table("In the order of their distortion. In brackets stands where the most extreme pair is from. The quantiles are of random pairs, over their median; neighbours are the share of the ten nearest that are so in the quotient, retained is the part of 5-nearest-neighbour accuracy above chance that the quotient metric has.", &space.judgements, &space.costs))
                .paragraph(descents(space))
                .paragraph(format!("Do not apply: {}.", unfit.join(", ")))
                .figure(Figure::new(svg, "Distance of images against distance in the quotient, both logarithmic, scaled so that the median ratio lies on the dashed diagonal. All pairs that were tried lie between the two lines, whose ratio is the distortion; points on the lower edge are different orbits with one image.")),
        );
    }
    chapter
}

/// The best projection of each space, and the cheapest whose distortion is not much larger.
fn best(spaces: &[Space]) -> Table {
    let mut table = Table::new(
        "The least distorting projection of each space, and the cheapest within one and a half times its distortion.",
        [
            "codes",
            "floor",
            "least distorting",
            "distortion",
            "over the floor",
            "cheapest close to it",
        ],
    );
    for space in spaces {
        let Some(best) = space.judgements.first() else { continue };
        let near = space
            .judgements
            .iter()
            .zip(&space.costs)
            .filter(|(judgement, _)| judgement.distortion() <= 1.5 * best.distortion())
            .min_by(|a, b| a.1.total_cmp(b.1));
        table = table.row([
            Cell::new(&space.name),
            Cell::new(format!("{:.4}", space.floor.bound)),
            Cell::new(&best.name),
            Cell::new(format!("{:.3}", best.distortion())),
            Cell::new(format!("{:.2}", best.distortion() / space.floor.bound)),
            Cell::new(
                near.map_or("–".to_owned(), |(j, cost)| format!("{} ({cost:.1} µs)", j.name)),
            ),
        ]);
    }
    table
}
