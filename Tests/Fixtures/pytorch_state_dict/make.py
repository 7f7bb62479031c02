"""Makes model.safetensors as a PyTorch user would: modules named like the tensors of synth, state_dict(), save_file().

Run here: python3 make.py   (made with torch 2.13.0, safetensors 0.8.0; no randomness: element i of tensor n, counted in
the order of state_dict(), is ((7 i + 13 n) mod 101 - 50) / 64, which float32 holds exactly).
"""

import json
import torch
from safetensors.torch import save_file

config = json.load(open("config.json"))
Q, R, D = config["quantization_levels"], config["residual_channels"], config["dilation_channels"]
S, H, K = config["skip_channels"], config["head_channels"], config["kernel_size"]


class Block(torch.nn.Module):
    def __init__(self, dilation, last):
        super().__init__()
        self.dilated = torch.nn.Conv1d(R, 2 * D, K, dilation=dilation)
        if not last:
            self.residual = torch.nn.Conv1d(D, R, 1)
        self.skip = torch.nn.Conv1d(D, S, 1)


class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Conv1d(S, H, 1)
        self.output = torch.nn.Conv1d(H, Q, 1)


class WaveNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        dilations = config["dilations"]
        self.embedding = torch.nn.Embedding(Q, R)
        self.blocks = torch.nn.ModuleList(Block(d, i == len(dilations) - 1) for i, d in enumerate(dilations))
        self.head = Head()


state = WaveNet().state_dict()
for n, tensor in enumerate(state.values()):
    i = torch.arange(tensor.numel())
    tensor.copy_((((7 * i + 13 * n) % 101 - 50) / 64).reshape(tensor.shape))
save_file(state, "model.safetensors")
print("\n".join(f"{name} {list(tensor.shape)}" for name, tensor in state.items()))
