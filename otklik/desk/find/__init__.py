"""«Найти»: the page behind the one box in the top bar."""
