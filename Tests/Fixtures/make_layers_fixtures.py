#!/usr/bin/env python3
"""Makes the golden file layers_golden.safetensors beside this script.

    python3 make_layers_fixtures.py

Made with PyTorch 2.13.0 (CPU), Python 3.11; one torch.Generator with seed 4. Everything is computed in float64 from
values that are exact float32, with torch's own modules and autograd, so that nothing here shares a line with the Swift
code. Running it again gives the same bytes.

For every case NAME (its geometry is in the table CASES and, again, in Tests/LayersTests/GoldenTests.swift):
  NAME/x           float32  input
  NAME/p0, p1 ..   float32  parameters, in the order of torch's (LSTM: the two biases are added up to one)
  NAME/y           float32  output
  NAME/dy          float32  gradient that is sent back
  NAME/dx          float32  gradient of the input
  NAME/dp0 ..      float32  gradients of the parameters
  NAME/indices     int64    places of the maxima (max pooling, adaptive or not)
Losses have NAME/target and NAME/loss [1]. Optimizers: NAME/p0, NAME/g0 [3, ...] and NAME/after [3, ...].
"""

import json
import pathlib
import struct

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
random = torch.Generator().manual_seed(4)
tensors = {}


def draw(*shape):
    return (torch.rand(*shape, generator=random) * 2 - 1).to(torch.float32).to(torch.float64)


def record(name, function, x, parameters):
    x = x.clone().requires_grad_()
    parameters = [p.clone().requires_grad_() for p in parameters]
    y = function(x, *parameters)
    dy = draw(*y.shape)
    gradients = torch.autograd.grad(y, [x, *parameters], dy)
    tensors[name + "/x"], tensors[name + "/y"], tensors[name + "/dy"] = x, y, dy
    for i, p in enumerate(parameters):
        tensors[f"{name}/p{i}"] = p
    tensors[name + "/dx"] = gradients[0]
    for i, g in enumerate(gradients[1:]):
        tensors[f"{name}/dp{i}"] = g


# name: (input shape, out channels, kernel, torch's keywords)
CASES = {
    "conv1d": ((2, 3, 11), 4, [3], {}),
    "conv1d_stride": ((2, 3, 12), 5, [4], dict(stride=3, padding=2)),
    "conv1d_dilated": ((1, 2, 15), 17, [3], dict(dilation=4, padding=3)),
    "conv1d_same": ((2, 2, 9), 3, [4], dict(padding="same", dilation=2)),
    "conv1d_groups": ((3, 6, 8), 9, [2], dict(groups=3)),
    "conv1d_depthwise": ((2, 5, 8), 10, [3], dict(groups=5, padding=1, bias=False)),
    "conv1d_reflect": ((2, 3, 7), 4, [5], dict(padding=4, padding_mode="reflect")),
    "conv1d_replicate": ((2, 3, 7), 4, [5], dict(padding=4, padding_mode="replicate", stride=2)),
    "conv1d_circular": ((2, 3, 7), 4, [5], dict(padding=4, padding_mode="circular")),
    "conv2d": ((2, 3, 7, 6), 4, [3, 2], {}),
    "conv2d_all": ((2, 4, 9, 10), 6, [3, 2], dict(stride=(2, 1), padding=(1, 2), dilation=(1, 3), groups=2)),
    "conv2d_reflect": ((1, 2, 5, 6), 3, [3, 3], dict(padding=(2, 1), padding_mode="reflect")),
    "conv2d_circular": ((1, 2, 5, 6), 3, [3, 3], dict(padding=(2, 1), padding_mode="circular", dilation=(2, 1))),
    "conv3d": ((2, 2, 5, 4, 6), 3, [2, 3, 2], dict(stride=(1, 1, 2), padding=(1, 0, 1))),
    "conv3d_same": ((1, 2, 4, 4, 3), 3, [3, 2, 3], dict(padding="same")),
}
for name, (shape, out, kernel, keywords) in CASES.items():
    keywords = dict(keywords)
    module = [nn.Conv1d, nn.Conv2d, nn.Conv3d][len(kernel) - 1](shape[1], out, kernel, **keywords).double()
    weight = draw(*module.weight.shape)
    parameters = [weight] + ([draw(out)] if module.bias is not None else [])

    def call(x, *p, module=module):
        names = ["weight", "bias"][:len(p)]
        return torch.func.functional_call(module, dict(zip(names, p)), (x,))

    record(name, call, draw(*shape), parameters)

