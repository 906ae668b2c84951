"""Tables in and out: workbooks and text files read with suspicion, written so that they read back.

No records and no rights here: every room may use it, and it imports none of them.
"""
