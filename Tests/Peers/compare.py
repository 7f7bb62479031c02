#!/usr/bin/env python3
"""Compares `synth bench` with the peers beside this script, in alternating runs, and prints the ratios.

    sudo apt-get install g++ libjemalloc2 && pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu
    swift build -c release --product synth
    python3 compare.py                                    # generation, priming and training, C1 to C3: half an hour
    python3 compare.py --tasks generate                   # no PyTorch needed
    python3 compare.py --shapes C1 --tasks train --rounds 5 --torch eager compiled
    python3 compare.py --markdown                         # the tables of the README's "Measured"
    python3 compare.py --json > raw.json                  # every number of every run; --report raw.json prints it again

Every contestant runs once per round, one after the other, so that a slow minute of the machine hits all of them; what
counts is the median over the rounds. Each runs in a process of its own, whose peak memory is noted.

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
import statistics
import subprocess
import sys
import tempfile

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
    parser.add_argument("--train-precision", nargs="+", default=["f32"], help="of our training")
    parser.add_argument("--clips", nargs="+", default=["1", "64"], help="of our generation")
    parser.add_argument("--torch", nargs="+", choices=TORCH, default=["eager", "padded", "compiled", "bf16"])
    parser.add_argument("--threads", type=int, default=2, help="of both sides' training, most of our generation")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", metavar="FILE", help="measure nothing; print what an earlier --json wrote")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true")
    output.add_argument("--markdown", action="store_true")
    return parser.parse_args()


# Measuring


def run(command, **environment):
    """Runs a command and returns the JSON object on its standard output."""
    print("$ " + " ".join(map(str, command)), file=sys.stderr)
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
        if peak or "peak_megabytes" in row:
            kept["peaks"].append(peak or row["peak_megabytes"])
        for name in ["ceiling", "allocator", "instruction_set", "fraction_of_forward"]:
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
        report = self.synth(shape, *extra)
        self.add(run([peer, shape, "3", "0.4"]), "peer", shape)
        self.ceilings.append(report["ceilings"])
        for row in report["results"]:
            self.add(row, "synth", shape)

    def train(self, shape):
        for row in self.synth(shape, "--tasks", "prime")["results"]:
            self.add(row, "synth", shape)
        for precision in self.options.train_precision:  # a process each: its peak memory
            report = self.synth(shape, "--tasks", "train", "--precision", precision)
            for row in report["results"]:
                self.add(row, "synth", shape, report["peak_megabytes"] if row["name"] == "train" else None)
        for kind in self.options.torch:
            row = run([self.options.python, HERE / "train_torch.py", "--shape", shape, "--threads",
                       str(self.options.threads), "--chunks", "3", *TORCH[kind]])
            row["precision"] = "bf16" if "--bf16" in TORCH[kind] else "f32"
            self.add(row, "peer", shape)

    def count_allocations(self, shape, counter):
        report = self.synth(shape, "--tasks", "generate", "--precision", *self.options.precision, "--clips",
                            *self.options.clips, "--round-seconds", "0.05", LD_PRELOAD=str(counter))
        for row in report["results"]:
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


# Reporting


def pairs(data):
    """Each row of ours that has a peer, with the peer's best row: (ours, rate, peer, peer's rate)."""
    for row in data["rows"]:
        if row["side"] != "synth" or row["task"] not in ("generate", "train"):
            continue
        peers = [peer for peer in data["rows"] if peer["side"] == "peer" and peer["shape"] == row["shape"]
                 and peer["task"] == row["task"] and (row["task"] == "generate" or peer["precision"] == row["precision"])]
        if peers:
            best = max(peers, key=lambda peer: statistics.median(peer["rates"]))
            yield row, statistics.median(row["rates"]), best, statistics.median(best["rates"])


def plural(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def name_of(row):
    return ", ".join([plural(row["clips"], "clip"), row["precision"], plural(row["threads"], "thread")])


def number(value):
    """Four digits: 1.234M, 193.4k, 24.81k."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            digits = max(0, 4 - len(str(int(value / limit))))
            return f"{value / limit:.{min(digits, 2 if unit == 'M' else 1)}f}{unit}"
    return f"{value:.0f}"


