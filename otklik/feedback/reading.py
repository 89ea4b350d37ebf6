"""What the author's reply under an answer says: pure rules over the text, confirmed by an operator afterwards."""

import re
from dataclasses import dataclass

from otklik.lib.text import fold


@dataclass(frozen=True, slots=True)
class Reading:
    """`mark` 1 to 5, None when the text does not tell; `why` are the words that told."""

    mark: int | None
    why: tuple[str, ...] = ()


_GLAD = re.compile(
    r"\b(?<!не )(спасибо|благодар\w+|молодц\w+|помогли|сделали|починили|отремонтировали|убрали|вывезли|решили|решено|"
    r"все хорошо|все ок|супер|отлично|оперативно|быстро)\b"
)
_ANGRY = re.compile(
    r"(не (сделал|помог|решил|убрал|вывез|почин|приехал|изменил|работа)\w*|ничего не|никто не|ничего так и|"
    r"отписк\w+|вранье|врете|обман\w*|до сих пор|так и (нет|не)|опять (нет|не)|снова (нет|не)|"
    r"ноль реакции|издевает\w+|позор|толку (нет|никакого)|без толку|бесполезн\w+|кошмар)"
)
_IRONY = re.compile(r"(спасибо[,!. ]*(что|конечно|вам) .{0,60}(не |опять|снова|ничего|ноль)|ага[,! ]+спасибо)")
_MARK = re.compile(r"^\W*([1-5])\W*$|оцен\w+\D{0,12}([1-5])\b")


def read(text: str) -> Reading:
    """Never raises. Anger outweighs thanks: «спасибо, но так и не убрали» is not a thank-you."""
    folded = fold(text)
    number = _MARK.search(folded)
    if number:
        return Reading(int(number.group(1) or number.group(2)), (number.group(0).strip(),))
    angry, glad = _ANGRY.findall(folded), _GLAD.search(folded)
    found = _ANGRY.search(folded)
    if _IRONY.search(folded) or (found and (len(angry) > 1 or not glad)):
        return Reading(1, (found.group(0) if found else folded[:60],))
    if found:
        return Reading(2, (found.group(0),))
    return Reading(5, (glad.group(0),)) if glad else Reading(None)
