"""Small files that are what they say, as clerks send them."""


def pdf(
    words: bytes = b"sample", *, width: int = 595, root: bytes = b"", objects: tuple[bytes, ...] = ()
) -> bytes:
    """A PDF of one empty page, with words that no reader shows; the same for the same words and width.

    `root` is added to its catalogue; `objects` are numbered from 4.
    """
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R " + root + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 842]>>" % width,
        *objects,
    )
    written, places = b"%PDF-1.4\n%" + words.replace(b"\n", b" ") + b"\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table) + end


PDF = pdf()
