"""«Вернуть»: every action of a person on a card can be taken back for ten seconds, all clocks and histories with it."""
