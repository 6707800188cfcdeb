"""The network of digits: escnn with the same fields, and ordinary convolutions of the same channels."""

import math

import torch
import torch.nn.functional as F
from protocol import THREADS, Peer

peer = Peer(__doc__)
peer.uses("torch")
torch.set_num_threads(THREADS)
torch.manual_seed(0)

ORDER, FIELDS, KERNELS, CLASSES = 8, [8, 12, 16], [7, 5, 5], 10


def tensor(name):
    return torch.from_numpy(peer.inputs[name])


def disc_mean(x):
    """The mean over the inscribed disc."""
    side = x.shape[-1]
    at = torch.arange(side) - (side - 1) / 2
    inside = (torch.hypot(at[:, None], at[None, :]) <= side / 2).float()
    return torch.einsum("bchw,hw->bc", x, inside / inside.sum())


class Ordinary(torch.nn.Module):
    """Convolutions with learned filters of all expanded channels, in the same places."""

    def __init__(self):
        super().__init__()
        channels = [1] + [ORDER * fields for fields in FIELDS]
        pairs = zip(channels, channels[1:], KERNELS)
        self.convs = torch.nn.ModuleList(
            torch.nn.Conv2d(a, b, k, padding=k // 2, bias=False) for a, b, k in pairs
        )
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(c) for c in channels[1:])
        self.head = torch.nn.Linear(FIELDS[-1], CLASSES)
        window = torch.tensor([1.0, 3.0, 3.0, 1.0])
        window = window[:, None] * window[None, :]
        self.register_buffer("window", window)
        for side in (28, 14):
            inside = F.conv2d(torch.ones(1, 1, side, side), window[None, None], stride=2, padding=1)
            self.register_buffer(f"weight{side}", inside)

    def pool(self, x):
        """Binomial anti-aliased pooling by two; at the border the weights inside sum to one."""
        window = self.window.expand(x.shape[1], 1, 4, 4)
        sums = getattr(self, f"weight{x.shape[-1]}")
        return F.conv2d(x, window, stride=2, padding=1, groups=x.shape[1]) / sums

    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = self.pool(x) if i else x
            x = F.relu(norm(conv(x)), inplace=True)
        codes = disc_mean(x).reshape(len(x), FIELDS[-1], ORDER)
        return self.head(codes.amax(2))


def steerable():
    """The same fields, kernels and poolings in escnn."""
    from escnn_plane import VERSION, gspaces, nn

    peer.versions["escnn"] = VERSION
    space = gspaces.rot2dOnR2(ORDER)
    regular = lambda count: nn.FieldType(space, count * [space.regular_repr])  # noqa: E731

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            types = [nn.FieldType(space, [space.trivial_repr])] + [regular(f) for f in FIELDS]
            self.input, layers = types[0], []
            for i, (a, b, k) in enumerate(zip(types, types[1:], KERNELS)):
                if i:
                    layers.append(nn.PointwiseAvgPoolAntialiased(a, sigma=0.66, stride=2))
                layers.append(nn.R2Conv(a, b, k, padding=k // 2, bias=False))
                layers += [nn.InnerBatchNorm(b), nn.ReLU(b, inplace=True)]
            self.body = nn.SequentialModule(*layers)
            self.head = torch.nn.Linear(FIELDS[-1], CLASSES)

        def forward(self, x):
            x = self.body(nn.GeometricTensor(x, self.input)).tensor
            codes = disc_mean(x).reshape(len(x), FIELDS[-1], ORDER)
            return self.head(codes.amax(2))

    def layer():
        return nn, regular(8), nn.R2Conv(regular(8), regular(12), 5, padding=2, bias=False)

    return Network(), layer


def network(library, what, model, compare):
    images, labels = tensor("images"), tensor("labels").long()
    name = "convolution/inference"
    if peer.wants(name):
        model.eval()
        with torch.inference_mode():
            difference = peer.difference(name, model(images).numpy()) if compare else None
            peer.add(name, library, what, peer.time(lambda: model(images)), difference)
    name = "convolution/training-step"
    if peer.wants(name):
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

        def step():
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        peer.add(name, library, what, peer.time(step))


def layer(library, what, forward, weights, compare):
    """Forward, and the gradients of input and weights of the sum of squares."""
    x = tensor("layer.input").requires_grad_()
    name = "convolution/layer-forward"
    if peer.wants(name):
        difference = peer.difference(name, forward(x).detach().numpy()) if compare else None
        peer.add(name, library, what, peer.time(lambda: forward(x)), difference)
    name = "convolution/layer-backward"
    if peer.wants(name):
        wanted = [x, *weights]
        loss = lambda: (forward(x).square().sum(),)  # noqa: E731
        (dx, *_) = torch.autograd.grad(*loss(), wanted)
        difference = peer.difference(name, dx.numpy()) if compare else None
        seconds = peer.time(lambda loss: torch.autograd.grad(loss, wanted), loss)
        peer.add(name, library, what, seconds, difference)


whole = peer.wants("convolution/inference") or peer.wants("convolution/training-step")
single = peer.wants("convolution/layer-forward") or peer.wants("convolution/layer-backward")

try:
    model, make_layer = steerable()
except Exception as error:  # Whatever keeps escnn from being imported is its reason.
    peer.absent["escnn"] = f"{type(error).__name__}: {error}"
else:
    if whole:
        network("escnn", "the same fields, kernels and poolings", model, False)
    if single:
        nn, kind, conv = make_layer()
        conv.train()
        forward = lambda x: conv(nn.GeometricTensor(x, kind)).tensor  # noqa: E731
        layer("escnn", "R2Conv of the same fields", forward, list(conv.parameters()), False)

if whole:
    model = Ordinary()
    if "conv0" in peer.inputs:
        with torch.no_grad():
            for i, conv in enumerate(model.convs):
                conv.weight.copy_(tensor(f"conv{i}"))
            model.head.weight.copy_(tensor("head.weight"))
            model.head.bias.copy_(tensor("head.bias"))
    network("PyTorch", "ordinary convolutions of as many channels", model, True)
if single:
    filters = tensor("layer.filters").requires_grad_()
    forward = lambda x: F.conv2d(x, filters, padding=2)  # noqa: E731
    layer("PyTorch", "conv2d with the expanded filters", forward, [filters], True)

assert math.isfinite(sum(entry["seconds"]["median"] for entry in peer.entries))
peer.answer()
