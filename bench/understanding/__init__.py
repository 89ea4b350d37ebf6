"""How well messages are understood, measured on texts that stand outside the project; `README.md` says on which."""
