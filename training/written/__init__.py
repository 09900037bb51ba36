"""Articles and questions written for training; ``README.md`` in this folder describes their form.

``python -m training.written [FILE …]`` checks the files (default: all).
"""

from training.written.rows import kept, rows

__all__ = ["kept", "rows"]
