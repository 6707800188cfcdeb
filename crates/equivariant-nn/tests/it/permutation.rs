//! Layers over sets and graphs: equivariance, completeness of the bases, masks, gradients.

use crate::common::{
    assert_close, bits, check_gradients, noise, noise32, on_threads, pair_block_of, values,
};
use candle_core::{DType, Device, Tensor};
use equivariant_nn::Parameters;
use equivariant_nn::init::stream;
use equivariant_nn::ops::{channel_norm, pair_combine, pair_means, pair_product};
use equivariant_nn::permutation::{ChannelNorm, NodeMask, Order, PairBlock, PermutationLinear};
use nalgebra::DMatrix;
use rand::seq::SliceRandom;

const ORDERS: [(Order, Order); 4] = [
    (Order::Node, Order::Node),
    (Order::Node, Order::Pair),
    (Order::Pair, Order::Node),
    (Order::Pair, Order::Pair),
];

fn axes(order: Order) -> usize {
    match order {
        Order::Node => 1,
        Order::Pair => 2,
    }
}

fn shape(order: Order, batch: usize, nodes: usize, channels: usize) -> Vec<usize> {
    [vec![batch], vec![nodes; axes(order)], vec![channels]].concat()
}

/// `π·x`: node `i` of `x` becomes node `places[i]`.
fn permute(x: &Tensor, order: Order, places: &[usize]) -> Tensor {
    let mut from = vec![0u32; places.len()];
    for (i, &place) in places.iter().enumerate() {
        from[place] = i as u32;
    }
    let from = Tensor::new(from, &Device::Cpu).unwrap();
    (1..=axes(order)).fold(x.clone(), |x, axis| x.index_select(&from, axis).unwrap())
}

fn shuffled(seed: u64, nodes: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..nodes).collect();
    places.shuffle(&mut stream(seed, "places"));
    places
}

fn mask64(counts: &[usize], nodes: usize) -> NodeMask {
    NodeMask::from_counts(counts, nodes, DType::F64, &Device::Cpu).unwrap()
}

fn parameters(dtype: DType) -> Parameters {
    Parameters::new(3, dtype, Device::Cpu)
}

/// Random values in place of those that start at 0 or 1.
fn stir(parameters: &Parameters) {
    for (i, (_, var)) in parameters.trainable().into_iter().enumerate() {
        let values = noise(50 + i as u64, var.dims()).to_dtype(var.dtype()).unwrap();
        var.set(&values).unwrap();
    }
}

#[test]
fn linear_maps_are_equivariant() {
    for (input, output) in ORDERS {
        for (seed, nodes) in [(1, 1), (2, 2), (3, 5), (4, 9)] {
            let p = parameters(DType::F64);
            let layer = PermutationLinear::new(input, output, 3, 4, p.builder()).unwrap();
            stir(&p);
            let x = noise(seed, &shape(input, 3, nodes, 3));
            let counts = [nodes, nodes - nodes / 2, nodes.min(1)];
            let mask = mask64(&counts, nodes);
            let places = shuffled(seed, nodes);
            let moved_mask = permute(mask.tensor(), Order::Node, &places);
            let moved = layer
                .forward(&permute(&x, input, &places), &NodeMask::new(&moved_mask).unwrap())
                .unwrap();
            let expected = permute(&layer.forward(&x, &mask).unwrap(), output, &places);
            assert_close(&moved, &expected, 1e-12, &format!("{input:?} to {output:?}, {nodes}"));
        }
    }
}

#[test]
fn linear_maps_are_equivariant_in_single_precision() {
    for (input, output) in ORDERS {
        let p = parameters(DType::F32);
        let layer = PermutationLinear::new(input, output, 16, 16, p.builder()).unwrap();
        stir(&p);
        let x = noise32(8, &shape(input, 4, 9, 16));
        let mask = NodeMask::full(4, 9, DType::F32, &Device::Cpu).unwrap();
        let places = shuffled(8, 9);
        let moved = layer.forward(&permute(&x, input, &places), &mask).unwrap();
        let expected = permute(&layer.forward(&x, &mask).unwrap(), output, &places);
        assert_close(&moved, &expected, 1e-5, &format!("{input:?} to {output:?}"));
    }
}

