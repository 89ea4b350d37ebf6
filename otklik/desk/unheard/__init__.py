"""«Без обратной связи»: people who have had no published word, the one who waits longest first; zero is the goal."""
