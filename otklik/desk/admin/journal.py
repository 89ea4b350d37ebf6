"""«Журнал»: everything that was done, by whom and when; the same as a table; and whether anybody has changed it."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.admin.chain import check
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_ask import JOURNAL, Asked, answers, ask, order_of
from otklik.desk.admin.journal_words import Line, lines, verbs
from otklik.desk.gate import integer, user_of
from otklik.desk.listing import MOST_COUNTED, counted, ordering, rows_after
from otklik.desk.spreadsheet import lines as sheet_lines
from otklik.desk.taken import taken
from otklik.journal import seals
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.scope import scope_of
from otklik.triage.personal.finder import mask

MOST_EXPORTED = 50_000
PIECE = 1000


@require_safe
@administers("journal")
def journal(request: HttpRequest) -> HttpResponse:
    """At most eight queries beside the frame's, however long the journal is."""
    asked = ask(request.GET)
    page = JOURNAL.page(answers(asked).select_related("free_reason"), request.GET, order_of(asked))
    context = {
        "asked": asked,
        "lines": lines(page.rows, opens=scope_of(user_of(request)).whole),
        "next": page.following,
        "later": JOURNAL.begins_later(request.GET),
        "count": counted(answers(asked)[: MOST_COUNTED + 1].count()),
        "verbs": verbs(),
        "export": asked.typed.query(),
        "most": MOST_EXPORTED,
        "tail": seals.tail(),
    }
    return framed(request, "journal", "desk/admin/journal.html", context, 400 if asked.trouble else 200)


@require_safe
@administers("journal")
def export(request: HttpRequest) -> HttpResponseBase:
    """The same entries as a table, the newest MOST_EXPORTED of them, sent as they are read.

    A file goes further than a page: personal data in the free words of a reason is masked in it.
    """
    asked = ask(request.GET)
    if asked.trouble:
        return HttpResponse(asked.trouble, status=400, content_type="text/plain; charset=utf-8")
    # That it was taken is in the journal, and not in the table that was asked for before it.
    before = taken("journal", user_of(request), clock.now())
    sheet = _sheet(asked, get_language() or "ru", before)
    response = StreamingHttpResponse(sheet, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="otklik-journal-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _sheet(asked: Asked, language: str, before: int) -> Iterator[str]:
    """UTF-8 with a byte order mark and semicolons, as Russian spreadsheets open it.

    The middleware has left the reader's language by the time this runs, so it is set anew for every piece.
    """
    with override(language):
        head = [
            _("Запись"),
            _("Когда"),
            _("Кто"),
            _("Что"),
            _("О ком или о чём"),
            _("Карточка"),
            _("Причина"),
            _("Слова"),
        ]
    yield "\ufeff" + sheet_lines([head])
    keys, left = order_of(asked), MOST_EXPORTED
    entries = answers(asked).select_related("free_reason").order_by(*ordering(keys))
    while left > 0:
        piece: list[Entry] = list(entries.filter(rows_after([before], keys))[: min(PIECE, left)])
        if not piece:
            return
        with override(language):
            chunk = sheet_lines([_cells(line) for line in lines(piece)])
        yield chunk
        before, left = piece[-1].pk, left - len(piece)


def _cells(line: Line) -> list[object]:
    when = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M:%S")
    what = "; ".join([line.what, *line.changes])
    return [line.pk, when, line.who, what, line.about, line.card or "", line.reason, mask(line.words)]


@require_POST
@administers("journal")
def chain(request: HttpRequest) -> HttpResponse:
    """One piece of the check. The page's script asks on by itself; without scripts a button goes on from here."""
    checked = check(max(integer(request.POST.get("after")), 0), max(integer(request.POST.get("upto")), 0))
    if request.headers.get("Accept", "").startswith("application/json"):
        progress = {"upto": checked.upto, "last": checked.last, "broken": checked.broken, "over": checked.over}
        return JsonResponse({**progress, "percent": checked.percent})
    return framed(request, "journal", "desk/admin/chain.html", {"checked": checked})
