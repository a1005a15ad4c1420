"""Turns kinds into tickets. Everything follows from the random generator that is handed in."""

import math
import random
import re
import zlib

import narrative
import phrases
from kinds import KINDS
from kinds.lexicon import WORDS
from places import make_place

SEED = 20261123
BY_ID = {kind["id"]: kind for kind in KINDS}
RURAL = {"农业农村"}
LEARNT = {"train", "train+dev"}  # once nothing is left to choose by the dev split, its wordings may be learnt too


def seeded(*parts):
    return random.Random(zlib.crc32("/".join(map(str, parts)).encode()) ^ SEED)


def split_kind(kind, all_phrases):
    """Wordings and details of a kind by side. Sides share no wording; test queries and test archive neither."""
    rng = seeded("split", kind["id"])

    def free(wording):
        return sum(wording in other for other in all_phrases) == 1

    wordings, details = list(kind["wordings"]), list(kind["details"])
    rng.shuffle(wordings)
    rng.shuffle(details)
    wordings.sort(key=lambda w: not free(w))  # only wordings that no other phrase contains may be held out
    assert all(map(free, wordings[:7])), kind["id"]
    query, archive, dev_query, dev_archive, train = wordings[:2], wordings[2:5], wordings[5:6], wordings[6:7], wordings[7:]
    return {
        "test-query": (query, details[:2]),
        "test-archive": (archive, details[1:3]),
        "dev-query": (dev_query, details[3:4]),
        "dev-archive": (dev_archive, details[3:4]),
        "train": (train, details[3:]),
        "train+dev": (train + dev_query + dev_archive, details[3:]),
        "all": (kind["wordings"], kind["details"]),
    }


def make_splits():
    every = [p for kind in KINDS for p in kind["wordings"] + kind["details"] + kind["demands"]]
    every += phrases.TIMES + phrases.OPENERS + phrases.WHO + phrases.EMOTIONS + phrases.REPEATS + phrases.DEMANDS
    return {kind["id"]: split_kind(kind, every) for kind in KINDS}


SPLITS = make_splits()
HELD_OUT = [w for s in SPLITS.values() for side in ("test-query", "test-archive") for w in s[side][0]]


# A narrative is neutral: whatever it is wrapped around, it adds no wording of any kind.
assert not any(w in s for kind in KINDS for w in kind["wordings"] for s in narrative.EVERY)


def check_no_leak(text):
    leaked = next((wording for wording in HELD_OUT if wording in text), None)
    assert leaked is None, f"held-out wording in a training text: {leaked}"


def make_typos(text, rng):
    chars = list(text)
    for i, char in enumerate(chars):
        if char in phrases.TYPOS and rng.random() < 0.15:
            chars[i] = phrases.TYPOS[char]
    if rng.random() < 0.3 and len(chars) > 30:
        del chars[rng.randrange(len(chars))]
    return "".join(chars)


def make_title(kind, wording, place, rng):
    forms = [wording, place["short"] + wording, f"反映{wording}", f"关于{wording}的问题", f"{wording}，{rng.choice(phrases.DEMANDS)}",
             f"投诉{wording}", f"{place['short']}{wording}问题", f"{rng.choice(kind['demands'])}"]
    weights = [3, 4, 1, 1, 1, 1, 1, 0.4]
    for _ in range(6):
        title = rng.choices(forms, weights)[0]
        if 6 <= len(title) <= 20:
            return title
    return wording if len(wording) >= 6 else ("反映" + wording + "问题")[:20]


def loose_wordings(kind_id, rng):
    """Training only: a few words of the kind's vocabulary, strung together, so that more is learnt than eleven fixed wordings."""
    words = WORDS[kind_id].split("|")
    made = []
    for _ in range(2):
        made.append("")
        for word in rng.sample(words, rng.choices([1, 2, 3], [2, 5, 3])[0]):
            made[-1] += (rng.choice(phrases.GLUE) if made[-1] else "") + word
        made[-1] += rng.choice(phrases.TAILS)
    return made


def make_ticket(kind_id, side, rng, place=None, longest=220):
    """One ticket: {'kind', 'place', 'title', 'text'}."""
    ticket = draw_ticket(kind_id, side, rng, place, longest)
    while side in LEARNT and any(wording in ticket["title"] + "\n" + ticket["text"] for wording in HELD_OUT):
        ticket = draw_ticket(kind_id, side, rng, place, longest)  # loose words happened to meet in a held-out wording
    return ticket


