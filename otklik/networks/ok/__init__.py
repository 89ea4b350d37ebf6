"""Odnoklassniki over its two APIs: signed REST calls for topics and comments, the groups' Bot API for messages.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`.
"""
