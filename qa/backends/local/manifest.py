"""What a generation says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.backends.local.files import REBUILD
from qa.config import IndexConfig
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError
from qa.types import IndexInfo

#: Raised when the files of an index change their meaning.
FORMAT = 1

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``generation`` is a hash over configuration, encoder and documents: the same for the same input.

    ``encoder`` is the fingerprint of the model's files, ``encoder_note`` what its export had to say, ``sources`` the
    absolute paths that were indexed, ``files`` the size and checksum of every other file of the generation.
    """

    generation: str
    config: IndexConfig
    encoder: str
    encoder_note: str | None
    dimension: int
    sources: tuple[str, ...]
    created: str
    documents: int
    passages: int
    sentences: int
    files: dict[str, dict[str, Any]]
    format: int = FORMAT

    @property
    def info(self) -> IndexInfo:
        """What answers say of the index."""
        model = Path(self.config.model)
        name = model.name if model.is_absolute() else self.config.model
        return IndexInfo(self.generation, f"{name}@{self.encoder[:12]}", self.documents, self.passages)

    def write(self, folder: Path) -> None:
        """Writes the manifest of the generation in ``folder``."""
        text = json.dumps(asdict(self), indent=2)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of the generation in ``folder``.

        Raises IndexDamagedError when it is missing or cannot be understood, and IndexFormatError when another version
        of qa wrote it.
        """
        file = folder / MANIFEST_FILE
        try:
            values = json.loads(file.read_bytes())
            found = values["format"]
            if found == FORMAT:
                config = IndexConfig(**values.pop("config"))
                return cls(config=config, sources=tuple(values.pop("sources")), **values)
        except OSError as error:
            raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error
        except (ValueError, KeyError, TypeError, ConfigError) as error:
            raise IndexDamagedError(f"{file} cannot be understood", REBUILD) from error
        if isinstance(found, int) and found > FORMAT:
            raise IndexFormatError(f"{folder} was written by a newer version of qa", "upgrade qa to read it")
        raise IndexFormatError(f"{folder} was written by an older version of qa", REBUILD)
