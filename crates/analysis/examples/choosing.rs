//! Draws the pictures of `docs/concepts.md` and `docs/choosing.md`: two orbits, and what projections make of the plane under rotations by
//! multiples of 45°, of the plane under swapping both coordinates, and of distances.
//!
//! `cargo run -p equivariant-analysis --example choosing -- docs/figures`

use std::error::Error;
use std::f64::consts::TAU;
use std::path::PathBuf;

use analysis::embed::Pca;
use analysis::judgement::{Judge, Settings, figure};
use figures::{OrbitPanel, OrbitPaths, ScatterPanel, ScatterPanels};
use groups::quotient::QuotientMetric;
use groups::{Cyclic, FiniteGroup, Representation, Symmetric};
use nalgebra::DMatrix;
use ndarray::{Array2, Axis, concatenate};
use projections::{
    Bispectrum, Canonicalize, CoOrbit, ColumnSort, Coupling, GroupMax, IrrepBispectrum, LexSort,
    MaxFilter, Moments, PowerSpectrum, Projection, Reynolds, SeparatingPolynomials, SoftMaxFilter,
    Sort, SortedKeys, TightCoOrbit, Triples,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Steps of colour round an orbit's angle.
const SHADES: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: choosing FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    for (name, svg) in [
        ("orbits-of-the-plane", orbits()?),
        ("projections-of-a-turned-plane", turned_plane()?),
        ("projections-of-a-turned-signal", turned_signal()?),
        ("projections-of-pairs", pairs()?),
        ("distances-fields", distances_of_fields()?),
        ("distances-sets", distances_of_sets()?),
    ] {
        std::fs::write(folder.join(format!("{name}.svg")), svg)?;
    }
    Ok(())
}

/// Two orbits of `C_8` in the plane, and the lines from `z` to `w` and to the pose of `w` closest to it; then
/// the same after both were aligned.
fn orbits() -> Result<String, Box<dyn Error>> {
    let rep = plane()?;
    let (z, w) = ([1.0, 0.15], [-0.35, 0.75]);
    let rows = |codes: Vec<Vec<f64>>| Array2::from_shape_fn((codes.len(), 2), |(i, j)| codes[i][j]);
    let orbit = |z: &[f64]| rows(rep.group().elements().map(|g| rep.act(&g, z)).collect());
    let nearest = QuotientMetric::new(&rep)?.align(&z, &w);
    let turned = rep.act(&nearest.element, &w);
    // Lines first: what comes later is drawn over it, and `z` and `w` have the colours of their orbits.
    let lines =
        [rows(vec![z.to_vec(), w.to_vec()]), rows(vec![z.to_vec(), turned]), orbit(&z), orbit(&w)];
    let section = Canonicalize::to_template(&rep, &[1.0, 0.2])?;
    let projected =
        lines.iter().map(|line| section.project(line.view())).collect::<Result<Vec<_>, _>>()?;
    let names =
        ["from z to w", "from z to the nearest pose of w", "the orbit of z", "the orbit of w"];
    let panel = |title: &str, lines: &[Array2<f64>]| {
        let points = |line: &Array2<f64>| line.rows().into_iter().map(|z| [z[0], z[1]]).collect();
        let orbits = lines.iter().map(points).collect();
        let (title, note, background) = (title.to_owned(), String::new(), vec![[0.0, 0.0]]);
        OrbitPanel { title, note, axes: None, background, orbits }
    };
    let figure = OrbitPaths::new("Two orbits of the plane, and the distance between them", names)
        .panel(panel("codes", &lines))
        .panel(panel("after a projection", &projected));
    Ok(figure.render()?)
}

/// `C_8` turns the plane.
fn plane() -> Result<Representation<Cyclic>, Box<dyn Error>> {
    Ok(Representation::from_matrices(&Cyclic::new(8)?, "plane".into(), 2, |k| {
        let (sin, cos) = (TAU * *k as f64 / 8.0).sin_cos();
        DMatrix::from_row_slice(2, 2, &[cos, -sin, sin, cos])
    }))
}

