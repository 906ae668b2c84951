"""Backups: what they hold, how they are made, and how a portal stands up again from one.

A folder of backups:

    2026-12-05T023000Z/        one backup: the database's dump and manifest.json, which is written last
    files/ab/ab12…             each stored file once, under its SHA-256, whatever backups name it
    erasures.log               whose personal data was erased, so that a restore erases it again
    backup.lock                held by the one backup that is being made

The keys never lie there: they are a file of their own, encrypted, in a folder of its own (`sealing`).
"""
