//! The autoencoder of graphs, and its block of all equivariant maps between pairs.

use candle_core::{DType, Device, Tensor, Var};
use equivariant_nn::permutation::{NodeMask, PairBlock};
use equivariant_nn::{AdamW, AdamWConfig, Parameters};
use molecules::graph::{Graph, GraphSet, Vocabulary};
use molecules::vae::{Autoencoder, GraphTensors, GraphVae, VaeConfig};

use super::{Bench, Group, molecules as data};
use crate::draws::gaussian;
use crate::floor::Least;
use crate::session::{Measurements, Work};

/// Graphs a step.
const BATCH: usize = 128;
/// Nodes of a graph.
const NODES: usize = 9;
/// Scalars of a node in the code.
const LATENT: usize = 8;

const STEP: &str = "permutation/vae-step";
const ENCODE: &str = "permutation/vae-encode";
const BLOCK: &str = "permutation/pair-block";

pub(super) const GROUP: Group = Group {
    name: "permutation layers",
    script: Some("permutation.py"),
    benches: &[
        Bench {
            name: STEP,
            what: "a training step of the autoencoder of graphs: forward, backward and AdamW",
        },
        Bench { name: ENCODE, what: "codes of graphs: the encoder, forward" },
        Bench {
            name: BLOCK,
            what: "one residual block of the fifteen maps and products, forward and backward",
        },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let molecules = data::molecules(m.wanted.smiles.as_deref(), BATCH)?;
    let molecules: Vec<_> = molecules.iter().collect();
    let vocabulary = Vocabulary::of(molecules.iter().copied());
    let graphs = GraphSet::new(&molecules, &vocabulary, NODES, 0);
    let config = VaeConfig::small(NODES, vocabulary.kinds().len(), LATENT);
    if m.wants(STEP) || m.wants(ENCODE) {
        network(m, config.clone(), graphs.graphs())?;
    }
    if m.wants(BLOCK) {
        block(m, &config)?;
    }
    Ok(())
}

/// Flops of the products of one block, forward.
fn block_flops(config: &VaeConfig) -> f64 {
    let (c, p, n) = (config.channels, config.products, config.nodes);
    let (wide, inner) = (c + 2 * p, c + p);
    let pairs = c * 2 * wide + n * p + inner * c;
    let nodes = 5 * c * 3 * wide;
    (2 * BATCH * (n * n * pairs + n * nodes)) as f64
}

fn network(m: &mut Measurements<'_>, config: VaeConfig, graphs: &[Graph]) -> anyhow::Result<()> {
    // As many as a batch, some twice where there are fewer.
    let chosen: Vec<&Graph> = graphs.iter().cycle().take(BATCH).collect();
    let network = GraphVae::new(config.clone(), 0, &Device::Cpu)?;
    let tensors = GraphTensors::new(&chosen, &config, &Device::Cpu)?;
    let noise = gaussian(BATCH, NODES * LATENT, 5).into_raw_vec_and_offset().0;
    let noise = Tensor::from_vec(noise, (BATCH, NODES, LATENT), &Device::Cpu)?;
    for (name, var) in network.parameters().all() {
        m.share(format!("vae.{name}"), &var.as_detached_tensor())?;
    }
    m.share("nodes", &tensors.nodes)?;
    m.share("bonds", &tensors.bonds)?;
    m.share("mask", tensors.mask.tensor())?;
    m.share("kinds", &tensors.kinds)?;
    m.share("orders", &tensors.orders)?;
    m.share("noise", &noise)?;
    let blocks = block_flops(&config);
    let work = |flops| Work {
        parameters: vec![
            ("batch", BATCH),
            ("nodes", NODES),
            ("latent", LATENT),
            ("channels", config.channels),
            ("products", config.products),
        ],
        amount: BATCH,
        unit: "graphs",
        least: Least { flops, bytes: 0.0 },
    };
    if m.wants(ENCODE) {
        let mean = network.posterior(&tensors)?.mean.detach();
        m.share(format!("{ENCODE}.result"), &mean)?;
        let flops = config.encoder_blocks as f64 * blocks;
        m.measure(ENCODE, work(flops), || Ok(network.posterior(&tensors)?.mean))?;
    }
    if m.wants(STEP) {
        let losses = network.losses(&tensors, &noise)?;
        m.share(format!("{STEP}.result"), &losses.reconstruction.detach().reshape(1)?)?;
        let settings = AdamWConfig { max_grad_norm: Some(1.0), ..AdamWConfig::default() };
        let mut optimizer = AdamW::new(network.parameters().trainable(), settings)?;
        let flops = 3.0 * (config.encoder_blocks + config.decoder_blocks) as f64 * blocks;
        m.measure(STEP, work(flops), || {
            let losses = network.losses(&tensors, &noise)?;
            let loss = (&losses.reconstruction + (&losses.divergence * 1e-3)?)?;
            let value = loss.to_scalar::<f32>()?;
            optimizer.step(&loss.backward()?, 1e-3)?;
            Ok(value)
        })?;
    }
    Ok(())
}

fn block(m: &mut Measurements<'_>, config: &VaeConfig) -> anyhow::Result<()> {
    let parameters = Parameters::new(1, DType::F32, Device::Cpu);
    let block = PairBlock::new(config.channels, config.products, parameters.builder())?;
    let values = gaussian(BATCH, NODES * NODES * config.channels, 7).into_raw_vec_and_offset().0;
    let x = Var::from_vec(values, (BATCH, NODES, NODES, config.channels), &Device::Cpu)?;
    let mask = NodeMask::full(BATCH, NODES, DType::F32, &Device::Cpu)?;
    for (name, var) in parameters.all() {
        m.share(format!("block.{name}"), &var.as_detached_tensor())?;
    }
    m.share("block.input", &x.as_detached_tensor())?;
    m.share(format!("{BLOCK}.result"), &block.forward(&x, &mask)?)?;
    let work = Work {
        parameters: vec![
            ("batch", BATCH),
            ("nodes", NODES),
            ("channels", config.channels),
            ("products", config.products),
        ],
        amount: BATCH,
        unit: "graphs",
        least: Least { flops: 3.0 * block_flops(config), bytes: 0.0 },
    };
    m.measure(BLOCK, work, || Ok(block.forward(&x, &mask)?.sqr()?.sum_all()?.backward()?))
}
