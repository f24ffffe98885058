"""What the serving database role may do with each table, granted after every migration.

A model class declares `append_only = True` (rows are only added) or `updatable_columns = (...)`
(rows are added, and only these columns change). Nobody but the owner truncates or alters, and
nobody but the owner passes by a trigger.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction


def privileges(model: type[models.Model]) -> tuple[str, ...]:
    """The privileges of the serving role on the table of one model, columns quoted."""
    if getattr(model, "append_only", False):
        return ("SELECT", "INSERT")
    names = getattr(model, "updatable_columns", None)
    if names is None:
        return ("SELECT", "INSERT", "UPDATE", "DELETE")
    fields = {field.name: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name]}"' for name in names)
    return ("SELECT", "INSERT", f"UPDATE ({columns})") if columns else ("SELECT", "INSERT")


def grant_statements(role: str) -> list[str]:
    """Statements that bring the privileges of `role` to what the models declare, and no further."""
    statements = [
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'GRANT SELECT ON "django_migrations" TO "{role}"',
    ]
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            allowed = ", ".join(privileges(model))
            statements.append(f'GRANT {allowed} ON "{model._meta.db_table}" TO "{role}"')
    return statements


def trigger_statement(role: str, may_ignore: Sequence[str] = ()) -> str:
    """Which triggers `role` can pass by: those named, and none in a portal that serves people.

    django-pgtrigger lets whoever sets `pgtrigger.ignore` pass by every trigger, which what is
    frozen must not depend on. This replaces the function that its triggers ask.
    """
    names = ", ".join(f"'{name}'" for name in may_ignore)
    return f"""
        CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
        RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT (current_user <> '{role}' OR trigger_name = ANY (ARRAY[{names}]::name[]))
               AND coalesce(trigger_name = ANY (
                       nullif(current_setting('pgtrigger.ignore', true), '')::name[]), false)
        $$
    """


def grant_after_migration(*, using: str, **_signal: Any) -> None:
    """Grant once all migrations have run; only the owner can, so only the owner tries."""
    connection = connections[using]
    role = settings.DATABASE_APP_ROLE
    owner = connection.settings_dict["USER"]
    if owner == role or connection.vendor != "postgresql":
        return
    tables = set(connection.introspection.table_names())
    wanted = {
        m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed
    }
    if not wanted <= tables:
        return  # a partial migration: the one that completes the tables grants
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in grant_statements(role):
            cursor.execute(statement)
        cursor.execute(trigger_statement(role, _story_triggers() if settings.SIB_DEMO else ()))


def _story_triggers() -> list[str]:
    """A demonstration dates its rows over years; nothing else needs the code of the story."""
    from sibportal.portal.demo.clock import story_triggers

    return story_triggers()
