"""Trains the reader: the small model that tells which sentence of a passage answers a question, or that none does."""
