"""MAX over its Bot API: long polling or webhooks, comments under channels' posts, dialogues with a bot.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`.
"""
