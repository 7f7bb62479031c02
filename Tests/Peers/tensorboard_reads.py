#!/usr/bin/env python3
"""Reads a run's event file with the real TensorBoard and says what it found, beside metrics.jsonl.

    pip install tensorboard && python3 Tests/Peers/tensorboard_reads.py RUN

Exit code 1 if a number, a sample or a picture is missing or differs.
"""
import json
import os
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

SCALARS = {
    "bits per sample/held out": "held_out_bits_per_sample",
    "bits per sample/train": "train_bits_per_sample",
    "training/gradient norm": "gradient_norm",
    "training/learning rate": "learning_rate",
    "training/jitter": "jitter",
    "training/roll-backs": "rollbacks",
    "training/audio seconds per second": "audio_seconds_per_second",
}


def values(events, tag):
    """Steps and numbers, whichever way TensorBoard keeps them."""
    if tag in events.Tags()["scalars"]:
        return [(e.step, e.value) for e in events.Scalars(tag)]
    return [(e.step, e.tensor_proto.float_val[0]) for e in events.Tensors(tag)]


def main(run):
    lines = [json.loads(line) for line in open(os.path.join(run, "metrics.jsonl"))]
    steps = [line["step"] for line in lines]
    events = EventAccumulator(os.path.join(run, "events.out.tfevents.synth"), size_guidance={"audio": 0, "images": 0, "scalars": 0})
    events.Reload()
    wrong = 0
    for tag, key in SCALARS.items():
        got = values(events, tag)
        expected = [(line["step"], line[key]) for line in lines]
        same = len(got) == len(expected) and all(
            a[0] == b[0] and abs(a[1] - b[1]) <= 1e-6 * max(1, abs(b[1])) for a, b in zip(got, expected))
        wrong += not same
        print(f"{tag}: {len(got)} values, {'equal' if same else 'DIFFERENT'}")
    sounds, pictures = events.Audio("sample"), events.Images("spectrogram")
    for name, found in (("sample", sounds), ("spectrogram", pictures)):
        same = [e.step for e in found] == steps
        wrong += not same
        print(f"{name}: {len(found)}, {'one a line' if same else 'MISSING'}")
    for sound in sounds:
        rate = struct.unpack("<I", sound.encoded_audio_string[24:28])[0]
        wrong += sound.encoded_audio_string[:4] != b"RIFF" or rate != sound.sample_rate
    for picture in pictures:
        wrong += picture.encoded_image_string[:8] != b"\x89PNG\r\n\x1a\n"
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
