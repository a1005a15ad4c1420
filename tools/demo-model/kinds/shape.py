"""The shape of one kind of problem. Lists are written as one string, parts separated by '|'."""


def kind(id, category, units, days, wordings, details, demands, steps, reply):
    """`wordings` name the problem itself; no two of them need share a word."""
    def parts(text):
        return [part.strip() for part in text.split("|") if part.strip()]

    made = {
        "id": id,
        "category": parts(category.replace("/", "|")),
        "units": parts(units),
        "days": days,
        "wordings": parts(wordings),
        "details": parts(details),
        "demands": parts(demands),
        "steps": parts(steps),
        "reply": reply,
    }
    for name, least in (("wordings", 16), ("details", 4), ("demands", 3), ("steps", 3)):
        if len(set(made[name])) < least or len(set(made[name])) != len(made[name]):
            raise ValueError(f"{id}: {name} needs {least} different entries")
    return made
