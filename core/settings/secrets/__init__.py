"""Where the values of sensitive settings come from, where they are kept, and how they are compared unseen."""
