"""«Управление»: people, agencies, reference data and the journal, for administrators. One module a page.

A new page is a line in `frame.PAGES`, a module, and its addresses in `urls.py`.
"""
