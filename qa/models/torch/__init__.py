"""What needs torch: encoding with sentence-transformers, and exporting a model so that others need no torch."""
