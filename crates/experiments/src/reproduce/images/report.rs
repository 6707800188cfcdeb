//! The chapter of the report that shows it all.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::claims::Claim;
use figures::report::{Chapter, Figure, Section};

use super::measure::Measurements;
use super::results::Data;
use super::settings::Settings;
use crate::reproduce::comparison::{combined_rows, geometry, table};
use crate::reproduce::picture::Picture;

/// The chapter of the report.
pub(super) fn chapter(
    runs: &[Measurements],
    claims: &[Claim],
    figures: &[Picture],
    settings: &Settings,
    data: &Data,
    group: &str,
) -> anyhow::Result<Chapter> {
    let first = runs.first().context("no run")?;
    let held = claims.iter().filter(|claim| claim.holds).count();
    let over = |f: fn(&Measurements) -> Estimate| {
        Estimate::over_runs(&runs.iter().map(f).collect::<Vec<_>>())
    };
    let (gap, accuracy) = (over(|run| run.gap.difference)?, over(|run| run.accuracy)?);
    let figure = |name: &str, caption: String| -> anyhow::Result<Figure> {
        let picture =
            figures.iter().find(|f| f.name == name).with_context(|| format!("no figure {name}"))?;
        Ok(Figure::new(picture.svg.clone(), caption))
    };
    let mut chapter = Chapter::new("Images: rotated digits");
    if data.is_generated() {
        chapter = chapter.notice(
            "Generated data: digits drawn by the program itself, because no MNIST files were given (or --generated was). For the real thing, run again with --data DIR, where DIR holds the four MNIST files.",
        );
    }
    chapter = chapter
        .summary(format!(
            "A {group}-equivariant network was trained on digits at random angles and classifies {} of the test digits correctly. Its codes, though, depend on the pose of the digit: the group permutes their coordinates. Ask a code for its nearest neighbours among upright digits and most of what the network knows is gone; ask after an invariant projection and it is back: {}.",
            accuracy.percent(1),
            gap.points(1)
        ))
        .summary(format!("{held} of the {} claims of this suite hold on this run.", claims.len()))
        .fact("data", format!("{} ({}): {} training and {} test images", data.name, data.kind, data.train, data.test))
        .fact("group", group)
        .fact("codes", format!("{} fields of the regular representation, {} dimensions, fixed space of {}", first.fixed_dim, first.dim, first.fixed_dim))
        .fact("network", format!("fields {:?}, filters of side {:?}", settings.architecture.fields, settings.architecture.kernels))
        .fact("training", format!("{} epochs, batches of {}, every image at a new angle in every epoch", settings.training.epochs, settings.training.batch))
        .fact("seeds", runs.iter().map(|run| run.seed.to_string()).collect::<Vec<_>>().join(", "))
        .fact("labelled codes", settings.reference.min(data.train).to_string())
        ;

    let digits = Section::new("What the network sees")
        .paragraph("Every training digit stands at a new random angle in every epoch; every test digit at one random angle. An equivariant encoder E turns a rotation of the input into a known linear map of the code, E(g·x) = ρ(g)E(x): the code of a turned digit is the code of the upright one with its coordinates permuted. So z and ρ(g)z mean the same, and the distance that counts is that of their orbits, d([z],[w]) = min over g of ‖z − ρ(g)w‖.")
        .figure(figure("digits", "One test digit of each class, upright and as it is shown to the network. What lies in the corners leaves the image when it turns, and interpolation blurs a little.".into())?);

    let pictures = Section::new("Raw and invariant codes, seen")
        .paragraph("Both rows show the same test codes in the same colours. On the left the codes are taken as they are, on the right after random max filters, max over g of ⟨z, ρ(g)t⟩ for random t.")
        .figure(figure("embeddings", "PCA (above) and t-SNE (below). In raw codes the angle of a digit moves it through the picture, and classes smear into each other or fall into one cluster for each pose; after the projection a class is in one place. The remark above each panel is the share of digits whose five nearest neighbours in the picture vote for the right class.".into())?)
        .figure(figure("orbits", "Four digits, each turned through a full circle in 48 steps, in the plane of the two principal components. The large dot is the upright digit. Raw codes travel on closed paths through the codes of other digits; invariant codes stay near one place. What movement is left comes from the pixels: turns by angles that are not in the group change the code a little, and all but the quarter turns interpolate the image.".into())?);

    let tables: Vec<_> = runs.iter().map(|run| &run.table[..]).collect();
    let rows = combined_rows(&tables)?;
    let neighbours = table(
        "5-NN accuracy and silhouette by class. Test digits stand at random angles; the labelled codes that serve as neighbours are upright, or at random angles. The best projection of each column is set off.",
        &rows,
        &[
            ("5-NN, upright", |r| Some(r.knn_upright), |e| e.percent(1)),
            ("5-NN, rotated", |r| Some(r.knn_rotated), |e| e.percent(1)),
            ("silhouette", |r| r.silhouette, |e| e.decimals(3)),
        ],
    );
    let probes = table(
        "Accuracy of linear probes (multinomial logistic regression) fitted to upright codes, or to codes at random angles, and asked about test digits at random angles.",
        &rows,
        &[
            ("probe, upright", |r| r.probe_upright, |e| e.percent(1)),
            ("probe, rotated", |r| r.probe_rotated, |e| e.percent(1)),
        ],
    );
    let repair = Section::new("What projections repair, and what they cost")
        .paragraph(format!(
            "With upright neighbours a turned digit has no neighbour in its own pose, and raw codes fail. With neighbours at all angles there are enough in any pose, and raw codes lose little: the ambiguity then costs labels instead of accuracy. The row quotient-metric uses the exact distance of orbits; an isometric projection would equal it, but none exists for this group. The best projection here is {} with {} over raw codes.",
            first.gap.best,
            gap.points(1)
        ))
        .table(neighbours)
        .table(probes)
        .figure(figure("accuracy-over-projections", format!("5-NN accuracy with upright neighbours over the number of random invariants; bands are 95 % over draws. Linear invariants only see the fixed space, of dimension {}: from there on more of them add no information, their distances merely come closer to those of the field means. Max filters have no such ceiling; from 2·dim = {} on, where they provably separate all orbits, there is little left to gain.", first.fixed_dim, 2 * first.dim))?)
        .figure(figure("accuracy-over-projections-rotated", "The same with labelled codes at random angles. Raw codes have neighbours in every pose now and do well; a handful of random invariants still lose more than that.".into())?)
        .figure(figure("probe-over-projections", "Accuracy of a linear probe fitted to upright codes. A linear map of raw codes learns the pose that it was shown; of enough random invariants it learns the class.".into())?)
        .figure(figure("silhouette-over-projections", "Silhouette of the test codes by class: 1 where classes are far apart, 0 where they overlap. Raw codes of one class are spread over all poses.".into())?)
        .figure(figure("accuracy-over-labels", "5-NN accuracy over the number of labelled codes, which are upright or rotated. Invariant codes do with far fewer labels, and do not care about the pose of the labelled digits.".into())?)
        .figure(figure("probe-over-labels", "The same for linear probes.".into())?)
        .figure(figure("accuracy-over-angles", "5-NN accuracy over the spread of angles among the labelled digits; test digits stand at any angle. Between 0° (upright) and 180° (every angle) raw codes recover, as poses fill up with neighbours. Invariant codes are flat.".into())?);

    let geometry = geometry(&first.table);
    let (changed, error) =
        (over(|run| run.changed_neighbours)?, over(|run| run.equivariance_error)?);
    let orbit = Section::new("Orbits and distances")
        .paragraph(format!(
            "Within an orbit codes lie {:.2} times as far apart as codes of different digits do (root mean square, by the action on codes; {:.2} by turning inputs). {} of the ten nearest neighbours of a raw code are not among the ten nearest in the quotient.",
            first.orbit_spread,
            first.orbit_spread_of_inputs,
            changed.percent(1)
        ))
        .paragraph(format!(
            "Turning pixels by an angle off the grid interpolates them, so the encoder is only approximately equivariant: ‖E(gx) − ρ(g)E(x)‖ is {} of the distance between codes. The column “invariance, inputs” holds what of this reaches the invariants; “invariance, codes” is the error of the projection alone.",
            error.decimals(3)
        ))
        .table(geometry);
    let files = Section::new("Files")
        .paragraph("summary.md holds the main numbers as Markdown, results.json every number of this page (schema in docs/results-schema.md). images/figures holds the figures as SVG; images/seed-N holds weights, checkpoints and all codes with their labels as .safetensors, which PyTorch, JAX and others read.");
    Ok(chapter.section(digits).section(pictures).section(repair).section(orbit).section(files))
}
