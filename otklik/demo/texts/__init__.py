"""Citizens' messages and agencies' answers for the demonstration region, invented and seeded.

Pure: a `random.Random` and plain values in, text out. The package must not know Django, the database, the
networks, the gazetteer or the clock; places and dates come from the caller. All words in it are made up.
"""

from otklik.demo.texts.aftermath import approver_remark, clarify_question, follow_up, note, return_reason
from otklik.demo.texts.answers import answer
from otklik.demo.texts.catalogue import themes
from otklik.demo.texts.compose import complaint
from otklik.demo.texts.copies import near_copy
from otklik.demo.texts.describe import describe
from otklik.demo.texts.kinds import AnswerText, Person, PlaceWords, Text, ThemeUse
from otklik.demo.texts.people import handle, person, staff
from otklik.demo.texts.posts import official_post
from otklik.demo.texts.smalltalk import clarify_reply, me_too, noise, thanks

__all__ = [
    "AnswerText",
    "Person",
    "PlaceWords",
    "Text",
    "ThemeUse",
    "answer",
    "approver_remark",
    "clarify_question",
    "clarify_reply",
    "complaint",
    "describe",
    "follow_up",
    "handle",
    "me_too",
    "near_copy",
    "noise",
    "note",
    "official_post",
    "person",
    "return_reason",
    "staff",
    "thanks",
    "themes",
]