# Causal: zeros before, as the papers have it.
record("conv1d_causal", lambda x, w, b: F.conv1d(F.pad(x, (6, 0)), w, b, dilation=3), draw(2, 3, 10),
       [draw(4, 3, 3), draw(4)])

for name, function, shape in [
    ("max1d", lambda x: F.max_pool1d(x, 3, 2, 1, return_indices=True), (2, 3, 10)),
    ("max1d_dilated", lambda x: F.max_pool1d(x, 3, 1, 1, 3, return_indices=True), (2, 2, 12)),
    ("max2d", lambda x: F.max_pool2d(x, (3, 2), (2, 2), (1, 0), return_indices=True), (2, 3, 8, 7)),
    ("max3d", lambda x: F.max_pool3d(x, 2, 2, return_indices=True), (1, 2, 5, 4, 6)),
]:
    x = draw(*shape)
    record(name, lambda x, f=function: f(x)[0], x, [])
    tensors[name + "/indices"] = function(x)[1]

record("average1d", lambda x: F.avg_pool1d(x, 3, 2, 1), draw(2, 3, 10), [])
record("average1d_inside", lambda x: F.avg_pool1d(x, 3, 2, 1, count_include_pad=False), draw(2, 3, 10), [])
record("average2d", lambda x: F.avg_pool2d(x, (3, 2), (2, 1), (1, 1)), draw(2, 3, 8, 7), [])
record("average3d", lambda x: F.avg_pool3d(x, 2, 1), draw(1, 2, 3, 4, 5), [])
record("adaptive_average1d", lambda x: F.adaptive_avg_pool1d(x, 4), draw(2, 3, 10), [])
record("adaptive_average2d", lambda x: F.adaptive_avg_pool2d(x, (3, 5)), draw(2, 2, 7, 5), [])
record("adaptive_maximum1d", lambda x: F.adaptive_max_pool1d(x, 4), draw(2, 3, 11), [])
record("adaptive_maximum2d", lambda x: F.adaptive_max_pool2d(x, (2, 3)), draw(2, 2, 7, 8), [])
for name, pool in [("adaptive_maximum1d", lambda x: F.adaptive_max_pool1d(x, 4, return_indices=True)),
                   ("adaptive_maximum2d", lambda x: F.adaptive_max_pool2d(x, (2, 3), return_indices=True))]:
    tensors[name + "/indices"] = pool(tensors[name + "/x"].detach())[1]
record("global_average", lambda x: x.mean((2, 3)), draw(2, 3, 4, 5), [])

record("dense", F.linear, draw(3, 7), [draw(5, 7), draw(5)])
record("relu", torch.relu, draw(2, 3, 5), [])
record("tanh", torch.tanh, draw(2, 3, 5) * 3, [])
record("sigmoid", torch.sigmoid, draw(2, 3, 5) * 3, [])
record("gate", lambda x: torch.tanh(x[:, :3]) * torch.sigmoid(x[:, 3:]), draw(2, 6, 5) * 3, [])


def lstm(x, w, u, b):
    module = nn.LSTM(x.shape[2], u.shape[1], batch_first=True).double()
    weights = dict(weight_ih_l0=w, weight_hh_l0=u, bias_ih_l0=b, bias_hh_l0=torch.zeros_like(b))
    return torch.func.functional_call(module, weights, (x,))[0]


record("lstm", lstm, draw(3, 6, 2), [draw(20, 2), draw(20, 5), draw(20)])
record("lstm17", lstm, draw(2, 4, 3), [draw(68, 3), draw(68, 17), draw(68)])

# Composites.
record("residual", lambda x, w, b: x + torch.tanh(F.conv1d(F.pad(x, (2, 0)), w, b, dilation=2)), draw(2, 3, 8),
       [draw(3, 3, 2), draw(3)])
record("concatenation", lambda x, w, b: torch.cat([x, torch.relu(F.conv1d(x, w, b, padding=1))], 1), draw(2, 3, 8),
       [draw(4, 3, 3), draw(4)])

for name, function, y, target in [
    ("mse", F.mse_loss, draw(3, 4), draw(3, 4)),
    ("mae", F.l1_loss, draw(3, 4), draw(3, 4)),
    ("cross_entropy", F.cross_entropy, draw(4, 6) * 4, torch.tensor([0, 5, 2, 2])),
    ("cross_entropy_1d", F.cross_entropy, draw(2, 5, 3) * 4, torch.tensor([[0, 4, 2], [1, 1, 3]])),
]:
    y = y.clone().requires_grad_()
    loss = function(y, target)
    tensors[name + "/y"], tensors[name + "/target"] = y, target
    tensors[name + "/loss"] = loss.reshape(1)
    tensors[name + "/dy"] = torch.autograd.grad(loss, y)[0]

