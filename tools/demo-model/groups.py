"""What the model goes on to learn from: groups of a query, the text that answers it, and five that do not.

Tickets as short as the demo's, and tickets as long as real complaints, whole and by their passages.
"""

import re

import narrative
from bm25 import BM25, terms
from generator import KINDS, check_no_leak, make_long_ticket, make_ticket, real_length
from make_data import as_document
from tokenizer import common_characters

IDS = [kind["id"] for kind in KINDS]
HAN = [char for char in common_characters() if "\u3400" <= char <= "\u9fff"]
SENTENCE = re.compile("[^。！？；\n]+[。！？；\n]*")
CLAUSE = re.compile("[^，。！？；\n]+[，。！？；\n]*")
NEGATIVES = 5
SHORTEST = 70
RETOLD_SHARE = 0.6  # of the strange groups


class Pool:
    """Training documents with a first stage over them for hard negatives; with `longest` (characters) told at length."""

    def __init__(self, rng, side, size, longest=None):
        self.side, self.longest = side, longest
        self.rows, self.by_kind = [], {kind_id: [] for kind_id in IDS}
        for n in range(size):
            kind = IDS[n % len(IDS)]
            ticket = self.draw(kind, rng)
            text = as_document(ticket) if rng.random() < 0.85 else ticket["text"]
            check_no_leak(text)
            self.by_kind[kind].append(n)
            self.rows.append((kind, text, ticket["place"]))
        self.index = BM25([text for _, text, _ in self.rows])

    def draw(self, kind, rng, place=None):
        if self.longest is None:
            return make_ticket(kind, self.side, rng, place=place)
        return make_long_ticket(kind, self.side, rng, place=place, length=min(self.longest - 30, max(SHORTEST, real_length(rng))))

    def group(self, rng, strange=False):
        """Right is a text of the query's kind; of the others two are among BM25's nearest and one among its near ones.
        A strange group is about something the model has no word for: it is written in other characters throughout. What can
        be known there is which text has the query's words, so in most of them the right one does: both tell one ticket."""
        kind = rng.choice(IDS)
        place = rng.choice(self.rows)[2] if rng.random() < 0.4 else None
        told = self.longest and rng.random() < 0.6
        retold = strange and rng.random() < RETOLD_SHARE
        if told and not retold:
            ticket = self.draw(kind, rng, place)
        else:
            ticket = make_ticket(kind, self.side, rng, place=place, longest=110)
        if retold:
            query = retell(ticket, rng, self.longest if told else None)
        else:
            query = (as_document(ticket) if rng.random() < 0.5 else ticket["text"])[:self.longest]
        check_no_leak(query)
        hard = [int(row) for row in self.index.top(query, 60) if self.rows[row][0] != kind]
        rows = [rng.choice(self.by_kind[kind])] + rng.sample(hard[:12], 2) + rng.sample(hard[12:], 1)
        while len(rows) < 1 + NEGATIVES:
            other = rng.choice(IDS)
            if other != kind:
                rows.append(rng.choice(self.by_kind[other]))
        texts = [self.rows[row][1] for row in rows]
        if retold:
            texts[0] = retell(ticket, rng, self.longest)
        if strange:
            query, *texts = cipher(rng, [query, *texts])
        return blur(rng, query), [blur(rng, text) for text in texts]


def retell(ticket, rng, longest):
    """Most of what a ticket says, with other things around it; without `longest` (characters) nothing else."""
    clauses = [clause for clause in CLAUSE.findall(ticket["text"]) if rng.random() < 0.7] or [ticket["text"]]
    if longest is None:
        return "".join(clauses)
    return narrative.narrate(clauses, ticket["place"], min(longest - 30, max(SHORTEST, real_length(rng))), rng)[:longest]


def passage(query, text, budget):
    """What the engine reads of a long text first (src/reranker/passage.ts): its start and what shares most with the query."""
    asked, sentences = set(terms(query)), SENTENCE.findall(text)
    kept, covered, room, best = {}, set(), budget, 0
    while best is not None and room > 0:
        kept[best] = sentences[best][:room]
        room -= len(sentences[best])
        covered |= asked & set(terms(sentences[best]))
        left = [n for n in range(len(sentences)) if n not in kept]
        best = max(left, key=lambda n: len((asked - covered) & set(terms(sentences[n]))) / len(sentences[n]) ** 0.5, default=None)
    return "".join(kept[n] for n in sorted(kept))


def cipher(rng, texts):
    """The same texts with many of their characters exchanged, each for the same one everywhere."""
    chars = rng.sample(HAN, int(len(HAN) * rng.uniform(0.4, 1)))
    table = dict(zip(map(ord, chars), rng.sample(chars, len(chars))))
    return [text.translate(table) for text in texts]


def blur(rng, text):
    """Half of the texts lose some characters to others, so that no single word decides."""
    if rng.random() < 0.5:
        return text
    share = rng.uniform(0.02, 0.15)
    return "".join(rng.choice(HAN) if rng.random() < share else char for char in text)
