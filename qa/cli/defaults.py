"""What holds where nothing is named: where articles and index are looked for, and how much is shown."""

from __future__ import annotations

from pathlib import Path

DEFAULT_CORPUS, DEFAULT_INDEX = Path("corpus"), Path("index")

#: Citations that are shown unless another number is asked for.
DEFAULT_K = 5
