#!/usr/bin/env python3
"""Makes the golden file forecast_golden.safetensors beside this script.

    python3 make_forecast_fixtures.py

Made with PyTorch 2.13.0 (CPU), Python 3.11. The lecture's models, as Tests/Peers/forecast_torch.py builds them, start
from weights that a formula gives (`weights` below and in Tests/ForecastingTests), and are trained for six steps of Adam
in float64 on the same six examples. Running it again gives the same bytes.

  x        float32 [6, 50]   windows
  y        float32 [6, 2]    answers
  NAME     float64 [7]       mean squared error before each of the six steps, and after them
"""

import json
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Peers"))
from forecast_torch import build  # noqa: E402

MASK = 0xFFFFFFFF


def noise(tensor, i):
    """A number in [-1, 1) with 24 bits: a finalizer of hashes over the two indices."""
    h = (i * 0x9E3779B1 + tensor * 0x85EBCA77 + 1) & MASK
    h = ((h ^ h >> 16) * 0x7FEB352D) & MASK
    h = ((h ^ h >> 15) * 0x846CA68B) & MASK
    return ((h ^ h >> 16) >> 8) / (1 << 23) - 1


def weights(tensor, shape):
    """sqrt(3 / inputs of one output) times noise; biases, which have one axis, a tenth of noise."""
    count = 1
    for length in shape:
        count *= length
    inputs = count // shape[0]
    scale = 0.1 if len(shape) == 1 else (3 / inputs) ** 0.5
    return torch.tensor([scale * noise(tensor, i) for i in range(count)], dtype=torch.float64).reshape(shape)


def parameters(name, network):
    """In the order of our layers, which for the gated model is block by block."""
    if name != "wavenet":
        return [p for n, p in network.named_parameters() if n != "lstm.bias_hh_l0"]
    modules = [network.input]
    for i, dilated in enumerate(network.dilated):
        modules += [dilated] + ([network.residual[i]] if i < len(network.residual) else []) + [network.skip[i]]
    return [p for m in modules + [network.hidden, network.output] for p in (m.weight, m.bias)]


x = torch.tensor([[noise(1000 + n, i) for i in range(50)] for n in range(6)], dtype=torch.float32)
y = torch.tensor([[noise(2000 + n, i) for i in range(2)] for n in range(6)], dtype=torch.float32)
tensors = {"x": x, "y": y}
for name in ["linear", "dense", "conv", "dilated", "stack6", "mini", "wavenet", "lstm"]:
    network = build(name, 50, 2).double()
    if name == "lstm":  # one bias, as ours
        network.lstm.bias_hh_l0.data.zero_()
        network.lstm.bias_hh_l0.requires_grad_(False)
    learnt = parameters(name, network)
    for t, p in enumerate(learnt):
        p.data = weights(t, tuple(p.shape))
    optimizer = torch.optim.Adam(learnt, lr=1e-2)
    losses = []
    for step in range(7):
        loss = torch.nn.functional.mse_loss(network(x.double().unsqueeze(1)), y.double())
        losses.append(loss.item())
        if step < 6:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    tensors[name] = torch.tensor(losses, dtype=torch.float64)

header, data = {"__metadata__": {"script": "make_forecast_fixtures.py"}}, b""
for name in sorted(tensors):
    raw = tensors[name].contiguous().numpy().tobytes()
    dtype = {torch.float32: "F32", torch.float64: "F64"}[tensors[name].dtype]
    header[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
(HERE / "forecast_golden.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
