"""Starting the screen: what it is told, what the terminal can do, how it ends."""
