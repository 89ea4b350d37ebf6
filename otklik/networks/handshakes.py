"""How often a hook proves itself. Whoever asks for proofs by the thousand is not the network.

X signs its challenge with the key that signs its events, so nobody may have as many signatures as he likes.
"""

from otklik.lib.often import Often

A_MINUTE = 20
_often = Often()


def too_many(key: str, now: float) -> bool:
    """Count one more for this address; whether it is over the limit. `now` is in seconds. In this process alone."""
    return _often.wait(key, A_MINUTE, now) > 0
