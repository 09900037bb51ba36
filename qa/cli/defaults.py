"""Where articles and index are looked for where nothing is named."""

from __future__ import annotations

from pathlib import Path

DEFAULT_CORPUS, DEFAULT_INDEX = Path("corpus"), Path("index")
