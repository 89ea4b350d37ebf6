"""How often somebody else's community is looked at: nobody pushes what is written there. Pure."""

from datetime import timedelta

BUSY = timedelta(minutes=15)


def pause(usual: timedelta, quiet: timedelta | None) -> timedelta:
    """The pause until the next look. `quiet` is how long nothing new came from there, None = nothing ever did.

    A busy place is asked twice as often. A quiet one keeps its usual pause: a text there is to be here within half a
    minute, too, as far as the key's own pace lets all of them be asked.
    """
    return usual / 2 if quiet is not None and quiet < BUSY else usual
