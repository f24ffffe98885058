"""Pages of cohorts and participants: parse, one service or selector, one template."""
