"""The cards of a section as markup."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.agency.rows import Row
from otklik.people.models import Agency, User
from otklik.work.words import RETURN_REASONS


def drawn(request: HttpRequest, rows: Sequence[Row], user: User, agencies: Sequence[Agency]) -> SafeString:
    """The articles of these rows. `agencies` are the reader's own: with one alone its name stands on no row."""
    context = {
        "rows": rows,
        "user": user.pk,
        "one_agency": agencies[0].pk if len(agencies) == 1 else 0,
        "reasons": {code: str(title) for code, title in RETURN_REASONS.items()},
        "csrf": csrf_input(request),
    }
    return mark_safe(get_template("desk/agency/rows.html").render(context))  # noqa: S308 the template escapes
