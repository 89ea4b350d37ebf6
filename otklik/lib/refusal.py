"""What a rule of the house forbids, said by a code: pages, sheets and programs have the words for it."""


class Refused(Exception):
    """Nothing was done. `code` says which rule forbids it; the verb's docstring lists its codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
