"""Keeps the list of erasures beside the backups and erases again after one was restored.

`manage.py replay_erasures --save FILE` writes the list (no names in it); run it with every backup
and after every erasure. `manage.py replay_erasures FILE` erases whoever a restored backup brought
back.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cohorts.models import Erasure
from cohorts.services import ErasureFact, replay_erasures


class Command(BaseCommand):
    """Saves or replays the list of erasures."""

    help = "Erase again, after restoring a backup, whoever was erased since it was made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the list, one erasure a line")
        parser.add_argument("--save", action="store_true", help="write the list instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["save"]:
            count = self._save(options["file"])
            self.stdout.write(f"{count} erasures saved.")
            return
        again = replay_erasures(facts=self._read(options["file"]))
        self.stdout.write(f"{again} identities erased again.")

    def _save(self, file: Path) -> int:
        lines = [
            json.dumps(
                {
                    "participant_id": str(row.participant_id),
                    "reason": row.reason,
                    "erased_by_id": str(row.erased_by_id),
                    "erased_at": row.erased_at.isoformat(),
                }
            )
            for row in Erasure.objects.order_by("erased_at")
        ]
        file.write_text("".join(f"{line}\n" for line in lines))
        return len(lines)

    def _read(self, file: Path) -> list[ErasureFact]:
        try:
            rows = [json.loads(line) for line in file.read_text().splitlines() if line]
            return [
                ErasureFact(
                    participant_id=UUID(row["participant_id"]),
                    reason=str(row["reason"]),
                    erased_by_id=UUID(row["erased_by_id"]),
                    erased_at=datetime.fromisoformat(row["erased_at"]),
                )
                for row in rows
            ]
        except (OSError, ValueError, KeyError, TypeError):
            raise CommandError(f"{file} is not a list of erasures.") from None
