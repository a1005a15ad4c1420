"""Qwen3 in plain torch, run the way the browser engine runs it: constant start, query, then documents side by side."""

import json
import struct
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def make_config(vocab_size):
    return {
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_act": "silu", "attention_bias": False, "attention_dropout": 0.0,
        "max_position_embeddings": 2048, "max_window_layers": 4, "sliding_window": None, "use_sliding_window": False, "rope_scaling": None,
        "torch_dtype": "float32", "use_cache": True, "vocab_size": vocab_size, "hidden_size": 192, "num_hidden_layers": 4,
        "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 32, "intermediate_size": 512, "rope_theta": 1000000.0,
        "tie_word_embeddings": True, "rms_norm_eps": 1e-06,
    }


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def pick(x, positions):
    """[groups, rows, length, hidden] and [groups, rows] → [groups, rows, 1, hidden]"""
    return x.gather(2, positions[..., None, None].expand(-1, -1, 1, x.shape[-1]))


def rotate(x, cos, sin):
    left, right = x.chunk(2, -1)
    return x * cos + torch.cat((-right, left), -1) * sin


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.kv, self.size = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        hidden = c["hidden_size"]
        self.q_proj = nn.Linear(hidden, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv * self.size, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, hidden, bias=False)
        self.q_norm, self.k_norm = RMSNorm(self.size, c["rms_norm_eps"]), RMSNorm(self.size, c["rms_norm_eps"])

    def forward(self, x, cos, sin, past, past_mask, read=None):
        """x: [groups, rows, length, hidden]. All rows of a group share `past`, a list of (keys, values) with [groups, kv, seen, size].
        With `read` [groups, rows] only that position of each row asks; keys and values are still made for all."""
        groups, rows, seen_here, _ = x.shape
        k = self.k_norm(self.k_proj(x).view(groups, rows, seen_here, self.kv, self.size))
        v = self.v_proj(x).view(groups, rows, seen_here, self.kv, self.size)
        k = rotate(k, cos, sin)
        if read is not None:
            x = pick(x, read)
            angles = read[:, :, None, None, None].expand(-1, -1, 1, 1, self.size)
            cos, sin = (part.expand(-1, rows, -1, -1, -1).gather(2, angles) for part in (cos, sin))
        length = x.shape[2]
        q = rotate(self.q_norm(self.q_proj(x).view(groups, rows, length, self.heads, self.size)), cos, sin)
        fold = self.heads // self.kv
        # [groups, kv, rows, fold, length, size]: query heads next to the key head they share
        q = q.view(groups, rows, length, self.kv, fold, self.size).permute(0, 3, 1, 4, 2, 5) * self.size ** -0.5
        k, v = k.permute(0, 3, 1, 2, 4), v.permute(0, 3, 1, 2, 4)
        q_rows = q.reshape(groups, self.kv, rows, fold * length, self.size)
        own = q_rows @ k.transpose(-1, -2)
        if read is None:
            later = torch.full((length, length), -1e9).triu(1)
        else:
            later = (torch.arange(seen_here) > read[..., None]).float()[:, None, :, None, None] * -1e9
        own = (own.view(groups, self.kv, rows, fold, length, seen_here) + later).view(groups, self.kv, rows, fold * length, seen_here)
        scores = [own]
        q_all = q_rows.reshape(groups, self.kv, rows * fold * length, self.size)
        for keys, _ in past:
            seen = keys.shape[2]
            scores.append((q_all @ keys.transpose(-1, -2)).view(groups, self.kv, rows, fold * length, seen))
        scores = torch.cat(scores[1:] + scores[:1], -1)
        if past_mask is not None:
            scores = scores + past_mask
        weights = scores.softmax(-1)
        sizes = [keys.shape[2] for keys, _ in past] + [seen_here]
        shares = weights.split(sizes, -1)
        out = shares[-1] @ v
        for share, (_, values) in zip(shares, past):
            flat = share.reshape(groups, self.kv, rows * fold * length, values.shape[2])
            out = out + (flat @ values).view_as(out)
        out = out.view(groups, self.kv, rows, fold, length, self.size).permute(0, 2, 4, 1, 3, 5).reshape(groups, rows, length, -1)
        return self.o_proj(out), (k, v)


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.up_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.down_proj = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = MLP(c)

    def forward(self, x, cos, sin, past, past_mask, read=None, real=None):
        """`real`: indices of the positions that are not padding; the others need no feed-forward."""
        out, kept = self.self_attn(self.input_layernorm(x), cos, sin, past, past_mask, read)
        x = (x if read is None else pick(x, read)) + out
        if real is None or read is not None:
            return x + self.mlp(self.post_attention_layernorm(x)), kept
        rows = x.view(-1, x.shape[-1])
        return rows.index_add(0, real, self.mlp(self.post_attention_layernorm(rows.index_select(0, real)))).view_as(x), kept


