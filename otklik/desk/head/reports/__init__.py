"""«Отчёты»: one now as a file, those that go by mail, and the region's own template of a document."""
