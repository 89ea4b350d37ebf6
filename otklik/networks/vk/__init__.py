"""VKontakte over its real protocol (API 5.199): callbacks, the Bots Long Poll, walls read as a guest, replies.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`.
"""
