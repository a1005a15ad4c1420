"""Writes test/eval/test-split.json, src/demo/archive.jsonl and src/demo/queue.json."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bm25 import BM25
from generator import KINDS, BY_ID, RURAL, make_long_ticket, make_ticket, seeded
from places import make_place

ROOT = Path(__file__).resolve().parents[2]
ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
ROLES = ["值班员", "网格员", "现场处置人员", "承办科室", "办公室"]


def as_document(ticket):
    return f"{ticket['title']}\n{ticket['text']}"


def make_eval_split(prefix, archive_size, query_count, seed):
    rng = seeded("eval", prefix, seed)
    ids = [kind["id"] for kind in KINDS]
    archive, queries = [], []
    for n in range(archive_size):
        ticket = make_ticket(ids[n % len(ids)], f"{prefix}-archive", rng)
        archive.append(ticket)
    rng.shuffle(archive)
    index = BM25([as_document(t) for t in archive])
    for n in range(query_count):
        kind = ids[n % len(ids)]
        for _ in range(5):  # a reranker cannot rank what the first stage did not find: draw again, at most five times
            # Most callers live where another kind of problem was reported, so that place names mislead.
            other = rng.choice([t for t in rng.sample(archive, 8) if t["kind"] != kind])
            place = other["place"] if rng.random() < 0.7 else None
            ticket = make_ticket(kind, f"{prefix}-query", rng, place=place, longest=150)
            text = as_document(ticket) if rng.random() < 0.5 else ticket["text"]
            if any(archive[i]["kind"] == kind for i in index.top(text, 50)):
                break
        queries.append({"text": text, "kind": kind})
    rng.shuffle(queries)
    return as_split("", archive, queries)


def as_split(mark, archive, queries):
    return {
        "archive": [{"id": f"{mark}A{n:04d}", "title": t["title"], "text": t["text"], "kind": t["kind"]} for n, t in enumerate(archive)],
        "queries": [{"id": f"{mark}Q{n:03d}", **q} for n, q in enumerate(queries)],
    }


def make_long_split(prefix, archive_size, query_count, seed):
    """Archive and queries as long as real complaints. Places mislead here too: half of the queries take another kind's."""
    rng = seeded("long", prefix, seed)
    ids = [kind["id"] for kind in KINDS]
    archive = [make_long_ticket(ids[n % len(ids)], f"{prefix}-archive", rng) for n in range(archive_size)]
    rng.shuffle(archive)
    index = BM25([as_document(t) for t in archive])
    queries = []
    for n in range(query_count):
        kind = ids[n % len(ids)]
        for _ in range(5):
            other = rng.choice([t for t in rng.sample(archive, 8) if t["kind"] != kind])
            ticket = make_long_ticket(kind, f"{prefix}-query", rng, place=other["place"] if rng.random() < 0.5 else None)
            text = as_document(ticket)[:900]  # some 900 tokens: a longer query is refused
            if any(archive[i]["kind"] == kind for i in index.top(text, 50)):
                break
        queries.append({"text": text, "kind": kind})
    rng.shuffle(queries)
    return as_split("L", archive, queries)


def bm25_figures(split, depth=50):
    index = BM25([as_document(t) for t in split["archive"]])
    top1 = found = 0
    for query in split["queries"]:
        kinds = [split["archive"][i]["kind"] for i in index.top(query["text"], depth)]
        top1 += kinds[0] == query["kind"]
        found += query["kind"] in kinds
    return top1 / len(split["queries"]), found / len(split["queries"])


def stamp(moment):
    return moment.isoformat(timespec="seconds")


def at_work(moment):
    """The moment itself, or the next one in office hours."""
    if moment.hour >= 18:
        moment += timedelta(days=1)
    return moment if 8 <= moment.hour < 18 else moment.replace(hour=8)


