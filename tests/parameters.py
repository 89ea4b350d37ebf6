"""What the pages read out of an address or a form, found in their source, and what each of it is.

`READ` is the catalogue: whatever the source reads and the catalogue does not name fails a test. Names of things that
belong to somebody stand in `OWNED`, with the kind of thing; `tests/test_parameters.py` sends each of them with ids
that are not the sender's.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from otklik.work import answers, asking, assigning, cards, deliveries, files, hands, matters, ratings
from otklik.work.verb import Verb

DESK = Path(__file__).resolve().parents[1] / "otklik" / "desk"
SENT = {"GET", "POST", "FILES"}
# Names under which a module hands on what was sent.
HANDED_ON = {"asked", "form", "form_data", "query"}
READING = {"get", "getlist", "pop"}
PRESSED = "card/press"
"""The module of each address that is nothing but a verb."""
ASKED_BY = {"do": (1, 3), "press": (0, 2), "_dealing": (0, 2)}
"""Functions by which pages ask for a verb that is read from the form as it stands: which argument names it, and how
many there are then. With more of them the page reads the form itself."""
VERBS = [
    (name, set(verb.schema.model_fields))
    for module in (answers, asking, assigning, cards, deliveries, files, hands, matters, ratings)
    for name, verb in vars(module).items()
    if isinstance(verb, Verb)
]
"""Verbs by the names that modules of the desk call them by, and what each takes."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(DESK.rglob("*.py")):
        parts = path.relative_to(DESK).parts
        if not {"tests", "migrations", "models.py"} & set(parts) and "journal_" not in parts[-1]:
            yield "/".join(parts).removesuffix(".py"), ast.parse(path.read_text())


@cache
def reads() -> set[tuple[str, str]]:
    """(module of the desk, name) of each parameter that is read by its literal name, of forms' fields, and of what is
    given to the verbs that a module names."""
    return {
        (module, name)
        for module, tree in modules()
        for node in ast.walk(tree)
        for name in (*_names(node), *_fields(node), *_of_verbs(node))
    }


def _of_verbs(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED_BY:
        place, most = ASKED_BY[node.func.id]
        if place < len(node.args) <= most:
            named = node.args[place]
            name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
            yield from (field for verb, fields in VERBS if verb == name for field in fields)


def part_of(module: str) -> str:
    """The folder that a module of the desk stands in, or the module itself."""
    return module.partition("/")[0]


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING:
        if _is_sent(node.func.value) and node.args:
            yield from _literal(node.args[0])
    elif isinstance(node, ast.Subscript) and (_is_sent(node.value) or getattr(node.value, "attr", "") == "fields"):
        yield from _literal(node.slice)
    elif isinstance(node, ast.Compare) and any(_is_sent(one) for one in node.comparators):
        yield from _literal(node.left)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Listing":
        starts = [word.value for word in node.keywords if word.arg == "start"]
        for name in (*getattr(node.args[1], "keys", ()), *starts):
            yield from _literal(name)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "typed":
        yield from _literal(node.args[1])


def _is_sent(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_sent(node.body) or _is_sent(node.orelse)
    return getattr(node, "attr", "") in SENT or getattr(node, "id", "") in HANDED_ON


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _fields(node: ast.AST) -> Iterator[str]:
    for line in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(line, ast.Assign | ast.AnnAssign) and isinstance(line.value, ast.Call):
            maker = ast.unparse(line.value.func)
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            if maker.endswith("Field") and isinstance(target, ast.Name):
                yield target.id


NAMES_OF = {
    # who is away, called, on duty; who stands in, asks, gets, reads, answers for
    "person": (
        *("absent", "called", "deputy", "executor", "person", "owner", "reader", "responsible", "taker", "to"),
        *("user", "writer"),
    ),
    "account": ("account",),  # about which, and whose
    "act": ("act",),  # which file of an answer's act goes away
    "agency": ("agency", "parent"),  # whose a card or a rule becomes; a filter of lists; under whom an agency stands
    "notice": ("alerts", "up_to"),  # up to which notice all are seen
    "batch": ("batch",),  # one press that can be taken back
    # picked in a list or a shift, repeated, drawn anew
    "card": ("card", "first", "ids", "leader", "other", "redraw", "shown"),
    "cards": ("cards",),  # «id.revision» of many at once; on a card: how many it was with
    "choice": ("choice",),  # «agency.mark» of a suggestion in the queue
    "number": ("chosen", "number"),  # the card that others repeat, or that repeats another
    "extension": ("extension",),  # a request for a later day
    "delivery": ("id",),  # answers that are to be sent again
    "inquiry": ("inquiry",),  # a question to somebody outside
    "key": ("key",),  # an upload that goes on; also the kind of a network's key
    "message": ("message", "reply_to"),  # which leaves for another card, or is answered
    "one": ("one",),  # «card:person» of a single tap
    "photo": ("photo",),  # which photo of an answer goes away
    "media": ("pictures",),  # which of the citizen's pictures somebody outside sees
    "shot": ("shot",),  # «photo:stage»
    "tag": ("tag",),  # which tag goes off a card; its words when one is put on
    "template": ("template",),  # what many are answered with
    "verdict": ("verdict",),  # whose guesses stand first in a list
}
"""The names under which ids of somebody's things are read, by the kind of thing."""
OWNED = {name: kind for kind, names in NAMES_OF.items() for name in names}
PLAIN = {
    *("about", "acts", "address", "after", "again", "alone", "answer", "author", "back", "base", "before", "by"),
    *("case", "cause", "clock", "closed", "closes", "code", "cycle", "day", "days", "despite", "done_on", "email"),
    *("exact", "goes_on", "noise", "queue"),
    *(
        "ending",
        "granted",
        "exposing",
        "fast_track",
        "file",
        "fill",
        "from",
        "from_another",
        "group",
        "guests",
        "holidays",
    ),
    *("hour", "hours", "house", "keywords", "kind", "kinds", "lang", "last", "late", "left", "link", "login", "look"),
    *("looked", "lunch_from", "lunch_to", "mark", "mine", "minutes", "month_day", "name", "network", "next", "note"),
    *("off", "offset", "opens", "order", "outcome", "overdue", "page", "passed", "password", "pasted", "period"),
    *("permissions", "photos", "picture", "piece", "place", "preset", "priority", "promised_on", "proof"),
    *("proof_words", "publish_at", "q", "query", "quote", "read", "ready", "reason", "remark", "revision", "role"),
    *(
        "rule",
        "scopes",
        "sealed",
        "secret",
        "seen",
        "severity",
        "shared",
        "shipped",
        "show",
        "since",
        "size",
        "solved",
    ),
    *("speak", "stage", "start", "state", "steps", "street", "sure", "tab", "table", "territory", "text", "theme"),
    *("things", "title", "until", "upto", "version", "weekday", "weekdays", "what", "whose", "why", "why_on"),
    *("why_words", "with_open", "with_text", "without", "words", "work", "working", "writing", "year", "zone"),
}
"""Words, days, marks, figures, switches, places in a list, and what belongs to everybody: themes, places, networks."""
