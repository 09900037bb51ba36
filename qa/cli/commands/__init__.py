"""The commands with their options, by subject. Each calls the module of its name, which is imported only then."""