def make_handling(kind, created, rng):
    unit = rng.choice(kind["units"])
    days = max(1, min(round(rng.gauss(kind["days"], kind["days"] * 0.4)), kind["days"] * 3))
    closed = at_work(created + timedelta(days=days, hours=rng.randint(0, 6), minutes=rng.randint(0, 59)))
    actions = list(kind["steps"])
    if len(actions) > 3 and rng.random() < 0.4:
        del actions[rng.randrange(1, len(actions) - 1)]
    solved = rng.choices(["yes", "partly", "no"], [76, 16, 8])[0]
    satisfaction = {"yes": ["satisfied", "satisfied", "satisfied", "fairly", "unrated"], "partly": ["fairly", "fairly", "dissatisfied", "unrated"],
                    "no": ["dissatisfied", "dissatisfied", "unrated"]}[solved]
    span = (closed - created) / (len(actions) + 1)
    times = sorted(min(at_work(created + span * (n + 1)), closed) for n in range(len(actions)))
    steps = [{"at": stamp(at.replace(second=0)), "actor": unit if rng.random() < 0.6 else rng.choice(ROLES), "action": action}
             for at, action in zip(times, actions)]
    ending = {"yes": "感谢您的监督与支持。", "partly": "部分事项仍在推进，我们将持续跟踪。", "no": "因条件所限暂未能解决，已列入计划，敬请谅解。"}[solved]
    reply = f"您好，您反映的问题已收悉。{kind['reply']}。{ending}"
    return {"unit": unit, "steps": steps, "closedAt": stamp(closed), "days": days, "reply": reply, "solved": solved,
            "satisfaction": rng.choice(satisfaction)}, closed


# Elderly people often lack a paper that a rule asks for; the window may do without it (容缺) or wait for it.
MATERIALS = {"elder-phone": [("身份证", ["required"]), ("户口簿", ["waivable", "waivable", "required"]),
                             ("银行卡复印件", ["later", "required"]), ("近期照片", ["waivable", "later"])]}


def make_materials(kind_id, ticket_id):
    """What had to be handed in. Drawn by the ticket's id, so that nothing else in the archive depends on it."""
    rng = seeded("materials", ticket_id)
    first, *others = MATERIALS.get(kind_id, [None])
    if first is None or rng.random() < 0.4:
        return {}
    named = [first, *sorted(rng.sample(others, 2), key=others.index)]
    return {"materials": [{"name": name, "need": rng.choice(needs)} for name, needs in named]}


def make_archive(size=3300, clusters=16):
    rng = seeded("demo-archive")
    ids = [kind["id"] for kind in KINDS]
    likely = [3 if k in {"lift-stuck", "lamp-out", "barrier-fault", "kinder-injury", "elder-phone"} else 1 for k in ids]
    start = NOW - timedelta(days=548)
    plan = []
    for kind_id in ["lift-stuck", "lamp-out", "barrier-fault", "water-outage", "heat-cold", "noise-site", "garbage-pile", "house-delivery",
                    "wage-arrears", "sewer-blocked", "prepaid-card", "broadband", "kinder-injury", "elder-phone", "power-outage", "pothole"][:clusters]:
        place = make_place(rng, rural=BY_ID[kind_id]["category"][0] in RURAL)
        day = start + timedelta(days=rng.randint(10, 500))
        for _ in range(rng.randint(5, 8)):
            plan.append((kind_id, place, day + timedelta(days=rng.randint(0, 5), minutes=rng.randint(0, 700))))
    while len(plan) < size:
        kind_id = rng.choices(ids, likely)[0]
        when = start + timedelta(days=rng.randint(0, 515), hours=rng.randint(-1, 12), minutes=rng.randint(0, 59))
        plan.append((kind_id, None, when))
    plan.sort(key=lambda item: item[2])
    rows, per_day = [], {}
    for kind_id, place, created in plan:
        kind = BY_ID[kind_id]
        limit = kind["days"] + rng.choice([0, 0, 2, 3])
        handling, closed = make_handling(kind, created, rng)
        if closed >= NOW:
            continue
        day = created.strftime("%Y%m%d")
        per_day[day] = per_day.get(day, 0) + 1
        drawn = []
        for _ in range(8):  # rows are kept short: the shortest of a few
            ticket = make_ticket(kind_id, "all", rng, place=place)
            drawn.append({"id": f"HIS{day}{per_day[day]:04d}", "title": ticket["title"], "text": ticket["text"], "category": kind["category"],
                   "place": ticket["place"]["full"], "createdAt": stamp(created), "limitDays": limit, "handling": handling, "kind": kind_id})
            if len(compact(drawn[-1]).encode()) <= 1250:
                break
        row = min(drawn, key=lambda row: len(compact(row).encode()))
        row["handling"] = {**handling, **make_materials(kind_id, row["id"])}
        rows.append(row)
    return rows


