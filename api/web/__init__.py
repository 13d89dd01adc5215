"""What every route shares: declaration, errors, guards, language, retries, uploads."""
