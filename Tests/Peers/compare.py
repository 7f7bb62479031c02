#!/usr/bin/env python3
"""Compares `synth bench` with the peers beside this script, in alternating runs, and prints the ratios.

    sudo apt-get install g++ libjemalloc2 && pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu
    swift build -c release
    python3 compare.py                                    # generation and training, C1 to C3
    python3 compare.py --shapes C1 --tasks train --rounds 5
    python3 compare.py --torch eager compiled bf16

Every contestant runs once per round, one after the other, so that a slow minute of the machine hits all of them; what
counts is the median over the rounds. `--json` prints one object per line instead of the table.

What is run: `synth bench --json` with --tasks and --shape (see `ours`), whose rows are objects with at least
{"name": "generate" | "train", "shape": "C1", "threads": 1, "samples_per_second": x}; plain_queues (built here, into a
temporary folder) for generation; train_torch.py for training. Nothing else should run on the machine: the script says
so when its load is above a half.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TORCH = {"eager": [], "compiled": ["--compile"], "bf16": ["--bf16"]}


def arguments():
    parser = argparse.ArgumentParser(description="synth against its peers, in alternating runs.")
    parser.add_argument("--synth", default=str(HERE.parents[1] / ".build/release/synth"))
    parser.add_argument("--python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--shapes", nargs="+", default=["C1", "C2", "C3"])
    parser.add_argument("--tasks", nargs="+", choices=["generate", "train"], default=["generate", "train"])
    parser.add_argument("--torch", nargs="+", choices=TORCH, default=["eager"])
    parser.add_argument("--threads", type=int, default=2, help="of both sides' training")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def run(command):
    """Runs a command and returns every JSON object in its output, one a line, or all in one array."""
    print("$ " + " ".join(map(str, command)), file=sys.stderr)
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        rows = json.loads(output)
        rows = rows.get("results", [rows]) if isinstance(rows, dict) else rows
    except json.JSONDecodeError:
        rows = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [row for row in rows if "samples_per_second" in row]


def ours(options, task, shape):
    """Our own rows, each labelled by what distinguishes it."""
    precision = ["--precision", "f32", "bf16"] if task == "train" and "bf16" in options.torch else []
    rows = run([options.synth, "bench", "--json", "--tasks", task, "--shape", shape, *precision])
    for row in rows:
        if row["name"] == task and row["shape"] == shape:
            extra = [f"{row[key]} {word}" for key, word in [("clips", "clips"), ("precision", "")] if key in row]
            label = " ".join(["synth", *extra, f"{row['threads']} thr"]).replace("  ", " ")
            yield label, row["samples_per_second"]


def plain_queues(folder):
    binary = folder / "plain_queues"
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-std=c++17", "-o", binary,
                    HERE / "plain_queues.cpp"], check=True)
    return binary


def main():
    options = arguments()
    if not shutil.which(options.synth):
        sys.exit(f"{options.synth} is not there: build it with `swift build -c release`, or pass --synth")
    if os.getloadavg()[0] > 0.5:
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): the ratios will be rough", file=sys.stderr)
    rates = collections.defaultdict(list)  # (task, shape, side, label) -> samples/s of each round
    with tempfile.TemporaryDirectory() as folder:
        peer = plain_queues(pathlib.Path(folder)) if "generate" in options.tasks else None
        for _ in range(options.rounds):
            for task in options.tasks:
                for shape in options.shapes:
                    for label, rate in ours(options, task, shape):
                        rates[task, shape, "synth", label].append(rate)
                    if task == "generate":
                        for row in run([peer, shape, "3", "0.5"]):
                            rates[task, shape, "peer", "plain C++ 1 thr"].append(row["samples_per_second"])
                        continue
                    for kind in options.torch:
                        command = [options.python, HERE / "train_torch.py", "--shape", shape, "--threads",
                                   str(options.threads), "--chunks", "3", *TORCH[kind]]
                        for row in run(command):
                            label = f"{row['implementation']} {row['threads']} thr, {row['allocator']}"
                            rates[task, shape, "peer", label].append(row["samples_per_second"])
    report(options, {key: statistics.median(values) for key, values in rates.items()})


def report(options, medians):
    """Each of our rows beside each peer of the same task and shape."""
    for (task, shape, side, label), rate in medians.items():
        if side != "synth":
            continue
        for (peer_task, peer_shape, peer_side, peer), peer_rate in medians.items():
            if (peer_task, peer_shape, peer_side) != (task, shape, "peer"):
                continue
            ratio = rate / peer_rate
            if options.json:
                print(json.dumps({"task": task, "shape": shape, "ours": label, "peer": peer, "rounds": options.rounds,
                                  "samples_per_second": rate, "peer_samples_per_second": peer_rate,
                                  "ratio": round(ratio, 3)}))
            else:
                print(f"{task:8} {shape}  {label:32} {rate:12,.0f}/s  {peer:44} {peer_rate:12,.0f}/s  {ratio:6.2f}x")


if __name__ == "__main__":
    main()
