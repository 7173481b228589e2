"""How every screen looks, at three sizes: a text file each, to be read in a review.

`MAGECONSOLE_SNAPSHOTS=write` writes them anew; look at each before it is committed.
"""
