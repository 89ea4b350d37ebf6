"""«Управление»: people, agencies, reference data and the journal, for administrators, one module a page; «Запуск»,
«Состояние» and the roster stand beside it.

A new page is a line in `frame.PAGES`, a module, and its addresses in `urls.py`.
"""
