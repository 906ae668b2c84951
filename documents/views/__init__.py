"""Pages of papers: the register, one paper, what came for one's organisation, printed copies."""

from .papers import paper_response

__all__ = ["paper_response"]
