"""X (Twitter) over its real protocol (API v2): Activity events, mentions and searches, replies, direct messages.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`.
"""
