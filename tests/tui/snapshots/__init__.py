"""How every screen looks, at three sizes: a text file each, to be read in a review.

Of the main ones the styles too (`*.styles.txt`): which piece of text has which colour, by its name in the theme. In
place of SVG, which says the same in a form that nobody reads, and anew throughout after a small change.

`MAGECONSOLE_SNAPSHOTS=write` writes them anew; look at each before it is committed.
"""
