"""The serving role can do what the models declare, and no more; tests see only their own rows."""

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model

from sibportal.portal.grants import privileges
from tests.factories.contracts import make_contract
from tests.worlds import Town

OUR_MODELS = [
    model
    for model in apps.get_models()
    if not model.__module__.startswith(("django.", "allauth.", "axes.", "rest_framework."))
]
GUARDED = [
    model
    for model in OUR_MODELS
    if getattr(model, "append_only", False) or hasattr(model, "updatable_columns")
]


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        return True
    return False


@pytest.mark.django_db
def test_tests_are_served_by_the_role_that_owns_nothing() -> None:
    owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_user, ({owned}), ({rights} WHERE rolname = current_user)")
        assert cursor.fetchone() == (settings.DATABASE_APP_ROLE, 0, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        'TRUNCATE "accounts_user"',
        'ALTER TABLE "accounts_user" ADD COLUMN more int',
        'ALTER TABLE "accounts_user" DISABLE TRIGGER ALL',
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    ],
)
def test_serving_role_cannot_change_the_shape_of_the_database(sql: str) -> None:
    assert refused(sql)


def ignore_every_trigger() -> None:
    """What django-pgtrigger offers to whoever can send a statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true)"
            " FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%%'"
        )


def test_serving_role_passes_by_no_trigger(people: Town) -> None:
    contract = make_contract(people)
    ignore_every_trigger()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        contract.terms.update(mechanism="Ours alone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE _pgtrigger_should_ignore(tgname)")
        assert cursor.fetchall() == []


def test_some_models_are_declared_append_only() -> None:
    assert GUARDED


@pytest.mark.django_db
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_append_only_rows_can_be_neither_changed_nor_deleted(model: type[Model]) -> None:
    table = model._meta.db_table
    allowed = set(getattr(model, "updatable_columns", ()))
    assert refused(f'DELETE FROM "{table}"')
    assert refused(f'TRUNCATE "{table}"')
    for field in model._meta.concrete_fields:
        statement = f'UPDATE "{table}" SET "{field.column}" = "{field.column}" WHERE false'
        assert refused(statement) is (field.name not in allowed), field.name


@pytest.mark.django_db
@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_serving_role_can_add_and_read_rows_of_every_model(model: type[Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'SELECT'), has_table_privilege(%s, 'INSERT')",
            [f'"{table}"', f'"{table}"'],
        )
        assert cursor.fetchone() == (True, True)
    assert "TRUNCATE" not in privileges(model)


def add_organisation() -> int:
    organisation = apps.get_model("accounts", "Organisation")
    organisation.objects.create(name="Testby", kind="municipality", country="FI", business_id="1")
    return organisation.objects.count()


@pytest.mark.django_db(transaction=True)
def test_committed_rows_stay_in_the_copy_of_one_test() -> None:
    assert connection.in_atomic_block is False
    assert add_organisation() == 1


@pytest.mark.django_db(transaction=True)
def test_committed_rows_stay_in_the_copy_of_another_test() -> None:
    assert add_organisation() == 1


@pytest.mark.django_db
def test_rows_of_committing_tests_are_not_seen_by_tests_that_roll_back() -> None:
    assert add_organisation() == 1
