"""Finds what the content security policy would block: inline style, inline script, evaluated text.

The policy has no exception, so such markup is dead on arrival; better found here than in a browser.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORBIDDEN = (
    (r"<[^>]*\sstyle\s*=", "style attribute: use a class"),
    (r"<style\b", "style element: use the style sheet"),
    (r"<script\b(?![^>]*\bsrc\s*=)", "inline script: use a file in static"),
    (r"\shx-on[:\-=]", "hx-on is evaluated script: use a file in static"),
    (r"<[^>]*\son[a-z]+\s*=\s*[\"']", "event attribute: use a file in static"),
    (r"=\s*[\"']\s*(?:js|javascript):", "evaluated text: use a plain value, a link or a form"),
    (r"hx-trigger\s*=\s*[\"'][^\"']*\[", "htmx trigger filter is evaluated: use a plain event"),
    (r"(?:src|href)\s*=\s*[\"']data:", "data address: use a file in static"),
    (
        r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
        "address of another host: serve it ourselves",
    ),
)
LINK = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']https?://", re.IGNORECASE)
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)


def problems(path: Path) -> Iterator[str]:
    """Each forbidden piece of one template as `path:line: reason`."""
    text = COMMENTS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text())
    for pattern, reason in FORBIDDEN:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            tag_start = text.rfind("<", 0, found.end())
            if "another host" in reason and LINK.match(text, tag_start):
                continue  # a person may follow a link; the page loads nothing from it
            line = text.count("\n", 0, found.start()) + 1
            yield f"{path.relative_to(ROOT)}:{line}: {reason}"


def main() -> int:
    found = [
        line for path in sorted((ROOT / "templates").rglob("*.html")) for line in problems(path)
    ]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
