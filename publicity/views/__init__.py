"""The public's pages, and the desk's (`desk_…`): two audiences, a module each for every subject."""
