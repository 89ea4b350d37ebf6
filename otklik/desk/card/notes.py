"""Notes for colleagues. They hang on the incident and nothing right of the desk reads them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import may_note
from otklik.desk.card.reply import card_again, refusal, typed
from otklik.desk.gate import card_for, roles, user_of
from otklik.incidents.models import Note
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.lib import clock


@require_POST
@roles()
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note on a card one sees."""
    incident = card_for(request, pk)
    user = user_of(request)
    if not may_note(user):
        raise PermissionDenied
    text = typed(request, "note", 5000)
    if not text:
        return refusal(request, pk, 422, _("Заметка пуста."))
    at = clock.now()
    with book.turn():
        note = Note.objects.create(incident=incident, author=user, text=text, at=at)
        record(incident, "note", at=at, actor=f"user:{user.pk}", data={"note": note.pk})
    return card_again(request, pk)
