"""Where passages and vectors are kept and searched.

Every backend gives the same two rankings, lexical and dense, and never a fused one, so that fusion exists once.
``memory`` is the reference; ``local`` is the default on disk; ``milvus`` is a cluster, and approximate unless it scans.
"""
