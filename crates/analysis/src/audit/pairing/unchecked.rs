//! What a pair cannot tell.

use groups::compact::Isometries;
use groups::{AnyFinite, AnyIsometries, Element, FiniteGroup, Group};

use crate::audit::setting::LISTED;

/// Turns whose order is larger are told from turns by any angle.
const LARGEST_ORDER: usize = 24;

/// What a pair by an element of a finite group says nothing of.
pub(super) fn of_finite(group: &AnyFinite, element: &Element) -> Vec<String> {
    let mut powers = vec![group.identity()];
    while powers.len() <= LISTED {
        let next = group.compose(&powers[powers.len() - 1], element);
        if next == powers[0] {
            break;
        }
        powers.push(next);
    }
    let order = powers.len();
    if order > LISTED || order >= group.order() {
        return Vec::new();
    }
    let name = group.write_element(element);
    let add: Vec<String> = group
        .generators()
        .iter()
        .filter(|g| !powers.contains(g))
        .map(|g| group.write_element(g))
        .collect();
    let whole = format!("{}, which has {}", group.name(), group.exact_order());
    vec![format!(
        "A pair by {name} checks {} of {whole}: any other group in which an element of order {order} \
         acts alike passes as well. To check all of it add {} by {}.",
        if order == 1 { "no element".into() } else { format!("the {order} powers of {name}") },
        if add.len() == 1 { "a pair" } else { "pairs" },
        add.join(" and by "),
    )]
}

/// The same for rotations and reflections.
pub(super) fn of_isometries(group: &AnyIsometries, element: &Element) -> Vec<String> {
    let name = group.write_element(element);
    let order = (1..=LARGEST_ORDER)
        .find(|k| group.same(&group.power(element, *k as i64), &group.identity()));
    let mirrored = group.matrix(element).determinant() < 0.0;
    let mut said = Vec::new();
    if let Some(order) = order {
        let turn = if group.ambient_dim() == 2 { "50.3deg" } else { "`50.3deg about [1, 2, 3]`" };
        said.push(format!(
            "{name} has order {order}: a pair by it cannot tell irreps on which elements of that order \
             act alike; a turn such as {turn} checks more."
        ));
    }
    if group.ambient_dim() == 3 && order != Some(1) {
        said.push(
            "One element says nothing of turns about other axes: add a pair by one of these."
                .into(),
        );
    }
    if group.reflects() && !mirrored {
        let (what, by) =
            if group.ambient_dim() == 2 { ("reflections", "s") } else { ("parity", "inversion") };
        said.push(format!("A turn says nothing of {what}: add a pair by {by}."));
    }
    said
}
