"""Fits the confidence of an index to gold questions. It changes what the index answers."""
