"""What the front ends and library users call, all of which is in ``qa`` too: makes an index, opens it, asks how it is.

A question waits for what is imported in this room: what only making an index needs is imported by the functions that
make.
"""
