"""What: papers, votes and reading lists."""
