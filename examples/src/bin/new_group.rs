//! A group that nobody foresaw: the rotations of a cube, moving three colours of its corners.
#![allow(clippy::print_stdout)]
use analysis::audit::{Audit, AuditOptions};
use candle_core::{DType, Device, Tensor};
use equivariant_nn::{Layer, Mode, Parameters, check, layers::EquivariantLinear};
use groups::{FiniteGroup, Irreps, Permutation, PermutationGroup, laws::seeded};
use projections::{catalogue, laws::check_projection};
fn main() -> anyhow::Result<()> {
    // A quarter turn about the vertical axis, and one about the axis from left to right.
    let turns = [[[0, 1, 2, 3], [4, 5, 6, 7]], [[0, 3, 7, 4], [1, 2, 6, 5]]];
    let turns = turns.iter().map(|[a, b]| Permutation::from_cycles(8, &[a, b]));
    let cube = PermutationGroup::new("cube", 8, turns.collect::<Result<_, _>>()?)?;
    groups::assert_finite_group_laws!(cube);
    let (irreps, corners, codes) = (Irreps::of(&cube)?, cube.natural(), cube.node_features(3));
    println!("order {}, corners {:?}", cube.order(), irreps.multiplicities(&corners)?);
    let weights = Parameters::new(0, DType::F64, Device::Cpu);
    let layer = EquivariantLinear::new(&irreps, &corners, &codes, true, weights.builder())?;
    let x = Tensor::arange(0f64, 800.0, &Device::Cpu)?.sin()?.reshape((100, 8))?;
    let network = |x: &Tensor| layer.forward(x, Mode::Eval);
    let errors = check::check_intertwining(&corners, &codes, &x, cube.elements(), network)?;
    println!("{} weights, equivariant to {:.0e}", layer.parameters(), check::worst(&errors));
    let z = network(&x)?.flatten_all()?.to_vec1::<f64>()?;
    let z = ndarray::Array2::from_shape_vec((100, 24), z)?;
    for found in catalogue::applicable::<f64>(&codes, 0).usable {
        check_projection(&found.projection, &codes, 1e-8, &mut seeded())?;
        println!("{} keeps its word", found.choice);
    }
    println!("{}", Audit::of(z.view(), &codes, None, &AuditOptions::default())?.sentence());
    Ok(())
}
