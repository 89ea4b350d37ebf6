"""Which events there are, and of which entries of the journal each of them tells. Pure."""

from collections.abc import Collection, Mapping

NEW, ASSIGNED, STATE = "card.new", "card.assigned", "card.state"
PUBLISHED, CLOSED, RATED, REOPENED = "answer.published", "card.closed", "card.rated", "card.reopened"
PING = "ping"
KINDS = (NEW, ASSIGNED, STATE, PUBLISHED, CLOSED, RATED, REOPENED)

# The narrowest first. A move that has a kind of its own is a change of state, too, for whoever asked for that alone.
OF_VERB: Mapping[str, tuple[str, ...]] = {
    "incident.open": (NEW,),
    "incident.assign": (ASSIGNED, STATE),
    "incident.answered": (PUBLISHED, STATE),
    "incident.answered_together": (PUBLISHED, STATE),
    "incident.promised": (PUBLISHED, STATE),
    "incident.promised_together": (PUBLISHED,),
    "incident.asked": (PUBLISHED, STATE),
    "incident.spoken": (PUBLISHED,),
    "incident.close": (CLOSED, STATE),
    "incident.close_unanswered": (CLOSED, STATE),
    "incident.rated": (RATED,),
    "incident.reopen": (REOPENED, STATE),
    "incident.reopen_unassigned": (REOPENED, STATE),
    "incident.undo": (STATE,),
}


def verbs_of(chosen: Collection[str], moves: Collection[str]) -> set[str]:
    """The verbs of the journal that may be an event of one of these kinds. `moves` are the names of all moves."""
    verbs = {verb for verb, kinds in OF_VERB.items() if set(kinds) & set(chosen)}
    return verbs | ({f"incident.{move}" for move in moves} - set(OF_VERB) if STATE in chosen else set())


def kind_of(verb: str, data: Mapping[str, object], chosen: Collection[str]) -> str:
    """What an entry is to somebody who has chosen these kinds; "" for nothing. One entry is at most one event."""
    kinds = OF_VERB.get(verb, (STATE,))
    if "from" in data and data.get("from") == data.get("to"):
        kinds = tuple(kind for kind in kinds if kind != STATE)
    return next((kind for kind in kinds if kind in chosen), "")
