//! `N ⋊ H`, the semidirect product.

use std::fmt;
use std::sync::Arc;

use rand::Rng;

use crate::{Cyclic, FiniteGroup, Group, GroupError, GroupOrder, Product};

/// The largest product whose action is checked.
const CHECK_LIMIT: usize = 1_000_000;

type Automorphism<N, H> =
    dyn Fn(&<H as Group>::Element, &<N as Group>::Element) -> <N as Group>::Element + Send + Sync;

/// The semidirect product `N ⋊_φ H`: pairs `(n, h)` with `(n, h)(m, k) = (n φ_h(m), hk)`, where `H`
/// acts on `N` by automorphisms `φ_h`.
///
/// Equal where `N`, `H` and `φ` on generators are.
///
/// ```
/// use groups::{Cyclic, FiniteGroup, Group, Semidirect};
/// // D_5 = C_5 ⋊ C_2: the flip inverts rotations.
/// let (c5, c2) = (Cyclic::new(5)?, Cyclic::new(2)?);
/// let d5 = Semidirect::new(c5, c2, |h, n| if *h == 1 { (5 - n) % 5 } else { *n })?;
/// assert_eq!(d5.order(), 10);
/// assert_eq!(d5.compose(&(0, 1), &(1, 0)), (4, 1));
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Clone)]
pub struct Semidirect<N: Group, H: Group> {
    normal: N,
    complement: H,
    action: Arc<Automorphism<N, H>>,
}

impl<N: FiniteGroup, H: FiniteGroup> Semidirect<N, H> {
    /// The product with `action(h, n) = φ_h(n)`.
    ///
    /// Checked: `φ_e(n) = n`, `φ_k(nm) = φ_k(n)φ_k(m)` and `φ_{kh}(n) = φ_k(φ_h(n))` for all `h`,
    /// `n` and all generators `k`, `m`, from which the laws follow for all elements.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] where the product has more than 10⁶ elements,
    /// [`GroupError::NotAHomomorphism`] names the law that fails and where.
    pub fn new(
        normal: N,
        complement: H,
        action: impl Fn(&H::Element, &N::Element) -> N::Element + Send + Sync + 'static,
    ) -> Result<Self, GroupError> {
        let order = normal.order().saturating_mul(complement.order());
        if order > CHECK_LIMIT {
            return Err(GroupError::TooLarge {
                operation: "checking the action of a semidirect product",
                group: format!("{} ⋊ {}", normal.name(), complement.name()),
                order,
                limit: CHECK_LIMIT,
            });
        }
        let require = |holds: bool, law, witness: &dyn Fn() -> String| {
            let map = || format!("action of {} on {}", complement.name(), normal.name());
            if holds {
                return Ok(());
            }
            Err(GroupError::NotAHomomorphism { map: map(), law, witness: witness() })
        };
        let e = complement.identity();
        for n in normal.elements() {
            require(action(&e, &n) == n, "φ_e(n) = n", &|| format!("n = {n:?}"))?;
        }
        for k in complement.generators() {
            for n in normal.elements() {
                let image = action(&k, &n);
                for m in normal.generators() {
                    let product = action(&k, &normal.compose(&n, &m));
                    let each = normal.compose(&image, &action(&k, &m));
                    require(product == each, "φ_h(nm) = φ_h(n)φ_h(m)", &|| {
                        format!("h = {k:?}, n = {n:?}, m = {m:?}")
                    })?;
                }
                for h in complement.elements() {
                    let once = action(&complement.compose(&k, &h), &n);
                    require(
                        once == action(&k, &action(&h, &n)),
                        "φ_kh(n) = φ_k(φ_h(n))",
                        &|| format!("k = {k:?}, h = {h:?}, n = {n:?}"),
                    )?;
                }
            }
        }
        Ok(Self { normal, complement, action: Arc::new(action) })
    }
}

impl Semidirect<Product<Cyclic, Cyclic>, Cyclic> {
    /// `Z_n² ⋊ C_4`, translations and quarter turns of a periodic `n × n` grid: the plane group
    /// `p4` (Cohen & Welling 2016) of a finite grid, of order `4n²`.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for `n = 0`, [`GroupError::TooLarge`] above `n = 500`.
    pub fn p4(n: usize) -> Result<Self, GroupError> {
        let quarter_turn = move |turns: &usize, &(x, y): &(usize, usize)| match turns % 4 {
            0 => (x, y),
            1 => ((n - y) % n, x),
            2 => ((n - x) % n, (n - y) % n),
            _ => (y, (n - x) % n),
        };
        Self::new(Product::grid(n)?, Cyclic::new(4)?, quarter_turn)
    }
}

impl<N: Group, H: Group> Semidirect<N, H> {
    /// `N`, the normal subgroup of elements `(n, e)`.
    pub fn normal(&self) -> &N {
        &self.normal
    }

    /// `H`, the subgroup of elements `(e, h)`.
    pub fn complement(&self) -> &H {
        &self.complement
    }
}

impl<N: Group, H: Group> PartialEq for Semidirect<N, H> {
    fn eq(&self, other: &Self) -> bool {
        let same_action = || {
            self.complement.generators().iter().all(|h| {
                let images = |g: &Self| {
                    self.normal.generators().iter().map(|n| (g.action)(h, n)).collect::<Vec<_>>()
                };
                images(self) == images(other)
            })
        };
        self.normal == other.normal && self.complement == other.complement && same_action()
    }
}

impl<N: Group, H: Group> fmt::Debug for Semidirect<N, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Semidirect({:?}, {:?})", self.normal, self.complement)
    }
}

impl<N: Group, H: Group> Group for Semidirect<N, H> {
    type Element = (N::Element, H::Element);

    fn name(&self) -> String {
        format!("({}) ⋊ {}", self.normal.name(), self.complement.name())
    }

    fn identity(&self) -> Self::Element {
        (self.normal.identity(), self.complement.identity())
    }

    fn compose(&self, a: &Self::Element, b: &Self::Element) -> Self::Element {
        let moved = (self.action)(&a.1, &b.0);
        (self.normal.compose(&a.0, &moved), self.complement.compose(&a.1, &b.1))
    }

    fn inverse(&self, a: &Self::Element) -> Self::Element {
        let h = self.complement.inverse(&a.1);
        ((self.action)(&h, &self.normal.inverse(&a.0)), h)
    }

    fn generators(&self) -> Vec<Self::Element> {
        let normal = self.normal.generators().into_iter().map(|n| (n, self.complement.identity()));
        let rest = self.complement.generators().into_iter().map(|h| (self.normal.identity(), h));
        normal.chain(rest).collect()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Self::Element {
        (self.normal.sample(rng), self.complement.sample(rng))
    }
}

impl<N: FiniteGroup, H: FiniteGroup> FiniteGroup for Semidirect<N, H> {
    fn order(&self) -> usize {
        self.normal.order().saturating_mul(self.complement.order())
    }

    fn exact_order(&self) -> GroupOrder {
        self.normal.exact_order().times(self.complement.exact_order())
    }

    fn element(&self, index: usize) -> Self::Element {
        let n = self.complement.order();
        (self.normal.element(index / n), self.complement.element(index % n))
    }

    fn index(&self, element: &Self::Element) -> usize {
        let n = self.complement.order();
        self.normal.index(&element.0) * n + self.complement.index(&element.1)
    }
}
