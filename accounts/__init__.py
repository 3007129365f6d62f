"""Who: people, teams and keys. Imports nothing of papers or digests."""