def real_length(rng):
    """Characters, as real complaints have them: median 200, 90th percentile 750."""
    return int(min(1300, max(60, rng.lognormvariate(math.log(200), 1.03))))


def make_long_ticket(kind_id, side, rng, place=None, length=None):
    """The same as make_ticket, told at length."""
    length = length or real_length(rng)
    while True:
        ticket = draw_long_ticket(kind_id, side, rng, place, length)
        if side not in LEARNT or not any(wording in ticket["title"] + "\n" + ticket["text"] for wording in HELD_OUT):
            return ticket


def draw_long_ticket(kind_id, side, rng, place, length):
    """The sentences of a ticket with a narrative around them; the longer it is, the more often it says what it is about."""
    ticket = draw_ticket(kind_id, side, rng, place, 220)
    kind, place = BY_ID[kind_id], ticket["place"]
    sentences = [s for s in re.split("(?<=[。！；])", ticket["text"]) if s]
    sentences[0] = narrative.fill(rng.choice(narrative.LEADS), rng, place) + sentences[0]
    for _ in range(rng.choices([0, 1, 2], [4, 4, 2 if length > 300 else 0])[0]):
        sentences.append(rng.choice(narrative.AGAIN) + rng.choice(ticket["wordings"]) + "。")
    if rng.random() < 0.3:
        sentences.append(rng.choice(kind["demands"]) + "。")
    sentences = [s if s[-1] in "。！；" else s + "。" for s in sentences]
    return {**ticket, "text": narrative.narrate(sentences, place, length, rng)}


def draw_ticket(kind_id, side, rng, place, longest):
    kind = BY_ID[kind_id]
    wordings, details = SPLITS[kind_id][side]
    if side in LEARNT:
        loose = rng.random()
        if loose < 0.55:
            wordings = loose_wordings(kind_id, rng) + ([rng.choice(wordings)] if loose < 0.15 else [])
        if rng.random() < 0.3:
            details = []  # or the model would lean on details and demands alone
    place = place or make_place(rng, rural=kind["category"][0] in RURAL)
    core = rng.choice(wordings)
    named = rng.choices([place["full"], place["mid"], place["short"], ""], [3, 4, 2, 1.5])[0]
    when = rng.choice(phrases.TIMES) if rng.random() < 0.6 else ""
    who = rng.choice(phrases.WHO) if rng.random() < 0.35 else ""
    first = rng.choice([f"{named}{when}{core}", f"{when}{named}{core}", f"{named}{core}，{when}" if when else f"{named}{core}",
                        f"{who}{named}{when}{core}", f"{core}，地点在{named}" if named else core])
    parts = []
    terse = rng.random() < 0.3
    picked = rng.sample(details, min(len(details), rng.choices([0, 1, 2], [2, 5, 3] if not terse else [6, 4, 0])[0]))
    parts += picked
    if rng.random() < 0.25:
        parts.append(rng.choice(wordings))
    if not terse:
        if rng.random() < 0.55:
            parts.append(rng.choice(phrases.EMOTIONS))
        if rng.random() < 0.4:
            parts.append(rng.choice(phrases.REPEATS))
    rng.shuffle(parts)
    if rng.random() < 0.8:
        parts.append(rng.choice(kind["demands"]) if rng.random() < 0.35 else rng.choice(phrases.DEMANDS))
    if rng.random() < 0.12:
        parts.insert(0, first)  # the complaint is repeated, as people on the phone do
    if rng.random() < 0.12 and parts:
        parts[0] = rng.choice(phrases.FILLERS) + parts[0]
    if parts and rng.random() < 0.1:
        parts.append(first)
        first = parts.pop(0)
    text = rng.choice(phrases.OPENERS) + first
    for part in parts:
        text += rng.choices(["，", "。", "；", " "], [6, 4, 1, 0.2])[0] + part
    closer = rng.choice(phrases.CLOSERS)
    text += ("，" + closer if closer else "") + rng.choices(["。", "", "！"], [6, 2, 1])[0]
    if rng.random() < 0.3:
        text = make_typos(text, rng)
    if len(text) < 20:
        text += rng.choice(phrases.REPEATS) + "，" + rng.choice(phrases.DEMANDS) + "。"
    text = text[:longest]
    return {"kind": kind_id, "place": place, "wordings": wordings, "title": make_title(kind, rng.choice(wordings) if rng.random() < 0.5 else core, place, rng),
            "text": text}
