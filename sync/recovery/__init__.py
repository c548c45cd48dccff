"""Getting a workspace back: backups, the proof that journal and master agree, repair, recovery."""
