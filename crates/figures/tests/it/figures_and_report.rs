//! Figures are well-formed and small; the report escapes what it is given.

use figures::FigureError;
use figures::Interval;
use figures::claims::Claim;
use figures::report::{Cell, Figure, Report, Section, Table};
use figures::{
    Bars, CurvePoint, Curves, ImageCell, ImageGrid, OrbitPanel, OrbitPaths, ScatterPanel,
    ScatterPanels,
};
use ndarray::Array2;

const NASTY: &str = "<script>alert(1)</script> & \"q\"";

/// Checks that tags nest and close, as an XML parser would.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag that ends");
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(svg.starts_with("<svg ") && svg.contains("viewBox=") && svg.contains("<title>"));
    assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("inf"));
}

fn estimate(value: f64) -> Interval {
    Interval { value, low: value - 0.1, high: value + 0.1 }
}

fn points(n: usize) -> Vec<[f64; 2]> {
    (0..n).map(|i| [(i as f64 * 0.7).sin() * 1e3, (i as f64 * 0.3).cos() * 1e-2]).collect()
}

#[test]
fn every_figure_is_well_formed() {
    let scatter = ScatterPanels::new(NASTY, [NASTY, "b"])
        .panel(
            ScatterPanel::new(NASTY, points(50), (0..50).map(|i| i % 2).collect()).named_clusters(),
        )
        .panel(ScatterPanel::new("none", vec![], vec![]).axes(NASTY, NASTY).note(NASTY))
        .panel(ScatterPanel::new("one", vec![[1.0, 1.0]], vec![1]));
    assert_well_formed(&scatter.render().unwrap());
    let panel = OrbitPanel {
        title: NASTY.into(),
        note: NASTY.into(),
        axes: None,
        background: points(20),
        orbits: vec![points(8), vec![]],
    };
    assert_well_formed(&OrbitPaths::new("orbits", ["a", NASTY]).panel(panel).render().unwrap());
    let point = |x: f64| CurvePoint { x, y: estimate(x.sin()) };
    let curves = Curves::new(NASTY, NASTY, NASTY)
        .log2()
        .series(NASTY, [4.0, 1.0, 2.0].map(point).to_vec())
        .series("single", vec![point(3.0)])
        .vertical(2.0, NASTY)
        .vertical(2.1, "near")
        .horizontal(0.5, NASTY);
    assert_well_formed(&curves.render().unwrap());
    let bars = Bars::new(NASTY, NASTY, ["a", NASTY])
        .group(NASTY, [Some(estimate(-0.5)), None])
        .group("zero", [Some(estimate(0.0)), Some(estimate(2.0))])
        .reference(0.3, NASTY);
    assert_well_formed(&bars.render().unwrap());
    let image = Array2::from_shape_fn((4, 6), |(i, j)| (i + j) as f32 / 4.0);
    let cell = || ImageCell::new(image.view(), NASTY);
    let grid = ImageGrid::new(NASTY).row(NASTY, vec![cell(), cell()]).row("", vec![cell()]);
    assert_well_formed(&grid.render().unwrap());
}

#[test]
fn thousands_of_points_stay_small() {
    let panel = ScatterPanel::new("many", points(5000), (0..5000).map(|i| i % 10).collect());
    let svg = ScatterPanels::new("many", (0..10).map(|c| c.to_string())).panel(panel).render();
    let bytes = svg.unwrap().len();
    assert!(bytes < 100_000, "{bytes} bytes for 5,000 points");
}

#[test]
fn figures_refuse_what_they_cannot_draw() {
    let bad = ScatterPanel::new("", vec![[f64::NAN, 0.0]], vec![0]);
    let render = |panel| ScatterPanels::new("", ["a"]).panel(panel).render();
    assert!(matches!(render(bad), Err(FigureError::NotFinite { .. })));
    let bad = ScatterPanel::new("", vec![[0.0, 0.0]], vec![1]);
    assert!(matches!(render(bad), Err(FigureError::Option { .. })));
    let bad = ScatterPanel::new("", vec![[0.0, 0.0]], vec![]);
    assert!(matches!(render(bad), Err(FigureError::Shape { .. })));
    assert!(matches!(Curves::new("", "", "").render(), Err(FigureError::TooFew { .. })));
    let zero = vec![CurvePoint { x: 0.0, y: estimate(0.0) }];
    let curves = Curves::new("", "", "").log2().series("", zero);
    assert!(matches!(curves.render(), Err(FigureError::Option { .. })));
    assert!(matches!(ImageGrid::new("").render(), Err(FigureError::TooFew { .. })));
}

#[test]
fn the_report_escapes_text_and_keeps_drawings() {
    let claim = Claim {
        id: "suite.claim".into(),
        statement: NASTY.into(),
        suite: "suite".into(),
        effect: 44.6,
        effect_unit: "points".into(),
        ci95: [42.2, 46.9],
        holds: false,
        detail: NASTY.into(),
    };
    let table = Table::new(NASTY, [NASTY, "value"])
        .row([NASTY.into(), Cell::best("0.5 [0.4, 0.6]")])
        .row(["short".into()]);
    let section = Section::new(NASTY)
        .paragraph(NASTY)
        .table(table)
        .figure(Figure::new("<svg id=\"kept\"></svg>", NASTY));
    let html = Report::new(NASTY, NASTY)
        .notice(NASTY)
        .summary(NASTY)
        .fact(NASTY, NASTY)
        .claims([claim.clone()])
        .section(section)
        .render()
        .unwrap();
    // The one script is that of the template, which sorts tables.
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("<svg id=\"kept\"></svg>") && html.contains("Figure 1."));
    assert!(html.contains("does not hold") && html.contains("[42.2, 46.9]"));
    assert!(html.contains("<td class=\"number best\">0.5 [0.4, 0.6]</td>"));
    assert!(!html.contains("http:") && !html.contains("https:"), "nothing is fetched");
    let json = serde_json::to_string(&claim).unwrap();
    assert_eq!(serde_json::from_str::<Claim>(&json).unwrap(), claim);
}
