"""«Открытые данные»: the region's figures for everybody, without a session and without a word of anybody's."""
