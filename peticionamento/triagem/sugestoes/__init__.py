"""The likeliest agencies for a demand, learned from where demands went and from what each agency says it does."""
