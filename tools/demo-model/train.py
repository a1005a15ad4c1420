"""Trains the demo reranker from scratch until a given time of day: python3 train.py --until 00:57 --out OUT"""

import argparse
import json
import math
import multiprocessing
import os
import random
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # two processes of one thread learn faster than two threads

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from bm25 import BM25
from generator import KINDS, SEED, check_no_leak, make_ticket
from make_data import as_document, make_eval_split
from model import Qwen3, checkpoint_names, load_safetensors, make_config, save_safetensors
from tokenizer import Prompt, Tokenizer, common_characters

IDS = [kind["id"] for kind in KINDS]
INDEX = {kind_id: n for n, kind_id in enumerate(IDS)}
TAP = 1  # the layer whose output the two training-only heads read
BUCKETS = [(0, 62), (62, 95), (95, 170)]
WORKERS, QUERIES, SLICE, NEGATIVES = 2, 12, 6, 5  # queries a step and worker, of which so many pass at a time
STRANGE = 0.1  # the share of groups written in random characters
CHARACTERS = [char for char in common_characters() if "\u3400" <= char <= "\u9fff"]
UNKNOWN = -100  # what cross_entropy leaves out


def corpus_characters():
    rng = random.Random(SEED)
    return {c for n in range(6000) for c in as_document(make_ticket(IDS[n % len(IDS)], "all", rng))}


class Pool:
    """Training documents of similar length, with a first stage over them for hard negatives."""

    def __init__(self, rng, prompt, shortest, longest, size, side):
        self.side = side
        self.tickets, self.by_kind = [], {kind_id: [] for kind_id in IDS}
        self.characters = [prompt.tokenizer.encode(char)[0] for char in CHARACTERS]
        tries = 0
        while len(self.tickets) < size or min(map(len, self.by_kind.values())) < 3:
            tries += 1
            ticket = make_ticket(IDS[tries % len(IDS)], side, rng)
            text = as_document(ticket) if rng.random() < 0.8 else ticket["text"]
            tokens = prompt.document(text)
            if not shortest <= len(tokens) - len(prompt.suffix) < longest:
                continue
            check_no_leak(text)
            self.by_kind[ticket["kind"]].append(len(self.tickets))
            self.tickets.append((ticket["kind"], text, tokens, ticket["place"]))
        self.index = BM25([text for _, text, _, _ in self.tickets])

    def group(self, rng, prompt):
        """One query with a positive first and negatives after it."""
        kind = rng.choice(IDS)
        place = rng.choice(self.tickets)[3] if rng.random() < 0.4 else None
        ticket = make_ticket(kind, self.side, rng, place=place, longest=110)
        text = as_document(ticket) if rng.random() < 0.5 else ticket["text"]
        check_no_leak(text)
        found = self.index.top(text, 60)
        hard = [int(i) for i in found if self.tickets[i][0] != kind]
        rows = [rng.choice(self.by_kind[kind])]
        rows += rng.sample(hard[:12], min(2, len(hard))) + rng.sample(hard[12:], min(1, len(hard[12:])))
        while len(rows) < 1 + NEGATIVES:
            other = rng.choice(SIMILAR[kind]) if len(rows) == NEGATIVES else rng.choice(IDS)
            if other != kind:
                rows.append(rng.choice(self.by_kind[other]))
        if rng.random() < STRANGE:
            rows[0] = next((int(i) for i in found if self.tickets[i][0] == kind), rows[0])
            return strange_group(rng, prompt, text, [self.tickets[i][1] for i in rows])
        return {"query": blur(rng, prompt.query(text), 3, self.characters), "kind": INDEX[kind],
                "documents": [blur(rng, self.tickets[i][2], len(prompt.suffix), self.characters) for i in rows],
                "kinds": [INDEX[self.tickets[i][0]] for i in rows]}


def blur(rng, tokens, end, characters):
    """Half of the texts lose some characters to others, so that no single word decides. The last `end` tokens stay."""
    if rng.random() < 0.5:
        return tokens
    share = rng.uniform(0.02, 0.15)
    return [rng.choice(characters) if rng.random() < share else t for t in tokens[:-end]] + tokens[-end:]


