"""The keys of all pages, declared once: a key means the same wherever it is heard, and its help is drawn from here.

Scripts know a key by its deed alone and look up which key it is in the page's help (`presses.js`), so none of them can
give it another meaning. The queue had its keys first; pages that differed have followed it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Key(NamedTuple):
    """`code` is KeyboardEvent.code, the key's place whatever the layout; `sign` is what stands on it."""

    deed: str
    code: str
    sign: str
    words: Any


KEYS = (
    Key("next", "KeyJ", "J", _("вниз по списку")),
    Key("previous", "KeyK", "K", _("вверх по списку")),
    Key("open", "Enter", "Enter", _("открыть карточку")),
    Key("accept", "KeyA", "A", _("принять предложенное: назначить, согласовать, вернуть в очередь")),
    Key("choose", "Digit1", "1…9", _("тема или причина под этой цифрой")),
    Key("theme", "KeyT", "T", _("другая тема: три буквы и Enter")),
    Key("dismiss", "KeyX", "X", _("не инцидент, затем цифра: почему")),
    Key("take_next", "KeyS", "S", _("взять следующую свободную")),
    Key("take", "KeyG", "G", _("взять себе, ещё раз — отпустить")),
    Key("select", "Space", "Space", _("выбрать карточку; Shift+J и Shift+K — следующие и предыдущие")),
    Key("repeat", "KeyR", "R", _("повтор другой карточки")),
    Key("answer", "KeyE", "E", _("писать ответ или править его")),
    Key("template", "KeyI", "I", _("вставить шаблон в ответ")),
    Key("tag", "KeyM", "M", _("метка")),
    Key("note", "KeyN", "N", _("заметка для коллег")),
    Key("send_back", "KeyB", "B", _("вернуть с замечанием")),
    Key("reopen", "KeyO", "O", _("открыть снова")),
    Key("settle", "KeyC", "C", _("принять к сведению")),
    Key("flaw", "F8", "F8", _("следующее место, которое просит внимания")),
    Key("send", "Control+Enter", "Ctrl+Enter", _("отправить форму")),
    Key("undo", "KeyZ", "Z", _("вернуть последнее действие, ещё раз — то, что до него; десять секунд")),
    Key("search", "Slash", "/", _("поиск")),
    Key("help", "Shift+Slash", "?", _("эта подсказка")),
    Key("leave", "Escape", "Esc", _("закрыть меню, выйти из поля, назад к списку")),
)
BY_DEED = {key.deed: key for key in KEYS}

EVERYWHERE = ("undo", "search", "help", "leave")
MANY = ("accept", "dismiss", "repeat", "answer", "theme", "tag")
"""What the queue's keys do with the cards that are selected, while any are."""
PAGES: dict[str, tuple[str, ...]] = {
    "queue": ("next", "previous", "open", "accept", "choose", "theme", "dismiss", "take_next", "take", "select"),
    "card": (
        "accept",
        "choose",
        "theme",
        "dismiss",
        "take",
        "repeat",
        "answer",
        "template",
        "tag",
        "note",
        "flaw",
        "send",
    ),
    "practice": ("accept", "choose", "theme", "dismiss", "send"),
    "approvals": ("next", "previous", "accept", "send_back", "answer", "send"),
    "responses": ("next", "previous", "reopen", "answer", "settle", "send"),
}


def keys_of(page: str) -> Sequence[Key]:
    """Of a page in the order of its help; those that every page has come last. A page without keys has only these."""
    return _named((*PAGES.get(page, ()), *EVERYWHERE))


def keys_of_many(page: str) -> Sequence[Key]:
    return _named(MANY if page == "queue" else ())


def _named(deeds: Iterable[str]) -> list[Key]:
    return [BY_DEED[deed] for deed in deeds]
