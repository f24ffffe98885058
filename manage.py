#!/usr/bin/env python
"""Django's command line for the portal.

`SIB_EMBEDDED=1` (always so for `demo`) starts PostgreSQL and Valkey in `.sib/` while it runs.
"""

import os
import sys

# What changes tables runs as their owner; everything else as a role that owns nothing.
OWNER_COMMANDS = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "pgtrigger"}
# What reads no row and keeps no secret runs anywhere, without servers and keys.
ALONE_COMMANDS = {"price"}
NOWHERE = {
    "DATABASE_URL": "postgres://sib_app@/sib?host=/nonexistent",
    "CELERY_BROKER_URL": "redis+socket:///nonexistent",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sibportal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in OWNER_COMMANDS:
        os.environ.setdefault("SIB_DATABASE_ROLE", "owner")
    if command in ALONE_COMMANDS:
        from sibportal.embedded.environment import make_keys

        for name, value in (make_keys() | NOWHERE).items():
            os.environ.setdefault(name, value)
    elif command == "demo" or os.environ.get("SIB_EMBEDDED") == "1":
        from sibportal.embedded.environment import start_until_exit

        if command == "demo":
            print("Starting PostgreSQL and Valkey …", flush=True)
        start_until_exit()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
