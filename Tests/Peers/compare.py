#!/usr/bin/env python3
"""Compares `synth bench` with the peers beside this script, in alternating runs, and prints the ratios.

    sudo apt-get install g++ libjemalloc2 && pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu
    swift build -c release --product synth
    python3 compare.py                                    # generation, priming and training, C1 to C3: half an hour
    python3 compare.py --tasks generate                   # no PyTorch needed
    python3 compare.py --shapes C1 --tasks train --rounds 5 --torch eager compiled
    python3 compare.py --markdown                         # the tables of the README's "Measured"
    python3 compare.py --json > raw.json                  # every number of every run; report.py raw.json prints it

Every contestant runs once per round, one after the other, so that a slow minute of the machine hits all of them; what
counts is the median over the rounds; every number is on standard error as soon as it is there. Each runs in a process of
its own, whose peak memory is noted.

Generation is held against plain_queues (f32, one stream, one thread), which is built here into a temporary folder;
training against the fastest of the variants of train_torch.py of the same arithmetic (Conv1d modules, with and without
padding, eager and compiled; time-major matrix products were slower in every variant tried). Allocations are counted in one
more run of `synth bench`, with the counter of Tests/CAllocationCounter preloaded. Nothing else should run on the
machine: the script says so when its load is above a half.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import report

HERE = pathlib.Path(__file__).resolve().parent
COUNTER = HERE.parent / "CAllocationCounter"
TORCH = {"eager": [], "padded": ["--padded"], "compiled": ["--compile"],
         "compiled-padded": ["--compile", "--padded"], "bf16": ["--bf16"],
         "bf16-padded": ["--bf16", "--padded"], "bf16-compiled": ["--bf16", "--compile"]}


def arguments():
    parser = argparse.ArgumentParser(description="synth against its peers, in alternating runs.")
    parser.add_argument("--synth", default=str(HERE.parents[1] / ".build/release/synth"))
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--shapes", nargs="+", default=["C1", "C2", "C3"], help="of C1, C2, C3, C4")
    parser.add_argument("--tasks", nargs="+", choices=["generate", "train"], default=["generate", "train"])
    parser.add_argument("--precision", nargs="+", default=["all"], help="of our generation")
    parser.add_argument("--train-precision", nargs="+", default=["f32", "bf16"], help="of our training")
    parser.add_argument("--clips", nargs="+", default=["1", "64"], help="of our generation")
    parser.add_argument("--torch", nargs="+", choices=TORCH, default=["eager", "padded", "compiled", "bf16"])
    parser.add_argument("--threads", type=int, default=2, help="of both sides' training, most of our generation")
    parser.add_argument("--rounds", type=int, default=3)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true")
    output.add_argument("--markdown", action="store_true")
    return parser.parse_args()


def run(command, **environment):
    """Runs a command and returns the JSON object on its standard output."""
    print("$ " + " ".join(map(str, command)), file=sys.stderr, flush=True)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    return json.loads(done.stdout)


def build(folder):
    """The plain peer and the allocation counter, or None where the latter cannot be built."""
    peer, counter = folder / "plain_queues", folder / "counter.so"
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-std=c++17", "-o", peer,
                    HERE / "plain_queues.cpp"], check=True)
    built = subprocess.run([os.environ.get("CC", "cc"), "-O2", "-shared", "-fPIC", "-ftls-model=initial-exec", "-I",
                            COUNTER / "include", "-o", counter, COUNTER / "counter.c"]).returncode == 0
    return peer, counter if built else None


class Measurement:
    """All numbers of all runs: one list per contestant."""

    def __init__(self, options):
        self.options = options
        self.rows = {}  # (task, shape, side, precision, clips, threads, implementation) -> row with lists
        self.ceilings = []
        self.allocations = {}  # (shape, precision, clips, threads) -> per sample

    def add(self, row, side, shape, peak=None):
        key = (row["name"], shape, side, row.get("precision", "f32"), row.get("clips", 1), row["threads"],
               row.get("implementation", "synth"))
        kept = self.rows.setdefault(key, dict(zip(
            ["task", "shape", "side", "precision", "clips", "threads", "implementation"], key), rates=[], peaks=[],
            fractions=[]))
        kept["rates"].append(row["samples_per_second"])
        print("  " + " ".join(map(str, key)) + f": {row['samples_per_second']:.0f} samples/s", file=sys.stderr, flush=True)
        if peak or "peak_megabytes" in row:
            kept["peaks"].append(peak or row["peak_megabytes"])
        for name in ["ceiling", "allocator", "instruction_set"]:
            if name in row:
                kept[name] = row[name]
        if "fraction_of_ceiling" in row:
            kept["fractions"].append(row["fraction_of_ceiling"])

    def synth(self, shape, *extra, **environment):
        return run([self.options.synth, "bench", "--json", "--shape", shape, "--threads", str(self.options.threads),
                    "--rounds", "3", *extra], **environment)

    def generate(self, shape, peer):
        extra = ["--tasks", "generate", "--precision", *self.options.precision, "--clips", *self.options.clips]
        self.add(run([peer, shape, "3", "0.4"]), "peer", shape)
        measured = self.synth(shape, *extra)
        self.add(run([peer, shape, "3", "0.4"]), "peer", shape)
        self.ceilings.append(measured["ceilings"])
        for row in measured["results"]:
            self.add(row, "synth", shape)

    def train(self, shape):
        for row in self.synth(shape, "--tasks", "prime")["results"]:
            self.add(row, "synth", shape)
        for precision in self.options.train_precision:  # a process each: its peak memory
            measured = self.synth(shape, "--tasks", "train", "--precision", precision)
            for row in measured["results"]:
                self.add(row, "synth", shape, measured["peak_megabytes"] if row["name"] == "train" else None)
        for kind in self.options.torch:
            row = run([self.options.python, HERE / "train_torch.py", "--shape", shape, "--threads",
                       str(self.options.threads), "--chunks", "3", *TORCH[kind]])
            row["precision"] = "bf16" if "--bf16" in TORCH[kind] else "f32"
            self.add(row, "peer", shape)

    def count_allocations(self, shape, counter):
        measured = self.synth(shape, "--tasks", "generate", "--precision", *self.options.precision, "--clips",
                            *self.options.clips, "--round-seconds", "0.05", LD_PRELOAD=str(counter))
        for row in measured["results"]:
            self.allocations[" ".join(map(str, [shape, row["precision"], row["clips"], row["threads"]]))] = row[
                "allocations_per_sample"]

    def measure(self):
        with tempfile.TemporaryDirectory() as folder:
            peer, counter = build(pathlib.Path(folder)) if "generate" in self.options.tasks else (None, None)
            for _ in range(self.options.rounds):
                for shape in self.options.shapes:
                    if "generate" in self.options.tasks:
                        self.generate(shape, peer)
                    if "train" in self.options.tasks:
                        self.train(shape)
            if counter:
                for shape in self.options.shapes:
                    self.count_allocations(shape, counter)
        return {"machine": machine(), "rounds": self.options.rounds, "ceilings": self.ceilings,
                "rows": list(self.rows.values()), "allocations_per_sample": self.allocations}


def machine():
    name = platform.processor() or platform.machine()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} processors"


def main():
    options = arguments()
    if not shutil.which(options.synth):
        sys.exit(f"{options.synth} is not there: build it with `swift build -c release --product synth`, or pass --synth")
    if os.getloadavg()[0] > 0.5:
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the ratios will be rough", file=sys.stderr)
    data = Measurement(options).measure()
    if options.json:
        print(json.dumps(data))
    else:
        report.show(data, options.markdown)


if __name__ == "__main__":
    main()
