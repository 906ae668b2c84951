"""Pages of papers: the register, one paper, what came for one's organisation, copies, instructions."""

from .papers import paper_response

__all__ = ["paper_response"]