QUEUE = [
    ("lift-stuck", "建和路电梯故障困人", "东澜区建和路88号2号楼电梯经常卡顿，昨天下午困人15分钟，物业说在等厂家配件，但已经拖了两周，请尽快处理。", "东澜区建和路88号"),
    ("kinder-injury", "幼儿园孩子被推倒受伤", "孩子在幼儿园被推倒，老师没及时处理，放学接回家才发现额头肿了，希望查清责任并给个说法。", "西澜区春晖街道金桂幼儿园"),
    ("lamp-out", "小区路灯不亮", "锦绣家园小区路灯不亮，晚上回家一片漆黑，老人下楼差点摔倒，请派人检修。", "云杉区广济街道锦绣家园"),
    ("barrier-fault", "停车场出口栏杆失灵", "停车场出口栏杆失灵，车辆排队超200米，值班亭里没有人，客服电话一直占线。", "望河区星河路停车场"),
    ("elder-phone", "老人不会用智能手机申领补贴", "父亲今年83岁，用的是老年机，社区让在手机上申领高龄补贴，老人不会用智能手机申领补贴，希望能上门办理。", "松岭区双槐街道书香小区"),
    ("heat-cold", "家里暖气不热只有15度", "供暖一个星期了，家里暖气片只有一半是热的，室内才15度，孩子冻感冒了，希望热力公司上门测温。", "东澜区安泰街道丽景佳苑"),
    ("wage-arrears", "工地干完活拿不到工钱", "我们十几个人在星河名邸工地干了四个月，包工头说没钱一直拖着不结账，总包也不管，家里等着用钱。", "南屿新区星河名邸工地"),
    ("noise-site", "凌晨工地打桩无法入睡", "小区旁边的工地连续几天夜里一点多还在打桩、卸钢筋，全楼都睡不着，孩子第二天还要上学。", "西澜区学府路与同心路交叉口"),
    ("prepaid-card", "健身房突然关门会员卡没退", "上个月刚续了年卡，昨天去发现健身房贴了停业通知，老板电话打不通，卡里还剩三千多元，要求退款。", "云杉区朝晖大街126号"),
    ("ebike-charge", "有人把电瓶拿回家充电", "楼里好几户把电动车电瓶带回家充电，还有人从窗户甩线下来，半夜担心着火，小区又没有充电棚。", "望河区柳荫街道康宁小区"),
    ("sewer-blocked", "一楼卫生间往外返污水", "一楼卫生间地漏和马桶往外冒污水，屋里全是臭味，物业用竹片捅了几次没有用，请尽快疏通管道。", "松岭区文昌街道幸福里小区"),
    ("subsidy-unpaid", "高龄津贴三个月没到账", "母亲的高龄津贴从八月份开始就没有打到卡里，去银行查过没有进账，请核实原因并补发。", "东澜区渡口街道和润家园"),
]


def make_queue():
    rows = []
    for n, (kind_id, title, text, place) in enumerate(QUEUE):
        created = NOW - timedelta(minutes=17 * n + 6)
        rows.append({"id": f"T20261120{len(QUEUE) - n:04d}", "title": title, "text": text, "category": BY_ID[kind_id]["category"], "place": place,
                     "createdAt": stamp(created), "limitDays": BY_ID[kind_id]["days"], "kind": kind_id})
    return rows


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(path.relative_to(ROOT), path.stat().st_size)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_split(name, split):
    rows = ",\n".join(map(compact, split["archive"]))
    queries = ",\n".join(map(compact, split["queries"]))
    write(ROOT / "test/eval" / name, f'{{"archive":[\n{rows}\n],"queries":[\n{queries}\n]}}\n')
    print("BM25: top-1 %.3f, a positive within 50 %.3f" % bm25_figures(split))


def main():
    write_split("test-split.json", make_eval_split("test", 2000, 300, 1))
    write_split("long-test-split.json", make_long_split("test", 970, 97, 1))
    archive = make_archive()
    assert len(archive) >= 3200 and len({row["id"] for row in archive}) == len(archive)
    longest = max(len(compact(row).encode()) for row in archive)
    write(ROOT / "src/demo/archive.jsonl", "".join(compact(row) + "\n" for row in archive))
    print(len(archive), "past tickets, longest row", longest, "bytes")
    write(ROOT / "src/demo/queue.json", "[\n" + ",\n".join(map(compact, make_queue())) + "\n]\n")


if __name__ == "__main__":
    main()
