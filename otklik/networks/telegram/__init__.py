"""Telegram over its Bot API (10.1): updates by webhook or by asking, replies under comments, private answers.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`. The token is a
part of each address, so no address is ever quoted.
"""
