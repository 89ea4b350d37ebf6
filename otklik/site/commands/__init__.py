"""The commands of `otklik`, in the order in which they are listed: a module each, which adds its parsers and runs them.

Heavy imports wait inside the functions until it is known which command was given.
"""

from otklik.site.commands import (
    figures,
    keeping,
    lists,
    moving,
    networks,
    places,
    privacy,
    running,
    sandbox,
    secrets,
    starting,
    themes,
    understanding,
)

ALL = (
    starting,
    running,
    moving,
    sandbox,
    networks,
    places,
    lists,
    themes,
    understanding,
    secrets,
    keeping,
    privacy,
    figures,
)
