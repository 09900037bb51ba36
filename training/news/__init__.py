"""Invented news: articles from templates, with questions that they answer and look-alikes that they do not.

There is no public set of questions on news. Names, places and events are made up; an evaluation needs other templates.
"""

from training.news.write import rows

__all__ = ["rows"]
