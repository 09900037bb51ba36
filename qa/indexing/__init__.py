"""Sources go in, the next generation of an index comes out."""
