"""One module a format: a file goes in, documents come out."""