for name, make in [
    ("sgd", lambda p: torch.optim.SGD([p], lr=0.1)),
    ("sgd_momentum", lambda p: torch.optim.SGD([p], lr=0.1, momentum=0.9)),
    ("adam", lambda p: torch.optim.Adam([p], lr=0.01, betas=(0.8, 0.95), eps=1e-3)),
]:
    p, gradients = draw(7).requires_grad_(), draw(3, 7)
    tensors[name + "/p0"], tensors[name + "/g0"] = p.detach().clone(), gradients
    optimizer, after = make(p), []
    for g in gradients:
        p.grad = g.clone()
        optimizer.step()
        after.append(p.detach().clone())
    tensors[name + "/after"] = torch.stack(after)


def causal(x, w, b, d):
    return F.conv1d(F.pad(x, ((w.shape[2] - 1) * d, 0)), w, b, dilation=d)


def dilated_stack(x, *p):
    for i, d in enumerate([1, 2, 4]):
        x = torch.relu(causal(x, p[2 * i], p[2 * i + 1], d))
    return x


STACK = [draw(5, 2, 3), draw(5), draw(5, 5, 3), draw(5), draw(5, 5, 3), draw(5)]
record("dilated_stack_last", lambda x, *p: dilated_stack(x, *p)[:, :, -1], draw(2, 2, 9), STACK)
record("dilated_stack_mean", lambda x, *p: dilated_stack(x, *p).mean(2), draw(2, 2, 9), STACK)


def gated_stack(x, *p):
    p = list(p)
    take = lambda: (p.pop(0), p.pop(0))
    x, skips = causal(x, *take(), 1), 0
    for i, d in enumerate([1, 2, 3]):
        a = causal(x, *take(), d)
        z = torch.tanh(a[:, :16]) * torch.sigmoid(a[:, 16:])
        if i < 2:
            x = x + causal(z, *take(), 1)
        skips = skips + causal(z, *take(), 1)
    hidden = torch.relu(causal(torch.relu(skips), *take(), 1))
    return causal(hidden, *take(), 1)[:, :, -1]


def lifted(n):
    """Biases that keep most ReLUs open."""
    return (draw(n) + 0.5).to(torch.float32).to(torch.float64)


for k in [2, 3]:  # residual 3, dilation 16, skip 5, head 4, two outputs; kernel 3 reaches before the first input
    shapes = [(3, 1, 1)]
    for i in range(3):
        shapes += [(32, 3, k)] + ([(3, 16, 1)] if i < 2 else []) + [(5, 16, 1)]
    shapes += [(4, 5, 1), (2, 4, 1)]
    record(f"gated_stack{k}", gated_stack, draw(2, 1, 10), [v for s in shapes for v in (draw(*s), lifted(s[0]))])

# Windows as columns and back, maxima put back, axes swapped. At the end, so that the draws before them stay what they were.
record("unfold2d", lambda x: F.unfold(x, (3, 2), padding=(1, 0), stride=(2, 1), dilation=(1, 2)), draw(2, 3, 6, 5), [])
record("fold2d", lambda x: F.fold(x, (6, 5), (3, 2), padding=(1, 0), stride=(2, 1), dilation=(1, 2)), draw(2, 12, 9), [])
maxima, places = F.max_pool2d(draw(2, 3, 5, 6), (2, 3), return_indices=True)
record("unpool2d", lambda x: F.max_unpool2d(x, places, (2, 3), output_size=(5, 6)), maxima, [])
tensors["unpool2d/indices"] = places
record("transpose", lambda x: x.transpose(1, 2), draw(2, 3, 4), [])
record("transpose_outer", lambda x: x.transpose(0, 3), draw(2, 3, 4, 5), [])

header, data = {"__metadata__": {"script": "make_layers_fixtures.py"}}, b""
for name in sorted(tensors):
    value = tensors[name].detach().contiguous()
    if value.dtype != torch.int64:
        value = value.to(torch.float64 if name.endswith("/loss") else torch.float32)
    raw = value.numpy().tobytes()
    dtype = {torch.int64: "I64", torch.float32: "F32", torch.float64: "F64"}[value.dtype]
    header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
(HERE / "layers_golden.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
