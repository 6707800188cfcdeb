//! Groups given by their multiplication table.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::multiplication_table::{MultiplicationTable, TABLE_LIMIT, too_large};
use crate::{FiniteGroup, Group, GroupError};

/// A finite group given by its multiplication table. Elements are the numbers `0..order`, the
/// identity is 0.
///
/// Cloning is cheap. Two such groups are equal where their tables are.
///
/// ```
/// use groups::{Group, TableGroup};
/// // Klein's four-group: bitwise exclusive or.
/// let rows = (0..4).map(|a| (0..4).map(|b| a ^ b).collect()).collect();
/// let v4 = TableGroup::new("V4", rows)?;
/// assert_eq!(v4.compose(&1, &3), 2);
///
/// // Subtraction modulo 3 is not associative.
/// let rows = (0..3).map(|a| (0..3).map(|b| (a + 3 - b) % 3).collect()).collect();
/// let error = TableGroup::new("Z3", rows).unwrap_err();
/// assert_eq!(error.to_string(), "Z3 is no group: 0·a = a does not hold for a = 1");
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TableGroup {
    name: Arc<str>,
    table: Arc<MultiplicationTable>,
    generators: Arc<[usize]>,
}

impl TableGroup {
    /// The group with `rows[a][b] = a·b`.
    ///
    /// Associativity is checked by Light's test: `(as)b = a(sb)` for all `a`, `b` and a set of
    /// generators `s` is enough (Clifford & Preston, *The Algebraic Theory of Semigroups*, §1.2).
    /// Cost: `|G|²` for each generator.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for no rows, [`GroupError::TooLarge`] above 6,000 elements,
    /// [`GroupError::NotAGroup`] names the axiom that fails and where.
    pub fn new(name: impl Into<Arc<str>>, rows: Vec<Vec<usize>>) -> Result<Self, GroupError> {
        let name = name.into();
        let order = rows.len();
        if order == 0 {
            return Err(GroupError::Empty { group: "group by its table", parameter: "order" });
        }
        if order > TABLE_LIMIT {
            return Err(too_large(name.to_string(), order));
        }
        let require = |holds: bool, axiom, witness: &dyn Fn() -> String| {
            if holds {
                return Ok(());
            }
            Err(GroupError::NotAGroup { group: name.to_string(), axiom, witness: witness() })
        };
        for (a, row) in rows.iter().enumerate() {
            require(row.len() == order, "the table is square", &|| {
                format!("row {a}, of {} entries for {order} elements", row.len())
            })?;
            for (b, &ab) in row.iter().enumerate() {
                require(ab < order, "a·b is an element", &|| format!("{a}·{b} = {ab}"))?;
            }
        }
        for a in 0..order {
            require(rows[0][a] == a, "0·a = a", &|| format!("a = {a}"))?;
            require(rows[a][0] == a, "a·0 = a", &|| format!("a = {a}"))?;
            require(rows[a].contains(&0), "a·a⁻¹ = 0", &|| format!("a = {a}"))?;
        }
        let products = rows.iter().flatten().map(|&ab| ab as u16).collect();
        let table = MultiplicationTable::from_products(order, products);
        let generators = table.generators();
        for &s in &generators {
            for a in 0..order {
                for b in 0..order {
                    let left = table.product(table.product(a, s), b);
                    let right = table.product(a, table.product(s, b));
                    require(left == right, "(ab)c = a(bc)", &|| {
                        format!("a = {a}, b = {s}, c = {b}")
                    })?;
                }
            }
        }
        Ok(Self { name, table: Arc::new(table), generators: generators.into() })
    }

    /// A group of another kind, by its table: element number `i` becomes `i`.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    pub fn of<G: FiniteGroup>(group: &G) -> Result<Self, GroupError> {
        let table = MultiplicationTable::of(group)?;
        let generators = group.generators().iter().map(|g| group.index(g)).collect();
        Ok(Self { name: group.name().into(), table: Arc::new(table), generators })
    }

    pub(crate) fn from_table(name: Arc<str>, table: MultiplicationTable) -> Self {
        let generators = table.generators().into();
        Self { name, table: Arc::new(table), generators }
    }

    /// The quaternion group `Q_8 = {±1, ±i, ±j, ±k}`: elements `0, …, 3` are `1, i, j, k`, and
    /// `4 + n` is minus `n`. The smallest group with an irrep of quaternionic type.
    pub fn quaternion() -> Self {
        // The product of units `a` and `b` is unit `a ^ b`; this is where it is negative.
        const NEGATIVE: [[bool; 4]; 4] = [
            [false, false, false, false],
            [false, true, false, true],
            [false, true, true, false],
            [false, false, true, true],
        ];
        let product = |a: usize, b: usize| {
            let (unit, other) = (a % 4, b % 4);
            let negative = (a >= 4) ^ (b >= 4) ^ NEGATIVE[unit][other];
            (unit ^ other) + if negative { 4 } else { 0 }
        };
        let products = (0..64).map(|k| product(k / 8, k % 8) as u16).collect();
        Self::from_table("Q8".into(), MultiplicationTable::from_products(8, products))
    }
}

impl PartialEq for TableGroup {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table) || self.table == other.table
    }
}

impl Eq for TableGroup {}

impl Group for TableGroup {
    type Element = usize;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn identity(&self) -> usize {
        0
    }

    fn compose(&self, a: &usize, b: &usize) -> usize {
        self.table.product(*a, *b)
    }

    fn inverse(&self, a: &usize) -> usize {
        self.table.inverse(*a)
    }

    fn generators(&self) -> Vec<usize> {
        self.generators.to_vec()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        rng.random_range(0..self.table.order())
    }
}

impl FiniteGroup for TableGroup {
    fn order(&self) -> usize {
        self.table.order()
    }

    fn element(&self, index: usize) -> usize {
        assert!(index < self.table.order(), "{} has no element number {index}", self.name);
        index
    }

    fn index(&self, element: &usize) -> usize {
        *element
    }
}
