"""What a field of the terms may hold, beyond its Python type; `reading` obeys these marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from `least` to `most`, both included."""

    least: int = 0
    most: int = 100_000


KEY, TEXT, TITLES = "key", "text", "titles"

# A short name such as `both_outcomes`: lower case, digits, - and _.
Key = Annotated[str, KEY]
# One line of text.
Text = Annotated[str, TEXT]
# Text per language: {"en": ..., "fi": ..., "sv": ...}; at least one is written.
Titles = Annotated[Mapping[str, str], TITLES]
