"""Personal data in a text: what must not be published and is masked in what is downloaded. Pure rules over text."""
