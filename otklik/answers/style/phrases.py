"""Phrases as they are written down for the rules, and the patterns that find them in folded text. Pure."""

import re

_GAP = r"[^\w.!?…\n]{1,4}"
"""Between two words of one phrase: a space, a comma, a quote; never the end of a sentence."""
_MANY = re.compile(r" ~(\d) ")


def phrases(*written: str) -> re.Pattern[str]:
    """One pattern for all of them. «сад*» is any word that begins so, «взят* ~2 контроль» leaves room for up to two
    words between, «(в|на) учёт» is either; everything else stands for itself. For text in lower case with «е» for «ё».
    """
    return re.compile("|".join(rf"\b(?:{_pattern(one)})(?!\w)" for one in written))


def _pattern(written: str) -> str:
    kept = _MANY.sub(lambda most: f"<{most.group(1)}>", written.replace("ё", "е"))
    kept = (
        re.sub(r"[.+?\[\]{}^$\\]", lambda sign: re.escape(sign.group()), kept).replace("*", r"\w*").replace(" ", _GAP)
    )
    return re.sub(r"<(\d)>", lambda most: rf"{_GAP}(?:\w+{_GAP}){{0,{most.group(1)}}}?", kept)
