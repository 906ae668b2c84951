"""A round as tables to download: one row for each site and item, and one row for each site."""

from .cases import RoundCases as RoundCases
from .items import item_table as item_table
from .summary import summary_table as summary_table
