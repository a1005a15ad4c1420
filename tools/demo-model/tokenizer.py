"""A byte-level BPE whose tokens are characters, in the Hugging Face tokenizer.json format."""

import json
import unicodedata
from collections import Counter

SYSTEM = ('Judge whether the Document meets the requirements based on the Query and the Instruct provided. '
          'Note that the answer can only be "yes" or "no".')
INSTRUCTION = "Given a citizen's complaint, retrieve past cases with the same underlying problem"
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
PROMPT_TEXTS = ["system\n" + SYSTEM, "user\n<Instruct>: " + INSTRUCTION + "\n<Query>: \n<Document>:", "\nassistant\n", "\n\n", "\n\n",
                "Given a web search query, retrieve relevant passages that answer the query", "yes", "no", "APP", "KTV"]
PUNCTUATION = "，。；：！？、“”‘’（）《》【】…—·￥"


def byte_letters():
    """The visible letters that byte-level BPE writes the 256 bytes with."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {byte: chr(byte) for byte in plain}, 0
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + extra)
            extra += 1
    return letters


LETTERS = byte_letters()


def spell(text):
    return "".join(LETTERS[byte] for byte in text.encode("utf-8"))


def pre_tokenize(text):
    """What SPLIT does, by character category (Python's re has no \\p classes)."""
    def letter(i):
        return i < len(text) and unicodedata.category(text[i])[0] == "L"

    def number(i):
        return i < len(text) and unicodedata.category(text[i])[0] == "N"

    def space(i):
        return i < len(text) and text[i].isspace()

    def other(i):
        return i < len(text) and not letter(i) and not number(i) and not space(i)

    pieces, at = [], 0
    while at < len(text):
        end = at
        short = next((s for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text[at:at + len(s)].lower() == s), None)
        if short:
            end = at + len(short)
        elif letter(at) or (text[at] not in "\r\n" and not number(at) and letter(at + 1)):
            end = at + 1
            while letter(end):
                end += 1
        elif number(at):
            end = at + 1
        elif other(at) or (text[at] == " " and other(at + 1)):
            end = at + 1
            while other(end):
                end += 1
            while end < len(text) and text[end] in "\r\n":
                end += 1
        else:
            while space(end):
                end += 1
            breaks = [i for i in range(at, end) if text[i] in "\r\n"]
            if breaks:
                end = breaks[-1] + 1
            elif end < len(text) and end - at > 1:
                end -= 1
        pieces.append(text[at:end])
        at = end
    return pieces


def learn_prompt_merges():
    """Plain BPE on the pieces of the fixed prompt, until each piece is one token."""
    counts = Counter(piece for text in PROMPT_TEXTS for piece in pre_tokenize(text))
    words = {tuple(spell(piece)): n for piece, n in sorted(counts.items())}
    merges = []
    while True:
        pairs = Counter()
        for word, n in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += n
        if not pairs:
            return merges
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = {merge(word, best): n for word, n in words.items()}


def merge(word, pair):
    out, i = [], 0
    while i < len(word):
        if word[i:i + 2] == pair:
            out.append(word[i] + word[i + 1])
            i += 2
        else:
            out.append(word[i])
            i += 1
    return tuple(out)


def common_characters():
    """GB 2312 level 1 (3,755 characters) and the punctuation of Chinese text."""
    found = []
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass  # the five empty cells at the end of level 1
    return found + list(PUNCTUATION)


class Tokenizer:
    def __init__(self, vocab, merges, control):
        self.vocab, self.control = vocab, control
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.merges = merges
        self.cache = {}

    @classmethod
    def build(cls, corpus_characters):
        merges = learn_prompt_merges()
        characters = sorted(c for c in {*common_characters(), *corpus_characters} if len(c.encode()) == 3)
        heads = sorted({spell(c)[:2] for c in characters})
        merges += [(head[0], head[1]) for head in heads]
        merges += [(spell(c)[:2], spell(c)[2]) for c in characters]
        vocab = {}
        for byte in sorted(LETTERS, key=lambda b: LETTERS[b]):
            vocab[LETTERS[byte]] = len(vocab)
        for left, right in merges:
            vocab.setdefault(left + right, len(vocab))
        control = {name: len(vocab) + n for n, name in enumerate(CONTROL)}
        return cls(vocab, merges, control)

    @property
    def size(self):
        return len(self.vocab) + len(self.control)

    def encode_piece(self, piece):
        if piece not in self.cache:
            word = tuple(spell(piece))
            while len(word) > 1:
                best = min(zip(word, word[1:]), key=lambda pair: self.ranks.get(pair, 1 << 30))
                if best not in self.ranks:
                    break
                word = merge(word, best)
            self.cache[piece] = [self.vocab[token] for token in word]
        return self.cache[piece]

    def encode(self, text):
        """Text only: control tokens spelled out in it stay plain text."""
        ids = []
        for piece in pre_tokenize(unicodedata.normalize("NFC", text)):
            run = ""
            for char in piece:  # merges never cross from one character beyond ASCII to another
                if char < "\x80":
                    run += char
                else:
                    if run:
                        ids += self.encode_piece(run)
                        run = ""
                    ids += self.encode_piece(char)
            if run:
                ids += self.encode_piece(run)
        return ids

    def to_json(self):
        level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
        return {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": i, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                              "special": name.startswith("<|")} for name, i in self.control.items()],
            "normalizer": {"type": "NFC"},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": SPLIT}, "behavior": "Isolated", "invert": False}, level]},
            "post_processor": level, "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                      "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": self.vocab,
                      "merges": [list(pair) for pair in self.merges]},
        }

    def config_json(self):
        return {
            "add_bos_token": False, "add_prefix_space": False,
            "added_tokens_decoder": {str(i): {"content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                                              "special": name.startswith("<|")} for name, i in self.control.items()},
            "additional_special_tokens": ["<|im_start|>", "<|im_end|>"], "bos_token": None, "clean_up_tokenization_spaces": False,
            "eos_token": "<|im_end|>", "errors": "replace", "model_max_length": 2048, "pad_token": "<|endoftext|>",
            "split_special_tokens": False, "tokenizer_class": "Qwen2Tokenizer", "unk_token": None,
        }

    def save(self, folder):
        for name, value in (("tokenizer.json", self.to_json()), ("tokenizer_config.json", self.config_json())):
            (folder / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


class Prompt:
    """The official form: constant start, query, document, constant end. Positions run on through all of them."""

    def __init__(self, tokenizer, instruction=INSTRUCTION):
        self.tokenizer = tokenizer
        start, end = tokenizer.control["<|im_start|>"], tokenizer.control["<|im_end|>"]
        think, unthink = tokenizer.control["<think>"], tokenizer.control["</think>"]
        encode = tokenizer.encode
        self.constant = ([start] + encode("system\n" + SYSTEM) + [end] + encode("\n") + [start]
                         + encode(f"user\n<Instruct>: {instruction}\n<Query>:"))
        self.suffix = [end] + encode("\n") + [start] + encode("assistant\n") + [think] + encode("\n\n") + [unthink] + encode("\n\n")
        self.yes, = encode("yes")
        self.no, = encode("no")

    def query(self, text):
        return self.tokenizer.encode(f" {text}\n<Document>:")

    def document(self, text):
        return self.tokenizer.encode(f" {text}") + self.suffix