def strange_group(rng, prompt, query, documents):
    """The same group in characters that mean nothing: what is left to learn from it is to compare texts on unknown subjects."""
    used = sorted({char for text in [query, *documents] for char in text if "\u3400" <= char <= "\u9fff"})
    swapped = {ord(old): new for old, new in zip(used, rng.sample(CHARACTERS, len(used)))}
    return {"query": prompt.query(query.translate(swapped)), "kind": UNKNOWN,
            "documents": [prompt.document(text.translate(swapped)) for text in documents], "kinds": [UNKNOWN] * len(documents)}


def similar_kinds():
    """The six kinds whose training wordings share most character pairs with a kind's own: those that confuse."""
    from bm25 import terms
    from generator import SPLITS
    bags = {k: {t for w in SPLITS[k]["train"][0] for t in terms(w)} | {c for w in SPLITS[k]["train"][0] for c in w} for k in IDS}
    near = {}
    for k in IDS:
        near[k] = sorted((o for o in IDS if o != k), key=lambda o: -len(bags[k] & bags[o]) / len(bags[k] | bags[o]))[:6]
    return near


SIMILAR = similar_kinds()


class KindHeads(nn.Module):
    """Training-only: names the kind from the mean and from the last token of a text. They speed learning up and are not exported."""

    def __init__(self, hidden):
        super().__init__()
        self.mean, self.last = nn.Linear(hidden, len(IDS)), nn.Linear(hidden, len(IDS))

    def loss(self, hidden, lengths, kinds):
        hidden = hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + 1e-6)
        inside = (torch.arange(hidden.shape[1])[None] < lengths[:, None]).float().unsqueeze(-1)
        mean = (hidden * inside).sum(1) / lengths[:, None]
        last = hidden[torch.arange(len(hidden)), lengths - 1]
        return F.cross_entropy(self.mean(mean), kinds) + F.cross_entropy(self.last(last), kinds)


def export(model, tokenizer, folder):
    """Replaces the export folder as a whole, so that a reader never sees half of one."""
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / "config.json").write_text(json.dumps(model.config, indent=1))
    save_safetensors(fresh / "model.safetensors", checkpoint_names(model))
    tokenizer.save(fresh)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def rerank(model, prompt, split, queries, depth):
    """Scores of BM25's first `depth` for each query: [(kinds match, score), ...] in BM25's order."""
    texts = [as_document(t) for t in split["archive"]]
    index = BM25(texts)
    results = []
    with torch.no_grad():
        for query in queries:
            rows = index.top(query["text"], depth)
            scores = model.score(prompt.constant, [prompt.query(query["text"])], [[prompt.document(texts[i]) for i in rows]], prompt.yes, prompt.no)
            results.append([(split["archive"][i]["kind"] == query["kind"], float(s)) for i, s in zip(rows, scores[0])])
    return results


def summarise(results):
    total = len(results)
    ranked = [sorted(r, key=lambda pair: -pair[1]) for r in results]
    return {"bm25_top1": sum(r[0][0] for r in results) / total, "model_top1": sum(r[0][0] for r in ranked) / total,
            "model_top3": sum(any(hit for hit, _ in r[:3]) for r in ranked) / total,
            "possible": sum(any(hit for hit, _ in r) for r in results) / total}


def step_loss(model, heads, prompt, batch, done):
    scores, (q_hidden, q_lengths), (d_hidden, d_lengths) = model.score(
        prompt.constant, [g["query"] for g in batch], [g["documents"] for g in batch], prompt.yes, prompt.no, tap=TAP)
    listwise = F.cross_entropy(scores, torch.zeros(len(batch), dtype=torch.long))
    same = torch.zeros_like(scores)
    same[:, 0] = 1
    binary = F.binary_cross_entropy_with_logits(scores, same, weight=1 + 1.5 * same)
    kinds = heads.loss(q_hidden, q_lengths, torch.tensor([g["kind"] for g in batch])) + heads.loss(
        d_hidden.flatten(0, 1), d_lengths.flatten(), torch.tensor([k for g in batch for k in g["kinds"]]))
    right = (scores.argmax(1) == 0).float().mean()
    return listwise + 0.5 * binary + 0.15 * max(0.1, 1 - 1.3 * done) * kinds, (listwise, binary, kinds, right)


