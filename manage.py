#!/usr/bin/env python
"""Run one of Offramp's commands: `manage.py help` lists them."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from config.env import SettingError

    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        print(f"Offramp cannot start: {error}", file=sys.stderr)
        return 2
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        print(f"Offramp cannot use the database of DATABASE_URL: {reason}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
