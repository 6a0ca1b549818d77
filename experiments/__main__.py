"""The command as a module, ``python -m experiments``: Ctrl-C is answered from the first moment on."""

import os
import sys


def main() -> None:
    """Load the command and run it."""
    try:
        from experiments.cli import main as command
    except KeyboardInterrupt:
        sys.stderr.write("twinhelix: interrupted; nothing new was written\n")
        os._exit(130)
    command()


if __name__ == "__main__":
    main()
