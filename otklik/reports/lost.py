"""Why a report did not go, as it is kept; pages tell it in the reader's language."""

UNKNOWN = "Не удалось узнать, дошёл ли"
CLOSED = "Этому человеку отчёты больше не открыты"