/// `C_8` turns the plane: points of two rings, coloured by their angle within an eighth of a turn.
fn turned_plane() -> Result<String, Box<dyn Error>> {
    let rep = plane()?;
    let (points, shades) = rings();
    let all: Vec<(&str, Box<dyn Projection<f64>>)> = vec![
        ("aligned to a template", Box::new(Canonicalize::to_template(&rep, &[1.0, 0.2])?)),
        ("2 max filters", Box::new(MaxFilter::random(&rep, 2, 1)?)),
        ("8 max filters", Box::new(MaxFilter::random(&rep, 8, 1)?)),
        ("8 soft max filters", Box::new(SoftMaxFilter::random(&rep, 8, 4.0, 1)?)),
        ("4 co-orbits", Box::new(CoOrbit::random(&rep, 4, 1)?)),
    ];
    let names = (0..SHADES).map(|s| format!("{}°", 5 * s));
    let mut panels = ScatterPanels::new("What projections make of a turned plane", names)
        .columns(3)
        .ordered()
        .panel(ScatterPanel::from_embedding("the plane", points.view(), shades.clone())?);
    for (name, projection) in all {
        panels = panels.panel(panel(name, &*projection, &points, &shades)?);
    }
    Ok(panels.render()?)
}

/// Points of two rings, and their angles within an eighth of a turn.
fn rings() -> (Array2<f64>, Vec<usize>) {
    let (turn, per_ring) = (TAU / 8.0, 360);
    let angle = |i: usize| TAU * (i % per_ring) as f64 / per_ring as f64;
    let radius = |i: usize| if i < per_ring { 1.0 } else { 0.6 };
    let points = Array2::from_shape_fn((2 * per_ring, 2), |(i, j)| {
        radius(i) * if j == 0 { angle(i).cos() } else { angle(i).sin() }
    });
    let shade = |i: usize| ((angle(i) % turn) / turn * SHADES as f64) as usize % SHADES;
    (points, (0..2 * per_ring).map(shade).collect())
}

/// A signal on a circle of which eight samples are seen, turned by any angle: at 45° it is a code of the
/// same orbit again.
fn turned_signal() -> Result<String, Box<dyn Error>> {
    let rep = Representation::regular(&Cyclic::new(8)?);
    let steps = 720;
    let angle = |i: usize| TAU * i as f64 / steps as f64;
    let codes = Array2::from_shape_fn((steps, 8), |(i, h)| {
        let x = TAU * h as f64 / 8.0 - angle(i);
        x.cos() + 0.8 * (2.0 * x + 1.0).cos() + 0.6 * (3.0 * x + 2.0).cos()
    });
    let shades: Vec<usize> = (0..steps)
        .map(|i| (8.0 * angle(i) / TAU).fract())
        .map(|part| (part * SHADES as f64) as usize)
        .collect();
    let all: Vec<(&str, Box<dyn Projection<f64>>)> = vec![
        ("largest entry first", Box::new(Canonicalize::by_argmax(&rep)?)),
        ("tight co-orbits", Box::new(TightCoOrbit::random(&rep, 16, 1)?)),
        ("separating polynomials", Box::new(SeparatingPolynomials::random(&rep, 17, 1)?)),
        ("bispectrum", Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 1)?)),
        ("bispectrum by irreps", Box::new(IrrepBispectrum::new(&rep, Triples::All, 1)?)),
        ("power spectrum", Box::new(PowerSpectrum::new(&rep, Coupling::BetweenFields)?)),
        ("moments of degree 4", Box::new(Moments::of_fields(&rep, 4)?)),
        ("group max", Box::new(GroupMax::new(&rep)?)),
        ("Reynolds", Box::new(Reynolds::new(&rep))),
    ];
    let names = (0..SHADES).map(|s| format!("{}°", 5 * s));
    let mut panels = ScatterPanels::new("What projections make of a signal that turns", names)
        .columns(3)
        .ordered();
    for (name, projection) in all {
        panels = panels.panel(panel(name, &*projection, &codes, &shades)?);
    }
    Ok(panels.render()?)
}

