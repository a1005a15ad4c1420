"""Groups from texts that nobody has labelled: two tellings of one text belong together, its nearest neighbours do not."""

import json

from bm25 import BM25
from groups import CLAUSE, blur

NEIGHBOUR_SHARE = 0.4


class Texts:
    """Training documents from a file of JSON lines with `title` and `text`, each at most `longest` characters."""

    def __init__(self, file, longest):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
        self.rows = [f"{row['title'].strip()}\n{row['text'].strip()}"[:longest] for row in rows]
        self.nearest = nearest(self.rows, 50)

    def group(self, rng):
        """Right is another telling of the query's own text, or, that they also be ranked where no text is the same, its
        nearest neighbour; wrong are four of its near ones and any other."""
        own = rng.randrange(len(self.rows))
        near = self.nearest[own]
        if rng.random() < NEIGHBOUR_SHARE:
            right, wrong = self.rows[rng.choice(near[:2])], rng.sample(near[12:], 4)
        else:
            right, wrong = retell(self.rows[own], rng), rng.sample(near[:12], 2) + rng.sample(near[12:], 2)
        wrong.append((own + rng.randrange(1, len(self.rows))) % len(self.rows))
        texts = [right, *(self.rows[row] for row in wrong)]
        return blur(rng, retell(self.rows[own], rng)), [blur(rng, text) for text in texts]


def nearest(texts, count):
    index = BM25(texts)
    return [[int(row) for row in index.top(text, count + 1) if row != own][:count] for own, text in enumerate(texts)]


def retell(text, rng):
    """From a third to most of what a text says."""
    share = rng.uniform(0.35, 0.9)
    return "".join(clause for clause in CLAUSE.findall(text) if rng.random() < share) or text