/// The matrix of a layer with one channel, where only map `which` has weight one.
fn matrix(input: Order, output: Order, nodes: usize, which: usize) -> DMatrix<f64> {
    let p = parameters(DType::F64);
    let layer = PermutationLinear::new(input, output, 1, 1, p.builder()).unwrap();
    let maps = PermutationLinear::maps(input, output);
    let one: Vec<f64> = (0..maps).map(|m| f64::from(u8::from(m == which))).collect();
    let weight = &p.all()["weight"];
    weight.set(&Tensor::from_vec(one, weight.shape(), &Device::Cpu).unwrap()).unwrap();
    let size = nodes.pow(axes(input) as u32);
    let units = DMatrix::<f64>::identity(size, size);
    let x = Tensor::from_slice(units.as_slice(), shape(input, size, nodes, 1), &Device::Cpu);
    let y = layer.forward(&x.unwrap(), &mask64(&vec![nodes; size], nodes)).unwrap();
    // Row s of y is the image of unit vector s: the columns of the matrix.
    DMatrix::from_vec(nodes.pow(axes(output) as u32), size, values(&y))
}

/// How many equivariant linear maps there are: the orbits of `S_n` on tuples of so many indices,
/// each tuple named by the first occurrence of each of its values.
fn orbits(indices: usize, nodes: usize) -> usize {
    let patterns: std::collections::BTreeSet<Vec<usize>> = (0..nodes.pow(indices as u32))
        .map(|code| {
            let tuple: Vec<usize> =
                (0..indices).map(|i| code / nodes.pow(i as u32) % nodes).collect();
            tuple.iter().map(|v| tuple.iter().position(|w| w == v).unwrap()).collect()
        })
        .collect();
    patterns.len()
}

#[test]
fn the_maps_are_a_basis_of_all_equivariant_maps() {
    for ((input, output), bell) in ORDERS.into_iter().zip([2, 5, 5, 15]) {
        assert_eq!(PermutationLinear::maps(input, output), bell);
        // With four nodes or more all partitions of up to four indices occur; with fewer some of
        // the maps depend on others.
        for nodes in [2, 3, 4, 5] {
            let all: Vec<f64> = (0..bell)
                .flat_map(|map| matrix(input, output, nodes, map).as_slice().to_vec())
                .collect();
            let stacked = DMatrix::from_vec(all.len() / bell, bell, all);
            let rank = stacked.rank(1e-9);
            let indices = axes(input) + axes(output);
            assert_eq!(rank, orbits(indices, nodes), "{input:?} to {output:?}, {nodes} nodes");
            assert_eq!(rank == bell, nodes >= indices, "{input:?} to {output:?}, {nodes} nodes");
        }
    }
}

#[test]
fn missing_nodes_are_neither_read_nor_written() {
    let nodes = 6;
    let mask = mask64(&[4, 6, 0], nodes);
    for (input, output) in ORDERS {
        let p = parameters(DType::F64);
        let layer = PermutationLinear::new(input, output, 2, 3, p.builder()).unwrap();
        stir(&p);
        let x = noise(11, &shape(input, 3, nodes, 2));
        let present = |order: Order| {
            let m = mask.tensor();
            match order {
                Order::Node => m.unsqueeze(2).unwrap(),
                Order::Pair => {
                    let rows = m.unsqueeze(2).unwrap();
                    rows.broadcast_mul(&m.unsqueeze(1).unwrap()).unwrap().unsqueeze(3).unwrap()
                }
            }
        };
        let y = layer.forward(&x, &mask).unwrap();
        let clean = x.broadcast_mul(&present(input)).unwrap();
        assert_eq!(bits(&y), bits(&layer.forward(&clean, &mask).unwrap()));
        assert_eq!(bits(&y.broadcast_mul(&present(output)).unwrap()), bits(&y));
        // The same graph with no room for missing nodes has the same features.
        let keep = |x: &Tensor, order: Order| {
            (1..=axes(order)).fold(x.narrow(0, 0, 1).unwrap(), |x, a| x.narrow(a, 0, 4).unwrap())
        };
        let small = keep(&x, input).contiguous().unwrap();
        let alone = layer.forward(&small, &mask64(&[4], 4)).unwrap();
        assert_close(&alone, &keep(&y, output), 1e-12, &format!("{input:?} to {output:?}"));
    }
}

