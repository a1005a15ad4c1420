"""Measures an exported model: python3 evaluate.py EXPORT [--split test|dev] [--complaints FILE.jsonl] [--queries N]"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch

from bm25 import BM25
from make_data import ROOT, make_eval_split
from model import load_model
from tokenizer import Prompt, Tokenizer
from train import rerank, summarise


def load(folder):
    saved = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer(saved["model"]["vocab"], [tuple(pair) for pair in saved["model"]["merges"]],
                          {token["content"]: token["id"] for token in saved["added_tokens"]})
    return load_model(folder), Prompt(tokenizer)


def thresholds(results):
    """The lowest score from which on at least so large a share of the pairs are of one kind."""
    pairs = sorted(((1 / (1 + np.exp(-score)), hit) for r in results for hit, score in r), reverse=True)
    hits = np.cumsum([hit for _, hit in pairs])
    precision = hits / np.arange(1, len(pairs) + 1)
    print(f"{len(pairs)} pairs, {hits[-1]} of one kind")
    for wanted in (0.95, 0.9, 0.85, 0.75, 0.6, 0.5):
        reached = np.nonzero(precision >= wanted)[0]
        if len(reached):
            n = reached[-1]
            print(f"precision >= {wanted:.2f}: score >= {pairs[n][0]:.3f}, {n + 1} pairs, recall {hits[n] / hits[-1]:.3f}")
    for at in (0.95, 0.9, 0.85, 0.7, 0.5, 0.3):
        n = sum(score >= at for score, _ in pairs)
        if n:
            print(f"score >= {at:.2f}: {n} pairs, precision {precision[n - 1]:.3f}, recall {hits[n - 1] / hits[-1]:.3f}")
    rng = random.Random(1)
    for name, wanted in (("one kind", True), ("another kind", False)):
        scores = sorted(score for score, hit in pairs if hit == wanted)
        print(f"{name}: deciles {[round(float(np.quantile(scores, q / 10)), 3) for q in range(11)]}, "
              f"sample {[round(float(s), 3) for s in rng.sample(scores, min(8, len(scores)))]}")


def complaints(model, prompt, path, count, depth=20):
    """Title as query, its own text among BM25's first `depth` texts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    index = BM25([row["text"] for row in rows])
    chosen = random.Random(3).sample(range(len(rows)), count)
    bm25 = ours = present = 0
    with torch.no_grad():
        for n in chosen:
            found = [int(i) for i in index.top(rows[n]["title"], depth)]
            bm25 += found[0] == n
            if n in found:
                present += 1
                documents = [prompt.document(rows[i]["text"][:400]) for i in found]
                scores = model.score(prompt.constant, [prompt.query(rows[n]["title"])], [documents], prompt.yes, prompt.no)[0]
                ours += found[int(scores.argmax())] == n
    print(f"{count} titles, own text among the first {depth}: {present / count:.3f}, BM25 top-1 {bm25 / count:.3f}, model top-1 {ours / count:.3f}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("export", type=Path)
    arguments.add_argument("--split", choices=["test", "dev"], default="test")
    arguments.add_argument("--queries", type=int, default=300)
    arguments.add_argument("--depth", type=int, default=50)
    arguments.add_argument("--thresholds", action="store_true")
    arguments.add_argument("--failures", action="store_true")
    arguments.add_argument("--complaints", type=Path)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    model, prompt = load(options.export)
    if options.complaints:
        complaints(model, prompt, options.complaints, options.queries)
        return
    split = make_eval_split("dev", 970, 100, 7) if options.split == "dev" else json.loads((ROOT / "test/eval/test-split.json").read_text(encoding="utf-8"))
    queries = split["queries"][:options.queries]
    results = rerank(model, prompt, split, queries, options.depth)
    print({name: round(value, 3) for name, value in summarise(results).items()}, len(queries), "queries")
    if options.thresholds:
        thresholds(results)
    if options.failures:
        index = BM25([f"{t['title']}\n{t['text']}" for t in split["archive"]])
        for query, result in zip(queries, results):
            best = max(range(len(result)), key=lambda i: result[i][1])
            if not result[best][0]:
                wrong = split["archive"][index.top(query["text"], options.depth)[best]]
                print(query["kind"], "|", query["text"].replace("\n", " / "), "→", wrong["kind"], "|", wrong["text"], round(result[best][1], 2))


if __name__ == "__main__":
    main()