def work(rank, options, end, shared, barrier):
    """One of the processes that learn together: each has its own data, all take the same step."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rng, common = random.Random(options.seed + rank), random.Random(options.seed)
    gradients, progress = shared
    tokenizer = Tokenizer.build(corpus_characters())
    prompt = Prompt(tokenizer)
    model = Qwen3(make_config(tokenizer.size))
    if options.resume:
        tensors = load_safetensors(options.resume / "model.safetensors")
        model.load_state_dict({name.removeprefix("model."): tensor for name, tensor in tensors.items()})
    heads = KindHeads(model.config["hidden_size"])
    weights = [*model.parameters(), *heads.parameters()]
    if rank == 0:
        print(f"{datetime.now():%H:%M:%S} {sum(p.numel() for p in model.parameters()):,} weights, vocabulary {tokenizer.size}, "
              f"constant {len(prompt.constant)}, suffix {len(prompt.suffix)}", flush=True)
        dev = make_eval_split("dev", 970, 100, 7)
    pools = [Pool(rng, prompt, low, high, 3500, options.side) for low, high in BUCKETS]
    decayed = [p for p in model.parameters() if p.dim() == 2]
    rest = [p for p in model.parameters() if p.dim() == 1] + list(heads.parameters())
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}], lr=options.rate, betas=(0.9, 0.98))
    clock, checkpoint, step, running, done = time.time(), time.time(), 0, [], 0.0
    while done < 1:
        rate = options.rate * min(1.0, (step + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        bucket = common.choices(range(len(pools)), [55, 35, 10])[0]
        optimizer.zero_grad()
        batch = [pools[bucket].group(rng, prompt) for _ in range(QUERIES)]
        for at in range(0, QUERIES, SLICE):
            loss, parts = step_loss(model, heads, prompt, batch[at:at + SLICE], done)
            (loss * SLICE / QUERIES).backward()
            running.append([float(part) for part in parts])
        gradients[rank] = torch.cat([(p.grad if p.grad is not None else torch.zeros_like(p)).flatten() for p in weights])
        if rank == 0:
            progress[0] = (time.time() - clock) / (end - clock)
        barrier.wait()
        mean, done = gradients.mean(0), float(progress[0])
        barrier.wait()
        at = 0
        for p in weights:
            p.grad = mean[at:at + p.numel()].view_as(p)
            at += p.numel()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if rank == 0 and step % 20 == 0:
            means = np.nanmean(running[-20 * QUERIES // SLICE:], axis=0)
            print(f"{datetime.now():%H:%M:%S} step {step} {100 * done:.1f}% list {means[0]:.3f} binary {means[1]:.3f} kinds {means[2]:.2f} "
                  f"right {means[3]:.2f} rate {rate:.1e} {(time.time() - clock) / step:.2f} s/step", flush=True)
        if step % 400 == 0:
            pools = [Pool(rng, prompt, low, high, 3500, options.side) for low, high in BUCKETS]
        if rank == 0 and (time.time() - checkpoint > 290 or done >= 1):
            checkpoint = time.time()
            export(model, tokenizer, options.out / "export")
            figures = summarise(rerank(model, prompt, dev, dev["queries"], 50 if done >= 1 else 20))
            print(f"{datetime.now():%H:%M:%S} step {step} dev (BM25's first {50 if done >= 1 else 20}) {figures}", flush=True)


def run_worker(*arguments):
    try:
        work(*arguments)
    except BaseException:
        arguments[-1].abort()  # or the other worker would wait for ever
        raise


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--until", required=True, help="time of day to stop at, HH:MM")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--rate", type=float, default=1.5e-3)
    arguments.add_argument("--resume", type=Path, help="an export to go on from")
    arguments.add_argument("--side", choices=["train", "train+dev"], default="train", help="which wordings are learnt")
    arguments.add_argument("--seed", type=int, default=SEED)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    now = datetime.now()
    hour, minute = map(int, options.until.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0)
    end = (end if end > now else end + timedelta(days=1)).timestamp()
    config = make_config(Tokenizer.build(corpus_characters()).size)
    count = sum(p.numel() for module in (Qwen3(config), KindHeads(config["hidden_size"])) for p in module.parameters())
    shared = torch.zeros(WORKERS, count).share_memory_(), torch.zeros(1).share_memory_()
    barrier = multiprocessing.Barrier(WORKERS)
    workers = [multiprocessing.Process(target=run_worker, args=(rank, options, end, shared, barrier)) for rank in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise SystemExit(f"a worker ended with {worker.exitcode}")


if __name__ == "__main__":
    main()
