"""What an operator works with all day: the queue, many cards at once, the search, his shift, what waits for him, and
«Тренировка». How a card itself is drawn stands in `desk.card`, which others open, too.
"""