#[test]
fn blocks_are_equivariant_and_do_not_see_missing_nodes() {
    let nodes = 7;
    for products in [0, 2, 4] {
        let p = parameters(DType::F64);
        let block = PairBlock::new(4, products, p.builder()).unwrap();
        stir(&p);
        let x = noise(5, &[3, nodes, nodes, 4]);
        let mask = mask64(&[7, 5, 1], nodes);
        let places = shuffled(5, nodes);
        let moved_mask = NodeMask::new(&permute(mask.tensor(), Order::Node, &places)).unwrap();
        let y = block.forward(&x, &mask).unwrap();
        let moved = block.forward(&permute(&x, Order::Pair, &places), &moved_mask).unwrap();
        assert_close(&moved, &permute(&y, Order::Pair, &places), 1e-12, "equivariance");
        let part = |t: &Tensor, n: usize| {
            t.narrow(0, 1, 1).unwrap().narrow(1, 0, n).unwrap().narrow(2, 0, n).unwrap()
        };
        let alone = block.forward(&part(&x, 5).contiguous().unwrap(), &mask64(&[5], 5)).unwrap();
        assert_close(&alone, &part(&y, 5), 1e-12, "padding");
    }
}

fn block_inputs(c: usize, p: usize) -> Vec<Tensor> {
    let (wide, inner) = (c + 2 * p, c + p);
    let shapes: [&[usize]; 8] =
        [&[6, 5, 5, c], &[c], &[c], &[15, c, wide], &[2, wide], &[inner], &[inner], &[inner, c]];
    shapes.iter().enumerate().map(|(i, shape)| noise(70 + i as u64, shape)).collect()
}

fn block(t: &[Tensor], mask: &Tensor) -> Tensor {
    pair_block_of(t, mask).unwrap()
}

#[test]
fn the_fused_block_is_its_parts_one_after_the_other() {
    for (c, p) in [(3, 2), (4, 0), (2, 2)] {
        let t = block_inputs(c, p);
        let mask = mask64(&[5, 3, 5, 1, 0, 4], 5);
        let fused = block(&t, mask.tensor());
        let u = channel_norm(&t[0], &t[1], &t[2], true).unwrap();
        let linear = Parameters::new(1, DType::F64, Device::Cpu);
        let layer =
            PermutationLinear::new(Order::Pair, Order::Pair, c, c + 2 * p, linear.builder());
        linear.all()["weight"].set(&t[3]).unwrap();
        linear.all()["bias"].set(&t[4]).unwrap();
        let m = layer.unwrap().forward(&u, &mask).unwrap();
        let part = |first, count| m.narrow(3, first, count).unwrap().contiguous().unwrap();
        let v = match p {
            0 => m.clone(),
            p => {
                let product = pair_product(&part(c, p), &part(c + p, p)).unwrap();
                Tensor::cat(&[part(0, c), product], 3).unwrap()
            }
        };
        let w = channel_norm(&v, &t[5], &t[6], true).unwrap();
        let w = w.reshape((6 * 25, c + p)).unwrap().matmul(&t[7]).unwrap();
        let expected = (w.reshape(t[0].shape()).unwrap() + &t[0]).unwrap();
        assert_close(&fused, &expected, 1e-12, &format!("{c} channels, {p} products"));
    }
}

