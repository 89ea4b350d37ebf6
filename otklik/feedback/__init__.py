"""Did it help: the author's reply, the survey, the silence, and the end of a card.

It hears what comes after an answer was published; what is still owed, days that were promised and people who have had
no word, stands in its registers. How figures are shown (reports), it does not know.
"""
