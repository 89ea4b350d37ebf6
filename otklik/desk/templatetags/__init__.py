"""Tags and filters of the desk's templates: thin names for otklik/desk/format.py."""
