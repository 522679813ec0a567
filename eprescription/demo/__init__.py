"""One command runs the whole portal on one machine: its own servers, invented people, no setup."""
