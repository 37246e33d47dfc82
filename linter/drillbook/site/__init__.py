"""The repository as pages: everything that a site shows, whatever engine builds it."""
