"""How urgent a message is, by the danger that it speaks of. Pure rules over text that explain themselves."""
