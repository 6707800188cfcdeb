"""Export codes of a PyTorch model for `equivariant project` and `equivariant audit`.

As a library, in a notebook or a script of your own:

    from export_codes import export
    export(encoder, loader, "codes.npy")            # (n, F, N) for F regular fields of C_N
    export(encoder, loader, "codes.safetensors")    # the labels of the loader go beside them

Run as a script it shows the round trip on a small model: an escnn network of C_8 where escnn is
installed, and else a circular convolution, which is equivariant to shifts, C_8, by itself:

    python export_codes.py codes.safetensors moved.safetensors
    equivariant audit codes.safetensors --paired moved.safetensors --element r^2 \
        --group c8 --rep "4 x regular"
    equivariant project codes.safetensors --group c8 --rep "4 x regular" \
        --with max-filter:64 --out invariant.npy

The second file holds the codes of the same inputs, moved by r^2, a quarter turn, for `--paired`.

Layout. A code is a row: fields one after the other, and the entries of a field in the order of the
group elements, r^0, r^1, ... This is how escnn orders a regular field, so its tensors (B, F*N, 1, 1)
are written as they are. A code may be flat or (F, N), or (nodes, scalars) for permutations.

Needs torch; safetensors for `.safetensors`; escnn is optional. Without torch the script says so and
ends with exit code 0, so that it can be run where Python is there and packages are not.
"""

import sys

try:
    import numpy as np
    import torch
except ImportError as missing:
    np = torch = None
    MISSING = missing


def export(encoder, batches, path):
    """Encode batches of inputs, or of pairs of inputs and labels, and write one code a row.

    Codes keep their shape except for spatial axes of length one. Returns the shape written.
    """
    codes, labels = [], []
    encoder.eval()
    with torch.no_grad():
        for batch in batches:
            inputs, label = batch if isinstance(batch, (tuple, list)) else (batch, None)
            code = encoder(inputs)
            code = getattr(code, "tensor", code)  # an escnn GeometricTensor holds a tensor
            if code.dim() == 4 and code.shape[2:] == (1, 1):
                code = code[:, :, 0, 0]
            codes.append(code.cpu())
            if label is not None:
                labels.append(label.cpu())
    codes = torch.cat(codes).contiguous()
    if not torch.isfinite(codes).all():
        raise ValueError("the encoder gives NaN or infinities")
    labels = torch.cat(labels).contiguous() if labels else None
    if path.endswith(".safetensors"):
        from safetensors.torch import save_file

        tensors = {"codes": codes}
        if labels is not None:
            tensors["labels"] = labels
        save_file(tensors, path)
    elif path.endswith(".npz"):
        arrays = {"codes": codes.numpy()}
        if labels is not None:
            arrays["labels"] = labels.numpy()
        np.savez(path, **arrays)
    elif path.endswith(".npy"):
        # NumPy has no bfloat16; single precision holds it exactly.
        np.save(path, codes.float().numpy() if codes.dtype == torch.bfloat16 else codes.numpy())
        if labels is not None:
            np.save(path.removesuffix(".npy") + ".labels.npy", labels.numpy())
    else:
        raise ValueError(f"expected .safetensors, .npz or .npy, got {path}")
    return tuple(codes.shape)


def small_encoder():
    """An encoder with four regular fields of C_8, inputs for it, and these moved by r^2."""
    torch.manual_seed(0)
    try:
        from escnn import gspaces, nn
    except ImportError:
        # A circular convolution over eight directions commutes with their shifts.
        conv = torch.nn.Conv1d(1, 4, kernel_size=3, padding=1, padding_mode="circular")
        inputs = torch.randn(100, 1, 8)
        return torch.nn.Sequential(conv, torch.nn.ReLU()), inputs, torch.roll(inputs, 2, dims=-1)
    space = gspaces.rot2dOnR2(N=8)
    image = nn.FieldType(space, [space.trivial_repr])
    fields = nn.FieldType(space, 4 * [space.regular_repr])
    layers = nn.SequentialModule(nn.R2Conv(image, fields, kernel_size=7), nn.ReLU(fields))
    inputs = image(torch.randn(100, 1, 7, 7))
    # A quarter turn moves pixels to pixels, so that nothing is interpolated.
    return layers, inputs, inputs.transform(space.fibergroup.element(2))


def main():
    if torch is None:
        print(f"nothing to do: {MISSING}")
        return
    paths = sys.argv[1:] or ["codes.npy"]
    encoder, *batches = small_encoder()
    for path, inputs in zip(paths, batches):
        print(f"{path}: codes of shape {export(encoder, [inputs], path)}")


if __name__ == "__main__":
    main()
