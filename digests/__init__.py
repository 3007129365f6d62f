"""When and to whom: subscriptions, digests and their delivery."""
