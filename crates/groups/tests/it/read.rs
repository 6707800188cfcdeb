//! Values that come from files keep what their constructors check.

use groups::compact::Angle;
use groups::spec::Generators;
use groups::{Cyclic, Dihedral, FiniteGroup, Permutation, Product, Symmetric, Wreath};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{from_str, to_string};

fn refused<T: DeserializeOwned>(text: &str) -> String {
    match from_str::<T>(text) {
        Ok(_) => panic!("{text} was read"),
        Err(error) => error.to_string(),
    }
}

fn assert_kept<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
    text: &str,
) {
    assert_eq!(to_string(value).unwrap(), text);
    assert_eq!(from_str::<T>(text).unwrap(), *value);
}

#[test]
fn groups() {
    assert_kept(&Cyclic::new(8).unwrap(), r#"{"order":8}"#);
    assert_kept(&Dihedral::new(4).unwrap(), r#"{"n":4}"#);
    assert_kept(&Symmetric::new(9).unwrap(), r#"{"degree":9}"#);
    let zero =
        ["cyclic group: the order", "dihedral group: the number", "symmetric group: the deg"];
    let errors = [
        refused::<Cyclic>(r#"{"order":0}"#),
        refused::<Dihedral>(r#"{"n":0}"#),
        refused::<Symmetric>(r#"{"degree":0}"#),
    ];
    for (error, start) in errors.iter().zip(zero) {
        assert!(error.starts_with(start) && error.contains("at least 1"), "{error}");
    }
    refused::<Cyclic>(r#"{"order":-1}"#);
    // Products are made of groups that are checked.
    type Signs = Wreath<Cyclic, Symmetric>;
    let b3 = Wreath::hyperoctahedral(3).unwrap();
    assert_kept(&b3, r#"{"part":{"order":2},"top":{"degree":3}}"#);
    refused::<Signs>(r#"{"part":{"order":2},"top":{"degree":0}}"#);
    refused::<Product<Cyclic, Dihedral>>(r#"{"first":{"order":2},"second":{"n":0}}"#);
    assert_eq!(
        from_str::<Signs>(r#"{"part":{"order":2},"top":{"degree":3}}"#).unwrap().order(),
        48
    );
}

#[test]
fn elements() {
    assert_kept(&Permutation::new(vec![1, 2, 0]).unwrap(), "[1,2,0]");
    for wrong in ["[1,1,0]", "[0,3,1]"] {
        assert!(refused::<Permutation>(wrong).contains("not a permutation of 0..3"));
        let generators = format!(r#"{{"permutations": [{wrong}]}}"#);
        assert!(refused::<Generators>(&generators).contains("not a permutation of 0..3"));
    }
    assert_kept(&Angle::new(1.5), "1.5");
    assert_eq!(from_str::<Angle>("-1.0").unwrap(), Angle::new(-1.0));
    assert_eq!(from_str::<Angle>("700").unwrap(), Angle::new(700.0));
    assert!((0.0..std::f64::consts::TAU).contains(&from_str::<Angle>("1e300").unwrap().radians()));
    let error = Angle::deserialize(Infinite).unwrap_err().to_string();
    assert!(error.contains("must be finite"), "{error}");
}

/// A format with infinite numbers, which JSON has not.
struct Infinite;

impl<'de> Deserializer<'de> for Infinite {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_f64(f64::INFINITY)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What cannot be compared is last; the order is total, so that sorting cannot panic.
#[test]
fn sorting_with_what_is_no_number() {
    let nan = f64::NAN;
    assert_eq!(Permutation::sorting(&[nan, 2.0, -nan, 1.0, 2.0]).images(), [3, 1, 4, 0, 2]);
    // Zeros of both signs are equal and stay in their order.
    assert_eq!(Permutation::sorting(&[0.0, -0.0, -1.0]).images(), [1, 2, 0]);
    // Long enough that the standard library looks for contradictions.
    let mixed: Vec<f64> =
        (0..500u32).map(|i| if i % 3 == 0 { nan } else { f64::from(i * 7919 % 501) }).collect();
    let sorted = Permutation::sorting(&mixed).act(&mixed);
    let numbers = mixed.iter().filter(|v| !v.is_nan()).count();
    assert!(sorted[..numbers].is_sorted() && sorted[numbers..].iter().all(|v| v.is_nan()));
    // Through the metric and its alignment.
    let s500 = Symmetric::new(500).unwrap();
    let metric = groups::quotient::QuotientMetric::new(&s500.natural()).unwrap();
    let other: Vec<f64> = (0..500u32).map(|i| f64::from(i * 31 % 500)).collect();
    assert_eq!(metric.align(&mixed, &other).element.degree(), 500);
}
