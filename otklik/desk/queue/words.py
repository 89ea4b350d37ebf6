"""What the queue says of people and of cards, where a plain sentence needs some grammar."""

from django.utils.translation import gettext as _

from otklik.people.models import User


def took(user: User) -> str:
    """«Иванова М. П. взяла»: the verb goes by the patronymic, where it tells."""
    ending = user.patronymic.strip().lower()
    if ending.endswith(("на", "кызы", "гызы")):
        return _("%s взяла") % user.initials
    if ending.endswith(("ич", "оглы")):
        return _("%s взял") % user.initials
    return _("%s взял(а)") % user.initials


def taken_words(number: int, holder: User | None) -> str:
    """Why nothing was done with a card that is before somebody else, or has ended meanwhile."""
    if holder is None:
        return _("№ %d уже разобрали: взять нечего.") % number
    return _("№ %(number)d: %(took)s. Забрать карточку себе?") % {"number": number, "took": took(holder)}
