"""All acts over many cards, in the order of their buttons. A new one is a module and a line here."""

from otklik.desk.many.answering import Answering
from otklik.desk.many.assigning import Assigning
from otklik.desk.many.base import Act
from otklik.desk.many.dismissing import Dismissing
from otklik.desk.many.gathering import Gathering
from otklik.desk.many.tagging import Tagging
from otklik.desk.many.theming import Theming

ACTS: dict[str, type[Act]] = {act.key: act for act in (Assigning, Dismissing, Gathering, Answering, Theming, Tagging)}
