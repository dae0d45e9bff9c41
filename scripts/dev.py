"""Entry point of ``./dev``; the bash bootstrap has chosen this Python."""

import sys

from devtool.cli import main

sys.exit(main(sys.argv[1:]))
