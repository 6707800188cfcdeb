//! One line a projection.

use groups::{
    AnyFinite, BlockKind, ByPermutation, Cyclic, Dihedral, Element, FiniteGroup, Group, Kind, Real,
    Representation, Space, Structure, WithIrreps,
};

use super::Member;
use super::member::MaybeDifferentiable;
use crate::{
    Bispectrum, BlockNorms, Canonicalize, CoOrbit, ColumnSort, Coupling, DihedralBispectrum,
    FourierSliced, GroupMax, GroupMean, GroupNorm, IrrepBispectrum, IsotypicGram, LexSort,
    MaxFilter, Moments, PowerSpectrum, Projection, ProjectionError, RandomLinear, Reynolds,
    SeparatingPolynomials, SoftMaxFilter, Sort, SortPool, SortedKeys, TightCoOrbit, Triples,
    WeightedFrame, WeylChamber,
};

/// How many numbers a table of templates, directions or monomials may hold.
const LARGEST_TABLE: usize = 1 << 27;

/// What an entry is called, whatever the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) name: &'static str,
    pub(super) alias: Option<&'static str>,
    pub(super) sized: bool,
    pub(super) section: bool,
}

pub(super) struct Entry<T: Real> {
    pub(super) name: Name,
    pub(super) build: Build<T>,
}

type Build<T> = fn(&Request<'_>) -> Result<Member<T>, ProjectionError>;

/// What is to be built.
pub(super) struct Request<'a> {
    pub(super) name: &'static str,
    pub(super) space: &'a Space,
    /// The same by the kind of its group.
    pub(super) kind: &'a Kind,
    pub(super) size: Option<usize>,
    pub(super) seed: u64,
}

