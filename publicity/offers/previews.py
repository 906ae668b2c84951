"""Where everybody reads what an act of this room publishes: shown before it does."""

from core.previews import PUBLIC_PAGES, PublicPage

PUBLIC_PAGES.add(
    *(
        PublicPage(f"publicity_desk:{page}", f"publicity:{page}")
        for page in ("notice", "naming", "commendation")
    ),
    place=10,
)
