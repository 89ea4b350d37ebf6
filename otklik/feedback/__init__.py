"""Did it help: the author's reply, the survey, the silence, and the end of a card.

It hears what comes after an answer was published; how figures are shown (reports), it does not know.
"""