/// All entries. The one place to add another.
pub(super) fn entries<T: Real>() -> Vec<Entry<T>> {
    let fixed = |name, build: Build<T>| Entry { name: plain(name), build };
    let sized = |name, build: Build<T>| Entry { name: Name { sized: true, ..plain(name) }, build };
    let section =
        |name, build: Build<T>| Entry { name: Name { section: true, ..plain(name) }, build };
    vec![
        section("sort", |r| {
            let (n, _, element) = r.nodes(Some(1))?;
            Ok(Member::section(Sort::new(n)?, move |g, _, _| element(g)))
        }),
        section("weyl-chamber", |r| {
            let fold = WeylChamber::of_representation(r.finite()?)?;
            let metric = r.space.metric()?;
            let element = move |_, code: &[T], image: &[T]| metric.align(image, code).element;
            Ok(Member::section(fold, element))
        }),
        section("lexicographic-sort", |r| {
            let (n, d, element) = r.nodes(None)?;
            Ok(Member::section(LexSort::new(n, d)?, move |g, _, _| element(g)))
        })
        .or_called("lex-sort"),
        section("argmax", |r| {
            Ok(Member::section(Canonicalize::by_argmax(r.finite()?)?, |g, _, _| g))
        }),
        section("align-to-template", |r| match r.kind {
            Kind::Finite(rep) => {
                Ok(Member::section(Canonicalize::random(rep, r.seed)?, |g, _, _| g))
            }
            Kind::Isometries(rep) => {
                let section = Canonicalize::random(rep, r.seed)?;
                let member = Member::without_gradient(section.clone());
                Ok(member.with_elements_of(section, |g, _, _| g))
            }
        }),
        sized("max-filter", |r| {
            let k = r.size_or(2 * r.space.dim(), r.space.dim())?;
            projection(MaxFilter::<T>::random(r.space, k, r.seed)?)
        }),
        sized("soft-max-filter", |r| {
            let rep = r.finite()?;
            let k = r.size_or(2 * rep.dim() + 1, rep.dim())?;
            projection(SoftMaxFilter::<T>::random(rep, k, 1.0, r.seed)?)
        }),
        sized("separating-polynomials", |r| {
            let rep = r.finite()?;
            let k = r.size_or(2 * rep.dim() + 1, rep.dim())?;
            projection(SeparatingPolynomials::<T>::random(rep, k, r.seed)?)
        }),
        sized("co-orbit", |r| {
            let rep = r.finite()?;
            let k = r.size_or((2 * rep.dim()).div_ceil(rep.group().order()), rep.dim())?;
            projection(CoOrbit::<T>::random(rep, k, r.seed)?)
        }),
        sized("tight-co-orbit", |r| {
            let rep = r.finite()?;
            let dim = rep.dim();
            let outputs = r.size_or(4 * dim, rep.group().order().max(dim))?;
            projection(match r.size {
                Some(_) => TightCoOrbit::<T>::random(rep, outputs, r.seed)?,
                None => TightCoOrbit::<T>::of_default_size(rep, r.seed)?,
            })
        }),
        fixed("reynolds", |r| {
            let reynolds = Reynolds::<T>::new(r.space);
            r.fixed_dim(&reynolds)?;
            projection(reynolds)
        }),
        sized("random-linear", |r| {
            let fixed = r.fixed_dim(&Reynolds::<T>::new(r.space))?;
            let k = r.size_or(fixed, r.space.dim())?;
            projection(RandomLinear::<T>::random(r.space, k, r.seed)?)
        }),
        sized("sorted-keys", |r| {
            let (n, d, _) = r.nodes(None)?;
            projection(SortedKeys::random(n, d, r.size_or(n * (d - 1) + 1, n + d)?, r.seed)?)
        }),
        sized("fourier-sliced-wasserstein", |r| {
            let (n, d, _) = r.nodes(None)?;
            projection(FourierSliced::random(n, d, r.size_or(2 * n * d + 1, n + d)?, r.seed)?)
        })
        .or_called("fourier-sliced"),
        sized("sort-pool", |r| {
            let (n, d, _) = r.nodes(None)?;
            projection(SortPool::random(n, d, r.size_or(2 * n * d, 2 * n + d)?, n, r.seed)?)
        })
        .or_called("fspool"),
        sized("moments", |r| {
            let (n, d, _) = r.nodes(None)?;
            // There are (d+p choose p) − 1 monomials of at most p factors at each of n points.
            let p = r.fitting(2, |p| {
                let (few, many) = (d.min(p), d.max(p) as f64);
                let mut monomials = 1.0;
                for k in (1..=few).map(|k| k as f64) {
                    monomials *= (many + k) / k;
                    if monomials > LARGEST_TABLE as f64 {
                        break;
                    }
                }
                monomials * n as f64 * p as f64
            })?;
            projection(Moments::of_sets(n, d, p)?)
        }),
        fixed("weighted-frame", |r| {
            let (n, d, _) = r.nodes(None)?;
            r.check((n * n * d * d) as f64 / 2.0)?;
            Ok(Member::without_gradient(WeightedFrame::random(n, d, r.seed)?))
        }),
        fixed("column-sort", |r| {
            let (n, d, element) = r.nodes(None)?;
            let columns = ColumnSort::new(n, d)?;
            if Projection::<T>::metadata(&columns).cross_section {
                // Of one column, or one row, it sorts rows.
                let rows = LexSort::new(n, d)?;
                return Ok(Member::new(columns).with_elements_of(rows, move |g, _, _| element(g)));
            }
            projection(columns)
        }),
        fixed("bispectrum", |r| {
            projection(Bispectrum::new(r.finite()?, Coupling::BetweenFields, r.seed)?)
        }),
        fixed("bispectrum-per-field", |r| {
            projection(Bispectrum::new(r.finite()?, Coupling::PerField, r.seed)?)
        }),
        fixed("dihedral-bispectrum", |r| {
            let rep = r.finite()?;
            match (rep.group().structure(), rep.regular_fields().filter(|f| *f > 0)) {
                (Structure::Dihedral { corners }, Some(fields)) => {
                    let rep = Representation::regular(&Dihedral::new(corners)?).copies(fields);
                    projection(DihedralBispectrum::new(&rep, r.seed)?)
                }
                _ => r.not_applicable("fields of the regular representation of a dihedral group"),
            }
        }),
        fixed("irrep-bispectrum", |r| {
            // Clebsch–Gordan maps take about N² sums over the group.
            if let Kind::Finite(rep) = r.kind {
                r.check((rep.group().order() as f64).powi(3))?;
            }
            projection(IrrepBispectrum::new(r.space, Triples::Selective, r.seed)?)
        }),
        fixed("power-spectrum", |r| r.power_spectrum(Coupling::BetweenFields)),
        fixed("power-spectrum-per-field", |r| r.power_spectrum(Coupling::PerField)),
        fixed("group-mean", |r| projection(GroupMean::new(r.finite()?)?)),
        fixed("group-max", |r| projection(GroupMax::new(r.finite()?)?)),
        fixed("group-norm", |r| match r.kind {
            Kind::Finite(rep) => projection(GroupNorm::new(rep)?),
            Kind::Isometries(rep) => projection(BlockNorms::new(rep)?),
        }),
        sized("moments-of-fields", |r| {
            let rep = r.finite()?;
            let p = r.fitting(3, |p| (p as f64).powi(2) * rep.dim() as f64)?;
            projection(Moments::of_fields(rep, p)?)
        }),
        fixed("root-gram", |r| match r.kind {
            Kind::Isometries(rep) => projection(IsotypicGram::new(rep)?),
            Kind::Finite(_) => {
                r.not_applicable("rotations and reflections of the plane or of space")
            }
        }),
    ]
}

