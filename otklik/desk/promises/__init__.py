"""«Обещания»: days that people were told, what became of them, and a new day in place of one that cannot be kept."""
