//! A projection that the catalogue does not have: sorted norms of the rows of a set.
//! `cargo run -p examples --bin new_projection`
#![allow(clippy::print_stdout)]
use equivariant_latents::groups::{Real, laws::seeded};
use equivariant_latents::prelude::*;
use equivariant_latents::projections::laws::check_projection;
use equivariant_latents::projections::{Lipschitz, Metadata, catalogue};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

#[derive(Debug, Clone)]
struct RowNorms(Guarantee);

impl<T: Real> Projection<T> for RowNorms {
    fn metadata(&self) -> Metadata {
        Metadata {
            name: "row-norms",
            formula: "sort_i ‖x_i‖",
            guarantee: self.0,
            lipschitz: Lipschitz::at_most(1.0),
            cross_section: false,
            because: "the directions of rows are lost",
            source: "docs/new-projection.md",
        }
    }
    fn input_dim(&self) -> usize {
        15
    }
    fn output_dim(&self) -> usize {
        5
    }
    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            let norm = |row: &[T]| row.iter().map(|v| *v * *v).sum::<T>().sqrt();
            let mut norms: Vec<T> = code.to_vec().chunks(3).map(norm).collect();
            norms.sort_by(|a, b| a.as_f64().total_cmp(&b.as_f64()));
            out.iter_mut().zip(norms).for_each(|(out, norm)| *out = norm);
        }
    }
}

fn main() -> anyhow::Result<()> {
    let space = Space::parse("s5", "5 x 3")?;
    check_projection(&RowNorms(Guarantee::Lossy), &space, 1e-9, &mut seeded())?;
    let lie = check_projection(&RowNorms(Guarantee::Generic), &space, 1e-9, &mut seeded());
    println!("what it may not claim: {}", lie.err().map_or("", |violation| violation.law));
    // Beside the catalogue, and after one of it.
    let sorted = catalogue::build::<f64>(&space, &"lex-sort".parse()?, 0)?;
    let both = sorted.then(RowNorms(Guarantee::Lossy))?;
    let codes = Array2::from_shape_fn((60, 15), |(i, j)| ((i * i + 7 * i * j + j) as f64).sin());
    let own: Vec<(String, Box<dyn Projection<f64>>)> = vec![("row norms".into(), Box::new(both))];
    let audit = Audit::with(codes.view(), &space, None, &AuditOptions::default(), own)?;
    let found = audit.judged.iter().find(|judged| judged.name == "row norms");
    println!("row norms keep {:.0} % of neighbours", 100.0 * found.map_or(0.0, |j| j.overlap));
    Ok(())
}
