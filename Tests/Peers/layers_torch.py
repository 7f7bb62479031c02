#!/usr/bin/env python3
"""Random layers of `synth lab layer` against PyTorch: outputs, places of the maxima, gradients.

    swift build && python3 Tests/Peers/layers_torch.py --cases 100
    python3 Tests/Peers/layers_torch.py --synth .build/release/synth --kinds conv2d,lstm --cases 500 --seed 2

For every kind: random channels, kernels, strides, paddings of every sort, dilations, groups and sizes; some of them cannot be. The program
draws input and weights and prints them; PyTorch computes the same in double precision with its own modules and autograd,
from the gradient of the sum of all outputs. Equal means: shape, places and parameter count the same, numbers within 3e-6 of
the largest of their tensor. What one of the two refuses the other has to refuse as well. What PyTorch does not have, it is given
by its own means: zeros or -infinity on the left for causal windows, a depthwise convolution for means with dilation.
Needs PyTorch (made with 2.13); not part of `swift test`. Ends with code 1 if anything differs.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional as F

KINDS = [f"{name}{d}d" for name in ["conv", "maxpool", "avgpool", "adaptiveavgpool", "adaptivemaxpool"] for d in [1, 2, 3]]
KINDS += ["lstm", "dense"]
TOLERANCE = 3e-6


def arguments():
    parser = argparse.ArgumentParser(description="Compares random layers with PyTorch.")
    parser.add_argument("--synth", default=str(pathlib.Path(__file__).parents[2] / ".build/debug/synth"))
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--cases", type=int, default=50, help="per kind")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Case:
    """One random layer: the words for `synth`, and PyTorch's function of (x, *parameters)."""

    def __init__(self, kind, draw):
        self.kind, self.draw = kind, draw
        self.d = int(kind[-2]) if kind.endswith("d") else 1
        self.words = ["lab", "layer", kind, "--input", "random", "--gradients", "--json",
                      "--seed", str(draw.randrange(1 << 30))]
        self.channels = draw.randint(1, 4)
        self.before = self.after = None  # sides that PyTorch is given by F.pad
        family = kind[:-2] if kind.endswith("d") and kind != "dense" else kind
        getattr(self, family)()

    def numbers(self, low, high):
        """One number for each dimension, or the same for all."""
        if self.draw.random() < 0.3:
            return [self.draw.randint(low, high)] * self.d
        return [self.draw.randint(low, high) for _ in range(self.d)]

    def add(self, name, values):
        self.words += [name, ",".join(map(str, values)) if isinstance(values, list) else str(values)]

    def size(self):
        self.add("--in", self.channels)
        self.add("--size", self.numbers(3, [24, 12, 9][self.d - 1]))

    def window(self, dilates=True):
        self.kernel, self.stride = self.numbers(1, 4), self.numbers(1, 3)
        self.dilation = self.numbers(1, 3) if dilates and self.draw.random() < 0.6 else [1] * self.d
        sort = self.draw.choice(["valid", "same", "causal", "numbers", "numbers", "sides"])
        if sort == "same" and self.draw.random() < 0.8:
            self.stride = [1] * self.d
        self.add("--kernel", self.kernel)
        self.add("--stride", self.stride)
        self.add("--dilation", self.dilation)
        whole = [(k - 1) * d for k, d in zip(self.kernel, self.dilation)]
        self.sort, self.padding = sort, [0] * self.d
        if sort == "numbers":
            self.padding = self.numbers(0, 3)
            self.add("--padding", self.padding)
        elif sort == "sides":
            self.before, self.after = self.numbers(0, 3), self.numbers(0, 3)
            self.add("--padding", [f"{b}:{a}" for b, a in zip(self.before, self.after)])
        else:
            self.add("--padding", sort)
            if sort == "causal":
                self.before, self.after = whole, [0] * self.d
            elif sort == "same":
                self.before = [w // 2 for w in whole]
                self.after = [w - w // 2 for w in whole]

    def padded(self, x, value):
        if self.sort == "same" and any(s != 1 for s in self.stride):
            raise ValueError("same with a stride")
        if self.before is None:
            return x
        sides = [n for pair in reversed(list(zip(self.before, self.after))) for n in pair]
        return F.pad(x, sides, value=value)

    def conv(self):
        self.window()
        groups = self.draw.choice([1, self.draw.choice([1, 2, 3, self.channels])])
        outputs = self.draw.randint(1, 6)
        if self.draw.random() < 0.8:  # the rest may not fit, and both have to say so
            self.channels, outputs = groups * self.draw.randint(1, 2), groups * self.draw.randint(1, 3)
        mode = self.draw.choice(["zeros", "zeros", "reflect", "replicate", "circular"])
        bias = self.draw.random() < 0.7
        self.words += ["--out", str(outputs), "--groups", str(groups), "--padding-mode", mode, "--weights", "random"]
        self.words += [] if bias else ["--no-bias"]
        self.size()
        module = [nn.Conv1d, nn.Conv2d, nn.Conv3d][self.d - 1]

        def call(x, *p):
            if self.sort == "same" and any(s != 1 for s in self.stride):
                raise ValueError("same with a stride")
            options = dict(stride=self.stride, dilation=self.dilation, groups=groups, bias=bias)
            if self.before is None:
                layer = module(self.channels, outputs, self.kernel, padding=self.padding, padding_mode=mode, **options)
            elif self.sort == "same":
                layer = module(self.channels, outputs, self.kernel, padding="same", padding_mode=mode, **options)
            else:
                layer = module(self.channels, outputs, self.kernel, **options)
                sides = [n for pair in reversed(list(zip(self.before, self.after))) for n in pair]
                x = F.pad(x, sides, mode="constant" if mode == "zeros" else mode)
            named = dict(zip(["weight", "bias"], p))
            return torch.func.functional_call(layer.double(), named, (x,))

        self.call = call

    def maxpool(self):
        self.window()
        self.size()
        pool = [F.max_pool1d, F.max_pool2d, F.max_pool3d][self.d - 1]

        def call(x):
            lengths, padding = x.shape[2:], self.padding
            spans = [(k - 1) * d + 1 for k, d in zip(self.kernel, self.dilation)]
            if any(p > s // 2 for p, s in zip(padding, spans)):
                raise ValueError("more padding than half of the window")
            if any(k // 2 < p <= s // 2 for p, k, s in zip(padding, self.kernel, spans)):
                # Half of the dilated window is allowed; PyTorch's own check knows that in one dimension alone.
                self.before = self.after = padding
                padding = [0] * self.d
            wide = self.padded(x, -math.inf)
            y, places = pool(wide, self.kernel, self.stride, padding, self.dilation, return_indices=True)
            if not y.isfinite().all():
                raise ValueError("a window of padding alone")
            if self.before is not None:  # places in the padded input
                index = numpy.array(numpy.unravel_index(places.numpy().ravel(), wide.shape[2:]))
                index -= numpy.array(self.before)[:, None]
                places = torch.tensor(numpy.ravel_multi_index(tuple(index), lengths)).reshape(y.shape)
            return y, places

        self.call = call

    def avgpool(self):
        self.window()
        self.size()
        counts = self.draw.random() < 0.5
        self.words += [] if counts else ["--exclude-padding"]
        pool = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][self.d - 1]
        convolve = [F.conv1d, F.conv2d, F.conv3d][self.d - 1]

        def call(x):
            if all(d == 1 for d in self.dilation) and self.before is None:
                return pool(x, self.kernel, self.stride, self.padding, count_include_pad=counts)
            if any(p > ((k - 1) * d + 1) // 2 for p, k, d in zip(self.padding, self.kernel, self.dilation)):
                raise ValueError("more padding than half of the window")

            def sums(x):
                x = self.padded(x, 0)
                if self.before is None:
                    x = F.pad(x, [p for p in reversed(self.padding) for _ in range(2)])
                ones = torch.ones([x.shape[1], 1, *self.kernel], dtype=x.dtype)
                return convolve(x, ones, stride=self.stride, dilation=self.dilation, groups=x.shape[1])

            there = sums(torch.ones_like(x))
            if not counts and (there == 0).any():
                raise ValueError("a window of padding alone")
            return sums(x) / (math.prod(self.kernel) if counts else there)

        self.call = call

    def adaptive(self, functions):
        output = self.numbers(1, 7)
        self.add("--output-size", output)
        self.size()
        self.call = lambda x: functions[self.d - 1](x, output)

    def adaptiveavgpool(self):
        self.adaptive([F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d])

    def adaptivemaxpool(self):
        functions = [F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d]
        self.adaptive([lambda x, n, f=f: f(x, n, return_indices=True) for f in functions])

    def lstm(self):
        units = self.draw.randint(1, 20)
        self.words += ["--out", str(units), "--weights", "random"]
        self.size()
        module = nn.LSTM(self.channels, units, batch_first=True).double()

        def call(x, w, u, b):
            named = dict(weight_ih_l0=w, weight_hh_l0=u, bias_ih_l0=b, bias_hh_l0=torch.zeros_like(b))
            return torch.func.functional_call(module, named, (x,))[0]

        self.call = call

    def dense(self):
        self.words += ["--in", str(self.draw.randint(1, 30)), "--out", str(self.draw.randint(1, 9)), "--weights", "random"]
        self.words += [] if self.draw.random() < 0.7 else ["--no-bias"]
        self.call = F.linear


def tensor(numbers):
    """The float32 numbers of a report, exactly, in double precision."""
    values = numpy.array(numbers["values"], dtype=numpy.float32).astype(numpy.float64)
    return torch.from_numpy(values).reshape(numbers["shape"])


def difference(ours, theirs):
    if list(ours.shape) != list(theirs.shape):
        return math.inf
    scale = theirs.abs().max().item() if theirs.numel() else 0
    worst = (ours - theirs).abs().max().item() if theirs.numel() else 0
    return worst / scale if scale else (0 if worst == 0 else math.inf)


def compare(case, run):
    """'equal', 'refused by both', or what differs."""
    if run.returncode == 64:
        size = [int(n) for n in case.words[case.words.index("--size") + 1].split(",")] if "--size" in case.words else []
        size = size if len(size) == case.d else size * case.d
        try:
            parameters = []
            x = torch.zeros([1, case.channels, *size], dtype=torch.float64)
            if case.kind.startswith("conv"):
                word = lambda name: int(case.words[case.words.index(name) + 1])
                inputs, outputs, groups = case.channels, word("--out"), word("--groups")
                parameters = [torch.zeros([outputs, max(1, inputs // groups), *case.kernel], dtype=torch.float64)]
                parameters += [] if "--no-bias" in case.words else [torch.zeros(outputs, dtype=torch.float64)]
            y = case.call(x, *parameters)
            y = y[0] if isinstance(y, tuple) else y
            return "equal" if y.numel() == 0 else f"refused by synth alone: {run.stderr.splitlines()[0]}"
        except (RuntimeError, ValueError):
            return "refused by both"
    if run.returncode:
        return f"exit code {run.returncode}: {run.stderr}"
    report = json.loads(run.stdout)
    x = tensor(report["input"]).requires_grad_()
    parameters = [tensor(p).requires_grad_() for p in report["weights"]]
    try:
        y = case.call(x, *parameters)
    except (RuntimeError, ValueError) as error:
        return f"refused by PyTorch alone: {error}"
    y, places = y if isinstance(y, tuple) else (y, None)
    if sum(p.numel() for p in parameters) != report["parameters"]:
        return "parameter count"
    if difference(tensor(report["output"]), y) > TOLERANCE:
        return f"output by {difference(tensor(report['output']), y)}"
    if places is not None and places.flatten().tolist() != report["indices"]:
        return "places of the maxima"
    expected = torch.autograd.grad(y.sum(), [x, *parameters])
    for ours, theirs in zip(report["gradients"], expected, strict=True):
        if difference(tensor(ours), theirs) > TOLERANCE * 3:
            return f"gradient of {ours['name']} by {difference(tensor(ours), theirs)}"
    return "equal"


def main():
    options = arguments()
    draw, failed, total = random.Random(options.seed), 0, {"equal": 0, "refused by both": 0}
    print(f"{'kind':18}{'equal':>8}{'refused by both':>18}{'different':>12}")
    for kind in options.kinds.split(","):
        counts = {"equal": 0, "refused by both": 0}
        different = 0
        for _ in range(options.cases):
            case = Case(kind, draw)
            run = subprocess.run([options.synth, *case.words], capture_output=True, text=True)
            verdict = compare(case, run)
            if verdict in counts:
                counts[verdict] += 1
                total[verdict] += 1
            else:
                different += 1
                print(f"{' '.join(case.words)}\n  {verdict}", file=sys.stderr)
        failed += different
        print(f"{kind:18}{counts['equal']:8}{counts['refused by both']:18}{different:12}", flush=True)
    print(f"{'all':18}{total['equal']:8}{total['refused by both']:18}{failed:12}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
