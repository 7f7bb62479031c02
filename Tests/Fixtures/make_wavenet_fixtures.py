#!/usr/bin/env python3
"""Makes the golden files wavenet_k2.safetensors and wavenet_k3.safetensors beside this script.

    python3 make_wavenet_fixtures.py

Made with PyTorch 2.13.0 (CPU), Python 3.11; seeds 1 (k2) and 22 (k3) of torch.Generator. Everything is computed in
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


class Block(nn.Module):
    def __init__(self, R, D, S, kernel, dilation, last):
        super().__init__()
        self.dilated = nn.Conv1d(R, 2 * D, kernel, dilation=dilation)
        self.residual = None if last else nn.Conv1d(D, R, 1)
        self.skip = nn.Conv1d(D, S, 1)


class Head(nn.Module):
    def __init__(self, S, H):
        super().__init__()
        self.hidden = nn.Conv1d(S, H, 1)
        self.output = nn.Conv1d(H, CODES, 1)


class WaveNet(nn.Module):
    """Without padding: n codes give n - (RF - 1) rows of logits."""

    def __init__(self, v):
        super().__init__()
        self.embedding = nn.Embedding(CODES, v["R"])
        last = len(v["dilations"]) - 1
        self.blocks = nn.ModuleList(
            Block(v["R"], v["D"], v["S"], v["kernel"], d, i == last) for i, d in enumerate(v["dilations"]))
        self.head = Head(v["S"], v["H"])
        self.receptive_field = 1 + (v["kernel"] - 1) * sum(v["dilations"])

    def forward(self, codes):  # [B, N] -> [B, N - RF + 1, Q]
        count = codes.shape[1] - self.receptive_field + 1
        x = self.embedding(codes).transpose(1, 2)
        skips = 0
        for block in self.blocks:
            filter, gate = block.dilated(x).chunk(2, dim=1)
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


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, v in VARIANTS.items():
        make(name, v)
