"""The icons, inlined from files so that a page needs no request and no script for them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(name: str) -> str:
    """Give the inside of an icon's svg; a name without a file is a mistake in a template."""
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    found = _DRAWING.search(text)
    if not found:
        raise ValueError(f"{name}.svg holds no drawing")
    return " ".join(found[1].split())


def icon(name: str, css_class: str = "") -> SafeString:
    """Draw an icon for the eye only: the word beside it says the same."""
    classes = f"ic {css_class}".strip()
    # The drawing is a file of this package and the class is written in a template of ours.
    return mark_safe(  # noqa: S308
        f'<svg class="{classes}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" '
        f'focusable="false">{drawing(name)}</svg>'
    )
