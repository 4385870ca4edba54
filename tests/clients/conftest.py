"""The story runs with a generated client, not with pytest."""

collect_ignore = ["story.py"]
