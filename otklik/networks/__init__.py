"""Where messages come from and where answers go: the contract, its networks, what is read and with which tokens.

Each network is one folder and one line in registry.py. It must not know what a message means (inbox), nor decide
when or what to speak: only `publishing` calls `publish`.
"""