class Qwen3(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.norm = RMSNorm(config["hidden_size"], config["rms_norm_eps"])
        half = config["head_dim"] // 2
        self.register_buffer("frequencies", config["rope_theta"] ** (-torch.arange(half) / half), persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                spread = 0.05 if "embed" in name else weight.shape[1] ** -0.5
                if "o_proj" in name or "down_proj" in name:
                    spread *= (2 * config["num_hidden_layers"]) ** -0.5
                nn.init.normal_(weight, std=spread)

    def run(self, ids, start, past=None, past_mask=None, tap=None, read=None, lengths=None):
        """ids: [groups, rows, length]; start: [groups] first positions; past: per layer a list of (keys, values).
        With `read` [groups, rows] the result holds only that position of each row; `lengths` [groups, rows] says what is padding."""
        real = None if lengths is None else (torch.arange(ids.shape[-1]) < lengths[..., None]).flatten().nonzero().squeeze(1)
        x = self.embed_tokens(ids)
        angles = (start.view(-1, 1) + torch.arange(ids.shape[-1])).float().unsqueeze(-1) * self.frequencies
        angles = torch.cat((angles, angles), -1)[:, None, :, None, :]
        cos, sin = angles.cos(), angles.sin()
        kept, tapped = [], None
        for n, layer in enumerate(self.layers):
            final = n == len(self.layers) - 1
            x, pair = layer(x, cos, sin, past[n] if past else [], past_mask, read if final else None, real)
            kept.append(pair)
            if n == tap:
                tapped = x
        return self.norm(x), kept, tapped

    def logits(self, ids):
        hidden, _, _ = self.run(torch.tensor(ids)[None, None], torch.zeros(1, dtype=torch.long))
        return hidden[0, 0] @ self.embed_tokens.weight.T

    def prefix(self, constant, queries, tap=None):
        """What all documents of a query share: constant start and query, run once. queries: [groups] token lists."""
        zero = torch.zeros(1, dtype=torch.long)
        _, first, _ = self.run(torch.tensor(constant)[None, None], zero, read=torch.zeros(1, 1, dtype=torch.long))
        first = [[(k[:, :, 0], v[:, :, 0])] for k, v in first]
        groups = len(queries)
        lengths = torch.tensor([len(q) for q in queries])
        ids, _ = pad([queries])
        ids = ids.view(groups, 1, -1)
        start = torch.full((groups,), len(constant))
        _, second, tapped = self.run(ids, start, [[(k.expand(groups, -1, -1, -1), v.expand(groups, -1, -1, -1)) for k, v in p] for p in first],
                                     tap=tap, read=torch.zeros(groups, 1, dtype=torch.long))
        past = [[(fk.expand(groups, -1, -1, -1), fv.expand(groups, -1, -1, -1)), (k[:, :, 0], v[:, :, 0])]
                for [(fk, fv)], (k, v) in zip(first, second)]
        return Prefix(past, len(constant), lengths, ids.shape[-1], tapped)

    def read_documents(self, prefix, documents, yes, no, tap=None):
        """documents: [groups][rows] token lists, each after its group's prefix. Returns logit(yes) − logit(no), [groups, rows]."""
        ids, lengths = pad(documents)
        groups, seen = len(documents), torch.arange(prefix.longest)[None] >= prefix.lengths[:, None]
        mask = torch.zeros(groups, 1, 1, 1, prefix.constant + prefix.longest + ids.shape[-1])
        mask[:, 0, 0, 0, prefix.constant:prefix.constant + prefix.longest] = seen.float() * -1e9
        hidden, _, tapped = self.run(ids, prefix.lengths + prefix.constant, prefix.past, mask, tap=tap, read=lengths - 1, lengths=lengths)
        scores = hidden.squeeze(2) @ (self.embed_tokens.weight[yes] - self.embed_tokens.weight[no])
        return (scores, (tapped, lengths)) if tap is not None else scores

    def score(self, constant, queries, documents, yes, no, tap=None):
        """queries: [groups] token lists; documents: [groups][rows] token lists. Returns logit(yes) − logit(no), [groups, rows]."""
        prefix = self.prefix(constant, queries, tap)
        if tap is None:
            return self.read_documents(prefix, documents, yes, no)
        scores, document = self.read_documents(prefix, documents, yes, no, tap)
        return scores, (prefix.tapped.squeeze(1), prefix.lengths), document


class Prefix(NamedTuple):
    past: list
    constant: int
    lengths: torch.Tensor
    longest: int
    tapped: torch.Tensor


def pad(rows):
    """[[tokens]] → ids padded on the right, lengths."""
    lengths = torch.tensor([[len(t) for t in row] for row in rows])
    ids = torch.zeros(len(rows), len(rows[0]), int(lengths.max()), dtype=torch.long)
    for i, row in enumerate(rows):
        for j, tokens in enumerate(row):
            ids[i, j, :len(tokens)] = torch.tensor(tokens)
    return ids, lengths


def checkpoint_names(model):
    return {(f"model.{name}"): weight for name, weight in model.named_parameters()}


def save_safetensors(path, tensors):
    header, offset, blobs = {"__metadata__": {"format": "pt"}}, 0, []
    for name, tensor in sorted(tensors.items()):
        blob = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for blob in blobs:
            file.write(blob)


def load_safetensors(path):
    raw = open(path, "rb").read()
    size, = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + o for o in entry["data_offsets"])
        if entry["dtype"] == "F32":
            values = np.frombuffer(raw[begin:end], "<f4")
        elif entry["dtype"] == "BF16":
            values = (np.frombuffer(raw[begin:end], "<u2").astype("<u4") << 16).view("<f4")
        else:
            raise ValueError(f"{name}: {entry['dtype']} is not read here")
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def load_model(folder):
    model = Qwen3(json.loads((folder / "config.json").read_text()))
    tensors = load_safetensors(folder / "model.safetensors")
    model.load_state_dict({name.removeprefix("model."): t for name, t in tensors.items() if name != "lm_head.weight"})
    return model.eval()
