"""The demo campaign, walked through the services as people would walk it.

Everything beyond the plan's own facts is a sample and is marked 示例. The story
is told in three parts: people (cast.py), the lists and plans of January and
February (lists.py), the rounds of March to May and what came of them (rounds.py).
"""
