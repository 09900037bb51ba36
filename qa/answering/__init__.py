"""A question goes in, an ``Answer`` with cited passages comes out."""
