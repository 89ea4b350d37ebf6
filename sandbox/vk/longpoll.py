"""Bots Long Poll: `/vk/longpoll/<group>?act=a_check&key=&ts=&wait=` answers at the first news or after `wait` s."""

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox import faults
from sandbox.state import State, World, current
from sandbox.vk import events, shapes

LONGEST_WAIT = 90  # seconds
MOST_UPDATES = 500
KEPT = 5000  # events of a community that can still be asked for
SLICE = 0.5  # seconds: a stopping server lets go of its readers this soon

Shown = dict[str, object]


@csrf_exempt  # a machine's API, opened by the key in the address
def check(request: HttpRequest, group_id: int) -> HttpResponse:
    """One long poll. `failed` 1: take the new ts (a number); 2: a new key; 3: a new key and ts, events were lost."""
    query = request.GET
    if query.get("act") != "a_check":
        return JsonResponse({"error": "unknown act"}, status=400)
    state = current()
    failed = _planned_failure(state, group_id)
    if failed is not None:
        return JsonResponse(failed)
    wait = query.get("wait", "25")
    deadline = time.monotonic() + (min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 25)
    while True:
        seen = state.version
        with state.write() as world:
            answer = _look(world, group_id, query.get("key", ""), query.get("ts", ""))
        left = deadline - time.monotonic()
        if answer.get("updates") != [] or left <= 0 or state.stopping:
            return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
        state.wait(seen, min(left, SLICE))


def _look(world: World, group_id: int, key: str, ts: str) -> Shown:
    community = shapes.find(world.db, "vk_community", group_id)
    if community is None or key != community["poll_key"]:
        return {"failed": 2}
    last = community["poll_last"]
    floor = max(community["poll_floor"], last - KEPT)
    if not (ts.isascii() and ts.isdigit() and len(ts) < 19) or not floor <= int(ts) <= last:
        return {"failed": 1, "ts": last}
    rows = world.db.execute(
        "SELECT * FROM vk_event WHERE group_id = ? AND n > ? ORDER BY n LIMIT ?", (group_id, int(ts), MOST_UPDATES)
    ).fetchall()
    newest = rows[-1]["n"] if rows else int(ts)
    return {"ts": str(newest), "updates": [events.envelope(row) for row in rows]}


def _planned_failure(state: State, group_id: int) -> Shown | None:
    fault = faults.take(state, "vk", "longpoll", ("failed1", "failed2", "failed3"))
    if fault is None:
        return None
    with state.write() as world:
        row = shapes.find(world.db, "vk_community", group_id)
        last = row["poll_last"] if row is not None else 0
        if fault.kind == "failed1":
            return {"failed": 1, "ts": last}
        forget(world, group_id, lost=fault.kind == "failed3")
    return {"failed": int(fault.kind[-1])}


def forget(world: World, group_id: int, lost: bool) -> None:
    """A new key; with `lost` the history is gone too, so that an old ts is of no use."""
    row = shapes.find(world.db, "vk_community", group_id)
    if row is None:
        return
    key = f"{row['poll_key'][:36]}{(int(row['poll_key'][36:], 16) + 1) % 65536:04x}"
    floor = row["poll_last"] if lost else row["poll_floor"]
    world.db.execute("UPDATE vk_community SET poll_key = ?, poll_floor = ? WHERE id = ?", (key, floor, group_id))
