"""The autoencoder of graphs in PyTorch.

Twice: with the fifteen maps made one by one and mixed in one einsum, as they are published (Maron et
al. 2019), and factored as in this workspace, where means are taken of nodes and spread to pairs.
"""

import torch
import torch.nn.functional as F
from protocol import THREADS, Peer

peer = Peer(__doc__)
peer.uses("torch")
torch.set_num_threads(THREADS)


def tensors(prefix):
    return {
        name[len(prefix) :]: torch.from_numpy(value).clone()
        for name, value in peer.inputs.items()
        if name.startswith(prefix)
    }


class Mask:
    """Which nodes exist, (B, n)."""

    def __init__(self, nodes):
        self.nodes = nodes[:, :, None]
        self.pairs = nodes[:, :, None, None] * nodes[:, None, :, None]
        self.count = nodes.sum(1).clamp(min=1)[:, None, None]
        self.eye = torch.eye(nodes.shape[1])[None, :, :, None]


def pair_means(x, mask):
    """Diagonal, rows, columns, and the means of the first two, (B, n, C) each."""
    x = x * mask.pairs
    diagonal = torch.diagonal(x, dim1=1, dim2=2).transpose(1, 2)
    rows, columns = x.sum(2) / mask.count, x.sum(1) / mask.count
    spread = lambda t: (t.sum(1, keepdim=True) / mask.count) * mask.nodes  # noqa: E731
    return [diagonal, rows, columns, spread(diagonal), spread(rows)]


def node_means(x, mask):
    x = x * mask.nodes
    return [x, (x.sum(1, keepdim=True) / mask.count) * mask.nodes]


def pair_to_pair_by_einsum(x, w, b, mask):
    n = x.shape[1]
    means = pair_means(x, mask)
    rows = [m[:, :, None].expand(-1, -1, n, -1) for m in means]
    columns = [m[:, None].expand(-1, n, -1, -1) for m in means[:3]]
    diagonals = [m[:, :, None] * mask.eye for m in means]
    maps = torch.stack([*rows, *columns, *diagonals, x, x.transpose(1, 2)], 3)
    y = torch.einsum("bijmc,mco->bijo", maps, w) + b[0] + mask.eye * b[1]
    return y * mask.pairs


def pair_to_pair_factored(x, w, b, mask):
    c, o = w.shape[1:]
    means = torch.cat(pair_means(x, mask), 2)
    rows = means @ w[:5].reshape(5 * c, o) + b[0]
    columns = means[..., : 3 * c] @ w[5:8].reshape(3 * c, o)
    diagonal = means @ w[8:13].reshape(5 * c, o) + b[1]
    y = x @ w[13] + (x @ w[14]).transpose(1, 2) + rows[:, :, None] + columns[:, None]
    return (y + mask.eye * diagonal[:, :, None]) * mask.pairs


def pair_to_node(x, w, b, mask):
    means = torch.cat(pair_means(x, mask), 2)
    return (means @ w.reshape(-1, w.shape[2]) + b[0]) * mask.nodes


def node_to_node(x, w, b, mask):
    means = torch.cat(node_means(x, mask), 2)
    return (means @ w.reshape(-1, w.shape[2]) + b[0]) * mask.nodes


def node_to_pair(x, w, b, mask):
    x, mean = node_means(x, mask)
    rows = x @ w[0] + mean @ w[2] + b[0]
    diagonal = x @ w[3] + mean @ w[4] + b[1]
    y = rows[:, :, None] + (x @ w[1])[:, None] + mask.eye * diagonal[:, :, None]
    return y * mask.pairs


