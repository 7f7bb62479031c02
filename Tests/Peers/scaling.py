#!/usr/bin/env python3
"""What a training step over many machines takes, on paper, as Markdown: the tables of the article "Ranks".

    python3 scaling.py                                       # the processor and the networks of the article
    python3 scaling.py --speed C1=150000 C4=9000             # samples/s of a machine of yours, from `synth bench --tasks train`

A step on N machines computes b samples on each and then adds up the gradients of P parameters, 4 bytes each, by recursive halving and
doubling (Sources/Ranks/Collective+Sum.swift): each machine sends 2 (N - 1) / N of them, in 2 log2 N messages, and a word about
what comes next costs log2 N more.

    t = b / v + 3 log2 N latency + (N - 1) / N (8 P / bandwidth + 12 P / memory)

v counts samples/s with the optimizer's step; 12 bytes a parameter are read and written for the sum. Nothing overlaps.
"""

import argparse
import math

# Blocks, residual = dilation, skip = head channels, taps: those of `synth bench`, mu-law 256.
SHAPES = {"C1": (20, 32, 64, 2), "C2": (20, 64, 256, 2), "C3": (50, 32, 512, 2), "C4": (30, 128, 128, 3)}
# Name, bytes/s that reach a program, seconds from one program to another.
NETWORKS = [("1 Gb/s", 117e6, 50e-6), ("10 Gb/s", 1.17e9, 30e-6), ("100 Gb/s", 12e9, 3e-6)]
MACHINES = [2, 8, 64, 512]
MEMORY = 10e9  # bytes/s of a sum of two buffers


def parameters(blocks, r, s, taps, levels=256):
    block = 2 * r * r * taps + 2 * r + s * r + s
    return levels * r + blocks * block + (blocks - 1) * (r * r + r) + s * s + s + levels * s + levels


def exchange(count, machines, bandwidth, latency):
    part = (machines - 1) / machines * count
    return 3 * math.log2(machines) * latency + 8 * part / bandwidth + 12 * part / MEMORY


def short(seconds):
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", nargs="*", default=[], metavar="SHAPE=SAMPLES/S")
    parser.add_argument("--share", type=float, default=0.1, help="of a step that may go to the network")
    arguments = parser.parse_args()
    speeds = dict(SPEEDS)
    for entry in arguments.speed:
        name, value = entry.split("=")
        speeds[name] = float(value)
    header = ["", "parameters", "gradients", "samples/s"]
    table(header, [
        [name, f"{parameters(*shape):,}".replace(",", " "), f"{4 * parameters(*shape) / 1e6:.2f} MB", f"{speeds[name]:,.0f}".replace(",", " ")]
        for name, shape in SHAPES.items()])
    columns = [(network, n) for network in NETWORKS for n in MACHINES]
    header = [""] + [f"{network[0]}, {n}" for network, n in columns]
    times = {name: [exchange(parameters(*shape), n, *network[1:]) for network, n in columns] for name, shape in SHAPES.items()}
    table(header, [[name] + [short(t) for t in row] for name, row in times.items()])
    factor = (1 - arguments.share) / arguments.share
    table(header, [[name] + [f"{speeds[name] * t * factor / 1000:.3g}k" for t in row] for name, row in times.items()])


# f32, two cores of an Intel Xeon (family 6 model 207), 29 November 2026.
SPEEDS = {"C1": 145700, "C2": 40500, "C3": 16000, "C4": 5380}

if __name__ == "__main__":
    main()
