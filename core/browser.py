"""What an answer tells a browser, whichever page of ours it shows."""

# Who signs out leaves nothing behind: what pages of ours have kept in this browser goes too.
FORGET = {"Clear-Site-Data": '"cache", "storage"'}
