"""Looks through all of an index and says what is wrong, where, and what to do. It changes nothing."""

from qa.doctor.check import Examination, examine
from qa.doctor.finding import Finding, Severity

__all__ = ["Examination", "Finding", "Severity", "examine"]
