"""Pure functions on strings: analysis into terms, sentences, passages."""
