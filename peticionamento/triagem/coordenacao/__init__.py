"""The coordinator's page: load and rhythm, what is late and why, handing out and taking back, the morning digest."""
