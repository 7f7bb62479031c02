#!/usr/bin/env python3
"""Makes the golden files wavenet_k2, wavenet_k3 and wavenet_told_*.safetensors beside this script.

    python3 make_wavenet_fixtures.py

Made with PyTorch 2.13.0 (CPU), Python 3.11; seeds of torch.Generator as below. Everything is computed in
float64 from weights that are exact float32 values, with torch's own modules (Conv1d, Embedding, CrossEntropyLoss,
Adam, clip_grad_norm_), so that nothing here shares a line with the Swift code. Running it again gives the same bytes.

A file holds, for one small model with unequal channel counts that are no multiples of a vector:
  metadata                 configuration and the numbers used below, as strings
  weights/NAME             float32, the tensors of a checkpoint
  inputs [B, RF-1+T]       int64 codes; clip 0 has silence (code 128, not zeros) as its history, clip 1 real codes
  targets [B, T]           int64; inputs[b][RF-1+t] is the code just before targets[b][t]
  logits [B, T, Q]         float32; logits[b][t] are for targets[b][t]
  loss [1]                 float64; mean cross-entropy over all B*T positions, in nats
  gradient/NAME            float32; of that loss
  gradient_norm [3]        float64; global norm before each of the three Adam steps (before clipping)
  losses [3]               float64; the loss before each of the three steps, all on the same batch
  adam/NAME                float32; the weights after three steps of Adam (k3: gradients clipped to clip_norm first)
  greedy_silence [100]     int64; the most likely code, fed back 100 times, after silence
  greedy_primed [100]      int64; the same after the codes of `prime`

A file wavenet_told_* is of a model that is told labels, controls or both. It holds metadata, weights, inputs, targets
and logits as above, and for each sequence b of its batch, whose codes are all random:
  starts                   in the metadata: the place in its clip of the sample that the sequence's first step predicts;
                           before place 0 nothing is told
  told/b/labels [labels]   float32; shares of the labels. Not there: no label is given
  told/b/controls [n, F]   float32; all frames of the clip, from its first one on. Not there: none are given
  loss/b [1]               float64; mean cross-entropy over the sequence's T positions, in nats
  gradient/b/NAME          float32; of that loss
"""

import json
import pathlib
import struct

import torch
from torch import nn

SILENCE, CODES = 128, 256
HERE = pathlib.Path(__file__).parent

VARIANTS = {
    "wavenet_k2": dict(seed=1, kernel=2, dilations=[1, 2, 4, 1, 2], R=12, D=10, S=14, H=18, T=24,
                       lr=0.01, betas=(0.9, 0.999), eps=1e-8, clip=None),
    # A large eps makes Adam's step depend on the gradient's size, so that a forgotten clip shows.
    "wavenet_k3": dict(seed=22, kernel=3, dilations=[2, 1, 3, 5], R=11, D=9, S=19, H=13, T=24,
                       lr=0.02, betas=(0.8, 0.99), eps=0.05, clip=0.25),
}


# Sequences: (place of the first step's sample, whether labels are given, frames of controls or None).
TOLD = {
    # From a clip's beginning, with history before it; from the middle of a frame in the middle of a clip; over the end
    # of the controls; labels alone, which begin within the sequence; controls alone; nothing; all of it before the clip.
    "wavenet_told_both": dict(seed=3, labels=3, controls="pitch,voicing,loudness", F=3, sequences=[
        (-12, True, 5), (17, True, 14), (13, True, 6), (-5, True, None), (22, False, 16), (0, False, None),
        (-40, True, 9)]),
    "wavenet_told_labels": dict(seed=4, labels=2, controls="", F=0, sequences=[
        (-12, True, None), (7, True, None), (0, False, None)]),
    # A single frame has zeros to both sides.
    "wavenet_told_controls": dict(seed=5, labels=0, controls="loudness,pitch", F=2, sequences=[
        (-12, False, 4), (19, False, 13), (-9, False, 1), (0, False, None)]),
}
TOLD_SHAPE = dict(kernel=3, dilations=[1, 3, 2], R=3, D=5, S=6, H=4, T=10, C=7, frame_samples=4)


class Block(nn.Module):
    def __init__(self, R, D, S, kernel, dilation, last, C=0):
        super().__init__()
        self.dilated = nn.Conv1d(R, 2 * D, kernel, dilation=dilation)
        self.condition = nn.Conv1d(C, 2 * D, 1, bias=False) if C else None
        self.residual = None if last else nn.Conv1d(D, R, 1)
        self.skip = nn.Conv1d(D, S, 1)


class Head(nn.Module):
    def __init__(self, S, H):
        super().__init__()
        self.hidden = nn.Conv1d(S, H, 1)
        self.output = nn.Conv1d(H, CODES, 1)


