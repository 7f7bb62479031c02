#!/usr/bin/env python3
"""Prints what `compare.py --json` measured: as text, or as the Markdown tables of the README's "Measured".

    python3 report.py raw.json [--markdown]

Ratios are of medians over the rounds: generation to the plain peer (f32, one clip, one thread), training to the fastest
peer of the same arithmetic. Fractions of ceilings are those that `synth bench` reported.
"""

import argparse
import json
import pathlib
import statistics


def pairs(data):
    """Each row of ours that has a peer, with the peer's best row: (ours, rate, peer, peer's rate)."""
    for row in data["rows"]:
        if row["side"] != "synth" or row["task"] not in ("generate", "train"):
            continue
        peers = [peer for peer in data["rows"] if peer["side"] == "peer" and peer["shape"] == row["shape"]
                 and peer["task"] == row["task"] and (row["task"] == "generate" or peer["precision"] == row["precision"])]
        if peers:
            best = max(peers, key=rate_of)
            yield row, rate_of(row), best, rate_of(best)


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


def rate_of(row):
    return statistics.median(row["rates"])


def share_of_forward(data, row):
    """The rate of priming over that of the forward pass of training on as many threads, in percent; '' if unknown."""
    for other in data["rows"]:
        if row["task"] == "prime" and (other["task"], other["shape"], other["threads"]) == (
                "forward", row["shape"], row["threads"]):
            return f"{100 * rate_of(row) / rate_of(other):.0f} % of forward"
    return ""


def ceilings_of(data):
    """Medians over the runs, as lines: what, then the rate on each number of threads."""
    found = {}
    for ceilings in data["ceilings"]:
        for row in ceilings["arithmetic"]:
            found.setdefault(f"{row['arithmetic']} GFLOP/s", {}).setdefault(row["threads"], []).append(
                row["gigaflops_per_second"])
        for row in ceilings["bandwidth"]:
            found.setdefault(f"{row['level']} GB/s", {}).setdefault(row["threads"], []).append(
                row["gigabytes_per_second"])
    return [f"{name} " + " / ".join(f"{statistics.median(rates[count]):.0f}" for count in sorted(rates))
            for name, rates in found.items()]


def text(data):
    for row, rate, peer, peer_rate in pairs(data):
        fraction = f"{100 * statistics.median(row['fractions']):4.0f} % of {row['ceiling']}" if row["fractions"] else ""
        label = name_of(row) if row["task"] == "generate" else f"{row['precision']}, {plural(row['threads'], 'thread')}"
        print(f"{row['task']:8} {row['shape']}  {label:26} {rate:12,.0f}/s {fraction:24} "
              f"{peer['implementation']:36} {peer_rate:12,.0f}/s  {rate / peer_rate:6.2f}x")
    for row in data["rows"]:
        if row["task"] in ("prime", "forward"):
            print(f"{row['task']:8} {row['shape']}  {plural(row['threads'], 'thread'):26} {rate_of(row):12,.0f}/s "
                  f"{share_of_forward(data, row)}")
    for row in data["rows"]:
        if row["task"] == "train":
            print(f"memory   {row['shape']}  {row['implementation']:36} {row['precision']} {max(row['peaks']):6.0f} MB")
    for line in ceilings_of(data):
        print(f"ceiling  {line}")
    for key, count in data["allocations_per_sample"].items():
        print(f"allocations per sample  {key:20} {count:.5f}")


def markdown(data):
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
                number(rate_of(row)))
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
                number(rate_of(row)))
        if row["task"] == "prime":
            put("train", "synth, priming with one receptive field, 1 thread", row["shape"],
                f"{number(rate_of(row))}, {share_of_forward(data, row)}")
    table("generate", "generation, samples/s (ratio to the plain C++ peer)")
    table("train", "training, samples/s (ratio to the best PyTorch of that arithmetic), peak memory")
    if data["allocations_per_sample"]:
        print(f"Heap allocations per generated sample: at most {max(data['allocations_per_sample'].values()):.4f}.\n")
    if data["ceilings"]:
        print(f"Ceilings, each on fewer and on more threads: {'; '.join(ceilings_of(data))}.\n")
    print(f"{data['machine']}; medians of {plural(data['rounds'], 'round')} of alternating runs.")


def show(data, as_markdown):
    (markdown if as_markdown else text)(data)


def main():
    parser = argparse.ArgumentParser(description="Prints what compare.py --json measured.")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    show(json.loads(options.file.read_text()), options.markdown)


if __name__ == "__main__":
    main()
