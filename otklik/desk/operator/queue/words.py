"""What the queue says of people and of cards, where a plain sentence needs some grammar."""

from django.utils.translation import gettext as _

from otklik.people.models import User
from otklik.work.words import took


def taken_words(number: int, holder: User | None) -> str:
    """Why nothing was done with a card that is before somebody else, or has ended meanwhile."""
    if holder is None:
        return _("№ %d уже разобрали: взять нечего.") % number
    return _("№ %(number)d: %(took)s. Забрать карточку себе?") % {"number": number, "took": took(holder)}
