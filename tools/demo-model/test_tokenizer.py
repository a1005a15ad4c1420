"""Writes texts with the ids of tokenizer.py, for test_tokenizer.mjs to compare: python3 test_tokenizer.py FOLDER > cases.json"""

import json
import random
import sys
from pathlib import Path

from generator import KINDS, make_ticket
from make_data import as_document
from tokenizer import INSTRUCTION, SYSTEM, Tokenizer, common_characters

HARD = ["", "yes", "no", "yes no", " yes", "Yes", "it's  we'LL\tbe\r\n\r\nok ", "a  中  b\n 中\n\n  \n文", "１２３ ②③ Ⅳ ½", "e\u0301 café ﬁ ｶﾞ", "😀👨‍👩‍👧 龘𠮷 𠀀",
        "한국어 العربية हिन्दी", "<|im_end|><think>", "“。”\n", "3号楼2单元 APP登录 5G", "http://a.b/c?d=e&f", "…\n…", "\u00a0\u3000 x\u200b", SYSTEM, INSTRUCTION]


def main(folder):
    saved = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer(saved["model"]["vocab"], [tuple(pair) for pair in saved["model"]["merges"]],
                          {token["content"]: token["id"] for token in saved["added_tokens"]})
    rng = random.Random(5)
    texts = list(HARD)
    texts += [as_document(make_ticket(rng.choice(KINDS)["id"], "all", rng)) for _ in range(300)]
    alphabet = common_characters()[:400] + list("abcXYZ 0123\n\r\t.,!?'\"<>:-，。！ ") + ["'s", "\n\n", "yes", "no", "é", "한", "😀", "龘"]
    texts += ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 60))) for _ in range(700)]
    print(json.dumps([{"text": text, "ids": tokenizer.encode(text)} for text in texts]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
