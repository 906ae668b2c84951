"""`./portal mutants`: small faults are put into what must never be wrong, and the room's own tests must fail.

`subjects` says into which modules, and which tests are asked; `mutations` makes the faults; `trial` runs the
tests on each; `explained.toml` names the faults that no test can tell from the code as it stands.
"""