/// The names of all entries.
pub(super) fn names() -> Vec<Name> {
    entries::<f64>().into_iter().map(|entry| entry.name).collect()
}

const fn plain(name: &'static str) -> Name {
    Name { name, alias: None, sized: false, section: false }
}

fn projection<T: Real>(
    projection: impl Projection<T> + MaybeDifferentiable + 'static,
) -> Result<Member<T>, ProjectionError> {
    Ok(Member::new(projection))
}

impl<T: Real> Entry<T> {
    fn or_called(mut self, alias: &'static str) -> Self {
        self.name.alias = Some(alias);
        self
    }
}

impl Request<'_> {
    /// The representation, where the group is finite.
    fn finite(&self) -> Result<&Representation<AnyFinite>, ProjectionError> {
        match self.kind {
            Kind::Finite(representation) => Ok(representation),
            Kind::Isometries(_) => self.not_applicable("a finite group"),
        }
    }

    /// The size that was asked for or the default, where `numbers` for each fit the largest table.
    fn size_or(&self, default: usize, numbers: usize) -> Result<usize, ProjectionError> {
        self.fitting(default, |size| size as f64 * numbers as f64)
    }

    /// The same, where a size takes so many numbers.
    fn fitting(
        &self,
        default: usize,
        numbers: impl Fn(usize) -> f64,
    ) -> Result<usize, ProjectionError> {
        let size = self.size.unwrap_or(default);
        let fits = |size: usize| numbers(size) <= LARGEST_TABLE as f64;
        if fits(size) {
            return Ok(size);
        }
        // The largest size that fits, by halves.
        let (mut most, mut above) = (0, size);
        while above - most > 1 {
            let middle = most + (above - most) / 2;
            if fits(middle) { most = middle } else { above = middle }
        }
        Err(self.too_large(numbers(size), Some(most).filter(|most| *most > 0)))
    }

    /// Whether tables fit that no size makes smaller.
    fn check(&self, numbers: f64) -> Result<(), ProjectionError> {
        if numbers <= LARGEST_TABLE as f64 {
            return Ok(());
        }
        Err(self.too_large(numbers, None))
    }

    fn too_large(&self, entries: f64, most: Option<usize>) -> ProjectionError {
        ProjectionError::TablesTooLarge {
            projection: self.name,
            representation: self.space.name(),
            entries,
            limit: LARGEST_TABLE,
            most,
        }
    }

    fn not_applicable<U>(&self, requirement: &'static str) -> Result<U, ProjectionError> {
        Err(ProjectionError::NotApplicable {
            projection: self.name,
            requirement,
            representation: self.space.name(),
        })
    }

    fn fixed_dim<T: Real>(&self, reynolds: &Reynolds<T>) -> Result<usize, ProjectionError> {
        match reynolds.output_dim() {
            0 => self.not_applicable("codes of which the group leaves a part alone"),
            dim => Ok(dim),
        }
    }

    /// `n`, `d` and the way from a permutation to an element, where the group is `S_n` on `R^{n×d}`.
    fn nodes(
        &self,
        features: Option<usize>,
    ) -> Result<(usize, usize, ByPermutation<Element>), ProjectionError> {
        self.finite()?;
        let blocks = self.space.blocks();
        if let ([block], Structure::Symmetric { degree, element }) =
            (&blocks[..], self.space.group().structure())
            && let BlockKind::NodeFeatures { nodes, features: d } = block.kind
            && nodes == degree
            && features.is_none_or(|f| f == d)
        {
            return Ok((nodes, d, element));
        }
        self.not_applicable(match features {
            Some(_) => "all permutations of one scalar a node",
            None => "all permutations of nodes, with some scalars a node",
        })
    }

    /// Over the irreps that the group states itself, where it does.
    fn power_spectrum<T: Real>(&self, coupling: Coupling) -> Result<Member<T>, ProjectionError> {
        let rep = self.finite()?;
        let group = rep.group();
        let Some(fields) = rep.regular_fields().filter(|f| *f > 0) else {
            return self.not_applicable("fields of the regular representation");
        };
        self.check((group.order() as f64).powi(2))?;
        projection(match group.structure() {
            Structure::Cyclic { order } => {
                let rep = Representation::regular(&Cyclic::new(order)?).copies(fields);
                PowerSpectrum::<T>::new(&rep, coupling)?
            }
            Structure::Dihedral { corners } => {
                let rep = Representation::regular(&Dihedral::new(corners)?).copies(fields);
                PowerSpectrum::<T>::new(&rep, coupling)?
            }
            _ => {
                let rep = Representation::regular(&WithIrreps::new(group.clone())?).copies(fields);
                PowerSpectrum::<T>::new(&rep, coupling)?
            }
        })
    }
}
