"""How well the linter of answers tells good ones from bad, on answers that were written for it."""
