"""Trains a model on, with texts as long as real complaints: python3 train_on.py EXPORT OUT --minutes 40

Stops after so many minutes of its own processor time, whatever else the machine does meanwhile.
"""

import argparse
import math
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # a thread for each half of a step instead

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from evaluate import load
from groups import NEGATIVES, Pool, passage
from texts import Texts
from train import export

THREADS, TOKENS = 2, 2200  # tokens a thread and step, about
LONGEST, LONGEST_SHARE = [150, 240, 400], [50, 40, 10]  # characters; texts of a pool are about as long as each other
MOST_TOKENS = 400
PASSAGES = [40, 40, 64]  # characters
STRANGE_SHARE, STRANGE_WEIGHT = 0.6, 0.5  # of the long ones


class Batches:
    """One thread's endless training data."""

    def __init__(self, prompt, options, seed):
        self.prompt, self.options, self.rng = prompt, options, random.Random(seed)
        self.texts = options.texts and Texts(options.texts, LONGEST[-1])
        self.draw_pools()

    def draw_pools(self):
        self.short = Pool(self.rng, self.options.side, 1940)
        self.long = [Pool(self.rng, self.options.side, 1455, longest) for longest in LONGEST]

    def next(self):
        long = self.rng.random() < self.options.long
        strange = long and self.rng.random() < STRANGE_SHARE
        pool = self.rng.choices(self.long, LONGEST_SHARE)[0] if long else self.short
        groups, size = [], 0
        while size < TOKENS:
            query, texts = self.texts.group(self.rng) if strange and self.texts else pool.group(self.rng, strange)
            budget = self.rng.choice(PASSAGES)
            passages = [passage(query, text, budget) for text in texts] if long else []
            groups.append(self.as_tokens(query, texts, passages))
            size += len(groups[-1][0]) + sum(map(len, groups[-1][1] + groups[-1][2]))
        return long, strange, groups

    def as_tokens(self, query, *readings):
        encode = self.prompt.tokenizer.encode
        asked = encode(f" {query}")[:MOST_TOKENS] + encode("\n<Document>:")
        return asked, *([encode(f" {text}")[:MOST_TOKENS] + self.prompt.suffix for text in texts] for texts in readings)


class Training:
    def __init__(self, options):
        torch.manual_seed(options.seed)
        self.options = options
        self.model, self.prompt = load(options.export)
        self.model.train()
        self.weights = list(self.model.parameters())
        self.teacher = load(options.teacher)[0]
        self.batches = [Batches(self.prompt, options, options.seed * 100 + n) for n in range(THREADS)]
        named = list(self.model.named_parameters())
        self.optimizer = torch.optim.AdamW([
            {"params": [p for name, p in named if p.dim() == 2 and "embed" not in name], "weight_decay": 0.02, "pace": 1},
            {"params": [p for name, p in named if p.dim() == 1], "weight_decay": 0, "pace": 2},
            {"params": [self.model.embed_tokens.weight], "weight_decay": 0, "pace": 0.1},
        ], lr=options.rate, betas=(0.9, 0.98))

    def part(self, batches):
        """The gradients of one thread's share of a step."""
        long, strange, groups = batches.next()
        queries, texts, passages = zip(*groups)
        prefix = self.model.prefix(self.prompt.constant, queries)
        read = [self.model.read_documents(prefix, rows, self.prompt.yes, self.prompt.no) for rows in ((texts, passages) if long else (texts,))]
        readings = torch.stack(read, 1)  # [groups, 1 or 2, rows]: of a long text two, whole and its passage
        same = torch.zeros_like(readings)
        same[..., 0] = 1
        listwise = -readings.log_softmax(-1)[..., 0].mean()
        binary = F.binary_cross_entropy_with_logits(readings, same, weight=1 + 1.5 * same)
        # Only a query's own candidates are ranked: what all of its passages have in common costs nothing. Relative to how
        # far their scores lie apart, or they would all become alike.
        with torch.no_grad():
            taught = self.score(self.teacher, queries, passages if long else texts)
        centred = readings - readings.mean(-1, keepdim=True)
        apart = centred[:, -1] - centred[:, 0]
        loss = self.options.agreement * apart.pow(2).mean() / centred[:, 0].pow(2).mean()
        # What it was before is right about short texts, and so about passages.
        spread = taught - taught.mean(-1, keepdim=True)
        loss = loss + (0 if strange else self.options.keeping) * (readings[:, -1] - taught).pow(2).mean() / spread.pow(2).mean().clamp(min=0.5)
        # What words have in common tells less than what they mean.
        loss = loss + (STRANGE_WEIGHT if strange else 1) * (listwise + 0.5 * binary)
        right = (readings[:, 0].argmax(-1) == 0).float().mean()
        distance, spread = (part.detach().pow(2).mean().sqrt() for part in (apart, centred[:, 0]))
        return "strange" if strange else "long" if long else "short", [float(listwise), float(right), float(distance), float(spread), float((readings[:, -1] - taught).detach().pow(2).mean().sqrt())], torch.autograd.grad(loss, self.weights)

    def score(self, model, queries, documents):
        return model.score(self.prompt.constant, queries, documents, self.prompt.yes, self.prompt.no)

    def step(self, threads, number, done):
        rate = self.options.rate * min(1, (number + 1) / 50) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["pace"]
        parts = list(threads.map(self.part, self.batches))
        for weight, *gradients in zip(self.weights, *(part[2] for part in parts)):
            weight.grad = sum(gradients) / THREADS
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return [part[:2] for part in parts]

    def run(self):
        begun, saved, number, done = time.process_time(), time.process_time(), 0, 0.0
        recent = {"short": [], "long": [], "strange": []}
        with ThreadPoolExecutor(THREADS) as threads:
            while done < 1:
                done = min(1.0, (time.process_time() - begun) / 60 / self.options.minutes)
                for name, figures in self.step(threads, number, done):
                    recent[name] = recent[name][-39:] + [figures]
                number += 1
                if number % 20 == 0:
                    means = "  ".join(f"{name} {np.mean(figures, axis=0).round(3)}" for name, figures in recent.items() if figures)
                    print(f"{time.strftime('%H:%M:%S')} step {number} {100 * done:.1f} %  loss, right, passage apart, spread, teacher apart: {means}", flush=True)
                if number % 500 == 0:
                    for batches in self.batches:
                        batches.draw_pools()
                if time.process_time() - saved > 120 or done >= 1:
                    saved = time.process_time()
                    export(self.model, self.prompt.tokenizer, self.options.out)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("export", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--minutes", type=float, default=40, help="of processor time, all threads together")
    arguments.add_argument("--rate", type=float, default=4e-4)
    arguments.add_argument("--long", type=float, default=0.82, help="the share of steps with texts as long as real complaints")
    arguments.add_argument("--agreement", type=float, default=0.5, help="weight of a long text's score being its passage's")
    arguments.add_argument("--teacher", type=Path, required=True, help="the model that is right about short texts")
    arguments.add_argument("--keeping", type=float, default=1, help="weight of a short text's score being the teacher's")
    arguments.add_argument("--texts", type=Path, help="JSON lines with title and text, whose groups stand for the strange ones")
    arguments.add_argument("--side", choices=["train", "train+dev"], default="train+dev", help="which wordings are learnt")
    arguments.add_argument("--seed", type=int, default=1)
    Training(arguments.parse_args()).run()


if __name__ == "__main__":
    main()
