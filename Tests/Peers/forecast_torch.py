#!/usr/bin/env python3
"""The PyTorch peer of `synth lab forecast`: the same models from PyTorch's own modules, on the very same examples.

    synth lab forecast --epochs 20 --patience 0 --runs 3 --threads 2 --export-data sines.safetensors
    python3 forecast_torch.py sines.safetensors --epochs 20 --runs 3 --threads 2

Same initial distributions (He uniform and zero biases before a ReLU, PyTorch's defaults elsewhere), Adam with half a cosine
from 1e-3 to 0, batches of 32, the epoch that was best on the validation part judged on the test part; seconds are those
of the training steps. Only the random numbers differ. Prints a table, or with --json the keys that `synth` prints.
The stacks are computed in full, as PyTorch's modules do; jemalloc is preloaded where it is installed (see train_torch.py).
"""

import argparse
import json
import math
import pathlib
import statistics
import struct
import sys
import time

from train_torch import preload_jemalloc

NAMES = ["last", "linear", "dense", "conv", "exercise1", "dilated", "notebook", "stack6", "mini", "wavenet", "lstm"]


def arguments():
    parser = argparse.ArgumentParser(description="Trains the lecture's forecasters with PyTorch.")
    parser.add_argument("data", type=pathlib.Path, help="what synth lab forecast --export-data wrote")
    parser.add_argument("--models", default=",".join(NAMES))
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def read(path):
    """The float32 tensors of a safetensors file and its metadata."""
    import torch
    blob = path.read_bytes()
    size = struct.unpack("<Q", blob[:8])[0]
    header = json.loads(blob[8:8 + size])
    metadata, tensors = header.pop("__metadata__"), {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", name
        first, last = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(blob[first:last]), dtype=torch.float32).reshape(entry["shape"])
    return tensors, float(metadata["scale"])


def covering(length):
    """Dilations that double, the last one what is left: a receptive field of exactly `length` with two taps."""
    dilations, left = [], length - 1
    while left > 0:
        dilations.append(min(1 << len(dilations), left))
        left -= dilations[-1]
    return dilations


def build(name, window, horizon):
    import torch
    from torch import nn
    from torch.nn import functional as F

    def rectified(layer):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    class Stack(nn.Module):
        """Causal layers with two taps and ReLU; the last position or the mean; Dense."""

        def __init__(self, filters, dilations, mean):
            super().__init__()
            widths = [1] + [filters] * len(dilations)
            self.layers = nn.ModuleList(
                rectified(nn.Conv1d(a, b, 2, dilation=d)) for a, b, d in zip(widths, widths[1:], dilations))
            self.mean, self.head = mean, nn.Linear(filters, horizon)

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(F.pad(x, (layer.dilation[0], 0))))
            return self.head(x.mean(2) if self.mean else x[:, :, -1])

    class WaveNet(nn.Module):
        """Valid convolutions: the receptive field is the window, one position is left at the end."""

        def __init__(self, width=32):
            super().__init__()
            dilations = covering(window)
            self.input = nn.Conv1d(1, width, 1)
            self.dilated = nn.ModuleList(nn.Conv1d(width, 2 * width, 2, dilation=d) for d in dilations)
            self.skip = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in dilations)
            self.residual = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in dilations[1:])
            self.hidden, self.output = nn.Conv1d(width, width, 1), nn.Conv1d(width, horizon, 1)

        def forward(self, x):
            x, skips = self.input(x), 0
            for i, dilated in enumerate(self.dilated):
                filter, gate = dilated(x).chunk(2, dim=1)
                z = torch.tanh(filter) * torch.sigmoid(gate)
                skips = skips + self.skip[i](z[:, :, -1:])
                if i < len(self.residual):
                    x = x[:, :, -z.shape[2]:] + self.residual[i](z)
            return self.output(torch.relu(self.hidden(torch.relu(skips))))[:, :, 0]

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.head = nn.LSTM(1, 64, batch_first=True), nn.Linear(64, horizon)

        def forward(self, x):
            return self.head(self.lstm(x.transpose(1, 2))[0][:, -1])

    if name == "linear":
        return nn.Sequential(nn.Flatten(), nn.Linear(window, horizon))
    if name == "dense":
        return nn.Sequential(nn.Flatten(), rectified(nn.Linear(window, 64)), nn.ReLU(), nn.Linear(64, horizon))
    if name == "conv":
        return nn.Sequential(
            rectified(nn.Conv1d(1, 32, 5)), nn.ReLU(), rectified(nn.Conv1d(32, 32, 5)), nn.ReLU(), nn.Flatten(),
            nn.Linear(32 * (window - 8), horizon))
    if name == "exercise1":
        return nn.Sequential(
            nn.ZeroPad1d((4, 0)), rectified(nn.Conv1d(1, 32, 5)), nn.ReLU(), nn.ZeroPad1d((4, 0)),
            rectified(nn.Conv1d(32, 32, 5)), nn.ReLU(), nn.Flatten(), nn.Linear(32 * window, horizon))
    if name == "notebook":
        layers = []
        for inputs, dilation in zip([1, 64, 64, 64], [1, 2, 4, 8]):
            layers += [nn.ZeroPad1d((dilation, 0)), rectified(nn.Conv1d(inputs, 64, 2, dilation=dilation)), nn.ReLU()]
        return nn.Sequential(*layers, rectified(nn.Conv1d(64, 64, 1)), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
                             nn.Linear(64, horizon))
    if name == "dilated":
        return Stack(64, [1, 2, 4, 8], True)
    if name == "stack6":
        return Stack(32, [1 << i for i in range(6)], False)
    if name == "mini":
        return Stack(32, [1 << i for i in range(10)], False)
    if name == "wavenet":
        return WaveNet()
    if name == "lstm":
        return Recurrent()
    sys.exit(f"no model '{name}': give some of {','.join(NAMES)}")


