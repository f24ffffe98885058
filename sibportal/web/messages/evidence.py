"""Sentences about files of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "outcomes.evidence_for_nothing": _("Name a measurement that the file shows."),
    "outcomes.evidence_of_two_contracts": _("A file can show measurements of one contract only."),
    "outcomes.evidence_of_two_providers": _(
        "These participants are served by different organisations. Add the file for each of them "
        "apart, with only their own people in it."
    ),
    "outcomes.evidence_too_late": _(
        "A rejected or replaced measurement takes no more files. Correct it first."
    ),
    "outcomes.evidence_of_erased": _(
        "The personal data of this participant were erased, so no file can be added."
    ),
    "outcomes.evidence_removed": _(
        "The content of this file was removed when personal data in it were erased."
    ),
    "outcomes.evidence_lost": _(
        "The file cannot be found. Tell the operator of the portal which one it is."
    ),
    "outcomes.evidence_altered": _(
        "The file is not what was uploaded: its digest differs. It is not handed out. Tell the "
        "operator of the portal."
    ),
    "web.file_infected": _("The virus scanner refused this file. It was not kept."),
    "web.scanner_unreachable": _(
        "The virus scanner does not answer, so the file was not kept. Try again later."
    ),
}
