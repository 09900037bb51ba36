"""The command line: parse, call the library, print. Nothing is ranked, tokenised or decided here."""
