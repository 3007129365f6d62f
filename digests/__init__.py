"""When and to whom: subscriptions, weekly digests and their delivery."""
