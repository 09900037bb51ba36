"""Articles and questions written for training; ``README.md`` in this folder describes their form.

``python -m training.written [FILE …]`` checks the files (default: all).
"""

from training.written.rows import rows

__all__ = ["rows"]
