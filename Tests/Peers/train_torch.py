#!/usr/bin/env python3
"""The PyTorch peer of training: a clean WaveNet of Conv1d modules, for comparison with `synth bench`.

    python3 train_torch.py --shape C1 --threads 2               # float32, eager
    python3 train_torch.py --shape C1 --threads 2 --compile     # torch.compile; the first step takes about a minute
    python3 train_torch.py --shape C1 --threads 2 --bf16        # bf16 autocast
    python3 train_torch.py --shape C1 --threads 2 --padded      # every convolution padded with zeros on the left

The same work as ours: `--clips` x `--crop` predicted positions (RF - 1 + crop codes go in, no padding), forward,
cross-entropy at every position, backward, Adam. `--padded` is what most published code does instead: crop codes go in,
every block works on crop positions, and the first receptive field is predicted from zeros; 6 to 10 % less work. Prints one line of JSON: the median of `--chunks` timed chunks, in
predicted positions (timesteps) per second, with the process's peak memory.

glibc's malloc hands every large activation back to the kernel and faults it in again, which costs PyTorch a factor of
1.6 to 3.4 here. To be fair the script starts itself again with jemalloc preloaded where it is installed (Debian:
libjemalloc2), told to keep its pages and to use huge ones; the JSON says which allocator ran, and `--allocator glibc` keeps the default.
"""

import argparse
import ctypes.util
import json
import os
import resource
import statistics
import sys
import time

SHAPES = {  # stacks, layers, kernel, residual, dilation, skip, head
    "C1": (2, 10, 2, 32, 32, 64, 64),
    "C2": (2, 10, 2, 64, 64, 256, 256),
    "C3": (5, 10, 2, 32, 32, 512, 512),
    "C4": (3, 10, 3, 128, 128, 128, 128),
}
CODES = 256


def arguments():
    parser = argparse.ArgumentParser(description="Times PyTorch training of a WaveNet.")
    parser.add_argument("--shape", choices=SHAPES, default="C1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--crop", type=int, default=8192)
    parser.add_argument("--chunks", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1, help="optimizer steps per chunk")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--padded", action="store_true")
    parser.add_argument("--allocator", choices=["jemalloc", "glibc"], default="jemalloc")
    return parser.parse_args()


def preload_jemalloc():
    """Starts this script again with jemalloc, once. Returns the name of the allocator that runs."""
    if "jemalloc" in os.environ.get("LD_PRELOAD", ""):
        return "jemalloc"
    library = ctypes.util.find_library("jemalloc")
    if library is None:
        print("jemalloc is not installed: PyTorch runs slower with glibc's malloc", file=sys.stderr)
        return "glibc"
    print(f"starting again with {library} preloaded", file=sys.stderr)
    os.environ["LD_PRELOAD"] = library
    os.environ["MALLOC_CONF"] = "oversize_threshold:1,dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always"
    os.execv(sys.executable, [sys.executable, *sys.argv])


def main():
    options = arguments()
    allocator = preload_jemalloc() if options.allocator == "jemalloc" else "glibc"
    import torch
    from torch import nn

    class WaveNet(nn.Module):
        def __init__(self, stacks, layers, K, R, D, S, H):
            super().__init__()
            dilations = [1 << i for i in range(layers)] * stacks
            self.receptive_field = 1 + (K - 1) * sum(dilations)
            self.embedding = nn.Embedding(CODES, R)
            self.padding = [(K - 1) * d if options.padded else 0 for d in dilations]
            self.dilated = nn.ModuleList(nn.Conv1d(R, 2 * D, K, dilation=d) for d in dilations)
            self.skip = nn.ModuleList(nn.Conv1d(D, S, 1) for _ in dilations)
            self.residual = nn.ModuleList(nn.Conv1d(D, R, 1) for _ in dilations[1:])
            self.hidden, self.output = nn.Conv1d(S, H, 1), nn.Conv1d(H, CODES, 1)

        def forward(self, codes):  # [B, N] -> [B, Q, N - RF + 1], or [B, Q, N] if padded
            count = codes.shape[1] - (0 if options.padded else self.receptive_field - 1)
            x = self.embedding(codes).transpose(1, 2)
            skips = 0
            for i, dilated in enumerate(self.dilated):
                padded = nn.functional.pad(x, (self.padding[i], 0)) if options.padded else x
                filter, gate = dilated(padded).chunk(2, dim=1)
                z = torch.tanh(filter) * torch.sigmoid(gate)
                skips = skips + self.skip[i](z[:, :, -count:])
                if i < len(self.residual):
                    x = x[:, :, -z.shape[2]:] + self.residual[i](z)
            return self.output(torch.relu(self.hidden(torch.relu(skips))))

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = WaveNet(*SHAPES[options.shape])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    codes = torch.randint(0, CODES, (options.clips, model.receptive_field + options.crop))
    inputs, targets = codes[:, :-1].contiguous(), codes[:, -options.crop:].contiguous()
    if options.padded:
        inputs = inputs[:, -options.crop:].contiguous()
    network = torch.compile(model) if options.compile else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16):
            logits = network(inputs)
        loss = nn.functional.cross_entropy(logits.float(), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    step(), step()  # warm up; compile
    rates = []
    for _ in range(options.chunks):
        start = time.perf_counter()
        for _ in range(options.steps):
            loss = step()
        rates.append(options.clips * options.crop * options.steps / (time.perf_counter() - start))
    kind = " ".join(["compiled" if options.compile else "eager", "bf16" if options.bf16 else "f32"]
                    + (["padded"] if options.padded else []))
    print(json.dumps({
        "name": "train", "implementation": f"PyTorch {torch.__version__} {kind}", "shape": options.shape,
        "threads": options.threads, "samples_per_second": round(statistics.median(rates), 1),
        "allocator": allocator, "clips": options.clips, "crop": options.crop, "chunks": options.chunks,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 10**6, "loss": round(loss, 4)}))


if __name__ == "__main__":
    main()
