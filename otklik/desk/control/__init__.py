"""«На контроле»: cards that a head has put a star on, with what he wants done, by whom and until when."""
