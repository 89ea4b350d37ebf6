"""Why a report did not go, as it is kept; pages tell it in the reader's language."""

from otklik.lib.sentence import Sentence as _

CLOSED = _("Этому человеку отчёты больше не открыты")
