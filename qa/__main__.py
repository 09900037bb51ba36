"""``python -m qa``: the command, where it is not on the path."""

from qa.cli.main import run

if __name__ == "__main__":
    run()
