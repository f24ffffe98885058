"""docs/guards.md and the patches beside it belong together; `make torture` runs them."""

from pathlib import Path

import pytest

from tests.torture.guards import PATCHES, ROOT, Guard, apply, copy_checkout, listed

GUARDS = listed()


def test_every_patch_is_listed_once_and_every_listed_patch_exists() -> None:
    listed_patches = [guard.patch.name for guard in GUARDS]
    assert sorted(listed_patches) == sorted(path.name for path in PATCHES.glob("*"))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.patch.stem)
def test_named_test_exists(guard: Guard) -> None:
    path, _, name = guard.test.partition("::")
    source = (ROOT / path).read_text()
    assert name == "" or f"def {name.rpartition('::')[2].partition('[')[0]}(" in source


def test_every_patch_fits_the_code_as_it_is(tmp_path: Path) -> None:
    copy_checkout(tmp_path)
    misfits = {guard.patch.stem: apply(guard.patch, tmp_path, "--check") for guard in GUARDS}
    assert {name: reason for name, reason in misfits.items() if reason} == {}
