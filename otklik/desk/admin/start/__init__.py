"""«Запуск»: what the first administrator of a new region is led through, and what is still missing for a first answer.

It writes nothing of its own but which of its steps have been gone through: everything else is kept where the pages of
«Управление» keep it.
"""
