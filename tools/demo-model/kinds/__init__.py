"""The kinds of problem the synthetic tickets are made of, as data."""

from . import environment, housing, livelihood, market, transport, utilities

KINDS = [
    kind
    for module in (housing, utilities, transport, environment, livelihood, market)
    for kind in module.KINDS
]

assert len({kind["id"] for kind in KINDS}) == len(KINDS), "kind ids must be unique"