class Conditioning(nn.Module):
    """What a sequence is told: y [1, C, steps]."""

    def __init__(self, labels, F, C, frame_samples):
        super().__init__()
        self.channels, self.frame_samples = C, frame_samples
        self.labels = nn.Embedding(labels, C) if labels else None
        if F:
            self.controls = nn.ModuleList([nn.Conv1d(F, C, 3, padding=1), nn.Conv1d(C, C, 3, padding=1)])

    def forward(self, labels, controls, start, steps):
        y = torch.zeros(1, self.channels, steps, dtype=torch.float64)
        places = torch.arange(start, start + steps)
        if labels is not None:
            y = y + (places >= 0) * (labels @ self.labels.weight)[None, :, None]
        if controls is not None:
            rows = self.controls[1](torch.relu(self.controls[0](controls.T[None])))
            frames = torch.div(places, self.frame_samples, rounding_mode="floor")
            is_told = (frames >= 0) & (frames < rows.shape[2])
            y = y + is_told * rows[:, :, frames.clamp(0, rows.shape[2] - 1)]
        return y


class WaveNet(nn.Module):
    """Without padding: n codes give n - (RF - 1) rows of logits."""

    def __init__(self, v):
        super().__init__()
        self.embedding = nn.Embedding(CODES, v["R"])
        last = len(v["dilations"]) - 1
        self.blocks = nn.ModuleList(
            Block(v["R"], v["D"], v["S"], v["kernel"], d, i == last, v.get("C", 0))
            for i, d in enumerate(v["dilations"]))
        self.head = Head(v["S"], v["H"])
        if "C" in v:
            self.conditioning = Conditioning(v["labels"], v["F"], v["C"], v["frame_samples"])
        self.receptive_field = 1 + (v["kernel"] - 1) * sum(v["dilations"])

    def forward(self, codes, y=None):  # [B, N] and [B, C, N] -> [B, N - RF + 1, Q]
        count = codes.shape[1] - self.receptive_field + 1
        x = self.embedding(codes).transpose(1, 2)
        skips = 0
        for block in self.blocks:
            a = block.dilated(x)
            if y is not None:
                a = a + block.condition(y[:, :, -a.shape[2]:])
            filter, gate = a.chunk(2, dim=1)
            z = torch.tanh(filter) * torch.sigmoid(gate)
            skips = skips + block.skip(z[:, :, -count:])
            if block.residual is not None:
                x = x[:, :, -z.shape[2]:] + block.residual(z)
        return self.head.output(torch.relu(self.head.hidden(torch.relu(skips)))).transpose(1, 2)


def float32_weights(model, generator):
    """Random weights, large enough to bend tanh and to make generation move; exact in float32."""
    for name, p in model.named_parameters():
        gain = 1.0 if p.dim() == 2 else 0.3 if p.dim() == 1 else 1.3 / (p.shape[1] * p.shape[2]) ** 0.5
        if name.startswith("head.output.weight"):
            gain *= 2
        values = torch.randn(p.shape, generator=generator, dtype=torch.float64) * gain
        p.data = values.float().double()


def greedy(model, prime, count):
    """Recomputes the whole receptive field for every code. Also returns the narrowest lead of a winner."""
    codes, lead = [SILENCE] * model.receptive_field + prime, float("inf")
    for _ in range(count):
        with torch.no_grad():
            best = model(torch.tensor([codes[-model.receptive_field:]]))[0, -1].topk(2)
        codes.append(best.indices[0].item())
        lead = min(lead, (best.values[0] - best.values[1]).item())
    return codes[-count:], lead


