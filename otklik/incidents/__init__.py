"""The card: one matter with a number, its state, and the one table of moves between states.

It knows messages (a card gathers them) and who is responsible; how a text is judged, routed or answered, it does not.
"""