/// `S_2` swaps both coordinates: a grid, coloured by the distance from the mirror.
fn pairs() -> Result<String, Box<dyn Error>> {
    let rep = Symmetric::new(2)?.natural();
    let side = 24;
    let at = |k: usize| 2.0 * k as f64 / (side - 1) as f64 - 1.0;
    let points = Array2::from_shape_fn((side * side, 2), |(i, j)| {
        at(if j == 0 { i % side } else { i / side })
    });
    let shades: Vec<usize> = points
        .rows()
        .into_iter()
        .map(|p| (((p[0] - p[1]).abs() / 2.0 * SHADES as f64) as usize).min(SHADES - 1))
        .collect();
    let all: Vec<(&str, Box<dyn Projection<f64>>)> = vec![
        ("sort", Box::new(Sort::new(2)?)),
        ("moments of degree 2", Box::new(Moments::of_sets(2, 1, 2)?)),
        ("3 max filters", Box::new(MaxFilter::random(&rep, 3, 1)?)),
    ];
    let names = (0..SHADES).map(|s| format!("{:.1}", 2.0 * s as f64 / SHADES as f64));
    let mut panels = ScatterPanels::new("What projections make of pairs of numbers", names)
        .ordered()
        .panel(ScatterPanel::from_embedding("pairs", points.view(), shades.clone())?);
    for (name, projection) in all {
        panels = panels.panel(panel(name, &*projection, &points, &shades)?);
    }
    Ok(panels.render()?)
}

/// Images as points in the plane: themselves where there are one or two outputs, else two principal
/// components.
fn panel(
    name: &str,
    projection: &dyn Projection<f64>,
    points: &Array2<f64>,
    shades: &[usize],
) -> Result<ScatterPanel, Box<dyn Error>> {
    let images = projection.project(points.view())?;
    // What is constant is a point, not its rounding errors.
    let mean = images.mean_axis(Axis(0)).ok_or("no points")?;
    let size = images.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    let images = (&images - &mean).mapv(|v| if v.abs() < 1e-9 * size { 0.0 } else { v });
    let plane = match images.ncols() {
        1 => concatenate![Axis(1), images, Array2::zeros(images.dim())],
        2 => images,
        _ => Pca::fit(images.view(), 2)?.transform(images.view())?,
    };
    Ok(ScatterPanel::from_embedding(name, plane.view(), shades.to_vec())?)
}

fn normal(rows: usize, columns: usize) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng))
}

fn distances_of_fields() -> Result<String, Box<dyn Error>> {
    let rep = Representation::regular(&Cyclic::new(8)?).copies(4);
    let template = normal(1, rep.dim()).row(0).to_vec();
    distances(
        "Four fields of C8",
        &rep,
        vec![
            ("co-orbits", Box::new(CoOrbit::random(&rep, 16, 1)?)),
            ("max filters", Box::new(MaxFilter::random(&rep, 128, 1)?)),
            ("aligned", Box::new(Canonicalize::to_template(&rep, &template)?)),
            ("bispectrum", Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 1)?)),
            ("bispectrum per field", Box::new(Bispectrum::new(&rep, Coupling::PerField, 1)?)),
            ("power spectrum", Box::new(PowerSpectrum::new(&rep, Coupling::PerField)?)),
        ],
    )
}

fn distances_of_sets() -> Result<String, Box<dyn Error>> {
    let rep = Symmetric::new(6)?.node_features(2);
    distances(
        "Sets of six points in the plane",
        &rep,
        vec![
            ("sorted keys", Box::new(SortedKeys::random(6, 2, 8, 1)?)),
            ("lexicographic sort", Box::new(LexSort::new(6, 2)?)),
            ("column-wise sort", Box::new(ColumnSort::new(6, 2)?)),
        ],
    )
}

fn distances<G: FiniteGroup>(
    title: &str,
    rep: &Representation<G>,
    all: Vec<(&str, Box<dyn Projection<f64>>)>,
) -> Result<String, Box<dyn Error>> {
    let codes = normal(80, rep.dim());
    let judge = Judge::new(rep, codes.view(), Settings::default())?;
    let judged = all
        .iter()
        .map(|(name, projection)| judge.judge(name, &**projection))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(figure(title, &judged)?)
}
