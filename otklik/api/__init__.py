"""What neighbour systems read and write: cards, messages and answers under `/api/v1/`, with a token of their own.

Whoever asks here is a person's program, and can do what that person could on the desk: the same rights, the same verbs,
the same refusals, the same journal. This package keeps nothing of its own; it must not decide what the layers below
decide, nor change a row past their verbs.
"""

PREFIX = "/api/v1/"
