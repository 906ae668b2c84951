"""The demo campaign, walked through the services as people would walk it.

Everything beyond the plan's own facts is a sample and is marked 示例. The story is told in parts: people
(cast.py), the lists of January (lists.py), the work plans and what was done for them from February on
(plans.py, means.py), what the districts say of their own governments (own_checks.py), the rounds of March
to May and what came of them (rounds.py), with the units' evidence (proofs.py, photos.py), what inspectors
practise on (practice.py), the public's part in it (appraisals.py, objections.py, enquiries.py), what
followed the naming (tracking.py), what was told of it to the others (experience.py), how the rulebook
came about (rulebook.py), how the results are used (results.py), what the office drafts next
(standards.py), who signed for the papers (receipts.py), what a member of the leading group wrote on two
of them (instructions.py), and what was reported upward (upward.py).
"""
