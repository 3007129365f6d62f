"""Pure arithmetic of orders. No Django, no I/O."""
