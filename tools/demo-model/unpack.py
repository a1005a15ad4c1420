"""The float32 weights behind a model pack's wasm-int8 variant: python3 unpack.py ../../public/models/demo OUT"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from model import make_config, save_safetensors

ALIGNMENT, PANEL = 64, 4  # src/weights/int8-layout.ts


def read_file(pack, entry):
    return b"".join((pack / chunk["path"]).read_bytes() for chunk in entry["chunks"])


class Int8Weights:
    """Reads the tensors of weights.int8 in the order of the file."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, dtype, count):
        self.at = -(-self.at // ALIGNMENT) * ALIGNMENT
        values = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def vector(self, size):
        return self.take("<f4", size).copy()

    def matrix(self, rows, columns):
        panels = self.take("i1", rows * columns).reshape(rows // PANEL, columns // PANEL, PANEL, PANEL)
        values = panels.transpose(0, 2, 1, 3).reshape(rows, columns)
        return values.astype("f4") * self.take("<f4", rows)[:, None]


def unpack(pack):
    """Names and tensors as in a checkpoint."""
    manifest = json.loads((pack / "manifest.json").read_text())
    shape = manifest["model"]
    hidden, size, inner = shape["hidden"], shape["headDim"], shape["intermediate"]
    queries, keys = shape["heads"] * size, shape["kvHeads"] * size
    weights = Int8Weights(read_file(pack, manifest["variants"]["wasm-int8"]["weights"][0]))
    tensors = {}
    for n in range(shape["layers"]):
        layer = f"model.layers.{n}."
        tensors[layer + "input_layernorm.weight"] = weights.vector(hidden)
        tensors[layer + "self_attn.q_norm.weight"] = weights.vector(size) * size ** 0.5
        tensors[layer + "self_attn.k_norm.weight"] = weights.vector(size)
        qkv = weights.matrix(queries + 2 * keys, hidden)
        for name, part in zip("qkv", np.split(qkv, [queries, queries + keys])):
            tensors[f"{layer}self_attn.{name}_proj.weight"] = part
        tensors[layer + "self_attn.o_proj.weight"] = weights.matrix(hidden, queries)
        tensors[layer + "post_attention_layernorm.weight"] = weights.vector(hidden)
        both = weights.matrix(2 * inner, hidden).reshape(inner // PANEL, 2, PANEL, hidden)
        tensors[layer + "mlp.gate_proj.weight"] = both[:, 0].reshape(inner, hidden)
        tensors[layer + "mlp.up_proj.weight"] = both[:, 1].reshape(inner, hidden)
        tensors[layer + "mlp.down_proj.weight"] = weights.matrix(hidden, inner)
    tensors["model.norm.weight"] = weights.vector(hidden)
    table = manifest["embeddings"]["int8"]
    rows = np.frombuffer(read_file(pack, table), "u1").reshape(table["rows"], hidden + 4)
    scales = np.ascontiguousarray(rows[:, hidden:]).view("<f4")
    tensors["model.embed_tokens.weight"] = np.ascontiguousarray(rows[:, :hidden]).view("i1").astype("f4") * scales
    return manifest, {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in tensors.items()}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("pack", type=Path)
    arguments.add_argument("out", type=Path)
    options = arguments.parse_args()
    manifest, tensors = unpack(options.pack)
    options.out.mkdir(parents=True, exist_ok=True)
    config = make_config(manifest["model"]["vocabulary"])
    (options.out / "config.json").write_text(json.dumps(config, indent=1))
    (options.out / "tokenizer.json").write_bytes(read_file(options.pack, manifest["tokenizer"]))
    save_safetensors(options.out / "model.safetensors", tensors)


if __name__ == "__main__":
    main()
