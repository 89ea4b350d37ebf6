"""«Проблемы»: one thing to fix behind many cards, and one statement for all who wait for a word on it."""
