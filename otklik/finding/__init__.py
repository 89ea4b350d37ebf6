"""One box finds everything: the words of each card in one table, and the one function that looks there. Beside it the
sketches of cards, by which those about the same matter are found (known.py).

It reads what the stages left behind and changes none of it; who may see a card it is told by whoever asks.
"""
