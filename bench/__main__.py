"""``python bench --database=NAME [--full]``, as ``./dev bench`` calls it."""

import sys
from pathlib import Path

# A folder that is run puts itself on the path; the package is what is wanted there.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.run import main  # noqa: E402

main()
