//! Neighbours, principal components and pictures of codes.

use analysis::embed::{Pca, TSne};
use analysis::metrics::trustworthiness;
use analysis::neighbours::{SelfMatches, nearest};
use candle_core::{Device, Tensor};
use ndarray::Array2;

use super::{Bench, Group};
use crate::draws::codes;
use crate::floor::Least;
use crate::session::{Measurements, Work};

/// Dimension of the codes.
const DIM: usize = 128;
/// Neighbours of each.
const K: usize = 10;

const NEIGHBOURS: &str = "analysis/neighbours";
const PCA_2: &str = "analysis/pca-2";
const PCA_10: &str = "analysis/pca-10";
const TSNE: &str = "analysis/t-sne";

pub(super) const GROUP: Group = Group {
    name: "analysis",
    script: Some("analysis.py"),
    benches: &[
        Bench { name: NEIGHBOURS, what: "the exact 10 nearest neighbours of all codes" },
        Bench { name: PCA_2, what: "two principal components and the scores" },
        Bench { name: PCA_10, what: "ten principal components and the scores" },
        Bench { name: TSNE, what: "a t-SNE picture, from codes to points" },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    if [NEIGHBOURS, PCA_2, PCA_10].iter().any(|name| m.wants(name)) {
        let codes = codes(m.size(60_000, 10_000), DIM, 21);
        m.share_rows("codes", codes.view())?;
        neighbours(m, &codes)?;
        components(m, PCA_2, &codes, 2)?;
        components(m, PCA_10, &codes, 10)?;
    }
    if m.wants(TSNE) { picture(m) } else { Ok(()) }
}

fn neighbours(m: &mut Measurements<'_>, codes: &Array2<f32>) -> anyhow::Result<()> {
    if !m.wants(NEIGHBOURS) {
        return Ok(());
    }
    let n = codes.nrows();
    let work = Work {
        parameters: vec![("codes", n), ("dim", DIM), ("k", K)],
        amount: n,
        unit: "codes",
        least: Least { flops: 2.0 * (n * n * DIM) as f64, bytes: 0.0 },
    };
    let mut found = None;
    m.measure(NEIGHBOURS, work, || {
        found = Some(nearest(codes.view(), codes.view(), K, SelfMatches::Exclude)?);
        Ok(())
    })?;
    if let Some(found) = found {
        let indices: Vec<u32> = found.indices().iter().map(|&i| i as u32).collect();
        let indices = Tensor::from_vec(indices, (n, K), &Device::Cpu)?;
        m.share(format!("{NEIGHBOURS}.result"), &indices)?;
    }
    Ok(())
}

fn components(
    m: &mut Measurements<'_>,
    name: &'static str,
    codes: &Array2<f32>,
    count: usize,
) -> anyhow::Result<()> {
    if !m.wants(name) {
        return Ok(());
    }
    let n = codes.nrows();
    let pca = Pca::fit(codes.view(), count)?;
    let variances = pca.explained_variance().mapv(|v| v as f32).insert_axis(ndarray::Axis(0));
    m.share_rows(format!("{name}.result"), variances.view())?;
    let work = Work {
        parameters: vec![("codes", n), ("dim", DIM), ("components", count)],
        amount: n,
        unit: "codes",
        // Half of the symmetric matrix of cross-products, and the scores.
        least: Least {
            flops: (n * DIM * DIM + 2 * n * DIM * count) as f64,
            bytes: (n * (DIM + 2 * count) * size_of::<f32>()) as f64,
        },
    };
    m.measure(name, work, || Ok(Pca::fit(codes.view(), count)?.transform(codes.view())?))
}

fn picture(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let codes = codes(m.size(10_000, 2_000), DIM, 22);
    m.share_rows("few", codes.view())?;
    let work = Work {
        parameters: vec![("codes", codes.nrows()), ("dim", DIM)],
        amount: codes.nrows(),
        unit: "codes",
        least: Least::default(),
    };
    let usual = m.protocol;
    m.protocol = usual.once();
    let mut picture = None;
    m.measure(TSNE, work, || {
        picture = Some(TSne::default().embed(codes.view())?);
        Ok(())
    })?;
    m.protocol = usual;
    if let Some(picture) = picture {
        let trust = trustworthiness(codes.view(), picture.view(), K)?;
        m.note("trustworthiness", trust.mean());
        m.share_rows(format!("{TSNE}.result"), picture.mapv(|v| v as f32).view())?;
    }
    Ok(())
}
