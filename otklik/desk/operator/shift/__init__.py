"""Several people at one table: who is here, whom one calls, what one is told, and how a shift goes to the next."""
