"""Where the wire differs from the network's published pages: the only differences the tests let pass.

`path` is "<method>.<parameter>" for parameters and "<method>" for a method that has no page.
"""

from sandbox.errata import Erratum

ERRATA: tuple[Erratum, ...] = (
    Erratum(
        "stream.get",
        "extra",
        "the published pages of 2017 have no page of this method, and it lists a group's topics",
        "clients that ran against the network: gid, patterns, count, fields, anchor",
    ),
    Erratum(
        "graph.updates",
        "extra",
        "the long poll is named beside graph.user.subscribe and has no page of its own; its answer is a guess",
        "the network's site, page of subscribe with longPolling",
    ),
    Erratum(
        "graph.subscribe.types",
        "extra",
        "newer than the pages of 2017",
        "the network's site, page of subscribe",
    ),
    Erratum(
        "graph.subscribe.longPolling",
        "extra",
        "newer than the pages of 2017",
        "the network's site, page of subscribe",
    ),
)
