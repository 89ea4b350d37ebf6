"""Why a report did not go, as it is kept; pages tell it in the reader's language."""

CLOSED = "Этому человеку отчёты больше не открыты"
