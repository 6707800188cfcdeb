//! Elements by name.

use std::f64::consts::{PI, TAU};

use nalgebra::DMatrix;

use crate::{FiniteGroup, Permutation, PlanarGroup, Representation};

/// How permutations of a group of this order are written.
pub(crate) fn permutation_syntax(order: usize) -> String {
    let written = "a permutation by its images such as [1, 0, 2], by its cycles such as (0 1)";
    match order {
        usize::MAX => format!("{written}, or e"),
        _ => format!("{written}, its number, or e"),
    }
}

/// The turns on both sides of an angle that is none of the polygon's.
pub(crate) fn nearest_turns(text: &str, corners: usize) -> Option<String> {
    let word = word(&squeeze(text))?;
    of_polygon(&word, corners).err().map(|between| between.nearest(corners))
}

/// The plane, under the names that commands know.
pub(crate) fn plane<G: PlanarGroup>(group: &G) -> Vec<(&'static str, Representation<G>)> {
    let g = group.clone();
    let matrix =
        move |a: &G::Element| DMatrix::from_iterator(2, 2, g.planar_matrix(a).iter().copied());
    vec![("natural", Representation::from_matrices(group, "natural".into(), 2, matrix))]
}

/// In lower case, without blanks, signs and exponents as they are typed.
pub(crate) fn squeeze(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '−' | '⁻' => '-',
            '⁰' => '0',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            '⁴'..='⁹' => char::from(b'4' + (c as u32 - '⁴' as u32) as u8),
            other => other,
        })
        .collect()
}

/// Whether a squeezed text names the neutral element.
pub(crate) fn is_identity(text: &str) -> bool {
    matches!(text, "e" | "id" | "identity")
}

/// A factor of an element of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Letter {
    /// A power of the generator `r`.
    Power(i64),
    /// A turn by radians, counter-clockwise.
    Angle(f64),
    /// `s`, the reflection `y ↦ −y`.
    Reflection,
}

/// Products such as `r^3 s`, `s r^-1`, `-90deg` and `60deg s`, in lower case and without blanks.
pub(crate) fn word(text: &str) -> Option<Vec<Letter>> {
    let mut letters = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (letter, after) = letter(rest)?;
        letters.push(letter);
        rest = after.strip_prefix(['*', '·']).filter(|t| !t.is_empty()).unwrap_or(after);
    }
    (!letters.is_empty()).then_some(letters)
}

fn letter(text: &str) -> Option<(Letter, &str)> {
    let known = [
        ("identity", Letter::Power(0)),
        ("id", Letter::Power(0)),
        ("e", Letter::Power(0)),
        ("inversion", Letter::Angle(PI)),
        ("reflection", Letter::Reflection),
        ("s", Letter::Reflection),
    ];
    if let Some((name, letter)) = known.into_iter().find(|(name, _)| text.starts_with(name)) {
        return Some((letter, &text[name.len()..]));
    }
    if let Some(rest) = text.strip_prefix('r') {
        let (exponent, explicit) = rest.strip_prefix('^').map_or((rest, false), |t| (t, true));
        let signed = exponent.strip_prefix('-').unwrap_or(exponent);
        let digits = signed.bytes().take_while(u8::is_ascii_digit).count();
        let end = exponent.len() - signed.len() + digits;
        return match (exponent[..end].parse(), explicit) {
            (Ok(power), _) => Some((Letter::Power(power), &exponent[end..])),
            (Err(_), false) if end == 0 => Some((Letter::Power(1), rest)),
            _ => None,
        };
    }
    let units = ["degrees", "degree", "deg", "°", "radians", "radian", "rad"];
    let found = units.iter().filter_map(|unit| Some((text.find(unit)?, unit)));
    let (at, unit) = found.min_by_key(|(at, unit)| (*at, usize::MAX - unit.len()))?;
    let end = at + unit.len();
    Some((Letter::Angle(angle(&text[..end])?), &text[end..]))
}

