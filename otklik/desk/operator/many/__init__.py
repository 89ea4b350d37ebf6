"""Many cards at once: what is chosen in the queue, looked at together and then done card by card, in pieces.

Each act is a class, and a line of ACTS in `acts.py`. It must not know how a page draws it.
"""
