"""The weights between two exports: python3 average.py BEFORE AFTER OUT --share 0.35

A model that was trained on, averaged with what it was before, keeps more of what it could do (WiSE-FT, arXiv 2109.01903).
"""

import argparse
import shutil
from pathlib import Path

from model import load_safetensors, save_safetensors


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("before", type=Path)
    arguments.add_argument("after", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--share", type=float, required=True, help="of the second, 0 to 1")
    options = arguments.parse_args()
    before, after = (load_safetensors(folder / "model.safetensors") for folder in (options.before, options.after))
    shutil.copytree(options.before, options.out, dirs_exist_ok=True)
    averaged = {name: (1 - options.share) * weight + options.share * after[name] for name, weight in before.items()}
    save_safetensors(options.out / "model.safetensors", averaged)


if __name__ == "__main__":
    main()
