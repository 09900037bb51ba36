"""Text -> unit vectors.

While indexing, sentence-transformers encodes passages and sentences, and exports the model's question side to ONNX.
While answering, only that export is loaded: no torch, no network, no model package.
"""
