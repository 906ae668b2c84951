"""The staff's pages about lists, work plans and the programme."""
