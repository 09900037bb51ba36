"""Measures an index against gold questions.

In: an open index, questions with known answers. Out: a ``Report`` of figures with intervals, and the comparison of two.
Nothing here changes how questions are answered; weights are not tuned here.
"""