class Network:
    """Functions of the parameters that were handed over."""

    def __init__(self, parameters, pair_to_pair):
        self.p = parameters
        self.pair_to_pair = pair_to_pair

    def parameters(self):
        return list(self.p.values())

    def linear(self, kind, name, x, mask):
        return kind(x, self.p[f"{name}.weight"], self.p[f"{name}.bias"], mask)

    def norm(self, name, x):
        weight, bias = self.p[f"{name}.weight"], self.p[f"{name}.bias"]
        return F.relu(F.layer_norm(x, weight.shape, weight, bias))

    def block(self, name, x, mask):
        out = self.p[f"{name}out"]
        inner, c = out.shape
        products = inner - c
        y = self.linear(self.pair_to_pair, f"{name}mix", self.norm(f"{name}before", x), mask)
        u, v, w = y.split([c, products, products], 3)
        product = torch.einsum("bijp,bjkp->bikp", v, w)
        return x + self.norm(f"{name}after", torch.cat([u, product], 3)) @ out

    def blocks(self, name, x, mask):
        at = 0
        while f"{name}.blocks.{at}.out" in self.p:
            x, at = self.block(f"{name}.blocks.{at}.", x, mask), at + 1
        return x

    def encode(self, nodes, bonds, mask):
        pairs = bonds @ self.p["encoder.bonds"]
        pairs = pairs + self.linear(node_to_pair, "encoder.nodes", nodes, mask)
        pairs = self.norm("encoder.norm", self.blocks("encoder", pairs, mask))
        hidden = self.linear(pair_to_node, "encoder.gather", pairs, mask)
        hidden = self.norm("encoder.node_norm", hidden)
        out = self.linear(node_to_node, "encoder.out", hidden, mask)
        out = out + (1 - mask.nodes) * self.p["encoder.missing"]
        mean, raw = out.chunk(2, 2)
        return mean, (raw - 4).clamp(-14, 2)

    def decode(self, codes):
        mask = Mask(torch.ones(codes.shape[:2]))
        read = self.linear(node_to_node, "decoder.read", codes, mask)
        read = self.norm("decoder.read_norm", read)
        thought = self.linear(node_to_node, "decoder.think", read, mask)
        thought = self.norm("decoder.think_norm", thought) + read
        pairs = self.linear(node_to_pair, "decoder.spread", thought, mask)
        pairs = self.norm("decoder.norm", self.blocks("decoder", pairs, mask))
        bonds = pairs @ self.p["decoder.bonds"] + self.p["decoder.bonds_bias"]
        bonds = bonds + bonds.transpose(1, 2)
        nodes = self.linear(pair_to_node, "decoder.gather", pairs, mask) + thought
        nodes = self.norm("decoder.node_norm", nodes)
        return self.linear(node_to_node, "decoder.kinds", nodes, mask), bonds

    def losses(self, batch):
        mask = Mask(batch["mask"])
        mean, log_variance = self.encode(batch["nodes"], batch["bonds"], mask)
        codes = mean + torch.exp(log_variance / 2) * batch["noise"]
        nodes, bonds = self.decode(codes)
        b, n = nodes.shape[:2]
        entropy = F.cross_entropy(nodes.flatten(0, 1), batch["kinds"], reduction="sum")
        pairs = F.cross_entropy(bonds.flatten(0, 2), batch["orders"], reduction="none")
        pairs = (pairs.reshape(b, n, n) * (1 - torch.eye(n))).sum()
        divergence = (mean.square() + log_variance.exp() - log_variance - 1).sum() / (2 * b)
        return (entropy + pairs / 2) / b, divergence


FORMS = [
    ("the fifteen maps in one einsum", pair_to_pair_by_einsum),
    ("factored as here", pair_to_pair_factored),
]

batch = {
    name: torch.from_numpy(peer.inputs[name])
    for name in ("nodes", "bonds", "mask", "kinds", "orders", "noise")
    if name in peer.inputs
}
for name in ("kinds", "orders"):
    if name in batch:
        batch[name] = batch[name].long()

for what, pair_to_pair in FORMS:
    name = "permutation/vae-encode"
    if peer.wants(name):
        network, mask = Network(tensors("vae."), pair_to_pair), Mask(batch["mask"])
        with torch.inference_mode():
            encode = lambda: network.encode(batch["nodes"], batch["bonds"], mask)  # noqa: E731
            difference = peer.difference(name, encode()[0].numpy())
            peer.add(name, "PyTorch", what, peer.time(encode), difference)
    name = "permutation/vae-step"
    if peer.wants(name):
        network = Network(tensors("vae."), pair_to_pair)
        for parameter in network.parameters():
            parameter.requires_grad_()
        with torch.no_grad():
            difference = peer.difference(name, network.losses(batch)[0].reshape(1).numpy())
        optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)

        def step():
            optimizer.zero_grad()
            reconstruction, divergence = network.losses(batch)
            loss = reconstruction + 1e-3 * divergence
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            return loss.item()

        peer.add(name, "PyTorch", what, peer.time(step), difference)
    name = "permutation/pair-block"
    if peer.wants(name):
        network = Network(tensors("block."), pair_to_pair)
        x = network.p.pop("input").requires_grad_()
        for parameter in network.parameters():
            parameter.requires_grad_()
        mask = Mask(torch.ones(x.shape[:2]))
        forward = lambda: network.block("", x, mask)  # noqa: E731
        difference = peer.difference(name, forward().detach().numpy())
        wanted = [x, *network.parameters()]
        both = lambda: torch.autograd.grad(forward().square().sum(), wanted)  # noqa: E731
        peer.add(name, "PyTorch", what, peer.time(both), difference)

peer.answer()
