"""How the desk opens its line to PostgreSQL."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_short_questions_are_not_compiled_and_nothing_is_said_while_the_line_opens() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL compiles questions")
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
    assert "options" not in connection.settings_dict["OPTIONS"]  # PgBouncer refuses what it is told there
