"""Evidence as it comes in and as it is given out: files, pictures, links, and remarks on them."""
