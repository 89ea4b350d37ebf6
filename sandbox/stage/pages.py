"""The pages for reading: a place, one post, a private dialogue, and the fragments that keep them fresh."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from sandbox.acts import Forbidden, Item, NotThere
from sandbox.registry import NETWORKS
from sandbox.stage import writing
from sandbox.stage.showing import card, frame, messages
from sandbox.stage.versions import moment, version
from sandbox.stage.visit import Setting, Visit, at, setting, visit
from sandbox.stage.windows import Window
from sandbox.state import World, current

WHO = "who-am-i"  # the path of the chooser; no network's API has such a word
PER_PAGE = 20
LATEST = 20  # comments of a post shown on the page of its place
SINGLE = 100  # on the page of one post
FARTHEST = 10_000  # posts back from the newest
EVER = 2**40  # later than any text; as milliseconds it is still a number for every database
Sight = tuple[str, dict[str, Any]]  # a template and what it shows; "" is JSON


@csrf_exempt  # until it is clear that the address is a page at all: `_written` checks the form
def any_page(request: HttpRequest, kind: str, path: str) -> HttpResponse:
    """Every page of one network: what its own addresses have not taken comes here."""
    here = next((candidate for network in NETWORKS if network.kind == kind and (candidate := setting(network))), None)
    if here is None or request.method not in ("GET", "HEAD", "POST"):
        raise Http404
    if request.method == "POST":
        return _posted(request, here, path)
    before = moment(current())
    with current().write() as world:
        looked, verb = _target(here, world, request, path, READING)
        template, context = READING[verb](looked)
    response = render(request, template, context) if template else JsonResponse({"seen": before} | context)
    if context.get("marked"):
        response["X-Marked"] = context["marked"]
    return response


def _target(here: Setting, world: World, request: HttpRequest, path: str, verbs: Collection[str]) -> tuple[Visit, str]:
    """What is looked at, and the verb that stands behind its path: a page's own path may end like one."""
    page, _, verb = path.rpartition("/")
    if not page or verb not in verbs or here.stage.read(world, path.rstrip("/"), request.GET.dict()) is not None:
        page, verb = path, ""
    return visit(here, world, request, page), verb


def _posted(request: HttpRequest, here: Setting, path: str) -> HttpResponse:
    """A form. An address that is no page is not there, whatever is sent to it."""
    if path != WHO:
        with current().write() as world:
            looked, _ = _target(here, world, request, path, writing.VERBS)
            if looked.spot.post:
                looked.thread()
    return _written(request, here, path)


@csrf_protect
def _written(request: HttpRequest, here: Setting, path: str) -> HttpResponse:
    try:
        pictures = writing.decoded(request)
        with current().write() as world:
            if path == WHO:
                return writing.choose_me(request, here, world)
            return writing.written(*_target(here, world, request, path, writing.VERBS), pictures)
    except (writing.Refused, Forbidden, ValueError) as fault:
        return writing.refusal(str(fault))
    except NotThere as fault:
        raise Http404 from fault


def _page(looked: Visit) -> Sight:
    if looked.spot.private:
        return "stage/dialogue.html", frame(looked) | {"messages": messages(looked)}
    return _post(looked) if looked.spot.post else _place(looked)


def _place(looked: Visit) -> Sight:
    """Newest posts first; `?skip=` goes to older ones."""
    skip, items = _posts(looked)
    posts = [card(looked, thread, Window(LATEST)) for thread in _threads(looked, items[:PER_PAGE])]
    shown = {
        "posts": posts,
        "may_post": looked.stage.may_post(looked.world, looked.place.id),
        "draft": looked.stage.draft(looked.world, looked.place.id),
        "changes": at(looked.place.wall, "changes", **({"skip": str(skip)} if skip else {})),
        "older": at(looked.place.wall, skip=str(skip + PER_PAGE)) if len(items) > PER_PAGE and skip < FARTHEST else "",
    }
    return "stage/place.html", frame(looked) | shown


def _posts(looked: Visit) -> tuple[int, Sequence[Item]]:
    """How many are skipped, and the posts of this page with one more if there is one."""
    skip = min(number(looked.request, "skip"), FARTHEST)
    return skip, looked.setting.acts.posts(looked.world, looked.place.id, EVER, skip + PER_PAGE + 1)[skip:]


def _threads(looked: Visit, posts: Sequence[Item]) -> Sequence[Sequence[Item]]:
    addresses = [post.address for post in posts]
    if looked.stage.threads is not None:
        return looked.stage.threads(looked.world, addresses)
    return [looked.setting.acts.thread(looked.world, address) for address in addresses]


def _post(looked: Visit) -> Sight:
    """`?from=` shows the comments from a number on, `?answer=` and `?edit=` open a form."""
    thread = looked.thread()
    shown = _card(looked, thread) | {"changes": at(thread[0].link, "changes"), "single": True}
    return "stage/place.html", frame(looked) | shown | {"posts": [shown["post"]]}


def _card(looked: Visit, thread: Sequence[Item]) -> dict[str, Any]:
    marked = looked.spot.marked if any(item.address == looked.spot.marked for item in thread[1:]) else ""
    shown = card(looked, thread, Window(SINGLE, number(looked.request, "from"), marked))
    return {"post": shown, "marked": looked.stage.mark(marked) if marked else ""}


def _comments(looked: Visit) -> Sight:
    """The comments of one post."""
    _need(looked.spot.post)
    return "stage/comments.html", _card(looked, looked.thread()) | {"stage": looked.stage}


def _changes(looked: Visit) -> Sight:
    """Numbers that grow with every change of what the page shows, and its newest post."""
    if looked.request.GET.get("seen") == moment(current()):
        return "", {}
    mark, kind = looked.stage.mark, looked.setting.kind
    if looked.spot.post:
        thread = looked.thread()
        return "", {"newest": "", "posts": {mark(thread[0].address): version(kind, thread)}}
    skip, items = _posts(looked)
    threads = _threads(looked, items[:PER_PAGE])
    newest = mark(items[0].address) if items and not skip else ""
    return "", {"newest": newest, "posts": {mark(thread[0].address): version(kind, thread) for thread in threads}}


def _messages(looked: Visit) -> Sight:
    """The messages of a dialogue."""
    _need(looked.spot.private)
    return "stage/messages.html", {"messages": messages(looked)}


def _need(there: object) -> None:
    """Not every page has every fragment."""
    if not there:
        raise Http404


def number(request: HttpRequest, name: str) -> int:
    """A whole number of the query; 0 when it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


READING: Mapping[str, Callable[[Visit], Sight]] = {
    "": _page,
    "comments": _comments,
    "changes": _changes,
    "messages": _messages,
}
