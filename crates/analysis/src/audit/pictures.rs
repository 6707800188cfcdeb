//! Codes before and after.

use ndarray::{Array2, Axis};
use projections::Projection;

use super::Labels;
use super::sample::{Sample, stack};
use crate::AnalysisError;
use crate::embed::{Pca, TSne};
use figures::report::Figure;
use figures::{ScatterPanel, ScatterPanels};

/// Codes whose orbits are drawn.
const ORBITS: usize = 6;

/// Points of a picture.
const POINTS: usize = 500;

/// Classes that can be told apart.
const CLASSES: usize = 12;

pub(super) fn draw(
    sample: &Sample,
    projection: &dyn Projection<f64>,
    name: &str,
) -> Result<Vec<Figure>, AnalysisError> {
    let mut figures = vec![orbits(sample, projection, name)?];
    let shown = sample.all.view().split_at(Axis(0), POINTS.min(sample.all.nrows())).0.to_owned();
    let images = projection.project(shown.view())?;
    let (classes, names) = classes(sample, shown.nrows());
    let panels = |title: &str, before: Array2<f64>, after: Array2<f64>| {
        ScatterPanels::new(title, names.clone())
            .panel(ScatterPanel::new("raw codes", points(&before), classes.clone()))
            .panel(ScatterPanel::new(format!("after {name}"), points(&after), classes.clone()))
            .render()
    };
    let svg = panels("Principal components before and after", plane(&shown)?, plane(&images)?)?;
    figures.push(Figure::new(
        svg,
        "The first two principal components of the codes, raw and projected.",
    ));
    let tsne = TSne { seed: sample.seed, epochs: 500, ..TSne::default() };
    if shown.nrows() > 4 * tsne.neighbours() / 3 {
        let svg = panels(
            "t-SNE before and after",
            tsne.embed(shown.view())?,
            tsne.embed(images.view())?,
        )?;
        figures.push(Figure::new(
            svg,
            "t-SNE of the same codes. It shows neighbours, not distances: clusters of one pose on \
             the left are ambiguity, not structure.",
        ));
    }
    Ok(figures)
}

/// Poses of a few codes among all.
fn orbits(
    sample: &Sample,
    projection: &dyn Projection<f64>,
    name: &str,
) -> Result<Figure, AnalysisError> {
    let count = ORBITS.min(sample.all.nrows());
    let few = sample.all.view().split_at(Axis(0), count).0.to_owned();
    let shown = sample.all.view().split_at(Axis(0), POINTS.min(sample.all.nrows())).0.to_owned();
    let mut classes = vec![0; shown.nrows()];
    let mut codes = shown;
    for g in &sample.poses {
        codes = stack(&codes, &g.apply_rows(few.view()))?;
        classes.extend(1..=count);
    }
    let images = projection.project(codes.view())?;
    let names =
        ["codes".to_owned()].into_iter().chain((1..=count).map(|i| format!("poses of code {i}")));
    let svg = ScatterPanels::new("Orbits before and after", names)
        .panel(ScatterPanel::new("raw codes", points(&plane(&codes)?), classes.clone()))
        .panel(ScatterPanel::new(format!("after {name}"), points(&plane(&images)?), classes))
        .render()?;
    Ok(Figure::new(
        svg,
        format!(
            "{} poses of {count} codes among the others, by principal components. All poses of a code \
             mean the same; after the projection they are one point.",
            sample.poses.len()
        ),
    ))
}

/// Two principal components; zeros where there are fewer.
fn plane(codes: &Array2<f64>) -> Result<Array2<f64>, AnalysisError> {
    let components = 2.min(codes.ncols());
    let scores = Pca::fit(codes.view(), components)?.transform(codes.view())?;
    let mut plane = Array2::zeros((codes.nrows(), 2));
    for (from, mut to) in scores.rows().into_iter().zip(plane.rows_mut()) {
        from.iter().zip(to.iter_mut()).for_each(|(from, to)| *to = *from);
    }
    Ok(plane)
}

fn points(plane: &Array2<f64>) -> Vec<[f64; 2]> {
    plane.rows().into_iter().map(|row| [row[0], row[1]]).collect()
}

/// The class of each point and the names of classes, quarters of targets; one class for all without
/// labels.
fn classes(sample: &Sample, n: usize) -> (Vec<usize>, Vec<String>) {
    match &sample.labels {
        Some(Labels::Classes { of, names }) if names.len() <= CLASSES => {
            (of.iter().take(n).copied().collect(), names.clone())
        }
        Some(Labels::Targets(values)) => {
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let quarter = |value: &f64| {
                let below = sorted.partition_point(|other| other < value);
                (4 * below / sorted.len()).min(3)
            };
            let names = ["lowest quarter", "second quarter", "third quarter", "highest quarter"];
            (values.iter().take(n).map(quarter).collect(), names.map(str::to_owned).to_vec())
        }
        _ => (vec![0; n], vec!["codes".to_owned()]),
    }
}
