"""Holds model.py against a reference: python3 test_model.py FOLDER, a folder with config.json, model.safetensors and expected.json."""

import json
import sys
from pathlib import Path

import torch

from model import load_model


def main(folder):
    expected = json.loads((folder / "expected.json").read_text())
    model = load_model(folder)
    worst = 0.0
    for case in expected["cases"]:
        ids = case["input_ids"]
        with torch.no_grad():
            logits = model.logits(ids)[-1]
            # the same pair again, cut at three places as the engine cuts it
            a, b = len(ids) // 3, 2 * len(ids) // 3
            split = model.score(ids[:a], [ids[a:b]], [[ids[b:], ids[b:] + [1, 2]]], expected["yes_id"], expected["no_id"])[0, 0]
        yes, no = float(logits[expected["yes_id"]]), float(logits[expected["no_id"]])
        worst = max(worst, abs(yes - no - float(split)), *difference(case, yes, no))
    print(f"{len(expected['cases'])} cases, largest difference {worst:.2e}")
    assert worst < 1e-3


def difference(case, yes, no):
    if "logit_yes" in case:
        return [abs(case["logit_yes"] - yes), abs(case["logit_no"] - no)]
    raise KeyError(f"no reference logits among {sorted(case)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