def predict(network, x):
    import torch
    with torch.no_grad():
        return torch.cat([network(part) for part in x.split(1000)])


def train(name, parts, scale, options, seed):
    import torch
    torch.manual_seed(seed)
    x, y = parts["training"]
    horizon = y.shape[1]
    judge = lambda network, part: ((predict(network, parts[part][0]) - parts[part][1]) * scale)
    if name == "last":
        error = judge(lambda x: x[:, 0, -1:].repeat(1, horizon), "test")
        return dict(seed=seed, mse=error.square().mean().item(), mae=error.abs().mean().item(), seconds=0.0), 0, 0
    network = build(name, x.shape[2], horizon)
    optimizer = torch.optim.Adam(network.parameters(), lr=options.learning_rate, fused=True)
    batches = math.ceil(len(x) / options.batch)
    steps, seconds, best, kept, validation = 0, 0.0, math.inf, None, []
    for _ in range(options.epochs):
        start = time.perf_counter()
        for indices in torch.randperm(len(x)).split(options.batch):
            rate = options.learning_rate * 0.5 * (1 + math.cos(math.pi * steps / (options.epochs * batches)))
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.mse_loss(network(x[indices]), y[indices]).backward()
            optimizer.step()
            steps += 1
        seconds += time.perf_counter() - start
        error = judge(network, "validation").square().mean().item()
        validation.append(error)
        if error < best:
            best, kept = error, {k: v.clone() for k, v in network.state_dict().items()}
    network.load_state_dict(kept)
    error = judge(network, "test")
    parameters = sum(p.numel() for p in network.parameters())
    if name == "lstm":
        parameters -= 4 * 64  # PyTorch has two biases where one is enough
    run = dict(seed=seed, mse=error.square().mean().item(), mae=error.abs().mean().item(), seconds=seconds,
               validation=validation)
    return run, parameters, steps


def main():
    options = arguments()
    allocator = preload_jemalloc()
    import torch
    torch.set_num_threads(options.threads)
    tensors, scale = read(options.data)
    parts = {name: (tensors[name + ".x"].unsqueeze(1), tensors[name + ".y"])
             for name in ["training", "validation", "test"]}
    report = []
    if not options.json:
        print(f"PyTorch {torch.__version__}, {options.threads} threads, {allocator}")
        print(f"{'model':9}{'test MSE':>11}{'+-':>10}{'test MAE':>11}{'parameters':>12}{'seconds':>9}{'steps/s':>9}")
    for name in options.models.split(","):
        runs = []
        for i in range(options.runs):
            run, parameters, steps = train(name, parts, scale, options, options.seed + i)
            runs.append(run)
        mean = lambda key: statistics.fmean(run[key] for run in runs)
        deviation = statistics.stdev(run["mse"] for run in runs) if len(runs) > 1 else 0.0
        seconds = mean("seconds")
        report.append(dict(name=name, mse=mean("mse"), mae=mean("mae"), mse_deviation=deviation, seconds=seconds,
                           parameters=parameters, steps_per_second=steps / seconds if seconds else 0, runs=runs))
        if not options.json:
            print(f"{name:9}{mean('mse'):11.4g}{deviation:10.2g}{mean('mae'):11.4g}{parameters:12}{seconds:9.2f}"
                  f"{report[-1]['steps_per_second']:9.0f}", flush=True)
    if options.json:
        print(json.dumps(dict(implementation=f"PyTorch {torch.__version__}", allocator=allocator, models=report)))


if __name__ == "__main__":
    main()
