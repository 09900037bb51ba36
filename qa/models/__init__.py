"""Text -> unit vectors.

A BERT's ONNX graph is written here, over the model's own weights, and computed by ONNX Runtime: no torch, no network.
Any other model is loaded and exported by sentence-transformers (``torch``), which also encodes large builds where that
is faster. While answering, only the graph in the index is loaded.
"""
