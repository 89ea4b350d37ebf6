"""Facebook Pages over the Graph API: the feed, comments, mentions and Messenger dialogues of a Page.

It must not know what is stored or decided elsewhere: plain values come in, plain values and the classes of
`networks/errors.py` go out. The clock is an argument, and every byte leaves through `Access.http`.
"""
