"""The physician: looks through all of an index and says what is wrong, where, and what to do. It changes nothing."""

from qa.checking.check import Examination, check
from qa.checking.finding import Finding, Severity

__all__ = ["Examination", "Finding", "Severity", "check"]
