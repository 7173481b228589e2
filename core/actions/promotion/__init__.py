"""The actions of promotions and roll backs, from the check of the target to the recorded release."""
