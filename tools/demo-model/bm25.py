"""BM25 over bigrams of Chinese characters, the stand-in for a ticket system's own search."""

import re
from collections import Counter, defaultdict

import numpy as np

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def terms(text):
    found = []
    for run in RUN.findall(text.lower()):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[i:i + 2] for i in range(len(run) - 1))
    return found


class BM25:
    def __init__(self, texts, k1=1.2, b=0.75):
        counts = [Counter(terms(text)) for text in texts]
        lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        postings = defaultdict(lambda: ([], []))
        for row, count in enumerate(counts):
            for term, n in count.items():
                rows, weights = postings[term]
                rows.append(row)
                weights.append(n * (k1 + 1) / (n + norm[row]))
        size = len(texts)
        self.size = size
        self.postings = {
            term: (np.array(rows), np.array(weights, dtype=np.float32) * np.log(1 + (size - len(rows) + 0.5) / (len(rows) + 0.5)))
            for term, (rows, weights) in postings.items()
        }

    def top(self, query, count):
        scores = np.zeros(self.size, dtype=np.float32)
        for term in set(terms(query)):
            if term in self.postings:
                rows, weights = self.postings[term]
                scores[rows] += weights
        return np.argsort(-scores, kind="stable")[:count]
