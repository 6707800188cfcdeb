//! Orders, conjugacy classes, character tables and types of irreps against those that GAP computed.

use groups::{CharacterTable, FiniteGroup, Group, Permutation, PermutationGroup};
use num_complex::Complex;
use serde::Deserialize;

const TABLES: &str = include_str!("../data/character_tables.jsonl");

/// A group and its table, as GAP gives them.
#[derive(Debug, Deserialize)]
struct Expected {
    name: String,
    order: usize,
    generators: Vec<Vec<usize>>,
    /// A representative of each class.
    classes: Vec<Vec<usize>>,
    /// How many elements each class has, and of which order they are.
    sizes: Vec<usize>,
    orders: Vec<usize>,
    /// Of each irrep, of Frobenius and Schur.
    indicators: Vec<i8>,
    irreps: Vec<Vec<Value>>,
}

/// A number of a cyclotomic field.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Integer(i32),
    /// `n, c_0, …, c_{n−1}` for `Σ c_k e^{2πik/n}`.
    Sum(Vec<i32>),
}

impl Value {
    fn number(&self) -> Complex<f64> {
        match self {
            Self::Integer(value) => f64::from(*value).into(),
            Self::Sum(terms) => terms[1..]
                .iter()
                .enumerate()
                .map(|(k, c)| {
                    let angle = std::f64::consts::TAU * k as f64 / f64::from(terms[0]);
                    Complex::from_polar(f64::from(*c), angle)
                })
                .sum(),
        }
    }
}

fn check(expected: &Expected) {
    let name = expected.name.as_str();
    let permutation = |images: &Vec<usize>| Permutation::new(images.clone()).unwrap();
    let generators: Vec<Permutation> = expected.generators.iter().map(permutation).collect();
    let group = PermutationGroup::new(name, generators[0].degree(), generators).unwrap();
    assert_eq!(group.order(), expected.order, "{name}");
    let table = CharacterTable::of(&group).unwrap();
    let columns: Vec<usize> = expected
        .classes
        .iter()
        .zip(&expected.orders)
        .zip(&expected.sizes)
        .map(|((images, order), size)| {
            let element = permutation(images);
            assert!(group.contains(&element), "{name}: {images:?}");
            let mut power = element.clone();
            for _ in 1..*order {
                assert_ne!(power, group.identity(), "{name}: {images:?}");
                power = group.compose(&power, &element);
            }
            assert_eq!(power, group.identity(), "{name}: {images:?}");
            let class = table.classes().class_of(group.index(&element));
            assert_eq!(table.classes().size(class), *size, "{name}: {images:?}");
            class
        })
        .collect();
    assert_eq!(table.classes().count(), columns.len(), "{name}");
    // Rows in any order, each once.
    let mut left: Vec<usize> = (0..table.len()).collect();
    for (row, indicator) in expected.irreps.iter().zip(&expected.indicators) {
        let row: Vec<Complex<f64>> = row.iter().map(Value::number).collect();
        let place = left.iter().position(|&i| {
            columns.iter().zip(&row).all(|(&c, v)| (table.value(i, c) - v).norm() < 1e-9)
        });
        let place = place.unwrap_or_else(|| panic!("{name}: no irrep has the character {row:?}"));
        assert_eq!(table.indicator(left.remove(place)), *indicator, "{name}: {row:?}");
    }
    assert!(left.is_empty(), "{name}");
}

#[test]
fn character_tables_are_those_of_gap() {
    let tables: Vec<Expected> =
        TABLES.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(tables.len(), 93);
    tables.iter().for_each(check);
    // Irreps of all three types were among them.
    for indicator in [-1, 0, 1] {
        assert!(tables.iter().any(|table| table.indicators.contains(&indicator)));
    }
}
