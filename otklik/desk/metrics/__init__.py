"""«Показатели»: everything that is measured, in one place and with its definition; and the rating made of it."""
