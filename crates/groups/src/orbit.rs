//! Orbits and stabilizers of codes.

use crate::{FiniteGroup, Real, Representation};

/// The orbit `{ρ(g)z : g ∈ G}` as one code per *distinct* point, with the number of the first
/// element that reaches it. Points closer than `tolerance` (largest coordinate difference) are
/// the same. By the orbit–stabilizer theorem `|orbit| · |stabilizer| = |G|`.
///
/// Cost: `|G| · |orbit| · dim`.
///
/// ```
/// use groups::{orbit::{orbit, stabilizer}, Cyclic, Representation};
/// let rep = Representation::regular(&Cyclic::new(4)?);
/// let z = [1.0, 0.0, 1.0, 0.0]; // half a turn leaves it alone
/// assert_eq!(orbit(&rep, &z, 1e-9).len(), 2);
/// assert_eq!(stabilizer(&rep, &z, 1e-9), [0, 2]);
/// # Ok::<(), groups::GroupError>(())
/// ```
pub fn orbit<G: FiniteGroup, T: Real>(
    rep: &Representation<G>,
    z: &[T],
    tolerance: f64,
) -> Vec<(usize, Vec<T>)> {
    let mut points: Vec<(usize, Vec<T>)> = Vec::new();
    for (index, g) in rep.group().elements().enumerate() {
        let moved = rep.act(&g, z);
        if !points.iter().any(|(_, p)| close(p, &moved, tolerance)) {
            points.push((index, moved));
        }
    }
    points
}

/// The stabilizer `{g : ρ(g)z = z}`, to the given tolerance in every coordinate.
pub fn stabilizer<G: FiniteGroup, T: Real>(
    rep: &Representation<G>,
    z: &[T],
    tolerance: f64,
) -> Vec<G::Element> {
    rep.group().elements().filter(|g| close(&rep.act(g, z), z, tolerance)).collect()
}

fn close<T: Real>(a: &[T], b: &[T], tolerance: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| (a.as_f64() - b.as_f64()).abs() <= tolerance)
}
