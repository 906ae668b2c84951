"""What `./portal` does outside Django: set-up, supervision, tests and checks. No domain code.

Everything here runs on the standard library alone until the virtual environment
is there; Django is only ever started as a process of its own.
"""
