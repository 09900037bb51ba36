"""The index in a Milvus cluster: for a corpus that one machine does not hold.

Each generation is two collections, and an alias names the current one. Nothing here is imported unless an index is
named by such an address.
"""
