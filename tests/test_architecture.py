"""The shape of the house, held by tests: what import-linter cannot see."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tools import states

ROOT = Path(__file__).parents[1]
STAGES = ("contracts", "cohorts", "outcomes", "payments")
OURS = (*STAGES, "audit", "jobs", "accounts", "web", "portal")
DATA_CLASSES = {"public", "pseudonymous", "personal", "secret"}

BLOCK_DJANGO = """
import importlib, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "rest_framework", "celery", "psycopg"}:
            raise ImportError(f"{name} is blocked: rules and kernel are pure")
sys.meta_path.insert(0, Blocked())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def services() -> Iterator[Path]:
    for path in modules(*STAGES, "sibportal/accounts"):
        if path.name == "services.py" or path.parent.name == "services":
            yield path


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def test_rules_and_kernel_import_with_django_blocked() -> None:
    folders = [f"{stage}/rules" for stage in STAGES] + ["sibportal/kernel"]
    names = [dotted(path) for path in modules(*folders)]
    assert len(names) > 20
    run = subprocess.run(
        [sys.executable, "-c", BLOCK_DJANGO, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def functions_of(path: Path) -> dict[str, ast.FunctionDef]:
    body = ast.parse(path.read_text()).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def acting_functions() -> list[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    found = []
    for path in services():
        functions = functions_of(path)
        for name, node in functions.items():
            names = [argument.arg for argument in node.args.kwonlyargs]
            if "actor" in names and not name.startswith("_"):
                found.append((f"{dotted(path)}.{name}", node, functions))
    return found


def asks_access(
    node: ast.FunctionDef, beside: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether the function asks access.py itself or through a helper of its own module."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Attribute(value=ast.Name(id="access"), attr=question) if question in QUESTIONS:
                return True
            case ast.Name(id=helper) if helper in beside and helper not in seen:
                if asks_access(beside[helper], beside, seen | {helper}):
                    return True
            case _:
                pass
    return False


QUESTIONS = {"require", "require_somewhere", "get", "visible"}


def test_every_public_service_asks_access_before_it_writes() -> None:
    functions = acting_functions()
    assert len(functions) > 30
    silent = {name for name, node, beside in functions if not asks_access(node, beside)}
    assert silent == ACT_ON_ONESELF


# Services whose only subject is the actor's own account: nobody else's data is in reach.
ACT_ON_ONESELF: set[str] = {"sibportal.accounts.services.profile.save_profile"}


def test_actor_comes_first_in_every_service() -> None:
    late = [
        name for name, node, _beside in acting_functions() if node.args.kwonlyargs[0].arg != "actor"
    ]
    assert late == []


def test_money_is_never_a_float() -> None:
    floats = []
    for path in modules("payments", "contracts", "sibportal/kernel"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_name = isinstance(node, ast.Name) and node.id == "float"
            if (is_literal or is_name) and isinstance(node, ast.expr):
                floats.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert floats == []


def test_no_signals_between_apps() -> None:
    receivers = [
        str(path.relative_to(ROOT))
        for path in modules(*STAGES, "sibportal")
        if "django.db.models.signals" in path.read_text()
        and path.name != "grants.py"
        and "post_migrate" not in path.read_text()
    ]
    assert receivers == []


def test_the_drawing_of_states_is_not_older_than_the_tables() -> None:
    assert states.TARGET.read_text() == states.drawing(), "run `make states`"


def our_models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def test_every_field_of_every_model_is_classified() -> None:
    with (ROOT / "docs/data-dictionary.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    classified = {(row["table"], row["field"]): row["class"] for row in rows}
    assert set(classified.values()) <= DATA_CLASSES
    actual = {
        (model._meta.label_lower, field.name)
        for model in our_models()
        for field in model._meta.concrete_fields
    }
    assert sorted(actual - set(classified)) == [], "not classified in docs/data-dictionary.csv"
    assert sorted(set(classified) - actual) == [], "classified, but no such field"


def test_only_identity_holds_names_of_participants() -> None:
    with (ROOT / "docs/data-dictionary.csv").open(newline="") as file:
        personal = {row["table"] for row in csv.DictReader(file) if row["class"] == "personal"}
    about_users = {
        "accounts.user",
        "audit.event",
        "audit.uselog",
        "accounts.membership",
        "accounts.apitoken",
    }
    assert personal - about_users == {"cohorts.identity"}


@pytest.mark.parametrize("label", STAGES)
def test_models_that_belong_to_a_contract_say_how(label: str) -> None:
    of_organisations = {"approvalpolicy", "approvaltier", "delegation", "delegationrevocation"}
    exempt = {"contracts.metric"} | {f"payments.{name}" for name in of_organisations}
    for model in apps.get_app_config(label).get_models():
        if model._meta.label_lower in exempt:
            continue
        path = getattr(model, "access_path", None)
        assert path is not None, model
        step: type[models.Model] = model
        for part in filter(None, path.split("__")):
            related = step._meta.get_field(part).related_model
            assert isinstance(related, type), (model, part)
            step = related
        assert step._meta.label_lower == "contracts.contract", model
        assert hasattr(model, "view_action"), model
