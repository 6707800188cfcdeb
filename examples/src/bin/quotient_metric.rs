//! Why `‖z − w‖` misleads, and the distance that does not.
#![allow(clippy::print_stdout)]

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Representation};

fn main() -> anyhow::Result<()> {
    // Codes of shape (4, 8): four fields of the regular representation of C8.
    let group = Cyclic::new(8)?;
    let rep = Representation::regular(&group).copies(4);
    let metric = QuotientMetric::new(&rep)?;

    let z: Vec<f64> = (0..rep.dim()).map(|i| (i as f64 * 1.7).sin()).collect();
    let turned = rep.act(&3, &z); // the same input, three eighths of a turn further
    let other: Vec<f64> = z.iter().map(|v| v + 0.1).collect(); // another input

    let euclidean = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    println!("                        ‖z − w‖   d([z],[w])");
    for (name, w) in [("the same, turned", &turned), ("another", &other)] {
        println!("{name:22}  {:7.3}   {:10.3}", euclidean(&z, w), metric.distance(&z, w));
    }
    let best = metric.align(&z, &turned);
    println!("r^{} brings the turned code back to z", best.element);
    Ok(())
}
