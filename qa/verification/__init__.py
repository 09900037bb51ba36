"""Exported answers held against the articles as they are now. Opens no index and no model."""