def text_report(data):
    for row, rate, peer, peer_rate in pairs(data):
        fraction = f"{100 * statistics.median(row['fractions']):4.0f} % of {row['ceiling']}" if row["fractions"] else ""
        label = name_of(row) if row["task"] == "generate" else f"{row['precision']}, {plural(row['threads'], 'thread')}"
        print(f"{row['task']:8} {row['shape']}  {label:26} {rate:12,.0f}/s {fraction:24} "
              f"{peer['implementation']:36} {peer_rate:12,.0f}/s  {rate / peer_rate:6.2f}x")
    for row in data["rows"]:
        if row["task"] in ("prime", "forward"):
            rate = statistics.median(row["rates"])
            share = f"{100 * row['fraction_of_forward']:.0f} % of forward" if "fraction_of_forward" in row else ""
            print(f"{row['task']:8} {row['shape']}  {plural(row['threads'], 'thread'):26} {rate:12,.0f}/s {share}")
    for row in data["rows"]:
        if row["task"] == "train":
            print(f"memory   {row['shape']}  {row['implementation']:36} {row['precision']} {max(row['peaks']):6.0f} MB")
    for key, count in data["allocations_per_sample"].items():
        print(f"allocations per sample  {key:20} {count:.5f}")


def markdown_report(data):
    shapes = list(dict.fromkeys(row["shape"] for row in data["rows"]))
    every = {}  # task, label -> shape -> cell

    def put(task, label, shape, cell):
        every.setdefault((task, label), {})[shape] = cell

    def table(task, heading):
        rows = [(label, cells) for (kind, label), cells in every.items() if kind == task]
        if not rows:
            return
        print(f"| {heading} | " + " | ".join(shapes) + " |\n|---|" + "---|" * len(shapes))
        for label, cells in rows:
            print(f"| {label} | " + " | ".join(cells.get(shape, "-") for shape in shapes) + " |")
        print()

    for row in data["rows"]:
        if row["side"] == "peer" and row["task"] == "generate":
            put("generate", f"{row['implementation']}, one clip, f32, 1 thread", row["shape"],
                number(statistics.median(row["rates"])))
    for row, rate, _, peer_rate in sorted(
            pairs(data), key=lambda pair: (pair[0]["clips"], ["f32", "bf16", "int8"].index(pair[0]["precision"]))):
        if row["task"] == "generate":
            fraction = f", {100 * statistics.median(row['fractions']):.0f} % of {row['ceiling']}" if row["fractions"] else ""
            put("generate", name_of(row), row["shape"], f"{number(rate)} (**{rate / peer_rate:.2f}x**{fraction})")
    for row in data["rows"]:
        if row["side"] == "peer" and row["task"] == "train":
            put("train", row["implementation"], row["shape"],
                f"{number(statistics.median(row['rates']))}, {max(row['peaks']):.0f} MB")
    for row, rate, peer, peer_rate in pairs(data):
        if row["task"] == "train":
            put("train", f"synth {row['precision']}, optimizer step included", row["shape"],
                f"{number(rate)} (**{rate / peer_rate:.2f}x**), {max(row['peaks']):.0f} MB")
    for row in data["rows"]:
        if row["task"] == "forward":
            put("train", f"synth, forward pass alone, {plural(row['threads'], 'thread')}", row["shape"],
                number(statistics.median(row["rates"])))
        if row["task"] == "prime":
            put("train", "synth, priming with one receptive field, 1 thread", row["shape"],
                number(statistics.median(row["rates"])))
    table("generate", "generation, samples/s (ratio to the plain C++ peer)")
    table("train", "training, samples/s (ratio to the best PyTorch of that arithmetic), peak memory")
    if data["allocations_per_sample"]:
        print(f"Heap allocations per generated sample: at most {max(data['allocations_per_sample'].values()):.4f}.\n")
    print(f"{data['machine']}; medians of {plural(data['rounds'], 'round')} of alternating runs.")


def main():
    options = arguments()
    if options.report:
        data = json.loads(pathlib.Path(options.report).read_text())
    else:
        if not shutil.which(options.synth):
            sys.exit(f"{options.synth} is not there: build it with `swift build -c release --product synth`, or pass --synth")
        if os.getloadavg()[0] > 0.5:
            print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the ratios will be rough", file=sys.stderr)
        data = Measurement(options).measure()
    if options.json:
        print(json.dumps(data))
    elif options.markdown:
        markdown_report(data)
    else:
        text_report(data)


if __name__ == "__main__":
    main()
