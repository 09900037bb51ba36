"""The index on disk: SQLite for documents and passages, FAISS for vectors, postings for BM25.

One folder holds numbered generations; a published one never changes, and ``CURRENT`` names the one to read.
"""