#[test]
fn gradients() {
    let mask = mask64(&[5, 3, 5, 1, 0, 4], 5).tensor().clone();
    for (c, p) in [(3, 2), (4, 0)] {
        let f = |t: &[Tensor]| block(t, &mask);
        check_gradients(&block_inputs(c, p), f, "pair_block");
    }
    let x = noise(21, &[6, 5, 5, 3]);
    check_gradients(std::slice::from_ref(&x), |t| pair_means(&t[0], &mask).unwrap(), "pair_means");
    let nodes = noise(22, &[6, 5, 9]);
    let pairs = noise(23, &[6, 5, 5, 6]);
    check_gradients(
        &[pairs, nodes.clone()],
        |t| pair_combine(Some(&t[0]), &t[1], &mask).unwrap(),
        "pair_combine",
    );
    check_gradients(&[nodes], |t| pair_combine(None, &t[0], &mask).unwrap(), "nodes alone");
    let y = noise(24, &[6, 5, 5, 3]);
    check_gradients(&[x.clone(), y], |t| pair_product(&t[0], &t[1]).unwrap(), "pair_product");
    let (gamma, beta) = (noise(25, &[3]), noise(26, &[3]));
    for relu in [false, true] {
        let f = |t: &[Tensor]| channel_norm(&t[0], &t[1], &t[2], relu).unwrap();
        check_gradients(&[x.clone(), gamma.clone(), beta.clone()], f, "channel_norm");
    }
}

#[test]
fn channel_norm_is_the_definition() {
    let x = noise(31, &[4, 7, 5]);
    let (gamma, beta) = (noise(32, &[5]), noise(33, &[5]));
    let y = values(&channel_norm(&x, &gamma, &beta, true).unwrap());
    let (x, gamma, beta) = (values(&x), values(&gamma), values(&beta));
    for (row, y) in x.chunks(5).zip(y.chunks(5)) {
        let mean = row.iter().sum::<f64>() / 5.0;
        let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 5.0;
        for i in 0..5 {
            let expected = (row[i] - mean) / (variance + 1e-5).sqrt() * gamma[i] + beta[i];
            assert!((y[i] - expected.max(0.0)).abs() < 1e-12);
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads| {
        on_threads(threads, || {
            let p = parameters(DType::F32);
            let block = PairBlock::new(8, 4, p.builder()).unwrap();
            let norm = ChannelNorm::new(8, true, p.builder().pp("norm")).unwrap();
            let x = noise32(41, &[21, 6, 6, 8]);
            let mask = NodeMask::full(21, 6, DType::F32, &Device::Cpu).unwrap();
            let y = norm.forward(&block.forward(&x, &mask).unwrap()).unwrap();
            let gradients = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            let mut all = bits(&y);
            for (name, var) in p.trainable() {
                let gradient = gradients.get(&var);
                all.extend(bits(gradient.unwrap_or_else(|| panic!("{name}"))));
            }
            all
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn what_does_not_fit_is_refused() {
    let p = parameters(DType::F32);
    let layer = PermutationLinear::new(Order::Pair, Order::Node, 3, 2, p.builder()).unwrap();
    let mask = NodeMask::full(2, 5, DType::F32, &Device::Cpu).unwrap();
    for wrong in [vec![2, 5, 5, 4], vec![2, 5, 3], vec![2, 4, 4, 3], vec![1, 5, 5, 3]] {
        let error = layer.forward(&noise32(1, &wrong), &mask).unwrap_err().to_string();
        assert!(error.contains("[2, 5, 5, 3]") && error.contains("PermutationLinear"), "{error}");
    }
    let half = Tensor::new(&[[1f32, 0.5]], &Device::Cpu).unwrap();
    let error = NodeMask::new(&half).unwrap_err().to_string();
    assert!(error.contains("0.5 at node 1 of 0"), "{error}");
    assert!(NodeMask::from_counts(&[3], 2, DType::F32, &Device::Cpu).is_err());
    assert!(PairBlock::new(2, 3, p.builder()).is_err());
}