/// `60deg`, `60°`, `360/7deg`, `1.2rad` and `pi/3 rad`, without blanks.
pub(crate) fn angle(text: &str) -> Option<f64> {
    let end = |units: [&str; 4]| {
        units.into_iter().filter(|u| !u.is_empty()).find_map(|unit| text.strip_suffix(unit))
    };
    let (number, unit) = match end(["radians", "radian", "rad", ""]) {
        Some(number) => (number, 1.0),
        None => (end(["degrees", "degree", "deg", "°"])?, 1f64.to_radians()),
    };
    let (above, below) = number.split_once('/').unwrap_or((number, "1"));
    let above = match above.strip_suffix("pi").or_else(|| above.strip_suffix('π')) {
        Some("") => PI,
        Some("-") => -PI,
        Some(factor) => factor.parse::<f64>().ok()? * PI,
        None => above.parse().ok()?,
    };
    let angle = above / below.parse::<f64>().ok()? * unit;
    angle.is_finite().then_some(angle)
}

/// An angle that no symmetry of the polygon turns by, as a number of its steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Between(f64);

impl Between {
    /// The elements on both sides.
    pub(crate) fn nearest(self, n: usize) -> String {
        let step = 360.0 / n as f64;
        let side = |k: f64| format!("{}deg (r^{})", decimals(k * step), k as usize % n);
        format!(
            "a multiple of {}deg: the nearest are {} and {}",
            decimals(step),
            side(self.0.floor()),
            side(self.0.floor() + 1.0)
        )
    }
}

/// The turn in steps of `360°/n`, from 0 to `n − 1`, and whether `y ↦ −y` comes before it.
pub(crate) fn of_polygon(word: &[Letter], n: usize) -> Result<(usize, bool), Between> {
    let (mut turn, mut reflected) = (0, false);
    for letter in word {
        let steps = match *letter {
            Letter::Reflection => {
                reflected = !reflected;
                continue;
            }
            Letter::Power(k) => (i128::from(k)).rem_euclid(n as i128) as usize,
            Letter::Angle(radians) => {
                let steps = (radians / TAU).rem_euclid(1.0) * n as f64;
                // Angles such as 51.43deg are rounded by whoever types them.
                if (steps - steps.round()).abs() > 1e-3 {
                    return Err(Between(steps));
                }
                steps.round() as usize % n
            }
        };
        turn = (turn + if reflected { n - steps } else { steps }) % n;
    }
    Ok((turn, reflected))
}

/// The same in radians; powers of a generator are not known there.
pub(crate) fn of_circle(word: &[Letter]) -> Option<(f64, bool)> {
    let (mut turn, mut reflected) = (0.0, false);
    for letter in word {
        match *letter {
            Letter::Reflection => reflected = !reflected,
            Letter::Angle(radians) => turn += if reflected { -radians } else { radians },
            Letter::Power(0) => {}
            Letter::Power(_) => return None,
        }
    }
    Some((turn, reflected))
}

/// Ten decimals, without zeros at the end.
pub(crate) fn decimals(value: f64) -> String {
    let text = format!("{value:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// A permutation of `0..degree` by images, cycles or number.
pub(crate) fn permutation<G: FiniteGroup<Element = Permutation>>(
    group: &G,
    degree: usize,
    text: &str,
) -> Option<Permutation> {
    let text = text.trim();
    if is_identity(&squeeze(text)) || squeeze(text) == "()" {
        return Some(group.identity());
    }
    let numbers = |list: &str| -> Option<Vec<usize>> {
        list.split([' ', ',']).filter(|w| !w.is_empty()).map(|w| w.parse().ok()).collect()
    };
    if let Some(images) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        return Permutation::new(numbers(images)?).ok().filter(|g| g.degree() == degree);
    }
    if let Some(cycles) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let cycles: Option<Vec<Vec<usize>>> =
            cycles.split(')').map(|c| numbers(c.trim().trim_start_matches('('))).collect();
        let cycles = cycles?;
        let slices: Vec<&[usize]> = cycles.iter().map(Vec::as_slice).collect();
        return Permutation::from_cycles(degree, &slices).ok();
    }
    by_number(group, text)
}

/// An element by its number; the neutral one by its names too.
pub(crate) fn by_number<G: FiniteGroup>(group: &G, text: &str) -> Option<G::Element> {
    if is_identity(&squeeze(text)) {
        return Some(group.identity());
    }
    let index: usize = text.trim().parse().ok()?;
    (index < group.order() && group.order() < usize::MAX).then(|| group.element(index))
}
