"""What one can be told, by which ways, and what holds until somebody has chosen for himself. Pure."""

from collections.abc import Collection, Mapping

DESK, MAIL, BOT = "desk", "mail", "bot"
CHANNELS = (DESK, MAIL, BOT)
OUTGOING = (MAIL, BOT)

WARNED, OVERDUE, ASSIGNED, APPROVAL, RETURNED = "warned", "overdue", "assigned", "approval", "returned"
OUTSIDE, URGENT, SYSTEM, PROMISE = "outside", "urgent", "system", "promise"
SURGE, CONTROL, UNHAPPY, REOPENED = "surge", "control", "unhappy", "reopened"
# Nobody can switch these off: a life may hang on the one, and on the other whether anybody is told anything at all.
ALWAYS = frozenset({URGENT, SYSTEM})
PRESSING = frozenset({URGENT})
# Not gathered with others: in ten minutes the same is written by twice as many. At night it waits for the morning.
PROMPT = frozenset({SURGE})

# An answer that was sent back has had a line of its own in the desk for as long as the desk is there.
DEFAULTS: Mapping[str, frozenset[str]] = {
    WARNED: frozenset({DESK, BOT}),
    OVERDUE: frozenset({DESK, MAIL, BOT}),
    PROMISE: frozenset({DESK, MAIL, BOT}),
    ASSIGNED: frozenset({DESK}),
    APPROVAL: frozenset({DESK, BOT}),
    RETURNED: frozenset({DESK, BOT}),
    OUTSIDE: frozenset({DESK, BOT}),
    URGENT: frozenset(CHANNELS),
    SYSTEM: frozenset({DESK, MAIL}),
    SURGE: frozenset({DESK, MAIL, BOT}),
    CONTROL: frozenset({DESK, MAIL, BOT}),
    UNHAPPY: frozenset({DESK, MAIL, BOT}),
    REOPENED: frozenset({DESK, MAIL, BOT}),
}


def channels(kind: str, chosen: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The ways that one has chosen for this kind, by kind; the default where he has not. Unknown words are nothing."""
    if kind in ALWAYS or kind not in chosen:
        return DEFAULTS.get(kind, frozenset({DESK}))
    return frozenset(chosen[kind]) & frozenset(CHANNELS)
