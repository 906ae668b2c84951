"""Dashboards under /desk/figures/: each figure is drawn by the server, with its table and an export.

To add a figure:

1. A module here with a `count(scope: Scope) -> Counted` (figure.py, scope.py). It counts `scope.sites` (the
   reader's, without those they have stood aside from, narrowed by the filters) and what hangs on them, in
   a number of queries that does not grow. `Counted` holds the table (heads; rows of numbers, dates, texts,
   `Link`s, shares with a band and words with an icon (shown_scores.py), None for what there is not), and
   `drawing`: whatever the template needs, measured out.
2. A `Figure` in it: key, title, what it shows, what fills it while there is nothing, who sees it; a
   subclass of `FigureFilter` where it is narrowed by more than level, kind and district.
3. Its place in `registry.FIGURES`: that gives it its page, its export and its line on the overview.
4. `templates/desk/figures/_<key>.html` draws `drawing`: `<svg class="drawn" role="img" aria-labelledby=…>`
   with a title. Either as wide as the page (`share` for lengths across, rem for those down, as
   _funnel_of.html), or to scale as a `Drawing`: a viewBox, `width="{{ drawing.rem }}"` so that it grows with
   large type, text of 14 units, in a `<div class="drawn-box" tabindex="0" role="group" aria-label=…>` that
   scrolls. The fills drawn-fill--1 … 4 can be told apart in black and white; a word or a number stands by.

What was counted may be kept (kept.py) and is pickled then: no records, querysets or functions in `Counted`.
"""