def write_safetensors(path, tensors, metadata):
    kinds = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}
    header, body = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous().numpy().tobytes()
        header[name] = dict(dtype=kinds[tensor.dtype], shape=list(tensor.shape),
                            data_offsets=[len(body), len(body) + len(data)])
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def make(name, v):
    generator = torch.Generator().manual_seed(v["seed"])
    model = WaveNet(v).double()
    float32_weights(model, generator)
    T, past = v["T"], model.receptive_field - 1
    tensors = {f"weights/{n}": p.data.float() for n, p in model.named_parameters()}

    clips = torch.randint(0, CODES, (2, past + 1 + T), generator=generator)
    clips[0, :past + 1] = SILENCE
    inputs, targets = clips[:, :-1].contiguous(), clips[:, -T:].contiguous()
    tensors |= {"inputs": inputs, "targets": targets}

    silence, lead = greedy(model, [], 100)
    prime = torch.randint(0, CODES, (30,), generator=generator)
    primed, primed_lead = greedy(model, prime.tolist(), 100)
    assert min(lead, primed_lead) > 0.003, "a near tie: float32 could differ rightly; take another seed"
    assert min(len(set(silence[50:])), len(set(primed[50:]))) > 15, "generation stands still; take another seed"
    tensors |= {"greedy_silence": torch.tensor(silence), "prime": prime, "greedy_primed": torch.tensor(primed)}

    cross_entropy = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=v["lr"], betas=v["betas"], eps=v["eps"])
    losses, norms = [], []
    for step in range(3):
        optimizer.zero_grad()
        logits = model(inputs)
        loss = cross_entropy(logits.reshape(-1, CODES), targets.reshape(-1))
        loss.backward()
        if step == 0:
            tensors |= {"logits": logits.detach().float(), "loss": loss.detach().reshape(1)}
            tensors |= {f"gradient/{n}": p.grad.float() for n, p in model.named_parameters()}
        norm = nn.utils.clip_grad_norm_(model.parameters(), v["clip"] or float("inf"))
        assert v["clip"] is None or norm > 2 * v["clip"], "the clip does nothing"
        losses.append(loss.item())
        norms.append(norm.item())
        optimizer.step()
    tensors |= {f"adam/{n}": p.data.float() for n, p in model.named_parameters()}
    tensors |= {"losses": torch.tensor(losses, dtype=torch.float64),
                "gradient_norm": torch.tensor(norms, dtype=torch.float64)}

    metadata = dict(
        made_by="make_wavenet_fixtures.py", torch=torch.__version__, seed=v["seed"], quantization_levels=CODES,
        residual_channels=v["R"], dilation_channels=v["D"], skip_channels=v["S"], head_channels=v["H"],
        kernel_size=v["kernel"], dilations=",".join(map(str, v["dilations"])), learning_rate=v["lr"],
        beta1=v["betas"][0], beta2=v["betas"][1], epsilon=v["eps"], clip_norm=v["clip"] or 0)
    path = HERE / f"{name}.safetensors"
    write_safetensors(path, tensors, {k: str(x) for k, x in metadata.items()})
    print(f"{path.name}: {path.stat().st_size} bytes, losses {losses}, norms {norms}, leads {lead:.4f} "
          f"{primed_lead:.4f}, codes {len(set(silence))} {len(set(primed))}")


def make_told(name, v):
    v = TOLD_SHAPE | v
    generator = torch.Generator().manual_seed(v["seed"])
    model = WaveNet(v).double()
    float32_weights(model, generator)
    T, past, count = v["T"], model.receptive_field - 1, len(v["sequences"])
    tensors = {f"weights/{n}": p.data.float() for n, p in model.named_parameters()}
    inputs = torch.randint(0, CODES, (count, past + T), generator=generator)
    targets = torch.randint(0, CODES, (count, T), generator=generator)
    tensors |= {"inputs": inputs, "targets": targets}
    all_logits, losses = [], []
    for b, (start, has_labels, frames) in enumerate(v["sequences"]):
        labels = controls = y = None
        if has_labels:
            labels = torch.rand(v["labels"], generator=generator)
            tensors[f"told/{b}/labels"] = labels
        if frames is not None:
            controls = torch.randn(frames, v["F"], generator=generator)
            tensors[f"told/{b}/controls"] = controls
        if has_labels or frames is not None:
            y = model.conditioning(labels.double() if has_labels else None,
                                   controls.double() if frames is not None else None, start, past + T)
        model.zero_grad()
        logits = model(inputs[b:b + 1], y)
        loss = nn.functional.cross_entropy(logits[0], targets[b])
        loss.backward()
        all_logits.append(logits.detach())
        losses.append(loss.item())
        tensors[f"loss/{b}"] = loss.detach().reshape(1)
        tensors |= {f"gradient/{b}/{n}": torch.zeros(p.shape) if p.grad is None else p.grad.float()
                    for n, p in model.named_parameters()}
    tensors["logits"] = torch.cat(all_logits).float()
    metadata = dict(
        made_by="make_wavenet_fixtures.py", torch=torch.__version__, seed=v["seed"], quantization_levels=CODES,
        residual_channels=v["R"], dilation_channels=v["D"], skip_channels=v["S"], head_channels=v["H"],
        kernel_size=v["kernel"], dilations=",".join(map(str, v["dilations"])),
        labels=",".join(f"label {i}" for i in range(v["labels"])), controls=v["controls"],
        frame_samples=v["frame_samples"], channels=v["C"],
        starts=",".join(str(start) for start, _, _ in v["sequences"]))
    path = HERE / f"{name}.safetensors"
    write_safetensors(path, tensors, {k: str(x) for k, x in metadata.items()})
    print(f"{path.name}: {path.stat().st_size} bytes, losses {losses}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, v in VARIANTS.items():
        make(name, v)
    for name, v in TOLD.items():
        make_told(name, v)
