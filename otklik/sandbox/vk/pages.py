"""People's pages for reading: a wall, one post, a private dialogue, and the fragments that keep them fresh."""

import sqlite3
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from otklik.sandbox.state import World, current
from otklik.sandbox.vk import acts, shapes
from otklik.sandbox.vk.identity import me
from otklik.sandbox.vk.showing import STEP, Window, comment_list, face, message_list, post_card

PER_PAGE = 20
LATEST = 20  # comments of a post shown on the wall
SINGLE = 100  # on the page of one post
NEAR = 6  # people to change to with one click
OFFERED = "Анна Пробная"  # whoever has not chosen a name may write under this one at once
Context = dict[str, Any]


def _community(world: World, group_id: str) -> sqlite3.Row:
    row = shapes.find(world.db, "vk_community", int(group_id))
    if row is None:
        raise Http404
    return row


def _post(world: World, group_id: str, post_id: str) -> sqlite3.Row:
    try:
        return acts.get_post(world, -int(group_id), int(post_id))
    except acts.NotThere as fault:
        raise Http404 from fault


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def wall(request: HttpRequest, group_id: str) -> HttpResponse:
    """A community's wall, newest posts first; `?before=` goes to older ones."""
    before = _number(request.GET.get("before", "")) or 2**62
    with current().write() as world:
        community = _community(world, group_id)
        rows = world.db.execute(
            "SELECT * FROM vk_post WHERE owner_id = ? AND deleted = 0 AND id < ? ORDER BY id DESC LIMIT ?",
            (-community["id"], before, PER_PAGE + 1),
        ).fetchall()
        context = _frame(world, request, community)
        context["posts"] = [_card(world, request, row, Window(LATEST)) for row in rows[:PER_PAGE]]
        context["older"] = rows[PER_PAGE - 1]["id"] if len(rows) > PER_PAGE else 0
        context["newest"] = rows[0]["id"] if rows else 0
    return render(request, "vk/wall.html", context)


def post(request: HttpRequest, group_id: str, post_id: str) -> HttpResponse:
    """One post; `?reply=` marks a comment, `?from=` shows those from an id on, `?answer=` and `?edit=` open a form."""
    with current().write() as world:
        community = _community(world, group_id)
        row = _post(world, group_id, post_id)
        context = _frame(world, request, community)
        context["posts"] = [_card(world, request, row, _window(request, SINGLE))]
        context["single"] = True
    return render(request, "vk/wall.html", context)


def _window(request: HttpRequest, most: int) -> Window:
    number = {name: _number(request.GET.get(name, "")) for name in ("from", "reply")}
    return Window(most, number["from"], number["reply"])


def _frame(world: World, request: HttpRequest, community: sqlite3.Row) -> Context:
    rows = world.db.execute("SELECT * FROM vk_person ORDER BY id DESC LIMIT 200").fetchall()
    people = [face(row["id"], f"{row['first_name']} {row['last_name']}".strip()) for row in rows]
    person = me(world, request)
    return {
        "community": community,
        "face": face(community["id"], community["name"]),
        "me": person,
        "who": face(person["id"], person["name"]) if person else face(0, OFFERED),
        "people": people,
        "near": [one for one in people if not person or one["id"] != person["id"]][:NEAR],
        "here": request.get_full_path(),
    }


def _card(world: World, request: HttpRequest, row: sqlite3.Row, window: Window) -> Context:
    """A post with its comments and the state of its form."""
    person = me(world, request)
    mine = person["id"] if person else 0
    card = post_card(world, row, mine) | comment_list(world, row, mine, window)
    card["total"] = acts.count_comments(world, row["owner_id"], row["id"])
    card["next"] = min(STEP, card["earlier"])
    card["marked"] = window.marked
    for field in ("answer", "edit"):
        number = _number(request.GET.get(field, ""))
        target = next((item for item in card["comments"] if item["id"] == number and not item["deleted"]), None)
        card[field] = target if field == "answer" or (target and target["mine"]) else None
    return card


def changes(request: HttpRequest, group_id: str) -> HttpResponse:
    """Numbers that grow with every change: the page asks for them every two seconds."""
    with current().write() as world:
        rows = world.db.execute(
            "SELECT id, changes FROM vk_post WHERE owner_id = ? AND deleted = 0 ORDER BY id DESC LIMIT 200",
            (-int(group_id),),
        ).fetchall()
    newest = rows[0]["id"] if rows else 0
    return JsonResponse({"newest": newest, "posts": {str(row["id"]): row["changes"] for row in rows}})


def comments(request: HttpRequest, group_id: str, post_id: str) -> HttpResponse:
    """The comments of one post as a fragment."""
    with current().write() as world:
        row = _post(world, group_id, post_id)
        card = _card(world, request, row, _window(request, SINGLE))
        community = _community(world, group_id)
    return render(request, "vk/comments.html", {"post": card, "community": community})


def dialogue(request: HttpRequest, group_id: str) -> HttpResponse:
    """A person's private dialogue with a community; `?as=` names the person."""
    with current().write() as world:
        context = _frame(world, request, _community(world, group_id))
        if context["me"]:
            context["messages"] = message_list(world, int(group_id), context["me"]["id"])
    return render(request, "vk/dialogue.html", context)


def messages(request: HttpRequest, group_id: str) -> HttpResponse:
    """The messages as a fragment."""
    with current().write() as world:
        person = me(world, request)
        community = _community(world, group_id)
        shown = message_list(world, int(group_id), person["id"]) if person else []
    return render(request, "vk/messages.html", {"messages": shown, "community": community, "me": person})
