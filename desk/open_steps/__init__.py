"""The steps that wait at all sites, kept as rows: worked out after a change, read by everybody's desk."""

from .renewing import bring_up_to_date, check, were_up_to_date

__all__ = ["bring_up_to_date", "check", "were_up_to_date"]
