"""«Списки»: a file to fill in, a look at what it would change, and the change.

The rows travel in the page itself, encrypted, since they may hold keys, and signed: a file that somebody has looked at
and left is kept nowhere.
"""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.link import Link, hand_over
from otklik.desk.gate import user_of
from otklik.exchange.lists import plan, table
from otklik.exchange.lists.kinds import KINDS
from otklik.exchange.lists.plan import Kind, Line, State
from otklik.exchange.lists.sheet import MOST_BYTES, Row, read
from otklik.lib import clock
from otklik.lib.secret import SecretLost, seal, unseal
from otklik.lib.xlsx import WrongFile
from otklik.people.models import User
from otklik.people.scope import scope_of

TITLES = {
    "places": (gettext_lazy("Места"), gettext_lazy("Муниципалитеты, населённые пункты и улицы.")),
    "agencies": (gettext_lazy("Ведомства"), gettext_lazy("Названия, подчинённость и территория.")),
    "users": (gettext_lazy("Сотрудники"), gettext_lazy("Кто они и что могут; новым уйдёт приглашение.")),
    "themes": (gettext_lazy("Темы"), gettext_lazy("Названия, виды, срочность и ключевые слова.")),
    "rules": (gettext_lazy("Правила"), gettext_lazy("Чья тема и где.")),
    "templates": (gettext_lazy("Шаблоны"), gettext_lazy("Тексты ответов с полями.")),
    "accounts": (gettext_lazy("Аккаунты"), gettext_lazy("Голоса в сетях и их ключи; ключи проверит сама сеть.")),
    "sources": (gettext_lazy("Источники"), gettext_lazy("Сообщества и слова, которые читает система.")),
}
STATES = {
    State.NEW: gettext_lazy("новая"),
    State.CHANGED: gettext_lazy("изменится"),
    State.SAME: gettext_lazy("без изменений"),
    State.WRONG: gettext_lazy("ошибка"),
}
LASTS = timedelta(hours=1)
"""How long a look is good for."""
PATIENCE = timedelta(seconds=20)
"""For letters, while somebody waits for the page: links of the rest are given to him."""
MOST_KEPT = 3 * 1024 * 1024
MOST_SHOWN = 300


@require_safe
@administers("lists")
def lists(request: HttpRequest) -> HttpResponse:
    """Each kind with its template."""
    rows = [(slug, *TITLES[slug]) for slug in KINDS]
    return framed(request, "lists", "desk/admin/lists.html", {"rows": rows})


@require_safe
@administers("lists")
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """The file to fill in."""
    return _file(table.template(_kind(request, kind)), f"otklik-{kind}.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("lists")
def loading(request: HttpRequest, kind: str) -> HttpResponse:
    """A file comes: what it would change. The same rows come back: they are written, if all is still as it was seen."""
    here, by = _kind(request, kind), user_of(request)
    if request.method != "POST":
        return _page(request, here, {})
    posted_rows = request.POST.get("sealed", "")
    try:
        rows = _unsealed(posted_rows, here, by) if posted_rows else _uploaded(request, here)
    except WrongFile as wrong:
        return _page(request, here, {"trouble": str(wrong)}, 422)
    except signing.BadSignature:
        return _page(request, here, {"expired": True}, 422)
    lines = plan.planned(here, rows, by, clock.now())
    if not posted_rows or plan.wrong(lines) or plan.mark(lines) != request.POST.get("seen", ""):
        sealed = posted_rows or _sealed(rows, here, by)
        if len(sealed) > MOST_KEPT:
            return _page(request, here, {"trouble": "слишком много текста: разделите файл"}, 422)
        return _preview(request, here, lines, sealed, late=bool(posted_rows))
    return _written(request, here, lines, by)


def _preview(request: HttpRequest, here: Kind, lines: list[Line], sealed: str, *, late: bool) -> HttpResponse:
    bad = plan.wrong(lines)
    lines = sorted(lines, key=lambda line: line.number)
    shown = bad or [line for line in lines if line.state != State.SAME]
    counts = [(STATES[state], sum(line.state == state for line in lines)) for state in State]
    context = {
        "counts": [(title, count) for title, count in counts if count],
        "lines": [(line, STATES[line.state]) for line in shown[:MOST_SHOWN]],
        "rest": max(len(shown) - MOST_SHOWN, 0),
        "wrong": len(bad),
        "changes": sum(line.state in (State.NEW, State.CHANGED) for line in lines),
        "sealed": "" if bad else sealed,
        "mark": plan.mark(lines),
        "late": late,
    }
    return _page(request, here, context, 422 if bad else 409 if late else 200)


def _written(request: HttpRequest, here: Kind, lines: list[Line], by: User) -> HttpResponse:
    done = plan.carry_out(lines, clock.now())
    links = hand_over([Link(one.user, one.token, fresh=True) for one in done.invited], clock.now() + PATIENCE)
    rows = [(link.user.username, str(link.user), link.address) for link in links]
    context = {
        "done": done,
        "mailed": len(done.invited) - len(links),
        "links": rows,
        "sealed_links": signing.dumps(rows, salt=_salt("links", by), compress=True) if rows else "",
    }
    return _page(request, here, context)


@never_cache
@require_POST
@administers("lists")
def links(request: HttpRequest) -> HttpResponse:
    """The links that the page before has shown, as a file. They are kept nowhere but there."""
    try:
        rows = signing.loads(request.POST.get("sealed", ""), salt=_salt("links", user_of(request)), max_age=LASTS)
    except signing.BadSignature:
        raise Http404 from None
    return _file(table.links(rows), "otklik-links.xlsx")


def _kind(request: HttpRequest, slug: str) -> Kind:
    """404 for what is no list, and for one that this administrator may not load."""
    kind = KINDS.get(slug)
    if kind is None or not scope_of(user_of(request), kind.permission).whole:
        raise Http404
    return kind


def _uploaded(request: HttpRequest, here: Kind) -> list[Row]:
    upload = request.FILES.get("table")
    if upload is None:
        raise WrongFile("выберите файл")
    if (upload.size or 0) > MOST_BYTES:
        raise WrongFile(f"файл больше {MOST_BYTES // 1024**2} МБ: разделите его")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        for piece in upload.chunks():
            file.write(piece)
        file.flush()
        return read(Path(file.name), here.columns())


def _sealed(rows: Sequence[Row], here: Kind, by: User) -> str:
    payload = [(row.number, row.cells, row.errors) for row in rows]
    return seal(signing.dumps(payload, salt=_salt(here.slug, by), compress=True))


def _unsealed(posted_rows: str, here: Kind, by: User) -> list[Row]:
    """Raises BadSignature: it is somebody else's, of another list, or too old."""
    try:
        signed = unseal(posted_rows)
    except SecretLost as lost:
        raise signing.BadSignature("not sealed here") from lost
    return [Row(*one) for one in signing.loads(signed, salt=_salt(here.slug, by), max_age=LASTS)]


def _salt(what: str, by: User) -> str:
    return f"otklik.exchange.lists.{what}.{by.pk}"


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=table.MIME)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, here: Kind, context: dict[str, Any], status: int = 200) -> HttpResponse:
    title, about = TITLES[here.slug]
    return framed(
        request, "lists", "desk/admin/list.html", {"slug": here.slug, "title": title, "about": about, **context}, status
    )
